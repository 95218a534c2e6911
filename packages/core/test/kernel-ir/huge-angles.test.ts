/** Sine and cosine of huge angles, against 60 digits. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as real from '../../../../test/reference/real.mjs';
import { errorOf } from '../../../../test/reference/scan.mjs';
import { cosOfHuge, sinOfHuge, tanOfHuge } from '../../src/kernel-ir/elementary/huge-angles.ts';

function errorsAt(x: number): number[] {
  const { sin, cos } = real.sinCos(real.exactly(x));
  const truths = [sin, cos, real.divide(sin, cos)].map((truth) => real.toDouble(truth));
  return [sinOfHuge, cosOfHuge, tanOfHuge].map((of, k) => errorOf(of(x), truths[k]!.value, truths[k]!.rest, 'f64'));
}

const bounds = [1, 1, 2];

test('sine, cosine and tangent of angles from 12800 to the largest double are within 1, 1 and 2 ulp', () => {
  const sizes = fc.double({ min: 12800, max: Number.MAX_VALUE, noNaN: true });
  fc.assert(
    fc.property(sizes, fc.boolean(), (size, isNegative) => {
      errorsAt(isNegative ? -size : size).forEach((error, k) => expect(error).toBeLessThan(bounds[k]!));
    }),
    { numRuns: 300 },
  );
});

test('they are as near beside multiples of pi/2, where hardly a digit is left', () => {
  // 6381956970095103 2^797 is nearest to one of all doubles (W. Kahan, Minimizing q m - n, 1983)
  const nearest = 6381956970095103 * 2 ** 797;
  const beside = [12801, 1e5 + 1, 2 ** 20, 2 ** 31, 1e9 + 7].map((n) => (n * Math.PI) / 2);
  for (const x of [nearest, -nearest, ...beside, 2 ** 1023, Number.MAX_VALUE]) {
    errorsAt(x).forEach((error, k) => expect(error).toBeLessThan(bounds[k]!));
  }
  expect(cosOfHuge(nearest)).toBe(-4.6871659242546277e-19);
});

test('an infinite angle and NaN have none', () => {
  for (const x of [Infinity, -Infinity, NaN]) {
    expect([sinOfHuge(x), cosOfHuge(x), tanOfHuge(x)]).toEqual([NaN, NaN, NaN]);
  }
});
