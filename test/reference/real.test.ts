import { describe, expect, test } from 'vitest';
import * as real from './real.mjs';

type Real = ReturnType<typeof real.exactly>;

/** The first digits behind the point, cut off. */
function decimals(x: Real, digits = 45): string {
  const shifted = real.multiply(x, real.exactly(10n ** BigInt(digits)));
  const whole = real.nearest(real.subtract(shifted, real.half)).toString();
  const filled = whole.padStart(digits + 1, '0');
  return `${filled.slice(0, -digits)}.${filled.slice(-digits)}`;
}

function tangentOfInverse(x: Real): Real {
  const { sin, cos } = real.sinCos(real.atan(x));
  return real.divide(sin, cos);
}

describe('the arithmetic behind the tables', () => {
  test.each([
    // sin 1e22: K. C. Ng, Argument reduction for huge arguments: good to the last bit, 1992
    ['pi', real.pi(), '3.141592653589793238462643383279502884197169399'],
    ['e', real.exp(real.one), '2.718281828459045235360287471352662497757247093'],
    ['log 2', real.ln2(), '0.693147180559945309417232121458176568075500134'],
    ['sqrt 2', real.squareRoot(real.two), '1.414213562373095048801688724209698078569671875'],
    ['atan 2', real.atan(real.two), '1.107148717794090503017065460178537040070047645'],
    ['erf 1', real.erf(real.one), '0.842700792949714869341220635082609259296066997'],
    ['sin 1e22', real.sinCos(real.exactly(1e22)).sin, '-0.852200849767188801772705893753029368261762150'],
  ])('%s has the digits it is known to have', (_, value, digits) => {
    const shown = decimals(real.absolute(value));
    expect(`${real.sign(value) < 0 ? '-' : ''}${shown}`).toBe(digits);
  });

  test('functions and their inverses undo each other', () => {
    for (const x of [1e-10, 0.3, 1, 7.5, 300]) {
      const there = real.exactly(x);
      const back = [
        real.log(real.exp(there)),
        real.log1p(real.expm1(there)),
        real.square(real.squareRoot(there)),
        real.multiply(real.square(real.cubeRoot(there)), real.cubeRoot(there)),
        tangentOfInverse(there),
      ];
      for (const found of back) {
        const error = real.divide(real.subtract(found, there), there);
        expect(Math.abs(real.toNumber(error))).toBeLessThan(1e-60);
      }
    }
  });

  test('the nearest double, and what is missing from it, is right down to the smallest', () => {
    const third = real.divide(real.one, real.exactly(3));
    expect(real.toDouble(third)).toEqual({ value: 1 / 3, rest: 1 / 3 });
    const small = real.timesPowerOfTwo(real.exactly(3), -1075); // one and a half of the smallest number: to even
    expect(real.toDouble(small)).toEqual({ value: 1e-323, rest: -0.5 });
    expect(real.toDouble(real.timesPowerOfTwo(real.one, 1024))).toEqual({ value: Infinity, rest: 0 });
    for (const x of [5e-324, 2.2250738585072014e-308, -0.1, 1e300, Number.MAX_VALUE]) {
      expect(real.toDouble(real.exactly(x))).toEqual({ value: x, rest: x < 0 ? -0 : 0 });
    }
  });
});
