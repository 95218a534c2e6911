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
  const inner = p === undefined ? innerRepeats(a, shape) : innerRepeats(b, shape);
  if (inner !== undefined && p !== undefined) {
    forEachRepeat(out.length, y.length, inner, (count, at, k, step) => loop(count, out, at, x, p * at, p, y, k, step));
    return out;
  }
  if (inner !== undefined && q !== undefined) {
    forEachRepeat(out.length, x.length, inner, (count, at, k, step) => loop(count, out, at, x, k, step, y, q * at, q));
    return out;
  }
  const [i, j] = [readOver(a, shape), readOver(b, shape)];
  forEachRun(shape, [i.strides, j.strides], (count, at, offsets, steps) =>
    loop(count, out, at, x, i.offset + offsets[0]!, steps[0]!, y, j.offset + offsets[1]!, steps[1]!),
  );
  return out;
}

/**
 * How often each element of an operand comes in a row in `shape`, where the operand's axes of more than one element are
 * neighbours in it: a bias to rows once, a column to rows as often as these are long.
 */
function innerRepeats({ storage, shape: own }: Operand, shape: Shape): number | undefined {
  if (storage instanceof View) return undefined;
  const lead = shape.length - own.length;
  let axis = own.length - 1;
  let inner = 1;
  for (; axis >= 0 && own[axis] === 1; axis--) inner *= shape[lead + axis]!;
  while (axis >= 0 && own[axis] === shape[lead + axis]) axis--;
  for (; axis >= 0; axis--) if (own[axis] !== 1) return undefined;
  return inner;
}

/** Goes through `total` places in runs of an operand's `size` elements, or of one of them `inner` times. */
function forEachRepeat(
  total: number,
  size: number,
  inner: number,
  run: (count: number, at: number, k: number, step: 0 | 1) => void,
): void {
  if (inner === 1) for (let at = 0; at < total; at += size) run(size, at, 0, 1);
  else for (let at = 0, k = 0; at < total; at += inner, k = k + 1 < size ? k + 1 : 0) run(inner, at, k, 0);
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
