/** Which ops are seen to be at a kink, by their values alone: those that have one, and no other. */
import { expect, test } from 'vitest';
import { type Tensor, elu, full, relu, tensor } from '../src/index.ts';
import { kinkMet } from '../src/testing/kink-met.ts';
import { casesOf, everyOp, isFloating, slotsWithRules } from './laws/every-op.ts';

/** The ops on the way through an op that are at a kink where its inputs are full of a number. */
function kinksOfEveryOp(value: number): string[] {
  const kinks = new Set<string>();
  for (const [, op] of everyOp) {
    for (const { inputs, of } of casesOf(op, { seed: 1 })) {
      const slots = slotsWithRules(op, inputs);
      const at = inputs.map((x, k) => (slots.includes(k) ? full(x.shape, value, 'f64') : x));
      const results = of(...at).filter(isFloating);
      if (slots.length === 0 || results.length === 0 || !results.every(isFinite)) continue;
      const kink = kinkMet((...given) => of(...given), at, slots, 2);
      if (kink !== undefined) kinks.add(kink);
    }
  }
  return [...kinks].sort();
}

function isFinite({ data }: Tensor): boolean {
  return data.every((value) => Number.isFinite(value));
}

const atTies = ['cummax', 'euclideanDistance', 'max', 'maxPool', 'maximum', 'min', 'minimum', 'remainder', 'topK'];
const atWholes = ['ceil', 'floor', 'trunc'];

test('where all inputs are 1 or -1000, ops have kinks at ties and at whole numbers, at the ends of clips and of domains', () => {
  expect(kinksOfEveryOp(1)).toEqual([...atTies, ...atWholes, 'acos', 'acosh', 'asin', 'clip'].sort());
  expect(kinksOfEveryOp(-1000)).toEqual([...atTies, ...atWholes].sort());
});

test('at 0 ops that are bent there have kinks, too', () => {
  const bent = ['abs', 'cbrt', 'celu', 'clip', 'elu', 'euclideanNorm', 'hypot', 'leakyRelu', 'relu', 'relu6', 'selu'];
  expect(kinksOfEveryOp(0).filter((name) => ![...atTies, ...atWholes].includes(name))).toEqual(
    [...bent, 'atan2', 'pow', 'sign', 'sqrt'].sort(),
  );
});

test('a kink counts where it lies between an input that moves and a result, at the orders that it spoils', () => {
  const at = [tensor([0, 1], { dtype: 'f64' }), tensor([2, 3], { dtype: 'f64' })];
  const fn = (x: Tensor, y: Tensor): Tensor[] => [x.abs().mul(y)];
  expect([kinkMet(fn, at, [0], 1), kinkMet(fn, at, [1], 1)]).toEqual(['abs', undefined]);
  const unused = (x: Tensor, y: Tensor): Tensor[] => {
    x.abs();
    return [x.mul(y)];
  };
  expect(kinkMet(unused, at, [0, 1], 2)).toBe(undefined);
  // A slope that has a kink: none of the first order
  const bent = (x: Tensor): Tensor[] => [elu(x)];
  expect([kinkMet(bent, at, [0], 1), kinkMet(bent, at, [0], 2)]).toEqual([undefined, 'elu']);
  expect(kinkMet((x) => [relu(x)], [at[1]!], [0], 2)).toBe(undefined);
});
