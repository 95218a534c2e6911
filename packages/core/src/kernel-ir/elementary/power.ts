/** x^y, by a logarithm with more digits than a result has: an exponent's error is multiplied with the exponent. */
import {
  type Expression,
  abs,
  add,
  and,
  compare,
  div,
  equal,
  greater,
  less,
  mul,
  nearest,
  not,
  or,
  select,
  sub,
  xor,
} from '../expression.ts';
import {
  atLeast,
  atMost,
  bitsLike,
  formatOf,
  like,
  ofType,
  polynomial,
  rounded,
  signOf,
  timesPowerOfTwo,
  turned,
  upperDigits,
} from './float.ts';
import { partsOf } from './logarithm.ts';

/** A sum of two numbers, of which the first has half of its digits, so that products with such another are exact. */
interface Double {
  readonly high: Expression;
  readonly low: Expression;
}

// 2 / (3 log 2), in half of its digits, and the rest
const scaleHigh = { f32: 0.961669921875, f64: 0.9617966860532761 } as const;
const scaleLow = { f32: 0.00012677205086220056, f64: 7.872699542894897e-9 } as const;

/**
 * log2 x of a positive finite number. With s = f / (2 + f), log(1 + f) is 2/3 s (3 + s^2 + ...), of which only what the dots
 * stand for is small enough to be worked out in one number (after fdlibm, e_pow.c).
 */
function log2InTwo(x: Expression): Double {
  const { exponent, fraction, mantissa } = partsOf(x);
  const [one, three] = [like(x, 1), like(x, 3)];
  const inverse = div(one, add(mantissa, one));
  const s = mul(fraction, inverse);
  const sHigh = upperDigits(s);
  const sumHigh = upperDigits(add(mantissa, one));
  const sumLow = sub(mantissa, sub(sumHigh, one));
  const sLow = mul(inverse, sub(sub(fraction, mul(sHigh, sumHigh)), mul(sHigh, sumLow)));
  const square = mul(s, s);
  const curve = mul(mul(square, square), polynomial('logarithmFromFifth', square));
  const rest = add(curve, mul(sLow, add(sHigh, s)));
  const squareHigh = mul(sHigh, sHigh);
  const factorHigh = upperDigits(add(add(three, squareHigh), rest));
  const factorLow = sub(rest, sub(sub(factorHigh, three), squareHigh));
  const product = mul(sHigh, factorHigh);
  const productRest = add(mul(sLow, factorHigh), mul(factorLow, s));
  const high = upperDigits(add(product, productRest));
  const low = sub(productRest, sub(high, product));
  const scaled = mul(high, like(x, ofType(x, scaleHigh)));
  const scaledRest = add(mul(high, like(x, ofType(x, scaleLow))), mul(low, like(x, 2 / (3 * Math.LN2))));
  const total = upperDigits(add(add(scaled, scaledRest), exponent));
  return { high: total, low: sub(scaledRest, sub(sub(total, exponent), scaled)) };
}

/** 2^(y log2 x) for positive finite x and any y. */
function powerOfPositive(x: Expression, y: Expression): Expression {
  const logarithm = log2InTwo(x);
  // However near x is to 1, beyond this y the power is 0 or infinite
  const largest = ofType(x, { f32: 2 ** 40, f64: 2 ** 70 });
  const bounded = atMost(atLeast(y, like(x, -largest)), like(x, largest));
  const yHigh = upperDigits(bounded);
  const high = mul(yHigh, logarithm.high);
  const low = add(mul(sub(bounded, yHigh), logarithm.high), mul(bounded, logarithm.low));
  const end = ofType(x, { f32: 160, f64: 1100 });
  const exponent = atMost(atLeast(add(high, low), like(x, -end)), like(x, end));
  const { whole, bits } = rounded(exponent, 2 * formatOf(x).bias);
  const one = like(x, 1);
  const part = atMost(atLeast(add(sub(high, whole), low), like(x, -1)), one); // far beyond the ends anything may be left
  return timesPowerOfTwo(add(one, mul(part, polynomial('powerOfTwo', part))), bits);
}

/**
 * x^y with the special cases of IEEE 754: 1 for y = 0 and x = 1 whatever the other is, and for x = -1 and an infinite y; of a
 * negative x NaN unless y is a whole number.
 */
export function pow(x: Expression, y: Expression): Expression {
  const [zero, one, infinity] = [like(x, 0), like(x, 1), like(x, Infinity)];
  const size = abs(x);
  const isWhole = equal(nearest(y), y);
  const halved = mul(y, like(x, 0.5));
  const isOdd = and(isWhole, compare('notEqual', nearest(halved), halved));
  const plain = select(and(less(x, zero), not(isWhole)), like(x, NaN), powerOfPositive(size, y));
  const isLarge = xor(less(y, zero), greater(size, zero)); // of powers of 0 and infinity
  const either = add(size, abs(y)); // NaN where one of them is
  const edge = select(equal(either, either), select(isLarge, infinity, zero), either);
  const value = select(and(greater(size, zero), less(size, infinity)), plain, edge);
  const signed = turned(value, select(isOdd, signOf(x), bitsLike(x, 0)));
  return select(or(equal(y, zero), equal(x, one)), one, signed);
}
