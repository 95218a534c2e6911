/**
 * Products of dense matrices: of large ones by kernels of programs, where these are there, and else in plain loops. In these,
 * sums run over the inner axis in order, of two vectors by pairs: of floats in f64, of whole numbers modulo 2^32, as their sums
 * and products elsewhere.
 */
import type { TypedArray } from '../tensor/dtype.ts';
import { native } from './native.ts';
import { sumOfProducts } from './sums.ts';

/** Large products are made of squares of this side: nine sums, and what is added to them, fit into 16 registers. */
const SIDE = 3;

/** With fewer multiplications than this, laying out copies for the squares costs more than it saves. */
const FEW = 600;

export interface MatrixProduct {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** `out = a b` for matrices that start at the given positions. */
export type Multiply = (
  product: MatrixProduct,
  a: TypedArray,
  atA: number,
  b: TypedArray,
  atB: number,
  out: TypedArray,
  atOut: number,
) => void;

/** Whichever way is the fastest that is there. */
export const multiply: Multiply = (product, a, atA, b, atB, out, atOut) => {
  const { rows, inner, columns } = product;
  const isWhole = out instanceof Int32Array;
  if (rows === 1 && columns === 1 && !isWhole) {
    // Each element is read once: there is nothing to lay out first.
    out[atOut] = sumOfProducts(a, atA, b, atB, inner);
    return;
  }
  if (native.kernels?.multiply(product, a, atA, b, atB, out, atOut) === true) return;
  const isThin = rows < SIDE || columns < SIDE;
  const way = isWhole || isThin || rows * inner * columns < FEW ? multiplyInPlace : multiplyInSquares;
  way(product, a, atA, b, atB, out, atOut);
};

/** An element of the result at a time, from the matrices as they lie. */
function multiplyInPlace(
  { rows, inner, columns, transposeA, transposeB }: MatrixProduct,
  a: TypedArray,
  atA: number,
  b: TypedArray,
  atB: number,
  out: TypedArray,
  atOut: number,
): void {
  const nextRow = transposeA ? 1 : inner;
  const alongA = transposeA ? rows : 1;
  const nextColumn = transposeB ? inner : 1;
  const alongB = transposeB ? 1 : columns;
  const isWhole = out instanceof Int32Array;
  for (let i = 0, to = atOut; i < rows; i++) {
    for (let j = 0; j < columns; j++, to++) {
      let sum = 0;
      let p = atA + i * nextRow;
      let q = atB + j * nextColumn;
      if (isWhole) {
        // A product of two i32 may have 62 bits, more than a double holds.
        for (let k = 0; k < inner; k++, p += alongA, q += alongB) sum = (sum + Math.imul(a[p]!, b[q]!)) | 0;
      } else {
        for (let k = 0; k < inner; k++, p += alongA, q += alongB) sum += a[p]! * b[q]!;
      }
      out[to] = sum;
    }
  }
}

/** Squares of the result, from copies in f64 that are laid out in the order in which they are read. */
function multiplyInSquares(
  { rows, inner, columns, transposeA, transposeB }: MatrixProduct,
  a: TypedArray,
  atA: number,
  b: TypedArray,
  atB: number,
  out: TypedArray,
  atOut: number,
): void {
  const left = packed(a, atA, rows, inner, transposeA);
  const right = packed(b, atB, columns, inner, !transposeB);
  for (let i = 0; i < rows; i += SIDE) {
    const height = Math.min(SIDE, rows - i);
    for (let j = 0; j < columns; j += SIDE) {
      square(
        left,
        i * inner,
        right,
        j * inner,
        inner,
        out,
        atOut + i * columns + j,
        columns,
        height,
        Math.min(SIDE, columns - j),
      );
    }
  }
}

/** Vectors of a matrix, three at a time side by side, missing ones zero: element p of vector v lies at p * 3 + v. */
function packed(x: TypedArray, at: number, vectors: number, length: number, across: boolean): Float64Array {
  const out = new Float64Array(Math.ceil(vectors / SIDE) * SIDE * length);
  for (let block = 0; block < vectors; block += SIDE) {
    const count = Math.min(SIDE, vectors - block);
    const to = block * length;
    for (let v = 0; v < count; v++) {
      const from = at + (across ? block + v : (block + v) * length);
      const step = across ? vectors : 1;
      for (let p = 0; p < length; p++) out[to + p * SIDE + v] = x[from + p * step]!;
    }
  }
  return out;
}

function square(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  inner: number,
  out: TypedArray,
  at: number,
  stride: number,
  height: number,
  width: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  // `| 0`: positions are whole numbers of 32 bits, so V8 need not check each addition.
  for (const end = i + inner * SIDE; i < end; i = (i + SIDE) | 0, j = (j + SIDE) | 0) {
    const a0 = a[i]!;
    const a1 = a[i + 1]!;
    const a2 = a[i + 2]!;
    const b0 = b[j]!;
    const b1 = b[j + 1]!;
    const b2 = b[j + 2]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
  }
  out[at] = s00;
  if (width > 1) out[at + 1] = s01;
  if (width > 2) out[at + 2] = s02;
  if (height === 1) return;
  at += stride;
  out[at] = s10;
  if (width > 1) out[at + 1] = s11;
  if (width > 2) out[at + 2] = s12;
  if (height === 2) return;
  at += stride;
  out[at] = s20;
  if (width > 1) out[at + 1] = s21;
  if (width > 2) out[at + 2] = s22;
}
