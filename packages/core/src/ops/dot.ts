/** Products of vectors. */
import { ShapeError } from '../errors/edgewise-error.ts';
import { type Composite, composite } from '../op/composite.ts';
import { type TensorLike, asTensors } from '../tensor/create.ts';
import { shapeText } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Sum of products over the last axis of `a` and the last but one of `b` (the only one of a vector): the inner product of
 * two vectors, the product of two matrices, and with a number a multiple.
 *
 * @throws ShapeError `shape-mismatch`; DtypeError `dtype-refused` for bool
 * @example
 * dot([1, 2], [3, 4]).item(); // 11
 */
export const dot: Composite<(a: TensorLike, b: TensorLike) => Tensor> = composite(
  'dot',
  (first: TensorLike, second: TensorLike) => {
    const [a, b] = asTensors([first, second], 'dot') as [Tensor, Tensor];
    if (a.rank === 0 || b.rank === 0) return a.mul(b);
    const inner = a.shape.at(-1)!;
    const axis = Math.max(0, b.rank - 2);
    if (b.shape[axis] !== inner) {
      throw new ShapeError({
        code: 'shape-mismatch',
        problem: `the last axis of ${shapeText(a.shape)} has extent ${inner}, axis ${axis} of ${shapeText(b.shape)} has ${b.shape[axis]}; they are summed over and must agree`,
        expected: inner,
        received: b.shape[axis],
      });
    }
    if (b.rank <= 2) return a.matmul(b);
    const beside = Array.from({ length: b.rank }, (_, k) => k).filter((k) => k !== axis);
    const [rows, columns] = [a.shape.slice(0, -1), beside.map((k) => b.shape[k]!)];
    const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
    const across = b.permute([axis, ...beside]);
    return a
      .reshape([size(rows), inner])
      .matmul(across.reshape([inner, size(columns)]))
      .reshape([...rows, ...columns]);
  },
  {
    samples: [
      { shapes: [[3], [3]] },
      {
        shapes: [
          [2, 3],
          [3, 2],
        ],
      },
      { shapes: [[2, 2, 3], [3]] },
      {
        shapes: [
          [2, 3],
          [2, 3, 2],
        ],
      },
      { shapes: [[], [2]] },
      { shapes: [[0], [0]] },
    ],
  },
);

/**
 * Every product of an element of `a` and one of `b`, `[n, m]`, of all their axes together.
 *
 * @throws DtypeError `dtype-refused` for bool
 * @example
 * outer([1, 2], [3, 4]).toArray(); // [[3, 4], [6, 8]]
 */
export const outer: Composite<(a: TensorLike, b: TensorLike) => Tensor> = composite(
  'outer',
  (first: TensorLike, second: TensorLike) => {
    const [a, b] = asTensors([first, second], 'outer') as [Tensor, Tensor];
    return a.reshape([a.size, 1]).mul(b.reshape([1, b.size]));
  },
  { samples: [{ shapes: [[2], [3]] }, { shapes: [[2, 2], [3]] }, { shapes: [[], [2]] }, { shapes: [[0], [2]] }] },
);
