/** Whether some, or all, elements are true: other than zero. */
import * as kernel from '../kernel-ir/expression.ts';
import { reduceAlong } from '../kernel-ir/lowering.ts';
import { type FoldLoop, foldOver } from '../kernels/fold.ts';
import { defineOp } from '../op/define-op.ts';
import { notDifferentiable } from '../op/op.ts';
import { truth } from './comparison.ts';
import { reducedShape } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ReduceOptions, type Reduction, attributeNames, batch, canonical, samples } from './reduction.ts';

function defineTruth(name: string, first: number, loop: FoldLoop): Reduction {
  return defineOp<[x: Tensor], [axes: readonly number[], keepDims: boolean], [Tensor], [options?: ReduceOptions]>({
    name,
    attributeNames,
    canonical: canonical(name, 'any'),
    infer: ([x], [axes, keepDims]) => specOf(reducedShape(x.shape, axes, keepDims), 'bool'),
    forward: ([x], [axes], { data }) => foldOver(x.data, x.shape, axes, first, loop, data),
    lower: (context) =>
      // Not "other than 0": the largest of nothing is the least i32
      kernel.greater(
        reduceAlong(first === 0 ? 'max' : 'min', context, ...context.attributes, (x) =>
          kernel.convert(truth(x), 'i32'),
        ),
        kernel.constant(0, 'i32'),
      ),
    pull: [notDifferentiable],
    batch,
    samples: [...samples, { shapes: [[2, 0]], arguments: [{ axis: 1 }] }],
  });
}

/** Whether some element along axes is not zero (NaN is not): bool. Of none, false. @example any([false, true]).item(); // 1 */
export const any: Reduction = defineTruth('any', 0, (count, x, at, reached, group, step) => {
  for (let k = 0; k < count; k++, group += step) if (x[at + k] !== 0) reached[group] = 1;
});

/** Whether every element along axes is not zero (NaN is not): bool. Of none, true. @example all([1, 0]).item(); // 0 */
export const all: Reduction = defineTruth('all', 1, (count, x, at, reached, group, step) => {
  for (let k = 0; k < count; k++, group += step) if (x[at + k] === 0) reached[group] = 0;
});
