/** Reductions that take the elements of each group in order, and lengths of vectors. */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, broadcastStrides, reducedShape } from '../tensor/shape.ts';
import { sumOver } from './reduce-loop.ts';
import { forEachRun } from './strided-runs.ts';

/** From `first` on, `total` with each element over the axes in turn. What stands in between is f64. */
export function foldOver(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  first: number,
  total: (reached: number, next: number) => number,
  out: TypedArray,
): void {
  const reached = new Float64Array(out.length).fill(first);
  forEachGroup(shape, axes, (count, at, group, step) => {
    for (let k = 0; k < count; k++, group += step) reached[group] = total(reached[group]!, x[at + k]!);
  });
  out.set(reached);
}

/** Runs of elements, with the number of the group that the first belongs to and the step to the next one's. */
function forEachGroup(
  shape: Shape,
  axes: readonly number[],
  run: (count: number, at: number, group: number, step: number) => void,
): void {
  const strides = broadcastStrides(reducedShape(shape, axes, true), shape);
  forEachRun(shape, [strides], (count, at, [group], [step]) => run(count, at, group!, step!));
}

/** Outside of these bounds squares have lost digits, or have overflowed. */
const [TINY, HUGE] = [1e-280, 1e280];

/** Square roots of sums of squares over axes. Very small and very large groups are brought near 1 first. */
export function lengthsOver(x: TypedArray, shape: Shape, axes: readonly number[], out: TypedArray): void {
  const squares = new Float64Array(x.length);
  for (let k = 0; k < x.length; k++) squares[k] = x[k]! * x[k]!;
  const sums = new Float64Array(out.length);
  sumOver(squares, shape, axes, sums);
  const isSafe = (sum: number): boolean => (sum > TINY && sum < HUGE) || sum !== sum;
  for (let g = 0; g < out.length; g++) out[g] = Math.sqrt(sums[g]!);
  if (sums.every(isSafe)) return;
  const largest = new Float64Array(out.length);
  foldOver(x, shape, axes, 0, (reached, next) => Math.max(reached, Math.abs(next)), largest);
  const scaled = new Float64Array(out.length);
  forEachGroup(shape, axes, (count, at, group, step) => {
    for (let k = 0; k < count; k++, group += step) squares[at + k] = (x[at + k]! / largest[group]!) ** 2;
  });
  sumOver(squares, shape, axes, scaled);
  for (let g = 0; g < out.length; g++) {
    if (isSafe(sums[g]!)) continue;
    const scale = largest[g]!;
    out[g] = scale === 0 || scale === Number.POSITIVE_INFINITY ? scale : scale * Math.sqrt(scaled[g]!);
  }
}
