/** Reductions of dense arrays over some axes. The order of additions depends on the shape alone. */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sizeOf, stridesOf } from '../tensor/shape.ts';
import { forEachRun } from './strided-runs.ts';

/** Where each result's elements lie: a first element for each result, and the offsets of the others from it. */
export interface Groups {
  readonly starts: Int32Array;
  readonly offsets: Int32Array;
}

export function groupsOf(shape: Shape, axes: readonly number[]): Groups {
  const strides = stridesOf(shape);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const positions = (over: readonly number[]): Int32Array => {
    const extents = over.map((axis) => shape[axis]!);
    const out = new Int32Array(sizeOf(extents));
    forEachRun(extents, [over.map((axis) => strides[axis]!)], (count, at, [offset], [step]) => {
      for (let k = 0; k < count; k++) out[at + k] = offset! + k * step!;
    });
    return out;
  };
  return { starts: positions(kept), offsets: positions(axes) };
}

/** Sums by pairs of halves down to stretches of 32 (Higham 1993): the error grows with the logarithm of the length. */
export function sumGroups(x: TypedArray, { starts, offsets }: Groups, out: TypedArray): void {
  const n = offsets.length;
  const contiguous = n > 0 && offsets[n - 1] === n - 1;
  for (let g = 0; g < starts.length; g++) {
    out[g] = contiguous ? sumContiguous(x, starts[g]!, n) : sumScattered(x, starts[g]!, offsets, 0, n);
  }
}

function sumContiguous(x: TypedArray, from: number, count: number): number {
  if (count > 32) {
    const half = count >> 1;
    return sumContiguous(x, from, half) + sumContiguous(x, from + half, count - half);
  }
  let sum = 0;
  for (let k = from; k < from + count; k++) sum += x[k]!;
  return sum;
}

function sumScattered(x: TypedArray, start: number, offsets: Int32Array, from: number, count: number): number {
  if (count > 32) {
    const half = count >> 1;
    return sumScattered(x, start, offsets, from, half) + sumScattered(x, start, offsets, from + half, count - half);
  }
  let sum = 0;
  for (let k = from; k < from + count; k++) sum += x[start + offsets[k]!]!;
  return sum;
}

/** What `sumGroups` gives for a group of equal elements, to the bit. */
export function sumOfEqual(value: number, count: number): number {
  if (count > 32) {
    const half = count >> 1;
    const first = sumOfEqual(value, half);
    return first + (count - half === half ? first : sumOfEqual(value, count - half));
  }
  let sum = 0;
  for (let k = 0; k < count; k++) sum += value;
  return sum;
}

/** Position within its group of the element that `wins` against all before it; the first NaN wins against everything. */
export function bestOfGroups(
  x: TypedArray,
  { starts, offsets }: Groups,
  wins: (a: number, b: number) => boolean,
  visit: (group: number, position: number, value: number) => void,
): void {
  for (let g = 0; g < starts.length; g++) {
    const start = starts[g]!;
    let best = x[start]!;
    let at = 0;
    for (let k = 1; k < offsets.length && best === best; k++) {
      const value = x[start + offsets[k]!]!;
      if (wins(value, best) || value !== value) {
        best = value;
        at = k;
      }
    }
    visit(g, at, best);
  }
}
