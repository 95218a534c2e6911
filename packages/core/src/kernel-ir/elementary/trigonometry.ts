/** Sine, cosine, tangent, and their inverses. */
import {
  type Expression,
  abs,
  add,
  and,
  equal,
  greater,
  mul,
  rare,
  reinterpret,
  select,
  shiftLeft,
  sub,
  xor,
} from '../expression.ts';
import { bitsLike, formatOf, horner, like, ofType, polynomial, rounded, turned } from './float.ts';
import { coefficients } from './coefficients.ts';

/** |x| = n pi/2 + rest: n in the lowest bits. */
interface QuarterTurns {
  readonly bits: Expression;
  readonly rest: Expression;
}

/** Up to here multiples of the parts of pi/2 are exact: n has 13 bits (f32), 17 bits (f64). */
const largestAngle = { f32: 12800, f64: 2e5 } as const;

/**
 * pi/2 in parts, of which all but the last have so few digits that their multiples are exact (W. J. Cody, W. Waite 1980), and
 * as many that the rest has all its digits beside every multiple of pi/2.
 */
const halfPi = {
  f32: [1.5703125, 0.00048351287841796875, 3.1385570764541626e-7, 6.07710062827671e-11],
  f64: [1.5707963267923333, 2.5633441512663184e-12, 3.2820035428735005e-22],
} as const;

function quarterTurns(x: Expression): QuarterTurns {
  const size = abs(x);
  const { whole, bits } = rounded(mul(size, like(x, 2 / Math.PI)));
  const [first, ...parts] = ofType<readonly number[]>(x, halfPi).map((part) => mul(whole, like(x, part)));
  const left = sub(size, first!);
  if (x.type === 'f32') return { bits, rest: parts.reduce(sub, left) };
  const [second, third] = parts as [Expression, Expression];
  const rest = sub(left, second);
  return { bits, rest: add(rest, sub(sub(sub(left, rest), second), third)) }; // with what the difference lost in rounding
}

/** Sine and cosine of the rest, |rest| up to pi/4. */
function sineNear(rest: Expression): Expression {
  const square = mul(rest, rest);
  return add(rest, mul(mul(rest, square), polynomial('sine', square)));
}
function cosineNear(rest: Expression): Expression {
  const square = mul(rest, rest);
  return horner([1, -0.5, ...ofType(rest, coefficients.cosine)], square);
}

function isOdd(bits: Expression, x: Expression): Expression {
  const one = bitsLike(x, 1);
  return equal(and(bits, one), one);
}

/** The bit of 2 as a sign. */
function signOfHalfTurns(bits: Expression, x: Expression): Expression {
  return shiftLeft(bits, formatOf(x).fractionBits === 23 ? 30 : 62);
}

function unlessHuge(x: Expression, value: Expression, otherwise: string): Expression {
  return rare(greater(abs(x), like(x, ofType(x, largestAngle))), value, otherwise, [x]);
}

export function sin(x: Expression): Expression {
  const { bits, rest } = quarterTurns(x);
  const size = select(isOdd(bits, x), cosineNear(rest), sineNear(rest));
  const sign = and(xor(signOfHalfTurns(bits, x), reinterpret(x)), bitsLike(x, formatOf(x).signBit));
  return unlessHuge(x, turned(size, sign), 'sinOfHuge');
}

export function cos(x: Expression): Expression {
  const { bits, rest } = quarterTurns(x);
  const size = select(isOdd(bits, x), sineNear(rest), cosineNear(rest));
  const sign = and(signOfHalfTurns(add(bits, bitsLike(x, 1)), x), bitsLike(x, formatOf(x).signBit));
  return unlessHuge(x, turned(size, sign), 'cosOfHuge');
}
