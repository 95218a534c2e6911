/**
 * Sine, cosine and tangent of angles so large that whole turns cannot be taken off in the arithmetic of their type: what the
 * host computes for `rare`. In basic arithmetic alone, and so the same in every engine.
 *
 * M. H. Payne, R. N. Hanek, Radian reduction for trigonometric functions, SIGNUM Newsletter 18 (1983): of the product with
 * 2/pi only those digits are worked out that are neither whole turns nor too small to matter.
 */
import { coefficients } from './coefficients.ts';

/** 2/pi after the point, in digits of 24 bits: 52 of them, as far as the largest double reaches. */
const twoOverPi = [
  0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041, 0xfe5163, 0xabdebb, 0xc561b7,
  0x246e3a, 0x424dd2, 0xe00649, 0x2eea09, 0xd1921c, 0xfe1deb, 0x1cb129, 0xa73ee8, 0x8235f5, 0x2ebb44, 0x84e99c,
  0x7026b4, 0x5f7e41, 0x3991d6, 0x398353, 0x39f49c, 0x845f8b, 0xbdf928, 0x3b1ff8, 0x97ffde, 0x05980f, 0xef2f11,
  0x8b5a0a, 0x6d1f6d, 0x367ecf, 0x27cb09, 0xb74f46, 0x3f669e, 0x5fea2d, 0x7527ba, 0xc7ebe5, 0xf17b3d, 0x0739f7,
  0x8a5292, 0xea6bfb, 0x5fb11f, 0x8d5d08, 0x560330, 0x46fc7b, 0x6babf0, 0xcfbc20,
];

const base = 2 ** 24;
const columns = 8; // 7 digits behind the point: the double nearest to a multiple of pi/2 is off it by 2^-61
const halfPi = 1.5707963267948966;
const halfPiRest = 6.123233995736766e-17;

export function sinOfHuge(x: number): number {
  const angle = reduce(Math.abs(x));
  const value = along(angle, angle.quadrant);
  return x < 0 ? -value : value;
}

export function cosOfHuge(x: number): number {
  const angle = reduce(Math.abs(x));
  return along(angle, angle.quadrant + 1);
}

export function tanOfHuge(x: number): number {
  return sinOfHuge(x) / cosOfHuge(x);
}

/** quadrant pi/2 + high + low, |high| up to pi/4. */
interface Angle {
  readonly quadrant: number;
  readonly high: number;
  readonly low: number;
}

/** The sine, `quadrant` quarter turns further on. */
function along({ high, low }: Angle, quadrant: number): number {
  const value = quadrant % 2 === 0 ? sine(high, low) : cosine(high, low);
  return quadrant % 4 < 2 ? value : -value;
}

const bits = new DataView(new ArrayBuffer(8));

function reduce(size: number): Angle {
  if (!(size < Infinity)) return { quadrant: 0, high: NaN, low: 0 };
  const digits = turnsIn(size);
  // The nearest quarter turn: what is behind the point, or what is missing to 1
  const isUp = digits[1]! >= base / 2;
  const behind = isUp ? digits.map((digit) => base - 1 - digit) : digits;
  const pairs = [1, 3, 5].map((k) => behind[k]! * base ** -k + behind[k + 1]! * base ** (-k - 1)) as [
    number,
    number,
    number,
  ];
  const turns = pairs[0] + pairs[1];
  const turnsRest = pairs[1] - (turns - pairs[0]) + pairs[2];
  const product = turns * halfPi;
  const productRest = productError(turns, halfPi, product) + (turns * halfPiRest + turnsRest * halfPi);
  const high = product + productRest;
  const low = productRest - (high - product);
  const quadrant = (digits[0]! % 4) + (isUp ? 1 : 0);
  return isUp ? { quadrant, high: -high, low: -low } : { quadrant, high, low };
}

/** Digits of `size` times 2/pi: the last before the point, which tells the quadrant, and those behind it. */
function turnsIn(size: number): number[] {
  bits.setFloat64(0, size);
  const exponent = (bits.getUint16(0) >> 4) - 1075;
  const place = Math.floor(exponent / 24);
  // size = the sum of factors[j] base^(j + place)
  const mantissa = (size / 2 ** (exponent + 40)) * 2 ** 40; // in two steps: a power may be beyond all doubles
  const shift = 2 ** (exponent - 24 * place);
  const factors: number[] = [];
  let carry = 0;
  for (const digit of [mantissa % base, Math.floor(mantissa / base) % base, Math.floor(mantissa / base ** 2), 0]) {
    const shifted = digit * shift + carry;
    factors.push(shifted % base);
    carry = Math.floor(shifted / base);
  }
  const digits: number[] = [];
  carry = 0;
  for (let column = columns - 1; column >= 0; column--) {
    const sum = factors.reduce((total, factor, j) => total + factor * (twoOverPi[column + j + place - 1] ?? 0), carry);
    digits[column] = sum % base;
    carry = Math.floor(sum / base);
  }
  return digits;
}

// Polynomials of |r| up to pi/4, with what r lacks as a further digit (fdlibm, k_sin.c and k_cos.c)

function sine(r: number, rest: number): number {
  const square = r * r;
  return r + (r * square * horner(coefficients.sine.f64, square) + rest * (1 - 0.5 * square));
}

function cosine(r: number, rest: number): number {
  const square = r * r;
  const first = 1 - 0.5 * square;
  return first + (1 - first - 0.5 * square + (square * square * horner(coefficients.cosine.f64, square) - r * rest));
}

function horner(values: readonly number[], t: number): number {
  return values.reduceRight((sum, value) => sum * t + value, 0);
}

/** `x y - product` exactly (T. J. Dekker 1971). */
function productError(x: number, y: number, product: number): number {
  const [xHigh, yHigh] = [upperHalf(x), upperHalf(y)];
  const [xLow, yLow] = [x - xHigh, y - yHigh];
  return xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}

function upperHalf(x: number): number {
  const shifted = 134217729 * x;
  return shifted - (shifted - x);
}
