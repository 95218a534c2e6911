/** Parts of matrices by where they stand to the diagonal. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import { shapeText } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Window, slice, unslice } from './indexing.ts';
import { reshape } from './movement.ts';

export interface DiagonalOption {
  /** Which diagonal: 0 the main one, 1 the one above it, -1 the one below. */
  diagonal?: number;
}

type Triangle = Op<[x: Tensor], [diagonal: number], [Tensor], [options?: DiagonalOption]>;

function defineTriangle(name: 'tril' | 'triu'): Triangle {
  const isLower = name === 'tril';
  const op: Triangle = defineOp<[x: Tensor], [diagonal: number], [Tensor], [options?: DiagonalOption]>({
    name,
    attributeNames: ['diagonal'],
    canonical: (_, [options = {}]) => [diagonalOf(name, options)],
    infer: ([x]) => {
      if (x.shape.length >= 2) return x;
      throw new ShapeError({
        code: 'rank-too-low',
        problem: `takes matrices, the last two axes; the tensor has shape ${shapeText(x.shape)}`,
        expected: 2,
        received: x.shape.length,
      });
    },
    forward: ([x], [diagonal], { data, shape }) => {
      const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
      for (let row = 0, at = 0; at < data.length; at += columns, row = row + 1 < rows ? row + 1 : 0) {
        const [start, stop] = isLower ? [0, row + diagonal + 1] : [row + diagonal, columns];
        const [from, to] = [Math.max(0, start), Math.min(columns, stop)];
        if (from < to) data.set(x.data.subarray(at + from, at + to), at + from);
      }
    },
    lower: ({ at, position, attributes: [diagonal] }, kernel) => {
      const x = at(0, position);
      const edge = kernel.add(position.axes.at(-2)!, kernel.constant(diagonal, 'i32'));
      const column = position.axes.at(-1)!;
      const stays = isLower ? kernel.not(kernel.greater(column, edge)) : kernel.not(kernel.less(column, edge));
      // Chosen, not multiplied by 0: what is cut off may be NaN.
      return kernel.select(stays, x, kernel.constant(0, x.type));
    },
    uniform: ([value]) => (value === 0 ? 0 : undefined),
    pull: [({ cotangent, attributes: [diagonal] }) => op(cotangent, { diagonal })],
    push: [({ tangent, attributes: [diagonal] }) => op(tangent, { diagonal })],
    batch: ({ inputs, attributes, apply }) => apply(inputs, attributes),
    reads: 'copies',
    samples: [
      { shapes: [[3, 4]] },
      { shapes: [[2, 3, 2]], arguments: [{ diagonal: 1 }] },
      { shapes: [[4, 2]], arguments: [{ diagonal: -1 }] },
      { shapes: [[0, 3]] },
    ],
  });
  return op;
}

/**
 * Matrices (the last two axes) with zeros above a diagonal.
 *
 * @throws ShapeError `rank-too-low`; ArgumentError `not-a-diagonal`, `unknown-option`
 * @example
 * tril([[1, 2], [3, 4]]).toArray(); // [[1, 0], [3, 4]]
 */
export const tril: Triangle = defineTriangle('tril');

/**
 * Matrices (the last two axes) with zeros below a diagonal.
 *
 * @throws ShapeError `rank-too-low`; ArgumentError `not-a-diagonal`, `unknown-option`
 * @example
 * triu([[1, 2], [3, 4]], { diagonal: 1 }).toArray(); // [[0, 2], [0, 0]]
 */
export const triu: Triangle = defineTriangle('triu');

/**
 * The diagonal of a matrix, `[n, m]` to `[k]`; or the square matrix with a vector on its diagonal, zeros elsewhere.
 *
 * @throws ShapeError `not-a-vector-or-matrix`; ArgumentError `not-a-diagonal`, `unknown-option`
 * @example
 * diag([[1, 2], [3, 4]]).toArray(); // [1, 4]
 * diag([1, 2]).toArray(); // [[1, 0], [0, 2]]
 */
export const diag: Composite<(x: TensorLike, options?: DiagonalOption) => Tensor> = composite(
  'diag',
  (like: TensorLike, options: DiagonalOption = {}) => {
    const diagonal = diagonalOf('diag', options);
    const x = asTensor(like, 'diag');
    if (x.rank === 1) {
      const side = x.shape[0]! + Math.abs(diagonal);
      // What is known of windows and shapes is not asked for again, which the doors of the ops would do
      const [flat] = unslice.definition.apply([x], [windowAlong(side, side, diagonal), [side * side]]);
      return reshape.definition.apply([flat!], [[side, side]])[0]!;
    }
    if (x.rank === 2) {
      const [rows, columns] = [x.shape[0]!, x.shape[1]!];
      const flat = x.reshape([rows * columns]);
      return slice.definition.apply([flat], [windowAlong(rows, columns, diagonal)])[0]!;
    }
    throw new ShapeError({
      code: 'not-a-vector-or-matrix',
      problem: `takes a vector or a matrix; the tensor has shape ${shapeText(x.shape)}`,
      expected: [1, 2],
      received: x.rank,
      remedy: x.rank > 2 ? "einsum('...ii->...i', x)" : undefined,
    });
  },
  {
    samples: [
      { shapes: [[3]] },
      { shapes: [[2]], arguments: [{ diagonal: -1 }] },
      { shapes: [[3, 3]] },
      { shapes: [[2, 4]], arguments: [{ diagonal: 1 }] },
      { shapes: [[0]] },
      { shapes: [[2, 3]], arguments: [{ diagonal: 5 }] },
    ],
  },
);

/** Where a diagonal lies among the elements of a matrix in a row: each row is `columns` long, and one step further. */
function windowAlong(rows: number, columns: number, diagonal: number): Window {
  const [row, column] = [Math.max(0, -diagonal), Math.max(0, diagonal)];
  const count = Math.max(0, Math.min(rows - row, columns - column));
  return { starts: [count === 0 ? 0 : row * columns + column], counts: [count], steps: [columns + 1], dropped: [] };
}

function diagonalOf(name: string, options: DiagonalOption): number {
  checkOptions(name, options, ['diagonal']);
  const { diagonal = 0 } = options;
  if (Number.isInteger(diagonal)) return diagonal;
  throw new ArgumentError({
    code: 'not-a-diagonal',
    problem: `diagonal ${String(diagonal)}; expected a whole number`,
    received: diagonal,
  });
}
