/** Powers for step control against the engine's, and to the bit against themselves. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { power } from '../src/power.ts';

describe('power', () => {
  test('is off by at most 2e-7 of the power', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (digits, exponent) => {
          const x = 10 ** digits;
          expect(Math.abs(power(x, exponent) / x ** exponent - 1)).toBeLessThan(2e-7);
        },
      ),
    );
  });

  test('is exact for powers of 2, and the same to the bit on every engine', () => {
    expect(power(8, 1 / 3)).toBe(2);
    expect(power(2 ** -40, 0.25)).toBe(2 ** -10);
    // Written down from one engine; each operation is rounded by IEEE 754.
    expect([power(10, 0.2), power(0.3, -0.2), power(1e-7, 0.8)]).toEqual([
      1.5848932064933299, 1.2722596269623914, 0.000002511886384655806,
    ]);
  });

  test('has the limits of a power at its ends', () => {
    const table = [0, 1e-320, Infinity, NaN, -1].map((x) => [power(x, 0.5), power(x, -0.5), power(x, 0)]);
    expect(table).toEqual([
      [0, Infinity, 1],
      [0, Infinity, 1],
      [Infinity, 0, 1],
      [NaN, NaN, NaN],
      [NaN, NaN, NaN],
    ]);
    expect([power(1e300, 2), power(1e-300, 2)]).toEqual([Infinity, 0]);
  });
});
