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
  forEachRun(shape, [strides], (count, at, [from], [step]) => copyRun(count, out, at, 1, x, offset + from!, step!));
}

/** Below this, a loop is faster than what copies blocks of memory. */
const SHORT = 32;

function copyRun(
  count: number,
  out: TypedArray,
  to: number,
  toStep: number,
  x: TypedArray,
  from: number,
  fromStep: number,
): void {
  if (count >= SHORT && toStep === 1 && fromStep === 1) out.set(x.subarray(from, from + count), to);
  else if (count >= SHORT && toStep === 1 && fromStep === 0) out.fill(x[from]!, to, to + count);
  else for (let k = 0, i = from, o = to; k < count; k++, i += fromStep, o += toStep) out[o] = x[i]!;
}

/** Writes the elements of `x` (dense, of `shape`) to `out` at `offset` and `strides`. */
export function scatterStrided(
  out: TypedArray,
  shape: Shape,
  x: TypedArray,
  offset: number,
  strides: readonly number[],
): void {
  forEachRun(shape, [strides], (count, at, [to], [step]) => copyRun(count, out, offset + to!, step!, x, at, 1));
}
