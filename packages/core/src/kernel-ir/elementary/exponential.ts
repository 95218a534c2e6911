/** e^x, 2^x, e^x - 1. */
import { type Expression, abs, add, less, mul, select, sub } from '../expression.ts';
import {
  type Rounded,
  atLeast,
  atMost,
  formatOf,
  liftOf,
  like,
  ofType,
  polynomial,
  polynomialInHalves,
  powerOfTwo,
  rounded,
  timesLowPowerOfTwo,
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
  return parted(whole, bits, sub(x, mul(whole, like(x, ofType(x, ln2High)))));
}

/** The same of -x. */
export function reduceMinusByLn2(x: Expression, offset: number): Reduced {
  const { whole, bits } = rounded(mul(x, like(x, -Math.LOG2E)), offset);
  return parted(whole, bits, sub(mul(whole, like(x, -ofType(x, ln2High))), x));
}

function parted(whole: Expression, bits: Expression, high: Expression): Reduced {
  const low = mul(whole, like(whole, ofType(whole, ln2Low)));
  return { whole, bits, rest: sub(high, low), high, low };
}

/** e^rest - 1: the larger part of the sum is exact. */
export function expm1OfRest({ rest, high, low }: Reduced): Expression {
  return add(high, sub(beyondRest(rest), low));
}

/** e^rest - 1 - rest. */
export function beyondRest(rest: Expression): Expression {
  return mul(mul(rest, rest), polynomialInHalves('exponential', rest));
}

/** e^rest, from √½ to √2. In f32 a rounding more is well within 2 ulp, and there is less to wait for. */
function expOfRest(reduced: Reduced): Expression {
  const { rest } = reduced;
  const one = like(rest, 1);
  return rest.type === 'f64' ? add(one, expm1OfRest(reduced)) : add(add(one, rest), beyondRest(rest));
}

// Beyond, e^x rounds to infinity, and to 0.
const tooLarge = { f32: 89, f64: 710 } as const;
const tooSmall = { f32: -104, f64: -746 } as const;

export function exp(x: Expression): Expression {
  if (x.kind === 'apply' && x.name === 'neg' && isNeverBelow0(x.args[0]!)) return expOfMinusAndRest(x.args[0]!).power;
  const bounded = atMost(atLeast(x, like(x, ofType(x, tooSmall))), like(x, ofType(x, tooLarge)));
  const reduced = reduceByLn2(bounded, 2 * formatOf(x).bias);
  return timesPowerOfTwo(expOfRest(reduced), reduced.bits);
}

/** Not for any number that goes into it. What else may be so is not asked. */
function isNeverBelow0(x: Expression): boolean {
  return x.kind === 'apply' && (x.name === 'abs' || (x.name === 'mul' && x.args[0] === x.args[1]));
}

/** e^-x for x from 0 on, to the bit as `exp` has it, and what its leading digits, between √½ and √2, lost in rounding. */
export function expOfMinusAndRest(x: Expression): { readonly power: Expression; readonly lost: Expression } {
  const bounded = atMost(x, like(x, -ofType(x, tooSmall)));
  const reduced = reduceMinusByLn2(bounded, formatOf(x).bias + liftOf(x));
  const digits = expOfRest(reduced);
  return {
    power: timesLowPowerOfTwo(digits, reduced.bits),
    lost: add(sub(like(x, 1), digits), expm1OfRest(reduced)),
  };
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
