/** Reductions that take the elements of each group in order, and lengths of vectors. */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, broadcastStrides, reducedShape } from '../tensor/shape.ts';
import { sumSquaresOver } from './reduce-loop.ts';
import { forEachRun } from './strided-runs.ts';

/**
 * Takes `count` elements of x, from `at` on, into what their groups have reached: the first into group `group`, and each
 * further one `step` groups on; with step 0 all go into one. An op brings the loop written out: a call for each element
 * would cost ten times as much.
 */
export type FoldLoop = (
  count: number,
  x: TypedArray,
  at: number,
  reached: Float64Array,
  group: number,
  step: number,
) => void;

/** From `first` on, what `loop` makes of the elements over the axes in turn. What stands in between is f64. */
export function foldOver(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  first: number,
  loop: FoldLoop,
  out: TypedArray,
): void {
  const reached = new Float64Array(out.length).fill(first);
  forEachGroup(shape, axes, (count, at, group, step) => loop(count, x, at, reached, group, step));
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
  const sums = new Float64Array(out.length);
  sumSquaresOver(x, shape, axes, sums);
  const isSafe = (sum: number): boolean => (sum > TINY && sum < HUGE) || sum !== sum;
  for (let g = 0; g < out.length; g++) out[g] = Math.sqrt(sums[g]!);
  if (sums.every(isSafe)) return;
  const largest = new Float64Array(out.length);
  foldOver(x, shape, axes, 0, largestSize, largest);
  const nearOne = new Float64Array(x.length);
  forEachGroup(shape, axes, (count, at, group, step) => {
    for (let k = 0; k < count; k++, group += step) nearOne[at + k] = x[at + k]! / largest[group]!;
  });
  const scaled = new Float64Array(out.length);
  sumSquaresOver(nearOne, shape, axes, scaled);
  for (let g = 0; g < out.length; g++) {
    if (isSafe(sums[g]!)) continue;
    const scale = largest[g]!;
    out[g] = scale === 0 || scale === Number.POSITIVE_INFINITY ? scale : scale * Math.sqrt(scaled[g]!);
  }
}

const largestSize: FoldLoop = (count, x, at, reached, group, step) => {
  for (let k = 0; k < count; k++, group += step) reached[group] = Math.max(reached[group]!, Math.abs(x[at + k]!));
};
