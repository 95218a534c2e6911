/** Running totals along an axis, forward or backward. Sums and products run in order, in f64. */
import type { TypedArray } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import { forEachLane } from './along-axis.ts';

/** Which way: along which axis, and whether from the end. */
export interface Along {
  readonly axis: number;
  readonly reverse: boolean;
}

function forEachLaneFrom(
  shape: Shape,
  { axis, reverse }: Along,
  visit: (from: number, step: number, count: number) => void,
): void {
  const count = shape[axis]!;
  forEachLane(shape, axis, (start, step) => {
    if (reverse) visit(start + (count - 1) * step, -step, count);
    else visit(start, step, count);
  });
}

/**
 * Writes the running totals of `count` elements, from `from` on and `step` apart, to the same places of `out`. An op brings
 * the loop written out: a call for each element would cost five times as much.
 */
export type RunningLoop = (count: number, x: TypedArray, out: TypedArray, from: number, step: number) => void;

export function accumulate(x: TypedArray, shape: Shape, along: Along, loop: RunningLoop, out: TypedArray): void {
  forEachLaneFrom(shape, along, (from, step, count) => loop(count, x, out, from, step));
}

/** `y[k] = b[k] + a[k] y[k - 1]`, before the first a 0. */
export function recur(a: TypedArray, b: TypedArray, shape: Shape, along: Along, out: TypedArray): void {
  forEachLaneFrom(shape, along, (from, step, count) => {
    let y = 0;
    for (let k = 0, at = from; k < count; k++, at += step) {
      // The first `a` meets nothing: an infinite one must not make NaN of it.
      y = k === 0 ? b[at]! : b[at]! + a[at]! * y;
      out[at] = y;
    }
  });
}
