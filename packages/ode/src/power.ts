/**
 * Powers for step control, to seven digits. `**` and `Math.pow` differ in the last place from engine to engine, so does a
 * step that is made with them, and where a solution hangs on every digit the next thousand steps do. This one is made of
 * operations that IEEE 754 rounds alike everywhere.
 */

const halves = new Int32Array(2);
const whole = new Float64Array(halves.buffer);
/** Which half has sign and exponent. */
const upper = new Uint8Array(Float64Array.of(1).buffer)[7] === 0 ? 0 : 1;

/** `x ** exponent` for x from 0 on, off by at most 2e-7 of it where that is between 1e-30 and 1e30. */
export function power(x: number, exponent: number): number {
  return x > 2e-308 && x < Infinity ? powerOf2(exponent * log2(x)) : atTheEnds(x, exponent);
}

/** With x = m 2^e, 0.7 < m < 1.42: log m = 2 artanh((m - 1) / (m + 1)), by its series. */
function log2(x: number): number {
  whole[0] = x;
  // Mantissas from sqrt(1/2) on, whose bits begin with 3fe6a09e, are counted to the next power of 2
  const bits = halves[upper]! + 0x95f62;
  halves[upper] = (bits & 0xfffff) - 0x95f62 + 0x3ff00000;
  const m = whole[0];
  const s = (m - 1) / (m + 1);
  const q = s * s;
  // 2 / log 2 times 1, 1/3, 1/5, 1/7
  const sum = 2.885390081777927 + 0.961796693925976 * q + q * q * (0.5770780163555854 + 0.4121985831111324 * q);
  return (bits >> 20) - 1023 + s * sum;
}

/** With z = k + r, |r| <= 1/2: 2^k exp(r log 2), by its series. */
function powerOf2(z: number): number {
  const k = Math.floor(z + 0.5);
  if (!(k > -1022 && k < 1023)) return k > 0 ? Infinity : 0;
  const r = (z - k) * 0.6931471805599453;
  const q = r * r;
  const sum = 1 + r + q * (1 / 2 + r * (1 / 6)) + q * q * (1 / 24 + r * (1 / 120) + q * (1 / 720));
  halves[upper] = (k + 1023) << 20;
  halves[1 - upper] = 0;
  return whole[0]! * sum;
}

/** Zero, numbers that are almost zero, infinity and NaN. */
function atTheEnds(x: number, exponent: number): number {
  if (x === Infinity) return exponent > 0 ? Infinity : exponent === 0 ? 1 : 0;
  if (x >= 0) return exponent > 0 ? 0 : exponent === 0 ? 1 : Infinity;
  return NaN;
}
