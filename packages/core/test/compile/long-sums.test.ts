/**
 * Sums of many f32 terms: what rounding takes from them stays small where all errors go the same way, as they do where all
 * terms are equal.
 */
import { describe, expect, test } from 'vitest';
import { type Tensor, compile, full, tensor, valueAndGrad } from '../../src/index.ts';

const eps = 2 ** -23;

/** Twice as many steps as are added up at once, in loops of one, four and sixteen sums: and beside these edges. */
const counts = [511, 512, 513, 2048, 2051, 8191, 8192, 8193, 8456, 100_003];

function expectWithin(total: Tensor, count: number, term: number): void {
  const exact = count * Math.fround(term);
  for (const value of total.reshape([-1]).toArray() as number[]) {
    expect(Math.abs(value - exact)).toBeLessThanOrEqual(4 * eps * Math.sqrt(count) * Math.abs(exact));
  }
}

describe.each(counts)('a sum of %i equal terms is within 4 eps sqrt(n) of what it should be', (count) => {
  const term = 0.1;
  // Spread out, so that every term is read
  const filled = (shape: readonly number[]): Tensor => tensor(full(shape, term).data.slice(), { shape });

  test('whole, along rows and along columns', () => {
    const x = filled([count]);
    expectWithin(compile((a: Tensor) => a.sum())(x), count, term);
    expectWithin(compile((a: Tensor) => a.sum({ axis: 0 }))(filled([count, 5])), count, term);
    expectWithin(compile((a: Tensor) => a.sum({ axis: 1 }))(filled([2, count])), count, term);
    // Not in lanes of vectors
    expectWithin(compile((a: Tensor) => a.slice([[null, null, 2]]).sum())(filled([2 * count])), count, term);
  });

  test('in a product', () => {
    const multiplied = compile((a: Tensor, b: Tensor) => a.matmul(b));
    expectWithin(
      multiplied(filled([5, count]), tensor(full([count, 9], 1).data.slice(), { shape: [count, 9] })),
      count,
      term,
    );
  });

  test('beside another sum, and with a gradient on its way', () => {
    const x = filled([count]);
    const both = compile((a: Tensor) => [a.sum(), a.square().sum()] as const);
    const [first, second] = both(x);
    expectWithin(first, count, term);
    expectWithin(second, count, Math.fround(term) ** 2);
    const [value, slope] = compile(valueAndGrad((a: Tensor) => a.square().sum()))(x);
    expectWithin(value, count, Math.fround(term) ** 2);
    expect(
      slope
        .equal(Math.fround(2 * Math.fround(term)))
        .all()
        .item(),
    ).toBe(1);
  });
});

test('a sum of a million terms of either sign is within the same bound of their sizes', () => {
  const terms = Float32Array.from({ length: 1_000_000 }, (_, k) => (k % 3 === 0 ? -0.1 : (k % 7) / 7));
  let [exact, sizes] = [0, 0];
  for (const value of terms) {
    exact += value;
    sizes += Math.abs(value);
  }
  const total = compile((x: Tensor) => x.sum())(tensor(terms)).item();
  expect(Math.abs(total - exact)).toBeLessThanOrEqual(4 * eps * 1000 * sizes);
});
