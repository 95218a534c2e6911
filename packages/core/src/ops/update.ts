/** Tensors with some of their elements replaced: new tensors, the old ones staying what they are. */
import { ArgumentError, DtypeError, EdgewiseError, ShapeError } from '../errors/edgewise-error.ts';
import { scatterStrided } from '../kernels/movement.ts';
import { checkAccepts, inDtype } from '../op/cast.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { type TensorLike, asTensor, uniform } from '../tensor/create.ts';
import { promote } from '../tensor/dtype.ts';
import { type Shape, axisOf, broadcastShapes, sameShape, shapeText, sizeOf, stridesOf } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { type Range, type Window, placed, scatterAdd, slice, take, windowOf, windowOfBatch } from './indexing.ts';
import { checkIndices, checkUpdatesDtype, indexWithin } from './indices.ts';
import { where } from './selection.ts';

/** Places of a tensor, and what can be put there. Values broadcast to the shape of the places. */
export interface Place {
  /** The values in place of the elements. */
  set(values: TensorLike): Tensor;
  /** The values added to the elements. */
  add(values: TensorLike): Tensor;
  /** The elements times the values. */
  mul(values: TensorLike): Tensor;
  /** The larger of element and value. */
  max(values: TensorLike): Tensor;
}

/**
 * Places of a tensor by ranges, as `slice` takes them, or by an index tensor (i32) along the first axis. What is put
 * there gives a new tensor; derivatives flow to the elements that stay and to the values. Of an index that occurs twice
 * `add` adds both values and `set` keeps the last; `mul` and `max` refuse it.
 *
 * @throws ArgumentError `not-ranges`, `too-many-ranges`, `index-out-of-range`, `index-twice`; ShapeError `shape-mismatch`; DtypeError
 * `dtype-mismatch`
 * @example
 * at(tensor([1, 2, 3, 4]), [[1, 3]]).set(0).toArray(); // [1, 0, 0, 4]
 * tensor([1, 2, 3]).at([-1]).mul(10).toArray(); // [1, 2, 30]
 * zeros([3]).at(tensor([0, 2, 0], { dtype: 'i32' })).add(1).toArray(); // [2, 0, 1]
 */
export function at(like: TensorLike, place: readonly Range[] | Tensor | Variable): Place {
  const x = asTensor(like, 'at');
  return place instanceof Tensor || place instanceof Variable
    ? atIndices(x, asTensor(place, 'at'))
    : atRanges(x, place);
}

function atRanges(x: Tensor, ranges: readonly Range[]): Place {
  const here = slice(x, ranges);
  const put = (values: Tensor): Tensor => replaceSlice(x, values, ranges);
  return {
    set: (values) => put(valuesFor(values, x, here.shape)),
    add: (values) => put(here.add(valuesFor(values, x, here.shape))),
    mul: (values) => put(here.mul(valuesFor(values, x, here.shape))),
    max: (values) => put(here.maximum(valuesFor(values, x, here.shape))),
  };
}

function atIndices(x: Tensor, indices: Tensor): Place {
  inAt(() => checkIndices(indices.spec));
  axisOf('at', 0, x.rank);
  const entry = x.shape.slice(1);
  const shape = [...indices.shape, ...entry];
  const here = (): Tensor => take(x, indices);
  const put = (values: Tensor, distinct: boolean): Tensor => {
    if (indices.size === 0) return x;
    const source = lastUpdates(indices, x.shape[0]!, distinct);
    const chosen = take(values.reshape([indices.size, ...entry]), source.maximum(0));
    return where(source.greaterEqual(0).reshape([x.shape[0]!, ...entry.map(() => 1)]), chosen, x);
  };
  return {
    set: (values) => put(valuesFor(values, x, shape), false),
    add: (values) => {
      checkAccepts('at', 'number', x.dtype);
      return scatterAdd(x, indices, valuesFor(values, x, shape));
    },
    mul: (values) => put(here().mul(valuesFor(values, x, shape)), true),
    max: (values) => put(here().maximum(valuesFor(values, x, shape)), true),
  };
}

