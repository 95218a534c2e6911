/** Solutions of linear equations, as implicit derivatives need them. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { solveLinear } from '../kernels/linear-solve.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { sizeOf } from '../tensor/shape.ts';

/** Whose equations they are, as an error says it. */
export interface Equations {
  readonly op: string;
  /** What the matrix is. */
  readonly matrix: string;
  readonly remedy: string;
}

/**
 * @internal `x` with `a x = b`: a `[..., n, n]`, b and x `[..., n, k]`, the axes before the last two equal.
 *
 * @param of what a is, and for whom: said where it is singular
 */
export const linearSolve: Op<[a: Tensor, b: Tensor], [of: Equations]> = defineOp({
  name: 'linearSolve',
  attributeNames: ['of'],
  infer: ([, b]) => b,
  forward: ([a, b], [{ op, matrix, remedy }], { data }) => {
    const [n, k] = [b.shape.at(-2)!, b.shape.at(-1)!];
    const count = sizeOf(b.shape.slice(0, -2));
    for (let item = 0; item < count; item++) {
      if (solveLinear(n, k, [a.data, item * n * n], [b.data, item * n * k], data)) continue;
      throw new ArgumentError({
        code: 'singular-matrix',
        op,
        problem: `${matrix}, ${n} x ${n}, is singular${count === 1 ? '' : ` for example ${item} of ${count}`}`,
        expected: 'an invertible matrix',
        remedy,
      });
    }
  },
  // From a x = b: a dx = db - da x.
  pull: [
    ({ cotangent, inputs: [a], output: x, attributes: [of] }) =>
      linearSolve(a.transpose(), cotangent, of).matmul(x.transpose()).neg(),
    ({ cotangent, inputs: [a], attributes: [of] }) => linearSolve(a.transpose(), cotangent, of),
  ],
  push: [
    ({ tangent, inputs: [a], output: x, attributes: [of] }) => linearSolve(a, tangent.matmul(x).neg(), of),
    ({ tangent, inputs: [a], attributes: [of] }) => linearSolve(a, tangent, of),
  ],
  batch: ({ repeated, attributes, apply }) => apply(repeated, attributes),
});
