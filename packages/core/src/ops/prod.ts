/** The product of elements. Its derivative is the product of all others, found without dividing. */
import { reduceAlong } from '../kernel-ir/lowering.ts';
import { type FoldLoop, foldOver } from '../kernels/fold.ts';
import { defineOp } from '../op/define-op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { cumprod, preceding } from './cumulative.ts';
import { mergeAxes, unmergeAxes } from './merge-axes.ts';
import { type Reduction, attributeNames, batch, canonical, infer, samples, spread } from './reduction.ts';

/**
 * Product over axes. The product of nothing is 1; of i32 it is exact modulo 2^32. Derivatives of every order are right
 * where elements are zero.
 *
 * @throws ArgumentError `axis-out-of-range`, `axis-twice`, `unknown-option`; DtypeError `dtype-refused` for bool
 * @example
 * prod([[1, 2], [3, 4]], { axis: 0 }).toArray(); // [3, 8]
 * grad((x: Tensor) => prod(x))(tensor([2, 0, 5])).toArray(); // [0, 10, 0]
 */
export const prod: Reduction = defineOp({
  name: 'prod',
  attributeNames,
  canonical: canonical('prod'),
  infer,
  forward: ([x], [axes], { data }) =>
    foldOver(x.data, x.shape, axes, 1, x.dtype === 'i32' ? multiplyWhole : multiply, data),
  lower: (context) => reduceAlong('mul', context, ...context.attributes),
  pull: [({ cotangent, inputs: [x], attributes: [axes] }) => productOfOthers(x, axes).mul(spread(cotangent, x, axes))],
  push: [
    ({ tangent, inputs: [x], attributes: [axes, keepDims] }) =>
      productOfOthers(x, axes).mul(tangent).sum({ axis: axes, keepDims }),
  ],
  batch,
  samples: [...samples, { shapes: [[2, 0, 3]], arguments: [{ axis: 1 }] }],
});

const multiply: FoldLoop = (count, x, at, reached, group, step) => {
  if (step === 0) {
    let product = reached[group]!;
    for (let k = 0; k < count; k++) product *= x[at + k]!;
    reached[group] = product;
  } else {
    for (let k = 0; k < count; k++, group += step) reached[group] = reached[group]! * x[at + k]!;
  }
};

const multiplyWhole: FoldLoop = (count, x, at, reached, group, step) => {
  for (let k = 0; k < count; k++, group += step) reached[group] = Math.imul(reached[group]!, x[at + k]!);
};

/** At each element the product of those before it and of those after it along `axes`. */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const merged = mergeAxes(x, axes);
  const axis = merged.rank - 1;
  const before = preceding(cumprod(merged, { axis }), { axis, reverse: false }, 1);
  const after = preceding(cumprod(merged, { axis, reverse: true }), { axis, reverse: true }, 1);
  return unmergeAxes(before.mul(after), x.shape, axes);
}
