/** Sums and counts of what carries the same label. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { checkAccepts } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { type TensorLike, asTensor, uniform } from '../tensor/create.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { checkShape } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { scatterAdd } from './indexing.ts';
import { checkIndices } from './indices.ts';

/**
 * Sums of the entries of `x` (along its first axes, as many as `segments` has) by segment number (i32): entry s of the
 * result, `[count, ...]`, is the sum of all entries with number s, 0 where there is none. Segments need not be in order;
 * negative ones count from the end.
 *
 * @throws DtypeError `indices-not-i32`, ShapeError `shape-mismatch`, ArgumentError `index-out-of-range`
 * @example
 * segmentSum([1, 2, 3], [0, 2, 0], 3).toArray(); // [4, 0, 2]
 */
export const segmentSum: Composite<(x: TensorLike, segments: TensorLike, count: number) => Tensor> = composite(
  'segmentSum',
  (like: TensorLike, labels: TensorLike, count: number) => {
    const x = asTensor(like, 'segmentSum');
    const segments = asTensor(labels, 'segmentSum', 'i32');
    checkAccepts('segmentSum', 'number', x.dtype);
    checkShape('segmentSum', [count]);
    const sums = uniform(specOf([count, ...x.shape.slice(segments.rank)], x.dtype), 0);
    return scatterAdd(sums, segments, x);
  },
  {
    samples: [
      { shapes: [[4], [4]], dtypes: ['float', 'i32'], from: [-2, 0], to: [2, 2], arguments: [3] },
      { shapes: [[3, 2], [3]], dtypes: ['float', 'i32'], from: [-2, 0], to: [2, 3], arguments: [5] },
      { shapes: [[0, 2], [0]], dtypes: ['float', 'i32'], arguments: [2] },
    ],
  },
);

/**
 * How often each number from 0 to `length - 1` occurs in `x` (i32, any shape): i32 `[length]`.
 *
 * @throws DtypeError `indices-not-i32`; ArgumentError `index-out-of-range`; ShapeError `not-a-shape`
 * @example
 * bincount([0, 2, 2], 4).toArray(); // [1, 0, 2, 0]
 */
export const bincount: Op<[x: Tensor], [length: number]> = defineOp({
  name: 'bincount',
  attributeNames: ['length'],
  plain: ['i32'],
  infer: ([x], [length]) => {
    checkIndices(x);
    checkShape('bincount', [length]);
    return specOf([length], 'i32');
  },
  forward: ([x], [length], { data }) => {
    const uncounted = countEach(data, x.data);
    if (uncounted === undefined) return;
    throw new ArgumentError({
      code: 'index-out-of-range',
      problem: `${uncounted} has no place among the counts of 0 to ${length - 1}`,
      expected: [0, length - 1],
      received: uncounted,
      remedy: uncounted < 0 ? undefined : `bincount(x, ${uncounted + 1})`,
    });
  },
  pull: [notDifferentiable],
  samples: [
    { shapes: [[6]], dtypes: ['i32'], from: 0, to: 3, arguments: [4] },
    { shapes: [[2, 2]], dtypes: ['i32'], from: 0, to: 1, arguments: [3] },
    { shapes: [[0]], dtypes: ['i32'], arguments: [0] },
  ],
});

/** Counts each value at its place, up to the first that has none. */
function countEach(counts: TypedArray, values: TypedArray): number | undefined {
  const length = counts.length;
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    if (value < 0 || value >= length) return value;
    counts[value]!++;
  }
  return undefined;
}
