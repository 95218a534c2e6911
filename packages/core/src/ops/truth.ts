/** Whether some, or all, elements are true: other than zero. */
import { type Fold, reduceOver } from '../kernels/reduce-loop.ts';
import { defineOp } from '../op/define-op.ts';
import { notDifferentiable } from '../op/op.ts';
import { truth } from './comparison.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { reducedShape } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ReduceOptions, type Reduction, attributeNames, batch, canonical, samples } from './reduction.ts';

/** The fold that asks whether some element is zero, or whether some element is not; `found` says so, else `first` does. */
function lookingFor(zero: boolean, first: 0 | 1, found: 0 | 1): Fold {
  return {
    first,
    run: (x, from, count, step) => (has(x, from, count, step, zero) ? found : first),
    rows: (x, from, count, reached) => {
      const width = reached.length;
      let at = from;
      for (let k = count >> 1; k > 0; k--, at += 2 * width) {
        for (let j = 0; j < width; j++) {
          if ((x[at + j] === 0) === zero || (x[at + j + width] === 0) === zero) reached[j] = found;
        }
      }
      if (count & 1) for (let j = 0; j < width; j++) if ((x[at + j] === 0) === zero) reached[j] = found;
    },
  };
}

function has(x: TypedArray, from: number, count: number, step: number, zero: boolean): boolean {
  for (let k = 0, at = from; k < count; k++, at += step) if ((x[at] === 0) === zero) return true;
  return false;
}

function defineTruth(name: string, fold: Fold): Reduction {
  return defineOp<[x: Tensor], [axes: readonly number[], keepDims: boolean], [Tensor], [options?: ReduceOptions]>({
    name,
    attributeNames,
    canonical: canonical(name, 'any'),
    infer: ([x], [axes, keepDims]) => specOf(reducedShape(x.shape, axes, keepDims), 'bool'),
    forward: ([x], [axes], { data }) => reduceOver(x.data, x.shape, axes, data, fold),
    lower: (context, kernel) =>
      // Not "other than 0": the largest of nothing is the least i32
      kernel.greater(
        kernel.reduceAlong(fold.first === 0 ? 'max' : 'min', context, ...context.attributes, (x) =>
          kernel.convert(truth(x, kernel), 'i32'),
        ),
        kernel.constant(0, 'i32'),
      ),
    pull: [notDifferentiable],
    batch,
    samples: [...samples, { shapes: [[2, 0]], arguments: [{ axis: 1 }] }],
  });
}

/** Whether some element along axes is not zero (NaN is not): bool. Of none, false. @example any([false, true]).item(); // 1 */
export const any: Reduction = defineTruth('any', lookingFor(false, 0, 1));

/** Whether every element along axes is not zero (NaN is not): bool. Of none, true. @example all([1, 0]).item(); // 0 */
export const all: Reduction = defineTruth('all', lookingFor(true, 1, 0));
