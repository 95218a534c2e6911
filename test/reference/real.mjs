// Real numbers with as many digits as asked for, in plain BigInt arithmetic: slow, obvious, and sharing nothing with the
// library under test. A number is `mantissa * 2^exponent`; every operation rounds to `precision` bits.

/** 40 digits are 133 bits; the rest is for what reductions and cancellations take. */
let precision = 256;

/**
 * @typedef {{ mantissa: bigint, exponent: number }} Real
 */

/**
 * Runs with another precision, in bits.
 *
 * @template T
 * @param {number} bits
 * @param {() => T} compute
 * @returns {T}
 */
export function atPrecision(bits, compute) {
  const before = precision;
  precision = bits;
  try {
    return compute();
  } finally {
    precision = before;
  }
}

const bitLength = (m) => (m === 0n ? 0 : (m < 0n ? -m : m).toString(16).length * 4);

function real(mantissa, exponent) {
  const excess = bitLength(mantissa) - precision;
  return excess > 4
    ? { mantissa: mantissa >> BigInt(excess), exponent: exponent + excess }
    : { mantissa, exponent: mantissa === 0n ? 0 : exponent };
}

export const zero = { mantissa: 0n, exponent: 0 };
export const one = { mantissa: 1n, exponent: 0 };
export const two = { mantissa: 2n, exponent: 0 };
export const half = { mantissa: 1n, exponent: -1 };

const words = new DataView(new ArrayBuffer(8));

/** A double as it is, without any rounding; or a whole number. */
export function exactly(x) {
  if (typeof x === 'bigint') return { mantissa: x, exponent: 0 };
  words.setFloat64(0, x);
  const bits = words.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n;
  return { mantissa: bits >> 63n === 1n ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 };
}

/** A number written in decimals: `decimal('0.044715')`. */
export function decimal(text) {
  const [whole, decimals = ''] = text.split('.');
  return divide(exactly(BigInt(whole + decimals)), exactly(10n ** BigInt(decimals.length)));
}

export const sign = (x) => (x.mantissa > 0n ? 1 : x.mantissa < 0n ? -1 : 0);
export const negate = (x) => ({ mantissa: -x.mantissa, exponent: x.exponent });
/** @type {(x: Real) => Real} */
export const absolute = (x) => (x.mantissa < 0n ? negate(x) : x);
export const isLess = (x, y) => sign(subtract(x, y)) < 0;
/** Position of the highest bit, give or take 4: a size to compare with. */
const magnitude = (x) => (x.mantissa === 0n ? -Infinity : bitLength(x.mantissa) + x.exponent);
export const timesPowerOfTwo = (x, power) => ({ mantissa: x.mantissa, exponent: x.exponent + power });

export function add(x, y) {
  if (x.mantissa === 0n) return y;
  if (y.mantissa === 0n) return x;
  const [high, low] = x.exponent >= y.exponent ? [x, y] : [y, x];
  // What lies below the last bit kept cannot matter.
  if (magnitude(high) - magnitude(low) > precision + 16) return real(high.mantissa, high.exponent);
  if (magnitude(low) - magnitude(high) > precision + 16) return real(low.mantissa, low.exponent);
  return real((high.mantissa << BigInt(high.exponent - low.exponent)) + low.mantissa, low.exponent);
}
export const subtract = (x, y) => add(x, negate(y));
export const multiply = (x, y) => real(x.mantissa * y.mantissa, x.exponent + y.exponent);
export const square = (x) => multiply(x, x);

export function divide(x, y) {
  const shift = Math.max(0, precision + 8 + bitLength(y.mantissa) - bitLength(x.mantissa));
  return real((x.mantissa << BigInt(shift)) / y.mantissa, x.exponent - shift - y.exponent);
}

/** The largest whole number whose `degree`-th power is not above n. */
function wholeRoot(n, degree) {
  if (n === 0n) return 0n;
  const d = BigInt(degree);
  let root = 1n << BigInt(Math.ceil(bitLength(n) / degree) + 1);
  for (;;) {
    const next = ((d - 1n) * root + n / root ** (d - 1n)) / d;
    if (next >= root) return root;
    root = next;
  }
}

function root(x, degree) {
  let shift = Math.max(0, degree * (precision + 8) - bitLength(x.mantissa));
  while ((x.exponent - shift) % degree !== 0) shift++;
  const m = wholeRoot(absolute(x).mantissa << BigInt(shift), degree);
  return real(sign(x) < 0 ? -m : m, (x.exponent - shift) / degree);
}
export const squareRoot = (x) => root(x, 2);
export const cubeRoot = (x) => root(x, 3);

