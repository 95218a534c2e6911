/** Solutions of linear equations, as implicit derivatives need them. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { solveLinear } from '../kernels/linear-solve.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { sizeOf } from '../tensor/shape.ts';

/** @internal `x` with `a x = b`: a `[..., n, n]`, b and x `[..., n, k]`, the axes before the last two equal. */
export const linearSolve: Op<[a: Tensor, b: Tensor]> = defineOp({
  name: 'linearSolve',
  infer: ([, b]) => b,
  forward: ([a, b], _, { data }) => {
    const [n, k] = [b.shape.at(-2)!, b.shape.at(-1)!];
    const count = sizeOf(b.shape.slice(0, -2));
    for (let item = 0; item < count; item++) {
      if (solveLinear(n, k, [a.data, item * n * n], [b.data, item * n * k], data)) continue;
      throw new ArgumentError({
        code: 'singular-matrix',
        problem: `the matrix of ${n} equations is singular${count === 1 ? '' : `, number ${item} of ${count}`}: they have no single solution`,
        expected: 'an invertible matrix',
      });
    }
  },
  // From a x = b: a dx = db - da x.
  pull: [
    ({ cotangent, inputs: [a], output: x }) => linearSolve(a.transpose(), cotangent).matmul(x.transpose()).neg(),
    ({ cotangent, inputs: [a] }) => linearSolve(a.transpose(), cotangent),
  ],
  push: [
    ({ tangent, inputs: [a], output: x }) => linearSolve(a, tangent.matmul(x).neg()),
    ({ tangent, inputs: [a] }) => linearSolve(a, tangent),
  ],
  batch: ({ repeated, apply }) => apply(repeated, []),
});
