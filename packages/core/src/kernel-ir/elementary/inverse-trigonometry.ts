/** Inverse trigonometric functions. */
import {
  type Expression,
  abs,
  add,
  div,
  equal,
  greater,
  less,
  mul,
  neg,
  reinterpret,
  select,
  sqrt,
  sub,
} from '../expression.ts';
import { atMost, bitsLike, like, odd, ofType, polynomial, signOf, turned } from './float.ts';

/** pi/2 as the sum of two numbers; pi/4 and pi are their halves and doubles. */
const halfPi = { f32: 1.5707963705062866, f64: Math.PI / 2 } as const;
const halfPiRest = { f32: -4.371138828673793e-8, f64: 6.123233995736766e-17 } as const;

/** asin s = s + s R, of a itself below a half, else of s = √((1 - a) / 2), since asin a = pi/2 - 2 asin s. */
function arcsine(size: Expression): {
  readonly isBelow: Expression;
  readonly s: Expression;
  readonly curve: Expression;
} {
  const half = like(size, 0.5);
  const isBelow = less(size, half);
  const square = select(isBelow, mul(size, size), mul(sub(like(size, 1), size), half));
  const s = select(isBelow, size, sqrt(square));
  return { isBelow, s, curve: mul(mul(s, square), polynomial('arcsine', square)) };
}

export function asin(x: Expression): Expression {
  return odd(x, (size) => {
    const { isBelow, s, curve } = arcsine(size);
    const rest = sub(add(curve, curve), like(x, ofType(x, halfPiRest)));
    const beyond = sub(like(x, ofType(x, halfPi)), add(add(s, s), rest));
    return select(isBelow, add(s, curve), beyond);
  });
}

export function acos(x: Expression): Expression {
  const { isBelow, s, curve } = arcsine(abs(x));
  const [right, rest] = [like(x, ofType(x, halfPi)), like(x, ofType(x, halfPiRest))];
  const sign = signOf(x);
  const near = sub(right, turned(sub(s, sub(turned(rest, sign), curve)), sign));
  const isNegative = less(x, like(x, 0));
  const beyond = sub(right, sub(add(s, curve), rest));
  const doubled = select(isNegative, beyond, add(s, curve));
  return select(isBelow, near, add(doubled, doubled));
}

/** An angle between 0 and pi/2: `whole` pi/4, and the inverse tangent of a quotient. */
function arctangent(whole: Expression, quotient: Expression): Expression {
  const square = mul(quotient, quotient);
  const curve = mul(mul(quotient, square), polynomial('arctangent', square));
  const rest = mul(whole, like(quotient, ofType(quotient, halfPiRest) / 2));
  return add(mul(whole, like(quotient, ofType(quotient, halfPi) / 2)), add(quotient, add(curve, rest)));
}

const tangentOf3Eighths = 2.414213562373095; // tan(3 pi/8)

/** The angle of the point (x, y), both from 0 on and not both 0; further turned by `whole` quarters of pi. */
function angleOf(
  y: Expression,
  x: Expression,
): { readonly whole: Expression; readonly top: Expression; readonly bottom: Expression } {
  const isSteep = greater(y, mul(x, like(x, tangentOf3Eighths)));
  const isMiddle = greater(y, mul(x, like(x, 0.5)));
  return {
    whole: select(isSteep, like(x, 2), select(isMiddle, like(x, 1), like(x, 0))),
    top: select(isSteep, neg(x), select(isMiddle, sub(y, x), y)),
    bottom: select(isSteep, y, select(isMiddle, add(y, x), x)),
  };
}

export function atan(x: Expression): Expression {
  return odd(x, (size) => {
    const { whole, top, bottom } = angleOf(size, like(x, 1));
    return arctangent(whole, div(top, bottom));
  });
}

/** The angle of the point (x, y), from -pi to pi; the signs of zeros count. */
export function atan2(y: Expression, x: Expression): Expression {
  const zero = like(x, 0);
  const sum = add(abs(y), abs(x));
  // Large ones are made smaller, so that sums are finite; infinity is then so large a number that nothing else counts beside it.
  const { large, infinite } = ofType(x, {
    f32: { large: 2 ** 60, infinite: 2 ** 127 },
    f64: { large: 2 ** 500, infinite: 2 ** 1023 },
  });
  const scale = select(greater(sum, like(x, large)), like(x, 1 / large), like(x, 1));
  const [high, across] = [abs(y), abs(x)].map((side) => atMost(mul(side, scale), like(x, infinite / 4))) as [
    Expression,
    Expression,
  ];
  const { whole, top, bottom } = angleOf(high, across);
  const quotient = select(equal(sum, zero), zero, div(top, bottom));
  const isBehind = less(reinterpret(x), bitsLike(x, 0)); // -0 too
  const quarters = select(isBehind, sub(like(x, 4), whole), whole);
  return turned(arctangent(quarters, turned(quotient, signOf(x))), signOf(y));
}
