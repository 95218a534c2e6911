/**
 * The error function and what is made of it. Near 0 a polynomial, beyond it e^(x^2) erfc(x) as one in (x - k) / (x + k), which
 * takes all numbers from 0 on to a short interval (after M. M. Shepherd, J. G. Laframboise, Math. Comp. 36, 1981).
 */
import { type Expression, abs, add, div, less, mul, neg, select, sub } from '../expression.ts';
import { expm1OfRest, reduceByLn2 } from './exponential.ts';
import { atMost, formatOf, like, odd, ofType, polynomial, timesPowerOfTwo, upperDigits } from './float.ts';

/** Where the two meet. */
const middle = 0.5;

/** erf(x), |x| up to `middle`. */
function nearZero(x: Expression): Expression {
  return add(x, mul(x, polynomial('errorFunction', mul(x, x))));
}

/** e^(x^2) erfc(x) for x from `middle` on. */
function scaledTail(x: Expression): Expression {
  const k = like(x, ofType(x, { f32: 2.5, f64: 4 }));
  const sum = add(x, k);
  return div(polynomial('errorFunctionTail', div(sub(x, k), sum)), sum); // two divisions: with one, errors nearly double
}

/**
 * factor e^(-scale x^2), where what the square loses in rounding is kept: the power is as sensitive as it is large. For x up to
 * 40 (f32: 15).
 *
 * @param scale a power of two
 */
function timesBell(factor: Expression, x: Expression, scale: number): Expression {
  const high = upperDigits(x);
  const square = mul(mul(high, high), like(x, -scale));
  const missing = mul(mul(sub(x, high), add(x, high)), like(x, scale));
  const reduced = reduceByLn2(square, 2 * formatOf(x).bias);
  const low = add(reduced.low, missing);
  const part = expm1OfRest({ ...reduced, low, rest: sub(reduced.high, low) });
  return timesPowerOfTwo(mul(factor, add(like(x, 1), part)), reduced.bits);
}

/** erfc(x) for x from `middle` on. */
function tail(x: Expression): Expression {
  const bounded = atMost(x, like(x, ofType(x, { f32: 10.5, f64: 28 }))); // there it rounds to 0
  return timesBell(scaledTail(bounded), bounded, 1);
}

/** erf(x) for x from 0 on. */
function ofSize(x: Expression): Expression {
  return select(less(x, like(x, middle)), nearZero(x), sub(like(x, 1), tail(x)));
}

/** 2/√π times the integral of e^(-t^2) from 0 to x. */
export function erf(x: Expression): Expression {
  return odd(x, ofSize);
}

/** 1 - erf(x), to full precision where that difference has none left. */
export function erfc(x: Expression): Expression {
  const [one, size] = [like(x, 1), abs(x)];
  const above = select(less(size, like(x, middle)), sub(one, nearZero(size)), tail(size));
  return select(less(x, like(x, 0)), add(one, ofSize(size)), above);
}

/** x times the share of a normal distribution below x: `x erfc(-x / √2) / 2`. */
export function gelu(x: Expression): Expression {
  const zero = like(x, 0);
  const size = atMost(abs(x), like(x, ofType(x, { f32: 15, f64: 40 })));
  const scaled = mul(size, like(x, Math.SQRT1_2));
  // The square of x itself: that of x / √2, rounded, would be off by as much as the square is large.
  const beyond = timesBell(mul(mul(size, like(x, 0.5)), scaledTail(scaled)), size, 0.5);
  const far = select(less(x, zero), neg(beyond), sub(x, beyond));
  const half = like(x, 0.5);
  const near = mul(x, add(half, mul(half, nearZero(mul(x, like(x, Math.SQRT1_2))))));
  return select(less(scaled, like(x, middle)), near, far);
}
