/** Loops over the lanes of an axis: the elements that differ in one index alone. */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';

/** Calls `visit` for each lane, in order, with the position of its first element and the step to the next. */
export function forEachLane(
  shape: Shape,
  axis: number,
  visit: (start: number, step: number, lane: number) => void,
): void {
  const step = sizeOf(shape.slice(axis + 1));
  const block = step * shape[axis]!;
  const outer = sizeOf(shape.slice(0, axis));
  let lane = 0;
  for (let o = 0; o < outer; o++) for (let i = 0; i < step; i++) visit(o * block + i, step, lane++);
}

/** What index stands for which entry of an axis; refuses what stands for none. */
type Within = (index: number, extent: number) => number;

/** `out[i, j] = x[i, indices[i, j]]` along an axis of the indices, which have `shape`; x has `extent` entries there. */
export function gatherAlong(
  out: TypedArray,
  x: TypedArray,
  indices: TypedArray,
  shape: Shape,
  axis: number,
  extent: number,
  within: Within,
): void {
  const { outer, count, inner } = around(shape, axis);
  for (let o = 0, at = 0; o < outer; o++) {
    const first = o * extent * inner;
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < inner; i++, at++) out[at] = x[first + within(indices[at]!, extent) * inner + i]!;
    }
  }
}

/** The mirror image: `out[i, indices[i, j]] += x[i, j]`. */
export function scatterAddAlong(
  out: TypedArray,
  x: TypedArray,
  indices: TypedArray,
  shape: Shape,
  axis: number,
  extent: number,
  within: Within,
): void {
  const { outer, count, inner } = around(shape, axis);
  for (let o = 0, at = 0; o < outer; o++) {
    const first = o * extent * inner;
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < inner; i++, at++) out[first + within(indices[at]!, extent) * inner + i]! += x[at]!;
    }
  }
}

function around(shape: Shape, axis: number): { outer: number; count: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), count: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}
