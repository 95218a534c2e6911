/** Logarithms. */
import {
  type Expression,
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
  shiftRightUnsigned,
  sub,
} from '../expression.ts';
import { ln2High, ln2Low } from './exponential.ts';
import { bitsLike, formatOf, like, ofType, polynomial } from './float.ts';

/** x = 2^exponent (1 + fraction), 1 + fraction between √½ and √2. */
interface Parts {
  readonly exponent: Expression;
  readonly fraction: Expression;
}

/** Bits of √½, of which the fraction's are less than those of all numbers that are to be halved. */
const bitsOfRootHalf = { f32: 0x3f3504f3n, f64: 0x3fe6a09e667f3bcdn } as const;
const smallestNormal = { f32: 2 ** -126, f64: 2 ** -1022 } as const;

/** The parts of a positive finite number. */
function partsOf(x: Expression): Parts {
  const { fractionBits, bias } = formatOf(x);
  const unit = 1n << BigInt(fractionBits);
  const root = ofType(x, bitsOfRootHalf);
  const isSubnormal = less(x, like(x, ofType(x, smallestNormal)));
  const normal = select(isSubnormal, mul(x, like(x, 2 ** fractionBits)), x);
  const bits = add(reinterpret(normal), bitsLike(x, BigInt(bias) * unit - root));
  // The exponent's bits below the point of 2^fractionBits: a float that is larger by as much
  const anchor = 2 ** fractionBits;
  const anchored = or(shiftRightUnsigned(bits, fractionBits), bitsLike(x, BigInt(bias + fractionBits) * unit));
  const offset = select(isSubnormal, like(x, anchor + bias + fractionBits), like(x, anchor + bias));
  const mantissa = reinterpret(add(and(bits, bitsLike(x, unit - 1n)), bitsLike(x, root)));
  return { exponent: sub(reinterpret(anchored), offset), fraction: sub(mantissa, like(x, 1)) };
}

/** What logarithms give for all x, from what they give for positive finite ones. */
function withEdges(x: Expression, finite: Expression): Expression {
  const upper = select(less(x, like(x, Infinity)), finite, x);
  const lower = select(equal(x, like(x, 0)), like(x, -Infinity), like(x, NaN));
  return select(greater(x, like(x, 0)), upper, lower);
}

/** f - log(1 + f), for 1 + f between √½ and √2: s (f - R(s^2)), s = f / (2 + f) (fdlibm, e_log.c). */
function belowFraction(f: Expression): Expression {
  const s = div(f, add(f, like(f, 2)));
  const t = mul(s, s);
  return mul(s, sub(f, mul(t, polynomial('logarithm', t))));
}

export function log(x: Expression): Expression {
  const { exponent, fraction } = partsOf(x);
  const high = mul(exponent, like(x, ofType(x, ln2High)));
  const low = mul(exponent, like(x, ofType(x, ln2Low)));
  return withEdges(x, add(high, sub(fraction, sub(belowFraction(fraction), low))));
}
