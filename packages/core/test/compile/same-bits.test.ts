/** Elementwise ops: a program and the interpreter agree to the bit, at all kinds of numbers and in arrays of all sizes. */
import { expect, test } from 'vitest';
import { type Tensor, compile, tensor } from '../../src/index.ts';
import { casesOf, everyOp } from '../laws/every-op.ts';
import { kindsOfNumbers } from './kinds-of-numbers.ts';

const elementwise = everyOp.filter(([, { definition }]) => 'reads' in definition && definition.reads === 'elements');

function expectSameBits(computed: Tensor, expected: Tensor, inputs: readonly Tensor[], title: string): void {
  expect(String(computed.spec)).toBe(String(expected.spec));
  const [p, q] = [computed.data, expected.data];
  q.forEach((value, k) => {
    if (!Object.is(p[k], value)) {
      const at = inputs.map((input) => (input.size === q.length ? input.data[k] : String(input)));
      throw new Error(`${title}: at ${at.join(', ')} a program gives ${p[k]}, the interpreter ${value}`);
    }
  });
}

for (const dtype of ['f32', 'f64'] as const) {
  test.each(elementwise)(`%s in ${dtype}`, (_, op) => {
    for (const { inputs, of, title } of casesOf(op, { dtype, seed: 3 })) {
      const program = compile((...args: Tensor[]) => of(...args));
      const compare = (...args: Tensor[]): void =>
        of(...args).forEach((expected, k) => expectSameBits(program(...args)[k]!, expected, args, title));
      compare(...inputs);
      const floats = inputs.filter((input) => input.dtype === dtype);
      const numbers = kindsOfNumbers(dtype);
      if (floats.length === 1) {
        for (const size of [1, 3, 4, 5, 17, 257, 4100]) {
          const long = Array.from({ length: size }, (__, k) => numbers[k % numbers.length]!);
          compare(...inputs.map((input) => (input.dtype === dtype ? tensor(long, { dtype }) : input)));
        }
      } else if (floats.length === 2 && inputs.length === 2) {
        const [left, right] = [numbers, numbers].map((each) => tensor(each, { dtype }));
        compare(left!.expandDims(1), right!);
        compare(left!, right!.flip({ axis: 0 }));
      }
    }
  });
}
