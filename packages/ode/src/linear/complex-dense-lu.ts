/** Gaussian elimination with partial pivoting on complex matrices: row by row, real and imaginary parts in two arrays. */

/**
 * As `factorDense`. The pivot is the entry with the largest |re| + |im|, as in LAPACK's izamax; its square does not
 * overflow, since quotients are formed with Smith's scaling.
 */
export function factorComplexDense(re: Float64Array, im: Float64Array, n: number, pivots: Int32Array): boolean {
  for (let k = 0; k < n; k++) {
    const rowK = k * n;
    let pivotRow = k;
    let largest = Math.abs(re[rowK + k]!) + Math.abs(im[rowK + k]!);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(re[i * n + k]!) + Math.abs(im[i * n + k]!);
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
        const keptRe = re[rowK + j]!;
        re[rowK + j] = re[rowP + j]!;
        re[rowP + j] = keptRe;
        const keptIm = im[rowK + j]!;
        im[rowK + j] = im[rowP + j]!;
        im[rowP + j] = keptIm;
      }
    }
    // The diagonal keeps the reciprocal of the pivot, so that solving divides nowhere.
    invertAt(re, im, rowK + k);
    const pivotRe = re[rowK + k]!;
    const pivotIm = im[rowK + k]!;
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      const aRe = re[row + k]!;
      const aIm = im[row + k]!;
      if (aRe === 0 && aIm === 0) continue;
      const mRe = aRe * pivotRe - aIm * pivotIm;
      const mIm = aRe * pivotIm + aIm * pivotRe;
      re[row + k] = mRe;
      im[row + k] = mIm;
      for (let j = k + 1; j < n; j++) {
        const bRe = re[rowK + j]!;
        const bIm = im[rowK + j]!;
        re[row + j]! -= mRe * bRe - mIm * bIm;
        im[row + j]! -= mRe * bIm + mIm * bRe;
      }
    }
  }
  return true;
}

/** Overwrites `bRe + i bIm`, `[n]` each, by the solution, given what `factorComplexDense` has left. */
export function solveComplexDense(
  re: Float64Array,
  im: Float64Array,
  n: number,
  pivots: Int32Array,
  bRe: Float64Array,
  bIm: Float64Array,
): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k]!;
    if (p === k) continue;
    const keptRe = bRe[k]!;
    bRe[k] = bRe[p]!;
    bRe[p] = keptRe;
    const keptIm = bIm[k]!;
    bIm[k] = bIm[p]!;
    bIm[p] = keptIm;
  }
  for (let i = 1; i < n; i++) {
    const row = i * n;
    let sumRe = bRe[i]!;
    let sumIm = bIm[i]!;
    for (let j = 0; j < i; j++) {
      sumRe -= re[row + j]! * bRe[j]! - im[row + j]! * bIm[j]!;
      sumIm -= re[row + j]! * bIm[j]! + im[row + j]! * bRe[j]!;
    }
    bRe[i] = sumRe;
    bIm[i] = sumIm;
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    let sumRe = bRe[i]!;
    let sumIm = bIm[i]!;
    for (let j = i + 1; j < n; j++) {
      sumRe -= re[row + j]! * bRe[j]! - im[row + j]! * bIm[j]!;
      sumIm -= re[row + j]! * bIm[j]! + im[row + j]! * bRe[j]!;
    }
    const pivotRe = re[row + i]!;
    const pivotIm = im[row + i]!;
    bRe[i] = sumRe * pivotRe - sumIm * pivotIm;
    bIm[i] = sumRe * pivotIm + sumIm * pivotRe;
  }
}

/** Replaces one number by its reciprocal without forming a square. Smith, Comm. ACM 5 (1962), algorithm 116. */
export function invertAt(re: Float64Array, im: Float64Array, at: number): void {
  const a = re[at]!;
  const b = im[at]!;
  if (Math.abs(a) >= Math.abs(b)) {
    const ratio = b / a;
    const size = a + b * ratio;
    re[at] = 1 / size;
    im[at] = -ratio / size;
  } else {
    const ratio = a / b;
    const size = a * ratio + b;
    re[at] = ratio / size;
    im[at] = -1 / size;
  }
}