/** The whole number nearest to x. */
export function nearest(x) {
  const { mantissa, exponent } = add(x, half);
  return exponent >= 0 ? mantissa << BigInt(exponent) : mantissa >> BigInt(-exponent);
}

/** first + first * ratio(1) + first * ratio(1) * ratio(2) + ..., until a term no longer counts. */
function series(first, ratio) {
  let sum = first;
  let term = first;
  for (let k = 1; term.mantissa !== 0n && magnitude(term) > magnitude(sum) - precision - 8; k++) {
    term = ratio(term, k);
    sum = add(sum, term);
  }
  return sum;
}

/**
 * A constant, worked out again only where more bits are asked for.
 *
 * @param {() => Real} compute
 * @returns {() => Real}
 */
function constant(compute) {
  let bits = 0;
  let value = zero;
  return () => {
    if (bits < precision) {
      bits = precision;
      value = atPrecision(precision + 32, compute);
    }
    return real(value.mantissa, value.exponent);
  };
}

/** atan(1/n) or atanh(1/n): sum of (-1)^k / ((2k + 1) n^(2k + 1)). */
function inverseTangentOfInverse(n, alternate) {
  const square = exactly(BigInt(n * n));
  let power = divide(one, exactly(BigInt(n)));
  let sum = power;
  for (let k = 1; magnitude(power) > magnitude(sum) - precision - 8; k++) {
    power = divide(alternate ? negate(power) : power, square);
    sum = add(sum, divide(power, exactly(BigInt(2 * k + 1))));
  }
  return sum;
}

/** Machin 1706: pi/4 = 4 atan(1/5) - atan(1/239). */
export const pi = constant(() =>
  multiply(
    exactly(4n),
    subtract(multiply(exactly(4n), inverseTangentOfInverse(5, true)), inverseTangentOfInverse(239, true)),
  ),
);
/** log 2 = 2 atanh(1/3). */
export const ln2 = constant(() => multiply(two, inverseTangentOfInverse(3, false)));
export const ln10 = constant(() => log(exactly(10n)));

/**
 * e^x - 1: its power series where x is small, else from e^x.
 *
 * @param {Real} x
 * @returns {Real}
 */
export function expm1(x) {
  if (x.mantissa === 0n) return zero;
  if (magnitude(x) > 0) return subtract(exp(x), one);
  return series(x, (term, k) => divide(multiply(term, x), exactly(BigInt(k + 1))));
}

/**
 * e^x = 2^n e^r, |r| < 0.35.
 *
 * @param {Real} x
 * @returns {Real}
 */
export function exp(x) {
  return atPrecision(precision + 32, () => {
    const n = nearest(divide(x, ln2()));
    const r = subtract(x, multiply(exactly(n), ln2()));
    return timesPowerOfTwo(
      series(one, (term, k) => divide(multiply(term, r), exactly(BigInt(k)))),
      Number(n),
    );
  });
}

/**
 * log(1 + x) = 2 atanh(x / (2 + x)) where x is small, else log of the sum.
 *
 * @param {Real} x
 * @returns {Real}
 */
export function log1p(x) {
  if (x.mantissa === 0n) return zero;
  if (magnitude(x) > -1) return log(add(one, x));
  const z = divide(x, add(two, x));
  return multiply(two, atanhSeries(z));
}

function atanhSeries(z) {
  const squared = square(z);
  let power = z;
  let sum = z;
  for (let k = 1; power.mantissa !== 0n && magnitude(power) > magnitude(sum) - precision - 8; k++) {
    power = multiply(power, squared);
    sum = add(sum, divide(power, exactly(BigInt(2 * k + 1))));
  }
  return sum;
}

/**
 * log(2^n m) = n log 2 + 2 atanh((m - 1) / (m + 1)), m near 1.
 *
 * @param {Real} x
 * @returns {Real}
 */
export function log(x) {
  let n = bitLength(x.mantissa) + x.exponent;
  let m = timesPowerOfTwo(x, -n);
  while (isLess(m, decimal('0.7'))) {
    m = timesPowerOfTwo(m, 1);
    n--;
  }
  const part = multiply(two, atanhSeries(divide(subtract(m, one), add(m, one))));
  return n === 0 ? part : add(multiply(exactly(BigInt(n)), ln2()), part);
}

/**
 * Sine and cosine of x = n pi/2 + r, |r| < pi/4; pi to as many bits as x is large.
 *
 * @param {Real} x
 * @returns {{ sin: Real, cos: Real }}
 */
