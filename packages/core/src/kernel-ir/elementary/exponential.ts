/** e^x, 2^x, e^x - 1. */
import { type Expression, abs, add, less, mul, neg, select, sub } from '../expression.ts';
import {
  type Rounded,
  atLeast,
  atMost,
  formatOf,
  like,
  ofType,
  polynomial,
  powerOfTwo,
  rounded,
  timesPowerOfTwo,
} from './float.ts';

/** log 2 as a number with so few digits that its whole multiples are exact, and the rest (fdlibm, e_exp.c). */
export const ln2High = { f32: 0.693145751953125, f64: 0.6931471803691238 } as const;
export const ln2Low = { f32: 1.428606765330187e-6, f64: 1.9082149292705877e-10 } as const;

/** x = n log 2 + rest, rest = high - low: before that difference is rounded. */
export interface Reduced extends Rounded {
  readonly rest: Expression;
  readonly high: Expression;
  readonly low: Expression;
}

/** For |x| up to some thousands (f32: two hundred). @param offset of the bits of n */
export function reduceByLn2(x: Expression, offset: number): Reduced {
  const { whole, bits } = rounded(mul(x, like(x, Math.LOG2E)), offset);
  const high = sub(x, mul(whole, like(x, ofType(x, ln2High))));
  const low = mul(whole, like(x, ofType(x, ln2Low)));
  return { whole, bits, rest: sub(high, low), high, low };
}

/** e^rest - 1. */
export function expm1OfRest(reduced: Reduced): Expression {
  return add(reduced.high, beyondHigh(reduced));
}

/** e^rest - 1 - high: the smaller part of e^rest - 1, so that the larger one stays exact. */
export function beyondHigh({ rest, low }: Reduced): Expression {
  return sub(mul(mul(rest, rest), polynomial('exponential', rest)), low);
}

// Beyond, e^x rounds to infinity, and to 0.
const tooLarge = { f32: 89, f64: 710 } as const;
const tooSmall = { f32: -104, f64: -746 } as const;

export function exp(x: Expression): Expression {
  const bounded = atMost(atLeast(x, like(x, ofType(x, tooSmall))), like(x, ofType(x, tooLarge)));
  const reduced = reduceByLn2(bounded, 2 * formatOf(x).bias);
  return timesPowerOfTwo(add(like(x, 1), expm1OfRest(reduced)), reduced.bits);
}

/** e^-x for x from 0 on, and what its leading digits, between √½ and √2, lost in rounding. */
export function expOfMinusAndRest(x: Expression): { readonly power: Expression; readonly lost: Expression } {
  const bounded = atMost(x, like(x, -ofType(x, tooSmall)));
  const reduced = reduceByLn2(neg(bounded), 2 * formatOf(x).bias);
  const [one, part] = [like(x, 1), expm1OfRest(reduced)];
  const digits = add(one, part);
  return { power: timesPowerOfTwo(digits, reduced.bits), lost: add(sub(one, digits), part) };
}

/** 2^x; exact for whole x. */
export function exp2(x: Expression): Expression {
  const highest = like(x, ofType(x, { f32: 129, f64: 1025 }));
  const lowest = like(x, ofType(x, { f32: -151, f64: -1076 }));
  const bounded = atMost(atLeast(x, lowest), highest);
  const { whole, bits } = rounded(bounded, 2 * formatOf(x).bias);
  const rest = sub(bounded, whole);
  return timesPowerOfTwo(add(like(x, 1), mul(rest, polynomial('powerOfTwo', rest))), bits);
}

/** e^x - 1, accurate near 0: 2^n (e^r - 1) + (2^n - 1). */
export function expm1(x: Expression): Expression {
  const lowest = like(x, ofType(x, { f32: -18, f64: -38 })); // there it rounds to -1
  const bounded = atMost(atLeast(x, lowest), like(x, ofType(x, tooLarge)));
  const reduced = reduceByLn2(bounded, formatOf(x).bias - 1);
  const half = powerOfTwo(reduced.bits, x); // 2^n may be too large
  const sum = add(mul(half, expm1OfRest(reduced)), sub(half, like(x, 0.5)));
  // In a subnormal number no digit may be lost, and -0 is not to become 0
  const isTiny = less(abs(x), like(x, ofType(x, { f32: 2 ** -26, f64: 2 ** -55 })));
  return select(isTiny, x, add(sum, sum));
}
