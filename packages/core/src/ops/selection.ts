/** Choosing between values, element by element. */
import { arrayOf, readOver } from '../kernels/elementwise.ts';
import { forEachRun } from '../kernels/strided-runs.ts';
import { ShapeError } from '../errors/edgewise-error.ts';
import { inDtype } from '../op/cast.ts';
import { type BinaryElementwiseOp, defineElementwise, sumTo } from '../op/define-elementwise.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { type TensorLike, asTensors } from '../tensor/create.ts';
import { promote } from '../tensor/dtype.ts';
import { broadcastShapes, shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The primitive behind `where`: values of one dtype. */
const select: Op<[condition: Tensor, whenTrue: Tensor, whenFalse: Tensor]> = defineOp({
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
    const operands = [condition, x, y].map((dense) => ({
      storage: dense.data,
      shape: dense.shape,
      dtype: dense.dtype,
    }));
    const [c, p, q] = operands.map(arrayOf);
    forEachRun(
      shape,
      operands.map((operand) => readOver(operand, shape).strides),
      (count, at, [i, j, l], [ci, pi, qi]) => {
        for (let k = 0; k < count; k++) data[at + k] = c![i! + k * ci!] === 0 ? q![l! + k * qi!]! : p![j! + k * pi!]!;
      },
    );
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
  samples: [
    { shapes: [[2, 3], [2, 3], [3]], dtypes: ['bool', 'float', 'float'] },
    { shapes: [[3], [], [2, 1]], dtypes: ['bool', 'float', 'float'] },
  ],
});

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

/** The larger one; NaN if one is. At a tie the slope is shared, one half each. */
export const maximum: BinaryElementwiseOp = defineElementwise({
  name: 'maximum',
  accepts: 'number',
  value: (x, y) => Math.max(x, y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Math.max(a[i]!, b[j]!);
  },
  slope: [
    ({ inputs: [x, y] }) => winning(x.greater(y), x.equal(y), x),
    ({ inputs: [x, y] }) => winning(y.greater(x), x.equal(y), x),
  ],
  samples: { from: -2, to: 2, distinct: 1e-3 },
});

/** The smaller one; NaN if one is. At a tie the slope is shared, one half each. */
export const minimum: BinaryElementwiseOp = defineElementwise({
  name: 'minimum',
  accepts: 'number',
  value: (x, y) => Math.min(x, y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Math.min(a[i]!, b[j]!);
  },
  slope: [
    ({ inputs: [x, y] }) => winning(x.less(y), x.equal(y), x),
    ({ inputs: [x, y] }) => winning(y.less(x), x.equal(y), x),
  ],
  samples: { from: -2, to: 2, distinct: 1e-3 },
});

/** 1 where it wins, one half at a tie, 0 where it loses. */
function winning(wins: Tensor, ties: Tensor, like: Tensor): Tensor {
  return wins.cast(like.dtype).add(ties.cast(like.dtype).mul(0.5));
}
