/** Sine, cosine, tangent, and their inverses. */
import {
  type Expression,
  abs,
  add,
  addWords,
  and,
  div,
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
import { bitsLike, formatOf, horner, inHalves, like, ofType, polynomial, rounded, signOf, turned } from './float.ts';
import { type Coefficients, coefficients } from './coefficients.ts';

/** x = n pi/2 + rest: n in the lowest bits. */
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
  if (x.type === 'f64') return fineQuarterTurns(x);
  const { bits, multiples } = multiplesOfHalfPi(x);
  return { bits, rest: multiples.reduce(sub, x) };
}

/** The rest rounded once, and what it lacks. */
function fineQuarterTurns(x: Expression): QuarterTurns & { readonly beyond: Expression } {
  const { bits, multiples } = multiplesOfHalfPi(x);
  const [nearly, last] = [multiples[multiples.length - 2]!, multiples[multiples.length - 1]!];
  const left = multiples.slice(0, -2).reduce(sub, x);
  const difference = sub(left, nearly);
  const gained = add(add(sub(difference, left), nearly), last); // in rounding the difference, and the last part
  const rest = sub(difference, gained); // -0 stays what it is
  return { bits, rest, beyond: sub(sub(difference, rest), gained) };
}

function multiplesOfHalfPi(x: Expression): { readonly bits: Expression; readonly multiples: Expression[] } {
  const { whole, bits } = rounded(mul(x, like(x, 2 / Math.PI)));
  return { bits, multiples: ofType<readonly number[]>(x, halfPi).map((part) => mul(whole, like(x, part))) };
}

/** Sine and cosine of the rest, |rest| up to pi/4. The sine of -0 is -0. */
export function sineNear(rest: Expression): Expression {
  const square = mul(rest, rest);
  return mul(rest, add(mul(square, soon(coefficients.sine, square)), like(rest, 1)));
}
export function cosineNear(rest: Expression): Expression {
  const square = mul(rest, rest);
  const { f32, f64 } = coefficients.cosine;
  return add(mul(square, soon({ f32: [-0.5, ...f32], f64: [-0.5, ...f64] }, square)), like(rest, 1));
}

/** Of many coefficients in halves: what is left to wait for is the reduction. Of few that would be one step more. */
function soon(values: Coefficients, t: Expression): Expression {
  return t.type === 'f64' ? inHalves(values.f64, t) : horner(values.f32, t);
}

/** Sine and cosine of what is beyond the quarter turns, as bits. */
interface Turned {
  readonly sine: Expression;
  readonly cosine: Expression;
  /** What makes one of them the other where n is even, and turns the sign with every half turn. */
  readonly change: Expression;
}

function turnedBy({ bits, rest }: QuarterTurns): Turned {
  const [sine, cosine] = [reinterpret(sineNear(rest)), reinterpret(cosineNear(rest))];
  const isEven = addWords(and(bits, bitsLike(rest, 1)), bitsLike(rest, -1)); // all bits or none
  const sign = and(shiftLeft(bits, widthOf(rest) - 2), bitsLike(rest, formatOf(rest).signBit));
  return { sine, cosine, change: xor(and(xor(sine, cosine), isEven), sign) };
}

/** Bits of a number. */
function widthOf(x: Expression): number {
  return ofType(x, { f32: 32, f64: 64 });
}

function unlessHuge(x: Expression, value: Expression, otherwise: string): Expression {
  return rare(greater(abs(x), like(x, ofType(x, largestAngle))), value, otherwise, [x]);
}

export function sin(x: Expression): Expression {
  const { cosine, change } = turnedBy(quarterTurns(x));
  return unlessHuge(x, reinterpret(xor(cosine, change)), 'sinOfHuge');
}

export function cos(x: Expression): Expression {
  const turns = quarterTurns(x);
  const { sine, change } = turnedBy(turns);
  // Unlike the sine's, its sign changes first between the first quarter turn and the second
  const sign = shiftLeft(turns.bits, widthOf(x) - 1);
  return unlessHuge(x, reinterpret(xor(xor(sine, change), sign)), 'cosOfHuge');
}

/** tan r, and beyond half a quarter turn -1 / tan r, from tan r as the sum of two numbers. */
export function tan(x: Expression): Expression {
  const { bits, rest, beyond } = fineQuarterTurns(abs(x));
  const one = bitsLike(x, 1);
  const square = mul(rest, rest);
  const curve = mul(mul(rest, square), polynomial('tangent', square));
  const slope = add(mul(square, like(x, 1.5)), like(x, 1)); // 1 + tan^2 r, nearly
  const small = add(curve, mul(beyond, slope));
  const tangent = add(rest, small);
  const lost = add(sub(rest, tangent), small);
  const inverse = div(like(x, -1), tangent);
  const cotangent = add(inverse, mul(mul(inverse, inverse), lost));
  const size = select(equal(and(bits, one), one), cotangent, tangent);
  return unlessHuge(x, turned(size, signOf(x)), 'tanOfHuge');
}
