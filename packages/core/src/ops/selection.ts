/** Choosing between values, element by element. */
import type { Expression } from '../kernel-ir/expression.ts';
import type { KernelLanguage } from '../kernel-ir/language.ts';
import { type BinaryFunction, arrayOf } from '../kernels/elementwise.ts';
import { FunctionByDtype } from '../kernels/function-by-dtype.ts';
import { forEachRun } from '../kernels/strided-runs.ts';
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { elementByElement } from '../op/batch.ts';
import { checkAccepts, inDtype } from '../op/cast.ts';
import { type BinaryElementwiseOp, defineElementwise, sumTo } from '../op/define-elementwise.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { type TensorLike, asTensors } from '../tensor/create.ts';
import { type Dtype, type TypedArray, holds, promote, rounded } from '../tensor/dtype.ts';
import { type Shape, broadcastShapes, broadcastStrides, shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The primitive behind `where`: values of one dtype. */
export const select: Op<[condition: Tensor, whenTrue: Tensor, whenFalse: Tensor]> = defineOp({
  name: 'where',
  infer: ([condition, x, y]) => {
    const values = broadcastShapes(x.shape, y.shape);
    const shape = values === undefined ? undefined : broadcastShapes(condition.shape, values);
    if (shape !== undefined) return specOf(shape, x.dtype);
    throw new ShapeError({
      code: 'shape-mismatch',
      problem: `shapes do not broadcast: condition ${shapeText(condition.shape)}, ${shapeText(x.shape)} and ${shapeText(y.shape)}`,
      received: [condition.shape, x.shape, y.shape],
    });
  },
  forward: ([condition, x, y], _, { shape, data }) => {
    const arrays = [condition.data, x.data, y.data] as const;
    const strides = [
      broadcastStrides(condition.shape, shape),
      broadcastStrides(x.shape, shape),
      broadcastStrides(y.shape, shape),
    ];
    if (data.length >= FEW) chooseMany(shape, strides, data, arrays);
    else forEachRun(shape, strides, (count, at, offsets, steps) => choose(count, data, at, arrays, offsets, steps));
  },
  lower: ({ at, position, inputs }, kernel) => {
    const [condition, x, y] = inputs.map(({ shape }, slot) => at(slot, position.within(shape)));
    return kernel.select(condition!, x!, y!);
  },
  uniform: ([condition, x, y]) => (condition === 0 ? y : x),
  pull: [
    notDifferentiable,
    ({ cotangent, inputs: [condition, x] }) => sumTo(where(condition, cotangent, 0), x.spec),
    ({ cotangent, inputs: [condition, , y] }) => sumTo(where(condition, 0, cotangent), y.spec),
  ],
  push: [
    notDifferentiable,
    ({ tangent, inputs: [condition], output }) => where(condition, tangent, 0).broadcastTo(output.shape),
    ({ tangent, inputs: [condition], output }) => where(condition, 0, tangent).broadcastTo(output.shape),
  ],
  batch: elementByElement,
  samples: [
    { shapes: [[2, 3], [2, 3], [3]], dtypes: ['bool', 'float', 'float'] },
    { shapes: [[3], [], [2, 1]], dtypes: ['bool', 'float', 'float'] },
  ],
});

/** So few are chosen with a branch: to get at another way costs more than wrong guesses of the processor. */
const FEW = 1024;

/** One run of elements, each array read from its offset on by its step. */
function choose(
  count: number,
  out: TypedArray,
  at: number,
  [condition, x, y]: readonly [TypedArray, TypedArray, TypedArray],
  offsets: readonly number[],
  steps: readonly number[],
): void {
  let [i, j, l] = offsets as [number, number, number];
  const [ofCondition, ofX, ofY] = steps as [number, number, number];
  for (let k = 0; k < count; k++, i += ofCondition, j += ofX, l += ofY) {
    out[at + k] = condition[i] === 0 ? y[l]! : x[j]!;
  }
}

/** An array as whole numbers, which move as they are; an element of eight bytes is two. */
function wordsOf(array: TypedArray): Int32Array | Uint8Array {
  if (array instanceof Uint8Array) return array;
  return new Int32Array(array.buffer, array.byteOffset, array.byteLength >> 2);
}

function chooseMany(
  shape: Shape,
  strides: readonly (readonly number[])[],
  data: TypedArray,
  [condition, x, y]: readonly [TypedArray, TypedArray, TypedArray],
): void {
  const width = data.BYTES_PER_ELEMENT === 8 ? 2 : 1;
  const [out, ofTrue, ofFalse] = [wordsOf(data), wordsOf(x), wordsOf(y)];
  forEachRun(shape, strides, (count, at, offsets, steps) =>
    chooseWords(width, count, out, at, [condition, ofTrue, ofFalse], offsets, steps),
  );
}

/** The same with each element as `width` words, and without a branch. */
function chooseWords(
  width: number,
  count: number,
  out: Int32Array | Uint8Array,
  at: number,
  [condition, x, y]: readonly [TypedArray, Int32Array | Uint8Array, Int32Array | Uint8Array],
  offsets: readonly number[],
  steps: readonly number[],
): void {
  const [ofCondition, ofX, ofY] = [steps[0]!, steps[1]! * width, steps[2]! * width];
  let o = at * width;
  let i = offsets[0]!;
  let j = offsets[1]! * width;
  let l = offsets[2]! * width;
  for (let k = 0; k < count; k++, o += width, i += ofCondition, j += ofX, l += ofY) {
    // All ones where the condition holds, else none
    const mask = (0 - condition[i]!) >> 31;
    out[o] = (x[j]! & mask) | (y[l]! & ~mask);
    if (width === 2) out[o + 1] = (x[j + 1]! & mask) | (y[l + 1]! & ~mask);
  }
}

/**
 * `whenTrue` where the condition holds, `whenFalse` elsewhere; the three broadcast. Both sides are computed, and a side
 * that is NaN or infinite where it is not chosen still poisons derivatives (0 * infinity): choose a harmless *input*
 * first, `where(ok, f(where(ok, x, 1)), 0)`.
 *
 * @throws DtypeError, ShapeError `shape-mismatch`
 * @example
 * where([true, false], [1, 2], 0).toArray(); // [1, 0]
 */
export const where: ((condition: TensorLike, whenTrue: TensorLike, whenFalse: TensorLike) => Tensor) &
  Pick<typeof select, 'definition'> = Object.assign(
  (condition: TensorLike, whenTrue: TensorLike, whenFalse: TensorLike): Tensor => {
    const [c, x, y] = asTensors([condition, whenTrue, whenFalse], 'where', ['bool', undefined, undefined]);
    const dtype = promote(x!.dtype, y!.dtype);
    return select(c!.dtype === 'bool' ? c! : c!.notEqual(0), inDtype(x!, dtype), inDtype(y!, dtype));
  },
  { definition: select.definition },
);

/**
 * The larger one; NaN if one is. At a tie the slope is shared, one half each.
 *
 * @example
 * maximum([1, 5], 3).toArray(); // [3, 5]
 */
export const maximum: BinaryElementwiseOp = defineElementwise({
  name: 'maximum',
  accepts: 'number',
  value: (x, y) => Math.max(x, y),
  lower: (x, y, kernel) => kernel.max(x, y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Math.max(a[i]!, b[j]!);
  },
  slope: [
    ({ inputs: [x, y] }) => winning(x.greater(y), x.equal(y), x),
    ({ inputs: [x, y] }) => winning(y.greater(x), x.equal(y), x),
  ],
  slopeAt: [(x, y) => winningAt(x > y, x === y), (x, y) => winningAt(y > x, x === y)],
  samples: { from: -2, to: 2, distinct: 1e-3 },
});

/**
 * The smaller one; NaN if one is. At a tie the slope is shared, one half each.
 *
 * @example
 * minimum([1, 5], 3).toArray(); // [1, 3]
 */
export const minimum: BinaryElementwiseOp = defineElementwise({
  name: 'minimum',
  accepts: 'number',
  value: (x, y) => Math.min(x, y),
  lower: (x, y, kernel) => kernel.min(x, y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Math.min(a[i]!, b[j]!);
  },
  slope: [
    ({ inputs: [x, y] }) => winning(x.less(y), x.equal(y), x),
    ({ inputs: [x, y] }) => winning(y.less(x), x.equal(y), x),
  ],
  slopeAt: [(x, y) => winningAt(x < y, x === y), (x, y) => winningAt(y < x, x === y)],
  samples: { from: -2, to: 2, distinct: 1e-3 },
});

/** 1 where it wins, one half at a tie, 0 where it loses. */
function winningAt(wins: boolean, ties: boolean): number {
  return wins ? 1 : ties ? 0.5 : 0;
}

function winning(wins: Tensor, ties: Tensor, like: Tensor): Tensor {
  return wins.cast(like.dtype).add(ties.cast(like.dtype).mul(0.5));
}

/** The range to keep within; one of the two may be absent. */
export interface ClipOptions {
  min?: number;
  max?: number;
}

/**
 * x where it lies within the bounds, and the nearer bound elsewhere. The slope is 1 within and at the bounds, so that what
 * sits on a bound can leave it, and 0 outside. For bounds that are tensors: `x.maximum(low).minimum(high)`.
 *
 * @throws ArgumentError `not-a-bound`, `bounds-crossed`
 * @example
 * clip([-2, 0.5, 7], { min: 0, max: 6 }).toArray(); // [0, 0.5, 6]
 */
export const clip: Op<[x: Tensor], [min: number, max: number], [Tensor], [options: ClipOptions]> = defineOp({
  name: 'clip',
  attributeNames: ['min', 'max'],
  canonical: ([x], [options]) => {
    checkOptions('clip', options, ['min', 'max']);
    checkAccepts('clip', 'number', x.dtype);
    const { min = -Infinity, max = Infinity } = options;
    for (const bound of [min, max]) checkBound(bound, x.dtype);
    if (min > max) {
      throw new ArgumentError({
        code: 'bounds-crossed',
        problem: `min ${min} lies above max ${max}`,
        received: options,
      });
    }
    return x.dtype === 'i32' ? [min, max] : [rounded(min, x.dtype), rounded(max, x.dtype)];
  },
  infer: ([x]) => x,
  forward: ([{ data: from }], bounds, { data, dtype }) => {
    // To V8 an attribute may be anything, and a choice between it and an element would be put in an object.
    const [min, max] = [Number(bounds[0]), Number(bounds[1])];
    if (data.length >= FEW) clipMany(from, min, max, data, dtype);
    else for (let k = 0; k < data.length; k++) data[k] = clipped(from[k]!, min, max);
  },
  lower: ({ at, position, attributes: [min, max] }, kernel) => {
    const x = at(0, position);
    // Unbounded sides of i32 have no number to compare with
    const capped = max === Infinity ? x : lowerOf(x, kernel.constant(max, x.type), kernel);
    return min === -Infinity ? capped : higherOf(capped, kernel.constant(min, x.type), kernel);
  },
  uniform: ([value], [min, max]) => clipped(value!, min, max),
  pull: [({ cotangent, inputs: [x], attributes: [min, max] }) => where(isWithin(x, min, max), cotangent, 0)],
  push: [({ tangent, inputs: [x], attributes: [min, max] }) => where(isWithin(x, min, max), tangent, 0)],
  batch: elementByElement,
  samples: [
    { shapes: [[2, 3]], arguments: [{ min: -1, max: 1 }], kinks: [-1, 1] },
    { shapes: [[3]], arguments: [{ max: 1 }], kinks: [1] },
    { shapes: [[]], arguments: [{ min: 0 }], kinks: [0] },
  ],
});

/** x, or the bound where x lies beyond it; x itself where they are equal, or x is NaN. */
function lowerOf(x: Expression, high: Expression, kernel: KernelLanguage): Expression {
  return kernel.select(kernel.greater(x, high), high, x);
}

function higherOf(x: Expression, low: Expression, kernel: KernelLanguage): Expression {
  return kernel.select(kernel.less(x, low), low, x);
}

const atMost = /* @__PURE__ */ new FunctionByDtype<BinaryFunction>(
  {
    at: (x, high) => (x > high ? high : x),
    loop: (count, out, at, a, i, p, b, j, q) => {
      for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = a[i]! > b[j]! ? b[j]! : a[i]!;
    },
  },
  (kernels, type, plain) => kernels.binary(lowerOf, type, plain),
);
const atLeast = /* @__PURE__ */ new FunctionByDtype<BinaryFunction>(
  {
    at: (x, low) => (x < low ? low : x),
    loop: (count, out, at, a, i, p, b, j, q) => {
      for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = a[i]! < b[j]! ? b[j]! : a[i]!;
    },
  },
  (kernels, type, plain) => kernels.binary(higherOf, type, plain),
);

/** One bound after the other, each of which may be absent. */
function clipMany(x: TypedArray, min: number, max: number, out: TypedArray, dtype: Dtype): void {
  let from = x;
  const keep = (within: FunctionByDtype<BinaryFunction>, bound: number): void => {
    const one = arrayOf({ storage: bound, shape: [], dtype });
    within.of(dtype).loop(out.length, out, 0, from, 0, 1, one, 0, 0);
    from = out;
  };
  if (max !== Infinity) keep(atMost, max);
  if (min !== -Infinity) keep(atLeast, min);
  if (from !== out) out.set(from);
}

function clipped(x: number, min: number, max: number): number {
  return x < min ? min : x > max ? max : x; // NaN stays
}

function isWithin(x: Tensor, min: number, max: number): Tensor {
  if (min === -Infinity) return x.lessEqual(max);
  return max === Infinity ? x.greaterEqual(min) : x.greaterEqual(min).logicalAnd(x.lessEqual(max));
}

function checkBound(bound: unknown, dtype: Dtype): void {
  const isBound = typeof bound === 'number' && !Number.isNaN(bound);
  if (isBound && (Math.abs(bound) === Infinity || holds(dtype, bound))) return;
  throw new ArgumentError({
    code: 'not-a-bound',
    problem: `a bound is a ${dtype === 'i32' ? 'whole ' : ''}number; received ${String(bound)}`,
    received: bound,
    remedy: isBound ? "x.cast('f32') first" : 'x.maximum(low).minimum(high)',
  });
}

/** What stands for numbers that are none. */
export interface NanToNumOptions {
  nan?: number;
  positiveInfinity?: number;
  negativeInfinity?: number;
}

/**
 * x with other numbers in place of NaN (0) and of the infinities (the largest and the smallest number of the dtype). The
 * slope is 1 where x is finite and 0 elsewhere. Whole numbers stay as they are.
 *
 * @example
 * nanToNum([1, NaN, -Infinity], { negativeInfinity: -9 }).toArray(); // [1, 0, -9]
 */
export const nanToNum: Op<
  [x: Tensor],
  [nan: number, positiveInfinity: number, negativeInfinity: number],
  [Tensor],
  [options?: NanToNumOptions]
> = defineOp({
  name: 'nanToNum',
  attributeNames: ['nan', 'positiveInfinity', 'negativeInfinity'],
  canonical: ([x], [options = {}]) => {
    checkOptions('nanToNum', options, ['nan', 'positiveInfinity', 'negativeInfinity']);
    checkAccepts('nanToNum', 'number', x.dtype);
    const largest = x.dtype === 'f64' ? Number.MAX_VALUE : 3.4028234663852886e38;
    return [options.nan ?? 0, options.positiveInfinity ?? largest, options.negativeInfinity ?? -largest];
  },
  infer: ([x]) => x,
  forward: ([{ data: from }], replacements, { data }) => {
    for (let k = 0; k < data.length; k++) {
      const x = from[k]!;
      data[k] = x - x === 0 ? x : finite(x, replacements); // else NaN or infinite
    }
  },
  lower: ({ at, position, attributes: [nan, positive, negative] }, kernel) => {
    const x = at(0, position);
    if (x.type === 'i32') return x;
    const [forNaN, above, below] = [nan, positive, negative].map((value) => kernel.constant(value, x.type));
    const [most, least] = [Infinity, -Infinity].map((value) => kernel.constant(value, x.type));
    const bounded = kernel.select(kernel.equal(x, most!), above!, kernel.select(kernel.equal(x, least!), below!, x));
    return kernel.select(kernel.equal(x, x), bounded, forNaN!);
  },
  uniform: ([value], replacements) => finite(value!, replacements),
  pull: [({ cotangent, inputs: [x] }) => where(x.isFinite(), cotangent, 0)],
  push: [({ tangent, inputs: [x] }) => where(x.isFinite(), tangent, 0)],
  batch: elementByElement,
  samples: [{ shapes: [[2, 3]] }, { shapes: [[]], arguments: [{ nan: 1 }] }],
});

function finite(x: number, [nan, positiveInfinity, negativeInfinity]: readonly [number, number, number]): number {
  if (Number.isFinite(x)) return x;
  return x > 0 ? positiveInfinity : x < 0 ? negativeInfinity : nan;
}
