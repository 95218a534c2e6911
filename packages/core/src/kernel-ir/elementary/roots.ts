/** Cube root and hypotenuse. */
import {
  type Expression,
  abs,
  add,
  and,
  div,
  equal,
  greater,
  less,
  mul,
  or,
  select,
  sqrt,
  sub,
} from '../expression.ts';
import { formatOf, like, odd, ofType, polynomial, powerOfTwo, rounded, upperDigits } from './float.ts';
import { partsOf } from './logarithm.ts';

/**
 * Of 2^(3 q + r) m, r from -1 to 1: 2^q times the root of 2^r m, which a polynomial gives to some digits, and one step of
 * Halley's iteration from a number so short that its square is exact (fdlibm, s_cbrt.c) to all.
 */
export function cbrt(x: Expression): Expression {
  return odd(x, (size) => {
    const { exponent, mantissa } = partsOf(size);
    const third = rounded(mul(exponent, like(x, 1 / 3)), formatOf(x).bias);
    const left = sub(exponent, mul(third.whole, like(x, 3)));
    const [isAbove, isBelow] = [greater(left, like(x, 0)), less(left, like(x, 0))];
    const choose = (above: number, below: number): Expression =>
      select(isAbove, like(x, above), select(isBelow, like(x, below), like(x, 1)));
    const cube = mul(mantissa, choose(2, 0.5));
    const root = upperDigits(mul(polynomial('cubeRoot', mantissa), choose(Math.cbrt(2), Math.cbrt(0.5))));
    const quotient = div(cube, mul(root, root));
    const step = div(sub(quotient, root), add(add(root, root), quotient));
    const value = mul(add(root, mul(root, step)), powerOfTwo(third.bits, x));
    return select(and(greater(size, like(x, 0)), less(size, like(x, Infinity))), value, size);
  });
}

/** √(x^2 + y^2), where the squares alone would overflow or vanish too; infinite where one of them is, even beside NaN. */
export function hypot(x: Expression, y: Expression): Expression {
  const { root, unscale, isInfinite } = scaledRoot(x, y);
  return select(isInfinite, like(x, Infinity), mul(root, unscale));
}

/**
 * x divided by hypot(x, y) so many times, 0 where that is 0 / 0 or a side is infinite. First by the scaled root, which is
 * finite where the hypotenuse is not.
 */
export function overHypotenuse(x: Expression, y: Expression, times: 1 | 2): Expression {
  const { root, scale, unscale, isInfinite } = scaledRoot(x, y);
  const [zero, share] = [like(x, 0), div(mul(x, scale), root)];
  const isNone = or(equal(root, zero), isInfinite);
  return select(isNone, zero, times === 1 ? share : div(share, mul(root, unscale)));
}

/** The hypotenuse of sides times a power of two, which rounds nothing, and by what it is brought back. */
function scaledRoot(x: Expression, y: Expression): Record<'root' | 'scale' | 'unscale' | 'isInfinite', Expression> {
  const { large, small, by } = ofType(x, {
    f32: { large: 2 ** 62, small: 2 ** -40, by: 2 ** 90 },
    f64: { large: 2 ** 510, small: 2 ** -400, by: 2 ** 600 },
  });
  // In the same order whichever is named first, so that both are one expression
  const [a, b] = x.id < y.id ? [abs(x), abs(y)] : [abs(y), abs(x)];
  const isLarge = or(greater(a, like(x, large)), greater(b, like(x, large)));
  const isSmall = and(less(a, like(x, small)), less(b, like(x, small)));
  const choose = (forLarge: number, forSmall: number): Expression =>
    select(isLarge, like(x, forLarge), select(isSmall, like(x, forSmall), like(x, 1)));
  const scale = choose(1 / by, by);
  const [p, q] = [mul(a, scale), mul(b, scale)];
  const infinity = like(x, Infinity);
  return {
    root: sqrt(add(mul(p, p), mul(q, q))),
    scale,
    unscale: choose(by, 1 / by),
    isInfinite: or(equal(a, infinity), equal(b, infinity)),
  };
}
