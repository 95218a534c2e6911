/** Matrix products. */
import type { Expression } from '../kernel-ir/expression.ts';
import { checkOptions } from '../errors/check-options.ts';
import { ShapeError } from '../errors/edgewise-error.ts';
import { multiply } from '../kernels/matmul.ts';
import { forEachRun } from '../kernels/strided-runs.ts';
import { withEqualRanks } from '../op/batch.ts';
import { checkAccepts, inDtype } from '../op/cast.ts';
import { sumTo } from '../op/define-elementwise.ts';
import { located } from '../op/apply.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import { type TensorLike, asTensors } from '../tensor/create.ts';
import { promote } from '../tensor/dtype.ts';
import { type Shape, broadcastShapes, broadcastStrides, shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Whether the last two axes of a side are swapped before the product. */
export interface MatmulOptions {
  transposeA?: boolean;
  transposeB?: boolean;
}

/** The primitive behind `matmul`: both sides at least matrices, of one dtype. */
export const product: Op<
  [a: Tensor, b: Tensor],
  [transposeA: boolean, transposeB: boolean],
  [Tensor],
  [options?: MatmulOptions]
> = defineOp({
  name: 'matmul',
  attributeNames: ['transposeA', 'transposeB'],
  canonical: (_, [options = {}]) => [options.transposeA ?? false, options.transposeB ?? false],
  infer: ([a, b], [transposeA, transposeB]) => {
    const left = matrixOf(a.shape, transposeA);
    const right = matrixOf(b.shape, transposeB);
    if (left.columns !== right.rows) {
      throw new ShapeError({
        code: 'shape-mismatch',
        problem: `inner dimensions differ: ${shapeText(a.shape)}${transposeA ? ' transposed' : ''} x ${shapeText(b.shape)}${transposeB ? ' transposed' : ''}`,
        expected: left.columns,
        received: right.rows,
        remedy: remedyFor(left, right, transposeA, transposeB),
      });
    }
    const batch = broadcastShapes(left.batch, right.batch);
    if (batch === undefined) {
      throw new ShapeError({
        code: 'shape-mismatch',
        problem: `batch shapes do not broadcast: ${shapeText(a.shape)} x ${shapeText(b.shape)}`,
        expected: left.batch,
        received: right.batch,
      });
    }
    return specOf([...batch, left.rows, right.columns], a.dtype);
  },
  forward: ([a, b], [transposeA, transposeB], { data, shape }) => {
    const left = matrixOf(a.shape, transposeA);
    const right = matrixOf(b.shape, transposeB);
    const task = { rows: left.rows, inner: left.columns, columns: right.columns, transposeA, transposeB };
    if (shape.length === 2) {
      multiply(task, a.data, 0, b.data, 0, data, 0);
      return;
    }
    const batch = shape.slice(0, -2);
    const [sizeA, sizeB, sizeOut] = [left.rows * left.columns, right.rows * right.columns, left.rows * right.columns];
    forEachRun(
      batch,
      [broadcastStrides(left.batch, batch), broadcastStrides(right.batch, batch)],
      (count, at, [i, j], [p, q]) => {
        for (let k = 0; k < count; k++)
          multiply(task, a.data, (i! + k * p!) * sizeA, b.data, (j! + k * q!) * sizeB, data, (at + k) * sizeOut);
      },
    );
  },
  lower: ({ at, position, inputs: [a, b], attributes: [transposeA, transposeB] }, kernel) => {
    const left = matrixOf(a!.shape, transposeA);
    const right = matrixOf(b!.shape, transposeB);
    const [i, j] = position.axes.slice(-2);
    const batch = kernel.Position.of(position.shape.slice(0, -2), position.axes.slice(0, -2));
    const inner = { extent: left.columns };
    const p = kernel.loopIndex(inner);
    const element = (slot: number, shape: Shape, own: Shape, row: Expression, column: Expression): Expression =>
      at(slot, kernel.Position.of(shape, [...batch.within(own).axes, row, column]));
    const x = element(0, a!.shape, left.batch, ...(transposeA ? ([p, i!] as const) : ([i!, p] as const)));
    const y = element(1, b!.shape, right.batch, ...(transposeB ? ([j!, p] as const) : ([p, j!] as const)));
    return kernel.reduce('add', inner, kernel.mul(x, y));
  },
  pull: [
    ({ cotangent, inputs: [a, b], attributes: [transposeA, transposeB] }) =>
      sumTo(
        transposeA ? productOf(b, cotangent, transposeB, true) : productOf(cotangent, b, false, !transposeB),
        a.spec,
      ),
    ({ cotangent, inputs: [a, b], attributes: [transposeA, transposeB] }) =>
      sumTo(
        transposeB ? productOf(cotangent, a, true, transposeA) : productOf(a, cotangent, !transposeA, false),
        b.spec,
      ),
  ],
  push: [
    ({ tangent, inputs: [, b], attributes }) => productOf(tangent, b, ...attributes),
    ({ tangent, inputs: [a], attributes }) => productOf(a, tangent, ...attributes),
  ],
  // The batch axis is one more of those that broadcast.
  batch: ({ inputs, batched, attributes, apply }) => {
    const [a, b] = withEqualRanks(inputs, batched);
    return apply([a!, b!], attributes);
  },
  samples: [
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
    },
    {
      shapes: [
        [3, 2],
        [4, 3],
      ],
      arguments: [{ transposeA: true, transposeB: true }],
    },
    {
      shapes: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
    },
    {
      shapes: [
        [2, 0],
        [0, 3],
      ],
    },
  ],
});

