/**
 * Gaussian elimination with partial pivoting in a band. Rows are stored one behind the other, each from its first
 * diagonal to the last that pivoting can fill:
 *
 *   entry (i, j) at i * width + lower + j - i,  width = 2 * lower + upper + 1
 *
 * Exchanged are the parts of rows that are still to be eliminated, as in LAPACK's dgbtrf, so that multipliers stay in
 * their band.
 */

/** How a band of n rows lies in memory. */
export interface Band {
  readonly n: number;
  readonly lower: number;
  readonly upper: number;
  /** What one row takes. */
  readonly width: number;
}

export function bandOf(n: number, lower: number, upper: number): Band {
  return { n, lower, upper, width: 2 * lower + upper + 1 };
}

/** As `factorDense`, of `a`, `[n * width]`. What lies right of the upper diagonals must be zero. */
export function factorBanded(a: Float64Array, { n, lower, upper, width }: Band, pivots: Int32Array): boolean {
  const reach = lower + upper;
  for (let k = 0; k < n; k++) {
    const last = Math.min(n - 1, k + lower);
    const diagonal = k * width + lower;
    let pivotRow = k;
    let largest = Math.abs(a[diagonal]!);
    // Going one row down in the same column is width - 1 further.
    for (let i = k + 1, at = diagonal + width - 1; i <= last; i++, at += width - 1) {
      const size = Math.abs(a[at]!);
      if (size > largest) {
        largest = size;
        pivotRow = i;
      }
    }
    pivots[k] = pivotRow;
    if (!(largest > 0 && largest < Infinity)) return false;
    const columns = Math.min(n - 1, k + reach) - k;
    if (pivotRow !== k) {
      const other = diagonal + (pivotRow - k) * (width - 1);
      for (let j = 0; j <= columns; j++) {
        const kept = a[diagonal + j]!;
        a[diagonal + j] = a[other + j]!;
        a[other + j] = kept;
      }
    }
    const pivot = a[diagonal]!;
    for (let i = k + 1, at = diagonal + width - 1; i <= last; i++, at += width - 1) {
      const multiplier = a[at]! / pivot;
      if (multiplier === 0) continue;
      a[at] = multiplier;
      for (let j = 1; j <= columns; j++) a[at + j]! -= multiplier * a[diagonal + j]!;
    }
  }
  return true;
}

/** Overwrites `b`, `[n]`, by the solution, given what `factorBanded` has left. */
export function solveBanded(
  a: Float64Array,
  { n, lower, upper, width }: Band,
  pivots: Int32Array,
  b: Float64Array,
): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k]!;
    const value = b[p]!;
    if (p !== k) {
      b[p] = b[k]!;
      b[k] = value;
    }
    const last = Math.min(n - 1, k + lower);
    for (let i = k + 1, at = k * width + lower + width - 1; i <= last; i++, at += width - 1) b[i]! -= a[at]! * value;
  }
  const reach = lower + upper;
  for (let i = n - 1; i >= 0; i--) {
    const diagonal = i * width + lower;
    const columns = Math.min(n - 1 - i, reach);
    let sum = b[i]!;
    for (let j = 1; j <= columns; j++) sum -= a[diagonal + j]! * b[i + j]!;
    b[i] = sum / a[diagonal]!;
  }
}