export function sinCos(x) {
  return atPrecision(2 * precision + Math.max(0, magnitude(x)), () => {
    const halfPi = timesPowerOfTwo(pi(), -1);
    const n = nearest(divide(x, halfPi));
    const r = subtract(x, multiply(exactly(n), halfPi));
    const minusSquare = negate(square(r));
    const step = (first) => (term, k) =>
      divide(multiply(term, minusSquare), exactly(BigInt((2 * k + first) * (2 * k + first - 1))));
    const s = series(r, step(1));
    const c = series(one, step(0));
    switch (Number(((n % 4n) + 4n) % 4n)) {
      case 0:
        return { sin: s, cos: c };
      case 1:
        return { sin: c, cos: negate(s) };
      case 2:
        return { sin: negate(s), cos: negate(c) };
      default:
        return { sin: negate(c), cos: s };
    }
  });
}

/**
 * Inverse tangent: by its complement above 1, by half the angle three times, then its series.
 *
 * @param {Real} x
 * @returns {Real}
 */
export function atan(x) {
  if (x.mantissa === 0n) return zero;
  if (sign(x) < 0) return negate(atan(negate(x)));
  if (isLess(one, x)) return subtract(timesPowerOfTwo(pi(), -1), atan(divide(one, x)));
  let t = x;
  for (let k = 0; k < 3; k++) t = divide(t, add(one, squareRoot(add(one, square(t)))));
  const squared = negate(square(t));
  let power = t;
  let sum = t;
  for (let k = 1; power.mantissa !== 0n && magnitude(power) > magnitude(sum) - precision - 8; k++) {
    power = multiply(power, squared);
    sum = add(sum, divide(power, exactly(BigInt(2 * k + 1))));
  }
  return timesPowerOfTwo(sum, 3);
}

/**
 * erf(x) = 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n + 1) / (1 3 5 ... (2n + 1)): all terms of one sign.
 *
 * @param {Real} x
 * @returns {Real}
 */
export function erf(x) {
  if (x.mantissa === 0n) return zero;
  const doubled = multiply(two, square(x));
  const sum = series(x, (term, k) => divide(multiply(term, doubled), exactly(BigInt(2 * k + 1))));
  return divide(multiply(multiply(two, exp(negate(square(x)))), sum), squareRoot(pi()));
}

/**
 * 1 - erf(x), with as many more bits as the difference loses: erfc(x) is about e^(-x^2).
 *
 * @param {Real} x
 * @returns {Real}
 */
export function erfc(x) {
  const size = toNumber(x);
  const lost = size > 0 ? Math.ceil(1.4427 * size * size) + 16 : 0;
  const result = atPrecision(precision + lost, () => subtract(one, erf(x)));
  return real(result.mantissa, result.exponent);
}

export function toNumber(x) {
  return toDouble(x).value;
}

/**
 * The nearest double, and what is missing from it to x, in units of its last place.
 *
 * @returns {{ value: number, rest: number }}
 */
export function toDouble(x) {
  if (x.mantissa === 0n) return { value: 0, rest: 0 };
  const m = absolute(x).mantissa;
  const size = m.toString(2).length + x.exponent; // m 2^exponent lies in [2^(size - 1), 2^size)
  const unit = Math.max(size - 53, -1074); // the last place is 2^unit
  const shift = unit - x.exponent;
  const exact = shift > 0 ? m : m << BigInt(-shift);
  const down = BigInt(Math.max(0, shift));
  let whole = exact >> down;
  const remainder = exact - (whole << down);
  const middle = down === 0n ? 1n : 1n << (down - 1n);
  const isUp = remainder > middle || (remainder === middle && down > 0n && whole % 2n === 1n);
  // A fraction of 2^down, to 60 bits
  let rest = down === 0n ? 0 : Number((remainder << 60n) >> down) / 2 ** 60;
  if (isUp) {
    whole += 1n;
    rest -= 1;
  }
  const positive = sign(x) > 0;
  const value = unit > 971 ? Infinity : scaled(Number(whole), unit);
  // Where rounding up reached a power of two, the last place of the value is twice as large.
  if (whole === 1n << 53n) rest /= 2;
  return { value: positive ? value : -value, rest: Number.isFinite(value) ? (positive ? rest : -rest) : 0 };
}

/** n 2^power without a step that rounds: n is at most 2^53, and the result fits. */
function scaled(n, power) {
  if (power > 900) return n * 2 ** 900 * 2 ** (power - 900);
  if (power < -1000) return n * 2 ** (power + 1000 < -74 ? -74 : power + 1000) * 2 ** -1000;
  return n * 2 ** power;
}