/**
 * Matrix product over the last two axes; axes before them are batches and broadcast. A vector stands for a row on the
 * left and for a column on the right, and its axis goes again. Of i32 the result is exact modulo 2^32.
 *
 * @throws ShapeError `shape-mismatch`, `rank-too-low`
 * @example
 * matmul([[1, 2]], [[3], [4]]).toArray(); // [[11]]
 * matmul([1, 2], [3, 4]).item(); // 11
 */
export const matmul: ((a: TensorLike, b: TensorLike, options?: MatmulOptions) => Tensor) &
  Pick<typeof product, 'definition'> = Object.assign(
  (first: TensorLike, second: TensorLike, options: MatmulOptions = {}): Tensor => {
    checkOptions('matmul', options, ['transposeA', 'transposeB']);
    const [a, b] = located(product.definition, [], () => {
      const [p, q] = asTensors([first, second], 'matmul');
      const dtype = promote(p!.dtype, q!.dtype);
      checkAccepts('matmul', 'number', dtype);
      checkVectors(p!.shape, q!.shape, options);
      return [inDtype(p!, dtype), inDtype(q!, dtype)];
    });
    const { transposeA = false, transposeB = false } = options;
    if (a.rank >= 2 && b.rank >= 2) return productOf(a, b, transposeA, transposeB);
    // A vector has nothing to transpose.
    const row = a.rank === 1 ? a.expandDims(0) : a;
    const column = b.rank === 1 ? b.expandDims(1) : b;
    const result = productOf(row, column, a.rank > 1 && transposeA, b.rank > 1 && transposeB);
    const [rows, columns] = result.shape.slice(-2);
    const batch = result.shape.slice(0, -2);
    return result.reshape([...batch, ...(a.rank === 1 ? [] : [rows!]), ...(b.rank === 1 ? [] : [columns!])]);
  },
  { definition: product.definition },
);

/** Where nothing is left to be checked or taken apart, which the op's own door would do. */
function productOf(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return product.definition.apply([a, b], [transposeA, transposeB])[0]!;
}

/** What is said of vectors and numbers in their own shapes: the product itself sees matrices. */
function checkVectors(a: Shape, b: Shape, { transposeA = false, transposeB = false }: MatmulOptions): void {
  if (a.length >= 2 && b.length >= 2) return;
  if (a.length === 0 || b.length === 0) {
    throw new ShapeError({
      code: 'rank-too-low',
      problem: `a number is no matrix: ${shapeText(a)} x ${shapeText(b)}`,
      received: [a, b],
      remedy: 'x.mul(y)',
    });
  }
  const columns = a.at(a.length > 1 && transposeA ? -2 : -1);
  const rows = b.at(b.length > 1 && !transposeB ? -2 : -1);
  if (columns === rows) return;
  throw new ShapeError({
    code: 'shape-mismatch',
    problem: `inner dimensions differ: ${shapeText(a)}${transposeA ? ' transposed' : ''} x ${shapeText(b)}${transposeB ? ' transposed' : ''}`,
    expected: columns,
    received: rows,
  });
}

interface Matrix {
  readonly batch: Shape;
  readonly rows: number;
  readonly columns: number;
}

function matrixOf(shape: Shape, transposed: boolean): Matrix {
  const axes = shape.length;
  const batch = axes === 2 ? single : shape.slice(0, -2);
  const [rows, columns] = [shape[axes - 2]!, shape[axes - 1]!];
  return transposed ? { batch, rows: columns, columns: rows } : { batch, rows, columns };
}

const single: Shape = [];

function remedyFor(left: Matrix, right: Matrix, transposeA: boolean, transposeB: boolean): string | undefined {
  if (left.columns === right.columns) return `matmul(x, w, { transposeB: ${!transposeB} })`;
  return left.rows === right.rows ? `matmul(x, w, { transposeA: ${!transposeA} })` : undefined;
}