/** Values of the dtype of `x`, spread over the places. */
function valuesFor(like: TensorLike, x: Tensor, shape: Shape): Tensor {
  const values = asTensor(like, 'at', x.dtype);
  if (promote(values.dtype, x.dtype) !== x.dtype) {
    throw new DtypeError({
      code: 'dtype-mismatch',
      op: 'at',
      problem: `values are ${values.dtype}; x is ${x.dtype}, which cannot hold them`,
      expected: x.dtype,
      received: values.dtype,
      remedy: `values.cast('${x.dtype}')`,
    });
  }
  const common = broadcastShapes(values.shape, shape);
  if (common === undefined || !sameShape(common, shape)) {
    throw new ShapeError({
      code: 'shape-mismatch',
      op: 'at',
      problem: `values of shape ${shapeText(values.shape)} do not broadcast to ${shapeText(shape)}, the shape of the places`,
      expected: shape,
      received: values.shape,
    });
  }
  const cast = inDtype(values, x.dtype);
  return sameShape(values.shape, shape) ? cast : cast.broadcastTo(shape);
}

/**
 * `x` with the elements in a slice replaced by those of `updates`, which has the shape of the slice.
 *
 * @throws ShapeError `shape-mismatch`; DtypeError `dtype-mismatch`; ArgumentError as `slice` does
 * @example
 * replaceSlice(zeros([4]), [1, 2], [[1, 3]]).toArray(); // [0, 1, 2, 0]
 */
export const replaceSlice: Op<[x: Tensor, updates: Tensor], [window: Window], [Tensor], [ranges: readonly Range[]]> =
  defineOp({
    name: 'replaceSlice',
    canonical: ([x], [ranges]) => [windowOf(x.shape, ranges)],
    infer: ([x, updates], [window]) => {
      const expected = window.counts.filter((_, axis) => !window.dropped.includes(axis));
      if (!sameShape(updates.shape, expected)) {
        throw new ShapeError({
          code: 'shape-mismatch',
          problem: `updates have shape ${shapeText(updates.shape)}; the ranges hold ${shapeText(expected)}`,
          expected,
          received: updates.shape,
        });
      }
      checkUpdatesDtype(x, updates);
      return x;
    },
    forward: ([x, updates], [window], { data, shape }) => {
      data.set(x.data);
      const { offset, strides } = placed(window, { offset: 0, strides: stridesOf(shape) });
      scatterStrided(data, window.counts, updates.data, offset, strides);
    },
    pull: [
      ({ cotangent, inputs: [, updates], attributes }) =>
        replaceSlice.definition.apply([cotangent, uniform(updates.spec, 0)], attributes)[0]!,
      ({ cotangent, attributes }) => slice.definition.apply([cotangent], attributes)[0]!,
    ],
    push: [
      ({ tangent, inputs: [, updates], attributes }) =>
        replaceSlice.definition.apply([tangent, uniform(updates.spec, 0)], attributes)[0]!,
      ({ tangent, inputs: [x], attributes }) =>
        replaceSlice.definition.apply([uniform(x.spec, 0), tangent], attributes)[0]!,
    ],
    batch: ({ repeated, size, attributes: [window], apply }) => apply(repeated, [windowOfBatch(window, size)]),
    reads: 'copies',
    samples: [
      { shapes: [[3, 4], [3]], arguments: [[1, [1, 4]]] },
      {
        shapes: [
          [3, 4],
          [3, 2],
        ],
        arguments: [
          [
            [null, null, -1],
            [-1, 0, -2],
          ],
        ],
      },
      { shapes: [[3], [0]], arguments: [[[2, 2]]] },
      { shapes: [[], []], arguments: [[]] },
    ],
  });

/** For each entry of an axis the position of the last index that names it, -1 where none does. */
export const lastUpdates: Op<[indices: Tensor], [extent: number, distinct: boolean]> = defineOp({
  name: 'lastUpdates',
  attributeNames: ['extent', 'distinct'],
  infer: (_, [extent]) => specOf([extent], 'i32'),
  forward: ([indices], [extent, distinct], { data }) => {
    data.fill(-1);
    for (let k = 0; k < sizeOf(indices.shape); k++) {
      const entry = inAt(() => indexWithin(indices.data[k]!, extent));
      if (distinct && data[entry] !== -1) {
        throw new ArgumentError({
          code: 'index-twice',
          op: 'at',
          problem: `index ${entry} occurs twice, and mul and max take each entry once`,
          received: entry,
        });
      }
      data[entry] = k;
    }
  },
  pull: [notDifferentiable],
});

/** What is refused here is refused by `at`, whatever op it is that checks. */
function inAt<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof EdgewiseError ? error.at({ op: 'at' }) : error;
  }
}
