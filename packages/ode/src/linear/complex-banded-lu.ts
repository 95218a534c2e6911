/** `banded-lu.ts` for complex matrices, real and imaginary parts in two arrays. */
import type { Band } from './banded-lu.ts';
import { invertAt } from './complex-dense-lu.ts';

/** As `factorBanded`; diagonals keep the reciprocals of the pivots. */
export function factorComplexBanded(
  re: Float64Array,
  im: Float64Array,
  { n, lower, upper, width }: Band,
  pivots: Int32Array,
): boolean {
  const reach = lower + upper;
  for (let k = 0; k < n; k++) {
    const last = Math.min(n - 1, k + lower);
    const diagonal = k * width + lower;
    let pivotRow = k;
    let largest = Math.abs(re[diagonal]!) + Math.abs(im[diagonal]!);
    for (let i = k + 1, at = diagonal + width - 1; i <= last; i++, at += width - 1) {
      const size = Math.abs(re[at]!) + Math.abs(im[at]!);
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
        const keptRe = re[diagonal + j]!;
        re[diagonal + j] = re[other + j]!;
        re[other + j] = keptRe;
        const keptIm = im[diagonal + j]!;
        im[diagonal + j] = im[other + j]!;
        im[other + j] = keptIm;
      }
    }
    invertAt(re, im, diagonal);
    const pivotRe = re[diagonal]!;
    const pivotIm = im[diagonal]!;
    for (let i = k + 1, at = diagonal + width - 1; i <= last; i++, at += width - 1) {
      const aRe = re[at]!;
      const aIm = im[at]!;
      if (aRe === 0 && aIm === 0) continue;
      const mRe = aRe * pivotRe - aIm * pivotIm;
      const mIm = aRe * pivotIm + aIm * pivotRe;
      re[at] = mRe;
      im[at] = mIm;
      for (let j = 1; j <= columns; j++) {
        const bRe = re[diagonal + j]!;
        const bIm = im[diagonal + j]!;
        re[at + j]! -= mRe * bRe - mIm * bIm;
        im[at + j]! -= mRe * bIm + mIm * bRe;
      }
    }
  }
  return true;
}

/** Overwrites `bRe + i bIm`, `[n]` each, by the solution, given what `factorComplexBanded` has left. */
export function solveComplexBanded(
  re: Float64Array,
  im: Float64Array,
  { n, lower, upper, width }: Band,
  pivots: Int32Array,
  bRe: Float64Array,
  bIm: Float64Array,
): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k]!;
    const valueRe = bRe[p]!;
    const valueIm = bIm[p]!;
    if (p !== k) {
      bRe[p] = bRe[k]!;
      bIm[p] = bIm[k]!;
      bRe[k] = valueRe;
      bIm[k] = valueIm;
    }
    const last = Math.min(n - 1, k + lower);
    for (let i = k + 1, at = k * width + lower + width - 1; i <= last; i++, at += width - 1) {
      bRe[i]! -= re[at]! * valueRe - im[at]! * valueIm;
      bIm[i]! -= re[at]! * valueIm + im[at]! * valueRe;
    }
  }
  const reach = lower + upper;
  for (let i = n - 1; i >= 0; i--) {
    const diagonal = i * width + lower;
    const columns = Math.min(n - 1 - i, reach);
    let sumRe = bRe[i]!;
    let sumIm = bIm[i]!;
    for (let j = 1; j <= columns; j++) {
      const aRe = re[diagonal + j]!;
      const aIm = im[diagonal + j]!;
      sumRe -= aRe * bRe[i + j]! - aIm * bIm[i + j]!;
      sumIm -= aRe * bIm[i + j]! + aIm * bRe[i + j]!;
    }
    const pivotRe = re[diagonal]!;
    const pivotIm = im[diagonal]!;
    bRe[i] = sumRe * pivotRe - sumIm * pivotIm;
    bIm[i] = sumRe * pivotIm + sumIm * pivotRe;
  }
}
