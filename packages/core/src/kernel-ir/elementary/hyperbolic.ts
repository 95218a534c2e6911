/** Hyperbolic functions and their inverses. */
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
  reinterpret,
  select,
  shiftLeft,
  shiftRightUnsigned,
  sqrt,
  sub,
} from '../expression.ts';
import { beyondRest, expm1OfRest, ln2High, ln2Low, reduceByLn2, reduceMinusByLn2 } from './exponential.ts';
import { atMost, bitsLike, formatOf, like, odd, ofType, polynomial, powerOfTwo, timesPowerOfTwo } from './float.ts';
import { log1pOfSum } from './logarithm.ts';

/**
 * (1 - e^-2a) / (1 + e^-2a), a = |x|, where e^-2a = 2^n + 2^n (e^r - 1): both sides have one large term, which is exact.
 */
export function tanh(x: Expression): Expression {
  return odd(x, (size) => {
    const bounded = atMost(size, like(x, ofType(x, { f32: 10, f64: 20 }))); // there it rounds to 1
    const reduced = reduceMinusByLn2(add(bounded, bounded), formatOf(x).bias);
    const power = powerOfTwo(reduced.bits, x);
    const { rest } = reduced;
    const part = mul(power, x.type === 'f64' ? expm1OfRest(reduced) : add(rest, beyondRest(rest)));
    const [less, more] = [sub(like(x, 1), power), add(like(x, 1), power)];
    const [above, below] = [sub(less, part), add(more, part)];
    const quotient = div(above, below);
    if (x.type === 'f32') return quotient;
    // What both sums lost in rounding, put back: else the result is just beyond 2 ulp where it is a little less than 1/2.
    const [aboveRest, belowRest] = [sub(sub(less, above), part), sub(part, sub(below, more))];
    return add(quotient, mul(sub(aboveRest, mul(quotient, belowRest)), like(x, 0.6))); // 1 / below, nearly, where it matters
  });
}

/** e^x / 2 for x from 0 on, which may be finite where e^x is not. */
function halfOfExp(x: Expression): Expression {
  const bounded = atMost(x, like(x, ofType(x, { f32: 90, f64: 712 })));
  const reduced = reduceByLn2(bounded, 2 * formatOf(x).bias - 1);
  return timesPowerOfTwo(add(like(x, 1), expm1OfRest(reduced)), reduced.bits);
}

/** (e^x - e^-x) / 2, and a polynomial where that difference would lose digits. */
export function sinh(x: Expression): Expression {
  return odd(x, (size) => {
    const half = halfOfExp(size);
    const square = mul(size, size);
    const near = add(size, mul(mul(size, square), polynomial('hyperbolicSine', square)));
    return select(less(size, like(x, 1)), near, sub(half, div(like(x, 0.25), half)));
  });
}

/** (e^x + e^-x) / 2. */
export function cosh(x: Expression): Expression {
  const half = halfOfExp(abs(x));
  return add(half, div(like(x, 0.25), half));
}

/** From here on, √(x^2 + 1) and √(x^2 - 1) are x. */
const large = { f32: 2 ** 14, f64: 2 ** 28 } as const;

/** log(1 + a + (√(1 + a^2) - 1)), a = |x|; log(2 (1 + a - 1)) where a is large. */
export function asinh(x: Expression): Expression {
  return odd(x, (size) => {
    const [zero, one, isLarge] = [like(x, 0), like(x, 1), greater(size, like(x, ofType(x, large)))];
    const square = mul(size, size);
    const grown = select(isLarge, like(x, -1), div(square, add(one, sqrt(add(one, square)))));
    const sum = add(size, grown);
    const value = log1pOfSum(sum, sub(grown, sub(sum, size)), select(isLarge, one, zero));
    return select(and(greater(size, zero), less(size, like(x, Infinity))), value, size);
  });
}

/** log(1 + t + √(2 t + t^2)), t = x - 1; log(2 (1 + t)) where x is large. */
export function acosh(x: Expression): Expression {
  const [zero, one, isLarge] = [like(x, 0), like(x, 1), greater(x, like(x, ofType(x, large)))];
  const t = sub(x, one);
  const root = sqrt(add(add(t, t), mul(t, t))); // near 1 rounded once before the root, unlike t (2 + t)
  const sum = select(isLarge, t, add(t, root));
  const rest = select(isLarge, zero, sub(t, sub(sum, root)));
  const value = log1pOfSum(sum, rest, select(isLarge, one, zero));
  return select(less(x, one), like(x, NaN), select(less(x, like(x, Infinity)), value, x));
}

/**
 * log((1 + a) / (1 - a)) / 2 = n log 2 / 2 + s + ..., a = |x|: n whole so that the quotient over 2^n is between 1 and 2,
 * s = (q - 1) / (q + 1), which is a itself where n is 0.
 */
export function atanh(x: Expression): Expression {
  const { fractionBits, bias } = formatOf(x);
  return odd(x, (size) => {
    const [zero, one, half] = [like(x, 0), like(x, 1), like(x, 0.5)];
    const [above, below] = [add(one, size), sub(one, size)];
    const biased = shiftRightUnsigned(reinterpret(div(above, below)), fractionBits);
    const anchored = reinterpret(or(biased, bitsLike(x, BigInt(bias + fractionBits) << BigInt(fractionBits))));
    const exponent = sub(anchored, like(x, 2 ** fractionBits + bias));
    const scale = reinterpret(shiftLeft(sub(bitsLike(x, 2 * bias), biased), fractionBits));
    const scaled = mul(above, scale);
    const lost = sub(sub(one, below), size); // by the difference, which below a half is rounded
    const s = select(equal(exponent, zero), size, div(sub(sub(scaled, below), lost), add(scaled, below)));
    const t = mul(s, s);
    const curve = mul(mul(mul(s, half), t), polynomial('logarithmToTwo', t));
    const halves = mul(exponent, half);
    const rest = add(curve, mul(halves, like(x, ofType(x, ln2Low))));
    const value = add(mul(halves, like(x, ofType(x, ln2High))), add(s, rest));
    return select(less(size, one), value, select(equal(size, one), like(x, Infinity), like(x, NaN)));
  });
}
