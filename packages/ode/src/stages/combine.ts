/** Sums of slopes, the inner loop of every Runge-Kutta method. */

/** The terms of a sum of slopes: which, and how much of each. Zeros are left out when a method is made. */
export interface Terms {
  readonly slopes: Int32Array;
  readonly weights: Float64Array;
}

export function termsOf(weights: readonly number[]): Terms {
  const slopes = weights.flatMap((weight, j) => (weight === 0 ? [] : [j]));
  return { slopes: Int32Array.from(slopes), weights: Float64Array.from(slopes, (j) => weights[j]!) };
}

/**
 * Writes `base + h * (sum of weights times slopes)`. Written out up to seven terms, so that each component is read and
 * written once and all weights stay in registers; beyond, in passes of seven.
 */
export function combine(
  into: Float64Array,
  base: Float64Array,
  h: number,
  { slopes, weights }: Terms,
  k: readonly Float64Array[],
): void {
  const n = into.length;
  let from = base;
  let at = 0;
  do {
    const left = slopes.length - at;
    const a = left > 0 ? h * weights[at]! : 0;
    const p = left > 0 ? k[slopes[at]!]! : from;
    if (left <= 1) {
      for (let i = 0; i < n; i++) into[i] = from[i]! + a * p[i]!;
      return;
    }
    const b = h * weights[at + 1]!;
    const q = k[slopes[at + 1]!]!;
    if (left === 2) {
      for (let i = 0; i < n; i++) into[i] = from[i]! + (a * p[i]! + b * q[i]!);
      return;
    }
    const c = h * weights[at + 2]!;
    const r = k[slopes[at + 2]!]!;
    if (left === 3) {
      for (let i = 0; i < n; i++) into[i] = from[i]! + (a * p[i]! + b * q[i]! + c * r[i]!);
      return;
    }
    const d = h * weights[at + 3]!;
    const s = k[slopes[at + 3]!]!;
    if (left === 4) {
      for (let i = 0; i < n; i++) into[i] = from[i]! + (a * p[i]! + b * q[i]! + c * r[i]! + d * s[i]!);
      return;
    }
    const e = h * weights[at + 4]!;
    const u = k[slopes[at + 4]!]!;
    if (left === 5) {
      for (let i = 0; i < n; i++) into[i] = from[i]! + (a * p[i]! + b * q[i]! + c * r[i]! + d * s[i]! + e * u[i]!);
      return;
    }
    const f = h * weights[at + 5]!;
    const v = k[slopes[at + 5]!]!;
    if (left === 6) {
      for (let i = 0; i < n; i++)
        into[i] = from[i]! + (a * p[i]! + b * q[i]! + c * r[i]! + d * s[i]! + e * u[i]! + f * v[i]!);
      return;
    }
    const g = h * weights[at + 6]!;
    const w = k[slopes[at + 6]!]!;
    for (let i = 0; i < n; i++)
      into[i] = from[i]! + (a * p[i]! + b * q[i]! + c * r[i]! + d * s[i]! + e * u[i]! + f * v[i]! + g * w[i]!);
    from = into;
    at += 7;
  } while (at < slopes.length);
}

/** Writes `h * (sum of weights times slopes)`. */
export function combineAlone(into: Float64Array, h: number, terms: Terms, k: readonly Float64Array[]): void {
  into.fill(0);
  combine(into, into, h, terms, k);
}
