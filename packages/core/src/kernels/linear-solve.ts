/** Systems of linear equations, by elimination with the largest pivot of each column (Golub, Van Loan, section 3.4). */
import type { TypedArray } from '../tensor/dtype.ts';

/**
 * Solves `a x = b` for square `a` `[n, n]` and `b` `[n, k]` that begin at an offset of their arrays, into `out` at that of b.
 * Returns whether there is one solution: `a` has no column without a pivot.
 */
export function solveLinear(
  n: number,
  k: number,
  [a, atA]: readonly [TypedArray, number],
  [b, atB]: readonly [TypedArray, number],
  out: TypedArray,
): boolean {
  const m = Float64Array.from(a.subarray(atA, atA + n * n));
  const x = Float64Array.from(b.subarray(atB, atB + n * k));
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(m[row * n + column]!) > Math.abs(m[pivot * n + column]!)) pivot = row;
    }
    const largest = m[pivot * n + column]!;
    if (!(Math.abs(largest) > 0)) return false;
    swapRows(m, n, pivot, column);
    swapRows(x, k, pivot, column);
    for (let row = column + 1; row < n; row++) {
      const factor = m[row * n + column]! / largest;
      if (factor === 0) continue;
      for (let j = column; j < n; j++) m[row * n + j]! -= factor * m[column * n + j]!;
      for (let j = 0; j < k; j++) x[row * k + j]! -= factor * x[column * k + j]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let j = 0; j < k; j++) {
      let sum = x[row * k + j]!;
      for (let i = row + 1; i < n; i++) sum -= m[row * n + i]! * x[i * k + j]!;
      x[row * k + j] = sum / m[row * n + row]!;
    }
  }
  out.set(x, atB);
  return true;
}

function swapRows(matrix: Float64Array, width: number, a: number, b: number): void {
  if (a === b) return;
  for (let j = 0; j < width; j++) {
    const kept = matrix[a * width + j]!;
    matrix[a * width + j] = matrix[b * width + j]!;
    matrix[b * width + j] = kept;
  }
}
