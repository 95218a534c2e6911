/** Loops that apply one scalar function to every element, spread over broadcast shapes. */
import { type Dtype, type TypedArray, newArray, rounded } from '../tensor/dtype.ts';
import { type Shape, broadcastStrides, sameShape, sizeOf } from '../tensor/shape.ts';
import { forEachRun } from './strided-runs.ts';

/** `out[k] = f(x[k])`. An op whose function is cheaper than a call brings the loop written out. */
export type UnaryLoop = (out: TypedArray, x: TypedArray) => void;

/** `out[at + k] = f(a[i + k * p], b[j + k * q])` for k below `count`. */
export type BinaryLoop = (
  count: number,
  out: TypedArray,
  at: number,
  a: TypedArray,
  i: number,
  p: number,
  b: TypedArray,
  j: number,
  q: number,
) => void;

/** The loop that calls `value` for each element. */
export function unaryLoop(value: (x: number) => number): UnaryLoop {
  return (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = value(x[k]!);
  };
}

export function binaryLoop(value: (a: number, b: number) => number): BinaryLoop {
  return (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = value(a[i]!, b[j]!);
  };
}

/** A tensor's elements as the loops take them: a uniform one is an array of one element, stepped over with stride 0. */
export interface Operand {
  readonly storage: number | TypedArray;
  readonly shape: Shape;
  readonly dtype: Dtype;
}

export function applyBinary(loop: BinaryLoop, shape: Shape, dtype: Dtype, a: Operand, b: Operand): TypedArray {
  const out = newArray(dtype, sizeOf(shape));
  const x = arrayOf(a);
  const y = arrayOf(b);
  const step = (operand: Operand): 0 | 1 | undefined =>
    typeof operand.storage === 'number' ? 0 : sameShape(operand.shape, shape) ? 1 : undefined;
  const p = step(a);
  const q = step(b);
  if (p !== undefined && q !== undefined) {
    loop(out.length, out, 0, x, 0, p, y, 0, q);
    return out;
  }
  forEachRun(shape, [stridesOver(a, shape), stridesOver(b, shape)], (count, at, offsets, steps) =>
    loop(count, out, at, x, offsets[0]!, steps[0]!, y, offsets[1]!, steps[1]!),
  );
  return out;
}

export function arrayOf({ storage, dtype }: Operand): TypedArray {
  if (typeof storage !== 'number') return storage;
  const one = newArray(dtype, 1);
  one[0] = rounded(storage, dtype);
  return one;
}

/** Strides that read the operand over `shape`, all 0 where its elements are equal. */
export function stridesOver(operand: Operand, shape: Shape): number[] {
  return typeof operand.storage === 'number' ? shape.map(() => 0) : broadcastStrides(operand.shape, shape);
}
