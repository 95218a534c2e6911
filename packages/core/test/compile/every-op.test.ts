/** Every op, compiled against interpreted: values and derivatives, in f32 and f64. */
import { expect, test } from 'vitest';
import { type Tensor, grad } from '../../src/index.ts';
import { casesOf, everyOp, isFloating, slotsWithRules } from '../laws/every-op.ts';
import { expectClose } from './close.ts';
import { compiled } from './compiled.ts';

const seeds = [1, 2];

for (const dtype of ['f32', 'f64'] as const) {
  test.each(everyOp)(`%s: a program in ${dtype} gives what the interpreter gives`, (_, op) => {
    for (const seed of seeds) {
      for (const { inputs, of, title } of casesOf(op, { dtype, seed })) {
        const computed = compiled((...args) => of(...args), inputs);
        if (computed === undefined) continue;
        of(...inputs).forEach((expected, k) => expectClose(computed[k]!, expected, title));
      }
    }
  });

  test.each(everyOp)(`%s: a program of its derivative in ${dtype} gives what the interpreter gives`, (_, op) => {
    for (const { inputs, of, title } of casesOf(op, { dtype, seed: 1 })) {
      const slots = slotsWithRules(op, inputs);
      const outputs = of(...inputs);
      if (slots.length === 0 || !outputs.some(isFloating)) continue;
      const total = (...args: Tensor[]): Tensor =>
        of(...args)
          .filter(isFloating)
          .map((output) => output.add(0.7).square().sum())
          .reduce((sum, part) => sum.add(part));
      const derivative = grad(total, { argnums: slots });
      const computed = compiled((...args) => derivative(...args), inputs);
      if (computed === undefined) continue;
      // A cancellation makes more of the rounding in what is cancelled
      const units = dtype === 'f32' ? 128 : 1024;
      derivative(...inputs).forEach((expected, k) => expectClose(computed[k]!, expected, title, units));
    }
  });
}

test('the closeness that is asked for is close: a result off by a hundred units in the last place is refused', () => {
  const [, exp] = everyOp.find(([name]) => name === 'exp')!;
  const [one] = casesOf(exp, { dtype: 'f32' });
  const [value] = one!.of(...one!.inputs);
  expect(() => expectClose(value!.mul(1 + 100 * 2 ** -23), value!, 'off')).toThrow(/off/);
});
