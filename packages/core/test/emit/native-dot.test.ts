/** Long products of vectors come by blocks from a program: they are those of plain loops. */
import { expect, test } from 'vitest';
import { dot, tensor } from '../../src/index.ts';
import { sumOfProducts } from '../../src/kernels/sums.ts';

const numbers = (count: number, factor: number): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => ((k * factor) % 101) - 50);

test.each([2 ** 14 - 1, 2 ** 14, 2 ** 14 + 2048, 100_003])('%d whole numbers, whose order does not show', (count) => {
  const [a, b] = [numbers(count + 3, 7919), numbers(count + 2, 104_729)];
  let expected = 0;
  for (let k = 0; k < count; k++) expected += a[k + 3]! * b[k + 2]!;
  expect(sumOfProducts(a, 3, b, 2, count)).toBe(expected);
  expect(dot(tensor(a.subarray(3)), tensor(b.subarray(2))).item()).toBe(expected);
});

test('of numbers that are not exact the error is that of a sum by pairs', () => {
  const x = tensor(new Float64Array(1e6).fill(0.1));
  expect(Math.abs(dot(x, x).item() - 1e6 * (0.1 * 0.1))).toBeLessThan(20 * 1e4 * 2 ** -53);
});

test('infinity and NaN go into the sum from wherever they stand', () => {
  for (const [at, value] of [
    [5000, Infinity],
    [20_000, Number.NaN],
    [2047, -Infinity],
  ] as const) {
    const x = new Float64Array(20_001).fill(1);
    x[at] = value;
    expect(dot(tensor(x), tensor(new Float64Array(20_001).fill(2))).item()).toBe(value);
  }
});
