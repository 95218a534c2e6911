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
  shiftLeft,
  shiftRightUnsigned,
  sub,
} from '../expression.ts';
import { ln2High, ln2Low } from './exponential.ts';
import { bitsLike, formatOf, like, ofType, polynomial, upperDigits } from './float.ts';

/** x = 2^exponent (1 + fraction), 1 + fraction between √½ and √2. */
export interface Parts {
  readonly exponent: Expression;
  readonly fraction: Expression;
  /** 1 + fraction, exactly. */
  readonly mantissa: Expression;
  /** 2^(1 - exponent), which is a number also for the largest x. */
  readonly scale: Expression;
}

/** Numbers with a larger fraction than √½ are halved: so much less are their bits. */
const bitsOfRootHalf = { f32: 0x3f3504f3n, f64: 0x3fe6a09e667f3bcdn } as const;
const smallestNormal = { f32: 2 ** -126, f64: 2 ** -1022 } as const;

/** The parts of a positive finite number. */
export function partsOf(x: Expression): Parts {
  const { fractionBits } = formatOf(x);
  const isSubnormal = less(x, like(x, ofType(x, smallestNormal)));
  const normal = select(isSubnormal, mul(x, like(x, 2 ** fractionBits)), x);
  return partsOfNormal(normal, (offset) => select(isSubnormal, like(x, offset + fractionBits), like(x, offset)));
}

/** @param raised is what to subtract from the exponent, where that is `offset` too large in any case */
function partsOfNormal(x: Expression, raised = (offset: number): Expression => like(x, offset)): Parts {
  const { fractionBits, bias } = formatOf(x);
  const unit = 1n << BigInt(fractionBits);
  const root = ofType(x, bitsOfRootHalf);
  const bits = add(reinterpret(x), bitsLike(x, BigInt(bias) * unit - root));
  const biased = shiftRightUnsigned(bits, fractionBits);
  // As the lowest bits of 2^fractionBits it makes that float larger by as much
  const anchored = reinterpret(or(biased, bitsLike(x, BigInt(bias + fractionBits) * unit)));
  const mantissa = reinterpret(add(and(bits, bitsLike(x, unit - 1n)), bitsLike(x, root)));
  return {
    exponent: sub(anchored, raised(2 ** fractionBits + bias)),
    mantissa,
    fraction: sub(mantissa, like(x, 1)),
    scale: reinterpret(shiftLeft(sub(bitsLike(x, 2 * bias + 1), biased), fractionBits)),
  };
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

/** @param rest what the fraction lacks */
function logOfParts({ exponent, fraction }: Parts, rest: Expression = like(exponent, 0)): Expression {
  const high = mul(exponent, like(exponent, ofType(exponent, ln2High)));
  const low = mul(exponent, like(exponent, ofType(exponent, ln2Low)));
  return add(high, sub(fraction, sub(belowFraction(fraction), plus(low, rest))));
}

/** The sum, without an addition of a constant 0. */
function plus(a: Expression, b: Expression): Expression {
  return b.kind === 'constant' && b.value === 0 ? a : add(a, b);
}

/** Natural logarithm. */
export function log(x: Expression): Expression {
  return withEdges(x, logOfParts(partsOf(x)));
}

/** Logarithm to base 2; exact at its whole powers. */
export function log2(x: Expression): Expression {
  const { exponent, fraction } = partsOf(x);
  return withEdges(x, add(exponent, mul(sub(fraction, belowFraction(fraction)), like(x, Math.LOG2E))));
}

// log10(2) and log10(e), each as a number with so few digits that products with it are exact, and the rest
const log10Of2High = { f32: 0.301025390625, f64: 0.30102999566361177 } as const;
const log10Of2Low = { f32: 4.605039066518657e-6, f64: 3.694239077158931e-13 } as const;
const log10OfEHigh = { f32: 0.434326171875, f64: 0.4342944818781689 } as const;
const log10OfELow = { f32: -3.168997136526741e-5, f64: 2.5082946711645275e-11 } as const;

/**
 * Logarithm to base 10; exact at its whole powers, for which the sum is worked out in two numbers (fdlibm's successors,
 * FreeBSD e_log10.c).
 */
export function log10(x: Expression): Expression {
  const { exponent, fraction } = partsOf(x);
  const halfSquare = mul(mul(fraction, fraction), like(x, 0.5));
  const s = div(fraction, add(fraction, like(x, 2)));
  const t = mul(s, s);
  const beyond = mul(s, add(halfSquare, mul(t, polynomial('logarithm', t))));
  const high = upperDigits(sub(fraction, halfSquare));
  const low = add(sub(sub(fraction, high), halfSquare), beyond);
  const [eHigh, eLow] = [like(x, ofType(x, log10OfEHigh)), like(x, ofType(x, log10OfELow))];
  const [whole, part] = [mul(exponent, like(x, ofType(x, log10Of2High))), mul(high, eHigh)];
  const sum = add(whole, part);
  const rests = [mul(add(low, high), eLow), mul(low, eHigh), add(sub(whole, sum), part)];
  const rest = rests.reduce(add, mul(exponent, like(x, ofType(x, log10Of2Low))));
  return withEdges(x, add(sum, rest));
}

/** log(1 + x), accurate near 0. */
export function log1p(x: Expression): Expression {
  const { sum, parts, lost } = partsOfNext(x);
  const value = withEdges(sum, logOfParts({ ...parts, fraction: add(parts.fraction, lost) }));
  return select(equal(x, like(x, 0)), x, value); // of -0 too
}

/** log(2^doublings (1 + x + rest)), rest small beside x. */
export function log1pOfSum(x: Expression, rest: Expression, doublings: Expression): Expression {
  const { sum, parts, lost } = partsOfNext(x, rest);
  const fraction = add(parts.fraction, lost);
  const exponent = add(parts.exponent, doublings);
  return withEdges(sum, logOfParts({ ...parts, exponent, fraction }, sub(lost, sub(fraction, parts.fraction))));
}

/** The parts of 1 + x, and what the fraction lacks of what that sum loses in rounding, with a rest. */
function partsOfNext(
  x: Expression,
  rest: Expression = like(x, 0),
): { readonly sum: Expression; readonly parts: Parts; readonly lost: Expression } {
  const one = like(x, 1);
  const sum = add(one, x);
  const grown = sub(sum, one);
  const lost = add(sub(one, sub(sum, grown)), sub(x, grown)); // exactly (D. E. Knuth, TAOCP 2, 4.2.2)
  const parts = partsOfNormal(sum);
  return { sum, parts, lost: mul(mul(plus(lost, rest), parts.scale), like(x, 0.5)) };
}
