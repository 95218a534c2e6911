/** Lengths of vectors: square roots of sums of squares that neither overflow nor vanish. */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, broadcastStrides, reducedShape } from '../tensor/shape.ts';
import { extremeOver } from './extremes.ts';
import { forEachRun } from './strided-runs.ts';
import { sumSquaresOver } from './sums.ts';

/** Outside of these bounds squares have lost digits, or have overflowed. */
const [TINY, HUGE] = [1e-280, 1e280];

/**
 * Square roots of sums of squares over axes, of the distances from `centres`, one for each result, where these are given.
 * Very small and very large groups are brought near 1 first.
 */
export function lengthsOver(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  out: TypedArray,
  centres?: TypedArray,
): void {
  const sums = new Float64Array(out.length);
  sumSquaresOver(x, shape, axes, sums, centres);
  const isSafe = (sum: number): boolean => (sum > TINY && sum < HUGE) || sum !== sum;
  for (let g = 0; g < out.length; g++) out[g] = Math.sqrt(sums[g]!);
  if (sums.every(isSafe)) return;
  const strides = broadcastStrides(reducedShape(shape, axes, true), shape);
  const sizes = new Float64Array(x.length);
  forEachRun(shape, [strides], (count, at, [group], [step]) => {
    for (let k = 0, g = group!; k < count; k++, g += step!) sizes[at + k] = Math.abs(x[at + k]! - (centres?.[g] ?? 0));
  });
  const largest = new Float64Array(out.length);
  extremeOver(sizes, shape, axes, 'largest', largest);
  forEachRun(shape, [strides], (count, at, [group], [step]) => {
    for (let k = 0, g = group!; k < count; k++, g += step!) sizes[at + k]! /= largest[g]!;
  });
  const scaled = new Float64Array(out.length);
  sumSquaresOver(sizes, shape, axes, scaled);
  for (let g = 0; g < out.length; g++) {
    if (isSafe(sums[g]!)) continue;
    // Of no elements the length is 0.
    const scale = Math.max(0, largest[g]!);
    out[g] = scale === 0 || scale === Number.POSITIVE_INFINITY ? scale : scale * Math.sqrt(scaled[g]!);
  }
}
