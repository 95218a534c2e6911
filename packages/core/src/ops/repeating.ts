/** The same elements several times. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { type Composite, composite } from '../op/composite.ts';
import { type TensorLike, asTensor, tensor } from '../tensor/create.ts';
import { axisOf, shapeText } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { take } from './indexing.ts';
import type { AxisOption } from './joining.ts';

/**
 * The whole tensor side by side with itself: `repeats[k]` times along axis k, aligned at the last axis; a number is for the
 * last axis alone.
 *
 * @throws ArgumentError `not-a-count`
 * @example
 * tile([1, 2], 2).toArray(); // [1, 2, 1, 2]
 * tile([1, 2], [2, 1]).toArray(); // [[1, 2], [1, 2]]
 */
export const tile: Composite<(x: TensorLike, repeats: number | readonly number[]) => Tensor> = composite(
  'tile',
  (like: TensorLike, written: number | readonly number[]) => {
    const x = asTensor(like, 'tile');
    const repeats = typeof written === 'number' ? [written] : written;
    checkCounts('tile', repeats);
    const rank = Math.max(x.rank, repeats.length);
    const extents = [...Array<number>(rank - x.rank).fill(1), ...x.shape];
    const times = [...Array<number>(rank - repeats.length).fill(1), ...repeats];
    return x
      .reshape(extents.flatMap((extent) => [1, extent]))
      .broadcastTo(extents.flatMap((extent, axis) => [times[axis]!, extent]))
      .reshape(extents.map((extent, axis) => times[axis]! * extent));
  },
  {
    samples: [
      { shapes: [[2, 3]], arguments: [2] },
      { shapes: [[3]], arguments: [[2, 2]] },
      { shapes: [[2]], arguments: [[0]] },
      { shapes: [[]], arguments: [[3]] },
    ],
  },
);

/**
 * Each element `count` times in a row along an axis (without one, in the flat order); a list or vector of counts gives one
 * for each entry. The shape of the result depends on the counts, so they cannot be traced.
 *
 * @throws ArgumentError `axis-out-of-range`, `not-a-count`, `symbolic-value`; ShapeError `shape-mismatch`
 * @example
 * repeat([1, 2], 2).toArray(); // [1, 1, 2, 2]
 * repeat([[1, 2], [3, 4]], [0, 2], { axis: 0 }).toArray(); // [[3, 4], [3, 4]]
 */
export const repeat: Composite<(x: TensorLike, count: TensorLike, options?: AxisOption) => Tensor> = composite(
  'repeat',
  (like: TensorLike, written: TensorLike, options: AxisOption = {}) => {
    checkOptions('repeat', options, ['axis']);
    const given = asTensor(like, 'repeat');
    const x = options.axis === undefined ? given.reshape([-1]) : given;
    const axis = axisOf('repeat', options.axis ?? 0, x.rank);
    const count =
      typeof written === 'number' || Array.isArray(written) ? written : asTensor(written, 'repeat').toArray();
    const counts: readonly unknown[] = [count].flat();
    checkCounts('repeat', counts);
    if (typeof count === 'number') {
      const shape = [...x.shape.slice(0, axis + 1), count, ...x.shape.slice(axis + 1)];
      return x
        .expandDims(axis + 1)
        .broadcastTo(shape)
        .reshape(x.shape.with(axis, x.shape[axis]! * count));
    }
    if (counts.length !== x.shape[axis]) {
      throw new ShapeError({
        code: 'shape-mismatch',
        problem: `${counts.length} counts for the ${x.shape[axis]} entries of axis ${axis}, shape ${shapeText(x.shape)}`,
        expected: x.shape[axis],
        received: counts.length,
      });
    }
    const indices = counts.flatMap((times, entry) => Array<number>(times).fill(entry));
    return take(x, tensor(indices, { dtype: 'i32' }), { axis });
  },
  {
    samples: [
      { shapes: [[2, 3]], arguments: [2] },
      { shapes: [[2, 3]], arguments: [2, { axis: -1 }] },
      { shapes: [[2, 3]], arguments: [[1, 0, 2], { axis: 1 }] },
      { shapes: [[2, 2]], arguments: [[1, 0, 2, 1]] },
      { shapes: [[2]], arguments: [0] },
      { shapes: [[]], arguments: [3] },
    ],
  },
);

export interface MeshOptions {
  /** 'xy': the first vector runs along columns, as x does in a picture (default); 'ij': along rows, as indices do. */
  indexing?: 'xy' | 'ij';
}

/**
 * The coordinates of a grid: for vectors of extents n, m, ... as many tensors of shape `[m, n, ...]`, or with
 * `indexing: 'ij'` of shape `[n, m, ...]`, each varying along its own axis alone.
 *
 * @throws ArgumentError `not-a-list`, `unknown-indexing`; ShapeError `not-a-vector`
 * @example
 * const [x, y] = meshgrid([[1, 2, 3], [10, 20]]);
 * x!.toArray(); // [[1, 2, 3], [1, 2, 3]]
 * y!.toArray(); // [[10, 10, 10], [20, 20, 20]]
 */
export const meshgrid: Composite<(vectors: readonly TensorLike[], options?: MeshOptions) => Tensor[]> = composite(
  'meshgrid',
  (likes: readonly TensorLike[], options: MeshOptions = {}) => {
    if (!Array.isArray(likes)) {
      throw new ArgumentError({
        code: 'not-a-list',
        problem: 'the first argument is a list of vectors',
        received: likes,
        remedy: 'meshgrid([x, y])',
      });
    }
    checkOptions('meshgrid', options, ['indexing']);
    const { indexing = 'xy' } = options;
    if (indexing !== 'xy' && indexing !== 'ij') {
      throw new ArgumentError({
        code: 'unknown-indexing',
        problem: `no indexing ${JSON.stringify(indexing)}; there are 'xy' and 'ij'`,
        expected: ['xy', 'ij'],
        received: indexing,
      });
    }
    const vectors = (likes as readonly TensorLike[]).map((like) => asTensor(like, 'meshgrid'));
    const order = vectors.map((_, k) => k);
    if (indexing === 'xy' && order.length > 1) [order[0], order[1]] = [1, 0];
    const shape = order.map((k) => extentOf(vectors[k]!, k));
    return vectors.map((vector, k) => {
      const axis = order.indexOf(k);
      return vector.reshape(shape.map((extent, a) => (a === axis ? extent : 1))).broadcastTo(shape);
    });
  },
  {
    call: (inputs, [options]) => meshgrid(inputs, options as MeshOptions | undefined),
    samples: [
      { shapes: [[2], [3]] },
      { shapes: [[2], [3], [2]], arguments: [{ indexing: 'ij' }] },
      { shapes: [[3]] },
      { shapes: [[2], [0]] },
    ],
  },
);

function extentOf({ shape }: Tensor, number: number): number {
  if (shape.length === 1) return shape[0]!;
  throw new ShapeError({
    code: 'not-a-vector',
    problem: `vector ${number} has shape ${shapeText(shape)}; expected one axis`,
    expected: 1,
    received: shape,
  });
}

function checkCounts(op: string, counts: readonly unknown[]): asserts counts is readonly number[] {
  if (Array.isArray(counts) && counts.every((count) => Number.isInteger(count) && count >= 0)) return;
  throw new ArgumentError({
    code: 'not-a-count',
    op,
    problem: `counts are whole numbers from 0 on; received ${Array.isArray(counts) ? shapeText(counts) : String(counts)}`,
    expected: 'number[]',
    received: counts,
  });
}
