/** Gaussian elimination with partial pivoting, on matrices that are stored row by row. Nothing is allocated. */

/**
 * Overwrites `a`, `[n * n]`, by its factors (the unit lower one below the diagonal) and `pivots`, `[n]`, by the row that
 * was exchanged with each. False where a column has no finite pivot but zero: the matrix is singular, or not finite.
 *
 * Golub, Van Loan, Matrix Computations, 4th ed., algorithm 3.4.1.
 */
export function factorDense(a: Float64Array, n: number, pivots: Int32Array): boolean {
  for (let k = 0; k < n; k++) {
    const rowK = k * n;
    let pivotRow = k;
    let largest = Math.abs(a[rowK + k]!);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i * n + k]!);
      if (size > largest) {
        largest = size;
        pivotRow = i;
      }
    }
    pivots[k] = pivotRow;
    if (!(largest > 0 && largest < Infinity)) return false;
    if (pivotRow !== k) {
      const rowP = pivotRow * n;
      for (let j = 0; j < n; j++) {
        const kept = a[rowK + j]!;
        a[rowK + j] = a[rowP + j]!;
        a[rowP + j] = kept;
      }
    }
    const pivot = a[rowK + k]!;
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      const multiplier = a[row + k]! / pivot;
      if (multiplier === 0) continue;
      a[row + k] = multiplier;
      for (let j = k + 1; j < n; j++) a[row + j]! -= multiplier * a[rowK + j]!;
    }
  }
  return true;
}

/** Overwrites `b`, `[n]`, by the solution, given what `factorDense` has left. */
export function solveDense(a: Float64Array, n: number, pivots: Int32Array, b: Float64Array): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k]!;
    if (p === k) continue;
    const kept = b[k]!;
    b[k] = b[p]!;
    b[p] = kept;
  }
  for (let i = 1; i < n; i++) {
    const row = i * n;
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= a[row + j]! * b[j]!;
    b[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    let sum = b[i]!;
    for (let j = i + 1; j < n; j++) sum -= a[row + j]! * b[j]!;
    b[i] = sum / a[row + i]!;
  }
}
