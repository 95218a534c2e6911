import { expect } from 'vitest';

/** That a number lies within `tolerance` of what is expected: absolute, or a share of it. */
export function expectWithin(
  got: number,
  expected: number,
  tolerance: number,
  kind: 'absolute' | 'relative' = 'absolute',
): void {
  const error = Math.abs(got - expected) / (kind === 'relative' ? Math.abs(expected) : 1);
  expect(
    { got, error, isWithin: error <= tolerance },
    `${got}, expected ${expected} within ${tolerance}`,
  ).toMatchObject({
    isWithin: true,
  });
}

/** The same of several. */
export function expectAllWithin(
  got: Iterable<number>,
  expected: readonly number[],
  tolerance: number,
  kind: 'absolute' | 'relative' = 'absolute',
): void {
  const values = Array.from(got);
  expect(values).toHaveLength(expected.length);
  values.forEach((value, k) => expectWithin(value, expected[k]!, tolerance, kind));
}
