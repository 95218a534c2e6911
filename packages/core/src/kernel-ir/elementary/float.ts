/** What the elementary functions share: numbers of the type of x, parts of a float, rounding by addition, signs. */
import {
  type Expression,
  abs,
  add,
  and,
  constant,
  less,
  mul,
  reinterpret,
  select,
  shiftLeft,
  shiftRightUnsigned,
  sub,
  xor,
} from '../expression.ts';
import { type Coefficients, coefficients } from './coefficients.ts';

/** How a float lies in its bits: sign, exponent + bias, fraction (IEEE 754). */
export interface Format {
  readonly fractionBits: number;
  readonly bias: number;
  readonly signBit: bigint;
}

const formats: Readonly<Record<'f32' | 'f64', Format>> = {
  f32: { fractionBits: 23, bias: 127, signBit: -(2n ** 31n) },
  f64: { fractionBits: 52, bias: 1023, signBit: -(2n ** 63n) },
};

export function formatOf(x: Expression): Format {
  return formats[floatTypeOf(x)];
}

function floatTypeOf(x: Expression): 'f32' | 'f64' {
  if (x.type === 'f32' || x.type === 'f64') return x.type;
  throw new RangeError(`kernel language: an elementary function of ${x.type}`);
}

/** The value of each type: constants that must be rounded, or cut, for it. */
export function ofType<T>(x: Expression, values: Readonly<Record<'f32' | 'f64', T>>): T {
  return values[floatTypeOf(x)];
}

/** A number of the type of x. */
export function like(x: Expression, value: number): Expression {
  return constant(value, x.type);
}

/** A whole number as wide as x. */
export function bitsLike(x: Expression, value: number | bigint): Expression {
  return constant(BigInt(value), ofType(x, { f32: 'i32', f64: 'i64' }));
}

/** The polynomial of that name at t, highest power first (Horner). */
export function polynomial(name: keyof typeof coefficients, t: Expression): Expression {
  const set: Coefficients = coefficients[name];
  const values = ofType(t, set);
  return horner(values, t);
}

/** The same in halves. */
export function polynomialInHalves(name: keyof typeof coefficients, t: Expression): Expression {
  const set: Coefficients = coefficients[name];
  return inHalves(ofType(t, set), t);
}

/**
 * The polynomial with these coefficients, from the constant up, even and odd powers apart, so that half as many steps wait
 * for each other. It is no more work for whom needs the square of t anyway.
 */
export function inHalves(values: readonly number[], t: Expression): Expression {
  const square = mul(t, t);
  const half = (start: number): Expression =>
    horner(
      values.filter((_, k) => k % 2 === start),
      square,
    );
  return add(half(0), mul(half(1), t));
}

/** The polynomial with these coefficients, from the constant up. */
export function horner(values: readonly number[], t: Expression): Expression {
  return values
    .slice(0, -1)
    .reduceRight((sum, value) => add(mul(sum, t), like(t, value)), like(t, values[values.length - 1]!));
}

/** x, but at least `low`; NaN stays NaN. (Unlike `max`, one machine instruction.) */
export function atLeast(x: Expression, low: Expression): Expression {
  return select(less(x, low), low, x);
}

/** x, but at most `high`; NaN stays NaN. */
export function atMost(x: Expression, high: Expression): Expression {
  return select(less(high, x), high, x);
}

/** The whole number nearest to a sum, as a float and as the lowest bits of a whole number. */
export interface Rounded {
  readonly whole: Expression;
  readonly bits: Expression;
}

/**
 * x rounded to a whole number: a float near 1.5 * 2^23 (2^52) has no place for fractions, and its lowest bits count in units.
 * For |x| below 2^21 (2^50).
 *
 * @param offset is added to the bits, not to the float
 */
export function rounded(x: Expression, offset: number = 0): Rounded {
  const anchor = like(x, 1.5 * 2 ** formatOf(x).fractionBits + offset);
  const anchored = add(x, anchor);
  return { whole: sub(anchored, anchor), bits: reinterpret(anchored) };
}

/** 2^n, where the lowest bits are n + bias: of numbers that are not subnormal. */
export function powerOfTwo(bits: Expression, x: Expression): Expression {
  return reinterpret(shiftLeft(bits, formatOf(x).fractionBits));
}

/** x 2^n, where the lowest bits are n + 2 bias, in two steps, of which only the last rounds: down to the smallest numbers. */
export function timesPowerOfTwo(x: Expression, bits: Expression): Expression {
  const half = shiftRightUnsigned(bits, 1);
  return mul(mul(x, powerOfTwo(half, x)), powerOfTwo(sub(bits, half), x));
}

/** x 2^n for n from some way below the smallest power up to 0, where the lowest bits are n + bias + `lift`: as precise. */
export function timesLowPowerOfTwo(x: Expression, bits: Expression): Expression {
  return mul(mul(x, powerOfTwo(bits, x)), like(x, 2 ** -liftOf(x)));
}

/** Powers of two below all others, times 2 to this, are not subnormal. */
export function liftOf(x: Expression): number {
  return ofType(x, { f32: 64, f64: 512 });
}

/** Only the sign bit, as a whole number. */
export function signOf(x: Expression): Expression {
  return and(reinterpret(x), bitsLike(x, formatOf(x).signBit));
}

/** x with its sign turned where the sign bit is set in `sign`, of which the other bits are 0. */
export function turned(x: Expression, sign: Expression): Expression {
  return reinterpret(xor(reinterpret(x), sign));
}

/** An odd function from what it is for |x|: zeros keep their sign too. */
export function odd(x: Expression, of: (size: Expression) => Expression): Expression {
  return turned(of(abs(x)), signOf(x));
}

/** x cut off after half of its digits (12, 26), so that products of such numbers are exact. */
export function upperDigits(x: Expression): Expression {
  return reinterpret(and(reinterpret(x), bitsLike(x, ofType(x, { f32: -(2 ** 12), f64: -(2 ** 27) }))));
}
