/** Loops that apply one scalar function to every element, spread over broadcast shapes. */
import { type Dtype, type TypedArray, newArray, rounded } from '../tensor/dtype.ts';
import { type Shape, broadcastStrides, sameShape, sizeOf } from '../tensor/shape.ts';
import { type Strided, View } from '../tensor/view.ts';
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

/** A function of numbers, by itself and in its loop. */
export interface UnaryFunction {
  readonly at: (x: number) => number;
  readonly loop: UnaryLoop;
}
export interface BinaryFunction {
  readonly at: (a: number, b: number) => number;
  readonly loop: BinaryLoop;
}

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
  readonly storage: number | TypedArray | View;
  readonly shape: Shape;
  readonly dtype: Dtype;
}

export function applyBinary(loop: BinaryLoop, shape: Shape, dtype: Dtype, a: Operand, b: Operand): TypedArray {
  const out = newArray(dtype, sizeOf(shape));
  const x = arrayOf(a);
  const y = arrayOf(b);
  const p = evenStep(a, shape);
  const q = evenStep(b, shape);
  if (p !== undefined && q !== undefined) {
    loop(out.length, out, 0, x, 0, p, y, 0, q);
    return out;
  }
  const [i, j] = [readOver(a, shape), readOver(b, shape)];
  forEachRun(shape, [i.strides, j.strides], (count, at, offsets, steps) =>
    loop(count, out, at, x, i.offset + offsets[0]!, steps[0]!, y, j.offset + offsets[1]!, steps[1]!),
  );
  return out;
}

export function arrayOf({ storage, dtype }: Operand): TypedArray {
  if (storage instanceof View) return storage.array;
  if (typeof storage !== 'number') return storage;
  const one = newArray(dtype, 1);
  one[0] = rounded(storage, dtype);
  return one;
}

/** The one step from each element to the next over `shape`, where there is one. */
function evenStep({ storage, shape: own }: Operand, shape: Shape): 0 | 1 | undefined {
  if (typeof storage === 'number') return 0;
  return !(storage instanceof View) && sameShape(own, shape) ? 1 : undefined;
}

/** Where the operand's elements lie for each place in `shape`: repeated along the axes that it lacks. */
export function readOver({ storage, shape: own }: Operand, shape: Shape): Strided {
  if (typeof storage === 'number') return { offset: 0, strides: shape.map(() => 0) };
  if (!(storage instanceof View)) return { offset: 0, strides: broadcastStrides(own, shape) };
  const lead = shape.length - own.length;
  const { offset, strides } = storage;
  return {
    offset,
    strides: shape.map((_, axis) => (axis < lead || own[axis - lead] === 1 ? 0 : strides[axis - lead]!)),
  };
}
