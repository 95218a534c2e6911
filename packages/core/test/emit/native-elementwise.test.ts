/** The first results of an elementwise op are evaluated, later ones come from a program: nobody can tell them apart. */
import { expect, test } from 'vitest';
import { type Tensor, tensor } from '../../src/index.ts';
import { kindsOfNumbers } from '../compile/kinds-of-numbers.ts';
import { casesOf, everyOp } from '../laws/every-op.ts';

const elementwise = everyOp.filter(([, { definition }]) => 'reads' in definition && definition.reads === 'elements');

/** More than are computed without a program, and the last block is not full. */
const MANY = 2 ** 17 + 100;

for (const dtype of ['f32', 'f64'] as const) {
  test.each(elementwise)(`%s in ${dtype}`, (_, op) => {
    const numbers = kindsOfNumbers(dtype);
    const swapped = numbers.map((__, k) => numbers[(7 * k) % numbers.length]!);
    const [single] = casesOf(op, { dtype, seed: 3 });
    if (single === undefined) return;
    const { inputs, of } = single;
    if (!inputs.every((input) => input.dtype === dtype) || inputs.length > 2) return;
    const at = (count: number, start: number): readonly Tensor[] =>
      of(
        ...inputs.map((__, side) => {
          const among = side === 0 ? numbers : swapped;
          return tensor(
            Array.from({ length: count }, (___, k) => among[(start + k) % among.length]!),
            { dtype },
          );
        }),
      );
    const first = numbers.map((__, k) => at(1, k).map(({ data }) => data[0]));
    at(MANY, 0).forEach(({ data }, output) => {
      const wrong = data.findIndex((value, k) => !Object.is(value, first[k % numbers.length]![output]));
      expect(numbers[wrong % numbers.length], `at number ${wrong}`).toBeUndefined();
    });
  });
}

const angleFunctions = (['sin', 'cos'] as const).flatMap((name) =>
  (['f32', 'f64'] as const).map((dtype) => ({ name, dtype })),
);

test.each(angleFunctions)('$name of a small angle in $dtype is what the program gives', ({ name, dtype }) => {
  const evenly = Array.from({ length: 4001 }, (_, k) => (k - 2000) * 4e-4);
  const tiny = Array.from({ length: 2000 }, (_, k) => (-1) ** k * 0.7 ** k);
  const angles = tensor([...evenly, ...tiny, -0, 0.785, -0.785], { dtype });
  const together = angles[name]().data;
  angles.data.forEach((angle, k) => expect(tensor(angle, { dtype })[name]().item(), `${angle}`).toBe(together[k]));
});
