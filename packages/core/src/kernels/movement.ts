/** Copies between arrays whose elements lie in another order or only in part. */
import type { TypedArray } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import { forEachRun } from './strided-runs.ts';

/** Fills `out` (dense, of `shape`) with elements of `x` that lie at `offset` and `strides`. */
export function gatherStrided(
  out: TypedArray,
  shape: Shape,
  x: TypedArray,
  offset: number,
  strides: readonly number[],
): void {
  forEachRun(shape, [strides], (count, at, [from], [step]) => {
    for (let k = 0, i = offset + from!; k < count; k++, i += step!) out[at + k] = x[i]!;
  });
}

/** Writes the elements of `x` (dense, of `shape`) to `out` at `offset` and `strides`. */
export function scatterStrided(
  out: TypedArray,
  shape: Shape,
  x: TypedArray,
  offset: number,
  strides: readonly number[],
): void {
  forEachRun(shape, [strides], (count, at, [to], [step]) => {
    for (let k = 0, i = offset + to!; k < count; k++, i += step!) out[i] = x[at + k]!;
  });
}
