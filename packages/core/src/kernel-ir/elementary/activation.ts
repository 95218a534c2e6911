/** x times its share: activations that are too small to be worked out as a product far below 0. */
import { type Expression, abs, add, and, compare, div, less, mul, neg, select, sub } from '../expression.ts';
import { expm1OfRest, reduceByLn2 } from './exponential.ts';
import { atLeast, atMost, formatOf, like, ofType, timesPowerOfTwo, upperDigits } from './float.ts';

/** Below it, not even the product with x is more than 0. */
const lowest = { f32: 112, f64: 760 } as const;

/**
 * x / (1 + w), and below 0 x e^x / (1 + w), where the power of two comes last, so that no digit is lost before.
 *
 * @param wOf gives w, from 0 to 1, of e^-|x|
 */
function timesShare(x: Expression, wOf: (power: Expression, isBelow: Expression) => Expression): Expression {
  const [zero, one] = [like(x, 0), like(x, 1)];
  const bounded = atLeast(x, like(x, -ofType(x, lowest)));
  const reduced = reduceByLn2(neg(atMost(abs(bounded), like(x, ofType(x, lowest)))), 2 * formatOf(x).bias);
  const part = expm1OfRest(reduced);
  const isBelow = less(x, zero);
  const w = wOf(timesPowerOfTwo(add(one, part), reduced.bits), isBelow);
  const whole = add(one, w);
  const change = mul(bounded, part);
  const scaled = add(bounded, change); // x e^x without its power of two
  const quotient = div(select(isBelow, scaled, bounded), whole);
  // What both sums lost in rounding, put back: else the result is beyond its bound.
  const lostAbove = select(isBelow, add(sub(bounded, scaled), change), zero);
  const lostBelow = mul(quotient, sub(sub(whole, one), w));
  const inverse = sub(one, mul(w, like(x, 0.5))); // 1 / whole, nearly
  const value = add(quotient, mul(add(lostAbove, lostBelow), inverse));
  const small = select(isBelow, timesPowerOfTwo(value, reduced.bits), value);
  return select(and(less(x, like(x, 50)), compare('notEqual', x, zero)), small, x); // -0 too is itself
}

/** `x / (1 + e^-x)`. */
export function silu(x: Expression): Expression {
  return timesShare(x, (power) => power);
}

/** `x tanh(log(1 + e^x))`: with p = e^-|x|, w is 2 p^2 / (1 + 2 p), and below 0 p (p + 1) / (p + 2). */
export function mish(x: Expression): Expression {
  return timesShare(x, (power, isBelow) => {
    const [one, doubled] = [like(x, 1), add(power, power)];
    const above = mul(power, select(isBelow, add(power, one), doubled));
    return div(above, select(isBelow, add(power, like(x, 2)), add(doubled, one)));
  });
}

// 2 √(2 / pi), and 0.044715 times that, each as the sum of two numbers
const linear = {
  f32: [1.5957691669464111, -4.534068054340423e-8],
  f64: [1.5957691216057308, -9.96930880911092e-17],
} as const;
const cubic = {
  f32: [0.07135481387376785, 2.3988324659995897e-9],
  f64: [0.07135481627260025, -6.175149918155315e-19],
} as const;

/** A number, and what it lacks. */
type Double = readonly [value: Expression, rest: Expression];

/** The product, and what it loses in rounding (T. J. Dekker 1971). */
function product(x: Expression, y: Expression): Double {
  const value = mul(x, y);
  const [xHigh, yHigh] = [upperDigits(x), upperDigits(y)];
  const [xLow, yLow] = [sub(x, xHigh), sub(y, yHigh)];
  const known = add(add(sub(mul(xHigh, yHigh), value), mul(xLow, yHigh)), mul(xHigh, yLow));
  return [value, add(known, mul(xLow, yLow))];
}

/**
 * `x (1 + tanh(v / 2)) / 2 = x / (1 + e^-v)`, v = linear x + cubic x^3: gelu with tanh in place of the error function. v is
 * worked out in two numbers, as the power is as sensitive as it is large.
 */
export function geluTanh(x: Expression): Expression {
  const [zero, one] = [like(x, 0), like(x, 1)];
  const end = like(x, ofType(x, { f32: 12, f64: 24 }));
  const bounded = atLeast(x, neg(end));
  const size = atMost(abs(bounded), end);
  const [a, aRest] = ofType<readonly [number, number]>(x, linear).map((value) => like(x, value)) as [
    Expression,
    Expression,
  ];
  const [c, cRest] = ofType<readonly [number, number]>(x, cubic).map((value) => like(x, value)) as [
    Expression,
    Expression,
  ];
  const [square, squareRest] = product(size, size);
  const [curve, curveRest] = product(c, square);
  const factor = add(a, curve);
  const grown = sub(factor, a);
  const sumRest = add(sub(a, sub(factor, grown)), sub(curve, grown));
  const rests = add(add(curveRest, mul(c, squareRest)), add(mul(cRest, square), add(aRest, sumRest)));
  const [v, vRest] = product(size, factor);
  const reduced = reduceByLn2(neg(v), 2 * formatOf(x).bias);
  const low = add(reduced.low, add(vRest, mul(size, rests)));
  const digits = add(one, expm1OfRest({ ...reduced, low, rest: sub(reduced.high, low) }));
  const isBelow = less(x, zero);
  const share = div(select(isBelow, mul(bounded, digits), x), add(one, timesPowerOfTwo(digits, reduced.bits)));
  return select(isBelow, timesPowerOfTwo(share, reduced.bits), share);
}
