/** Products of dense matrices in plain loops, over copies laid out in the order they are read. */
import type { TypedArray } from '../tensor/dtype.ts';

const ROWS = 4;
const COLUMNS = 4;

export interface MatrixProduct {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** `out = a b` for matrices that start at the given positions. Sums run over the inner axis in order, in f64. */
export function multiply(
  { rows, inner, columns, transposeA, transposeB }: MatrixProduct,
  a: TypedArray,
  atA: number,
  b: TypedArray,
  atB: number,
  out: TypedArray,
  atOut: number,
): void {
  const left = packed(a, atA, rows, inner, transposeA, ROWS);
  const right = packed(b, atB, columns, inner, !transposeB, COLUMNS);
  for (let i = 0; i < rows; i += ROWS) {
    for (let j = 0; j < columns; j += COLUMNS) {
      tile(
        left,
        i * inner,
        right,
        j * inner,
        inner,
        out,
        atOut + i * columns + j,
        columns,
        Math.min(ROWS, rows - i),
        Math.min(COLUMNS, columns - j),
      );
    }
  }
}

/** Vectors of a matrix, `width` at a time side by side, missing ones zero: element p of vector v lies at p * width + v. */
function packed(
  x: TypedArray,
  at: number,
  vectors: number,
  length: number,
  across: boolean,
  width: number,
): Float64Array {
  const out = new Float64Array(Math.ceil(vectors / width) * width * length);
  for (let block = 0; block < vectors; block += width) {
    const count = Math.min(width, vectors - block);
    const to = block * length;
    for (let v = 0; v < count; v++) {
      const from = at + (across ? block + v : (block + v) * length);
      const step = across ? vectors : 1;
      for (let p = 0; p < length; p++) out[to + p * width + v] = x[from + p * step]!;
    }
  }
  return out;
}

function tile(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  inner: number,
  out: TypedArray,
  at: number,
  stride: number,
  rows: number,
  columns: number,
): void {
  let c00 = 0,
    c01 = 0,
    c02 = 0,
    c03 = 0;
  let c10 = 0,
    c11 = 0,
    c12 = 0,
    c13 = 0;
  let c20 = 0,
    c21 = 0,
    c22 = 0,
    c23 = 0;
  let c30 = 0,
    c31 = 0,
    c32 = 0,
    c33 = 0;
  for (let p = 0; p < inner; p++, i += ROWS, j += COLUMNS) {
    const b0 = b[j]!,
      b1 = b[j + 1]!,
      b2 = b[j + 2]!,
      b3 = b[j + 3]!;
    const a0 = a[i]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[i + 1]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[i + 2]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[i + 3]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  const sums = [c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33];
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[at + r * stride + c] = sums[r * COLUMNS + c]!;
}
