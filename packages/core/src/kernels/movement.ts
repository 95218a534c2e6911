/** Copies between arrays whose elements lie in another order or only in part. */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sizeOf, stridesOf } from '../tensor/shape.ts';
import { mergedAxes } from './strided-runs.ts';

/** Fills `out` (dense, of `shape`) with elements of `x` that lie at `offset` and `strides`. */
export function gatherStrided(
  out: TypedArray,
  shape: Shape,
  x: TypedArray,
  offset: number,
  strides: readonly number[],
): void {
  copyStrided(shape, out, 0, stridesOf(shape), x, offset, strides);
}

/** Writes the elements of `x` (dense, of `shape`) to `out` at `offset` and `strides`. */
export function scatterStrided(
  out: TypedArray,
  shape: Shape,
  x: TypedArray,
  offset: number,
  strides: readonly number[],
): void {
  copyStrided(shape, out, offset, strides, x, 0, stridesOf(shape));
}

/** Plane after plane, each of the two last axes. */
function copyStrided(
  shape: Shape,
  out: TypedArray,
  to: number,
  toStrides: readonly number[],
  x: TypedArray,
  from: number,
  fromStrides: readonly number[],
): void {
  if (sizeOf(shape) === 0) return;
  const { extents, steps } = mergedAxes(shape, [toStrides, fromStrides]);
  const columns = { count: extents.pop() ?? 1, steps: steps.pop() ?? [1, 1] };
  const rows = { count: extents.pop() ?? 1, steps: steps.pop() ?? [0, 0] };
  const copyFrom = (axis: number, o: number, i: number): void => {
    if (axis === extents.length) copyPlane(rows, columns, out, o, x, i);
    else {
      const [p, q] = steps[axis]!;
      for (let k = 0; k < extents[axis]!; k++) copyFrom(axis + 1, o + k * p!, i + k * q!);
    }
  };
  copyFrom(0, to, from);
}

/** So many elements, and one step along the axis in the array that is written and in the one that is read. */
interface Axis {
  readonly count: number;
  readonly steps: readonly number[];
}

/** Below this, a loop is faster than what copies blocks of memory. */
const SHORT = 32;

/** So many rows and columns are copied together where the two arrays run along different ones: both stay in the cache. */
const TILE = 32;

function copyPlane(rows: Axis, columns: Axis, out: TypedArray, to: number, x: TypedArray, from: number): void {
  const [toRow, fromRow] = rows.steps as [number, number];
  const [toStep, fromStep] = columns.steps as [number, number];
  if (columns.count >= SHORT && toStep === 1 && (fromStep === 1 || fromStep === 0)) {
    for (let row = 0; row < rows.count; row++) {
      const [o, i] = [to + row * toRow, from + row * fromRow];
      if (fromStep === 0) out.fill(x[i]!, o, o + columns.count);
      else out.set(x.subarray(i, i + columns.count), o);
    }
    return;
  }
  if (columns.count >= SHORT && toStep === 1 && fromStep === -1) {
    for (let row = 0; row < rows.count; row++) {
      const [o, i] = [to + row * toRow, from + row * fromRow];
      const copied = out.subarray(o, o + columns.count);
      copied.set(x.subarray(i - columns.count + 1, i + 1));
      copied.reverse();
    }
    return;
  }
  // Rows are short, or lie across: in tiles, and with the longer side inside.
  const height = columns.count < TILE ? TILE * TILE : TILE;
  const width = rows.count < TILE || Math.abs(fromStep) <= Math.abs(fromRow) ? columns.count : TILE;
  for (let row = 0; row < rows.count; row += height) {
    for (let column = 0; column < columns.count; column += width) {
      copyTile(
        Math.min(height, rows.count - row),
        toRow,
        fromRow,
        Math.min(width, columns.count - column),
        toStep,
        fromStep,
        out,
        to + row * toRow + column * toStep,
        x,
        from + row * fromRow + column * fromStep,
      );
    }
  }
}

function copyTile(
  rows: number,
  toRow: number,
  fromRow: number,
  columns: number,
  toStep: number,
  fromStep: number,
  out: TypedArray,
  to: number,
  x: TypedArray,
  from: number,
): void {
  if (columns < rows) {
    copyTile(columns, toStep, fromStep, rows, toRow, fromRow, out, to, x, from);
    return;
  }
  let row = 0;
  // The same elements twice: each is read once
  for (; fromRow === 0 && row + 2 <= rows; row += 2) {
    let o = to + row * toRow;
    let i = from;
    for (let k = 0; k < columns; k++, o += toStep, i += fromStep) {
      const value = x[i]!;
      out[o] = value;
      out[o + toRow] = value;
    }
  }
  for (; row < rows; row++) {
    let o = to + row * toRow;
    let i = from + row * fromRow;
    for (let k = 0; k < columns; k++, o += toStep, i += fromStep) out[o] = x[i]!;
  }
}
