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

/** For each index of an array of indices: the position in an array of `extent` along the axis that it stands for. */
export function forEachIndexed(
  indices: TypedArray,
  shape: Shape,
  axis: number,
  extent: number,
  within: (index: number, extent: number) => number,
  visit: (position: number, at: number) => void,
): void {
  const inner = sizeOf(shape.slice(axis + 1));
  const count = shape[axis]!;
  const outer = sizeOf(shape.slice(0, axis));
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < inner; i++, at++) visit((o * extent + within(indices[at]!, extent)) * inner + i, at);
    }
  }
}
