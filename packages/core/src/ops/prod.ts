/** The product of elements. Its derivative is the product of all others, found without dividing. */
import { type Fold, reduceOver } from '../kernels/reduce-loop.ts';
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
  forward: ([x], [axes], { data }) => reduceOver(x.data, x.shape, axes, data, x.dtype === 'i32' ? ofWhole : inOrder),
  lower: (context, kernel) => kernel.reduceAlong('mul', context, ...context.attributes),
  pull: [({ cotangent, inputs: [x], attributes: [axes] }) => productOfOthers(x, axes).mul(spread(cotangent, x, axes))],
  push: [
    ({ tangent, inputs: [x], attributes: [axes, keepDims] }) =>
      productOfOthers(x, axes).mul(tangent).sum({ axis: axes, keepDims }),
  ],
  batch,
  samples: [...samples, { shapes: [[2, 0, 3]], arguments: [{ axis: 1 }] }],
});

const inOrder: Fold = {
  first: 1,
  run: (x, from, count, step) => {
    let product = 1;
    let at = from;
    for (let k = count >> 2; k > 0; k--, at += 4 * step) {
      product = product * x[at]! * x[at + step]! * x[at + 2 * step]! * x[at + 3 * step]!;
    }
    for (let k = count & 3; k > 0; k--, at += step) product *= x[at]!;
    return product;
  },
  rows: (x, from, count, reached) => {
    const width = reached.length;
    let at = from;
    for (let k = count >> 1; k > 0; k--, at += 2 * width) {
      for (let j = 0; j < width; j++) reached[j] = reached[j]! * x[at + j]! * x[at + j + width]!;
    }
    if (count & 1) for (let j = 0; j < width; j++) reached[j]! *= x[at + j]!;
  },
};

/** Modulo 2^32: a product of two i32 may have 62 bits, more than a double holds. */
const ofWhole: Fold = {
  first: 1,
  run: (x, from, count, step) => {
    let product = 1;
    for (let k = 0, at = from; k < count; k++, at += step) product = Math.imul(product, x[at]!);
    return product;
  },
  rows: (x, from, count, reached) => {
    for (let k = 0, at = from; k < count; k++) {
      for (let j = 0; j < reached.length; j++, at++) reached[j] = Math.imul(reached[j]!, x[at]!);
    }
  },
};

/** At each element the product of those before it and of those after it along `axes`. */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const merged = mergeAxes(x, axes);
  const axis = merged.rank - 1;
  const before = preceding(cumprod(merged, { axis }), { axis, reverse: false }, 1);
  const after = preceding(cumprod(merged, { axis, reverse: true }), { axis, reverse: true }, 1);
  return unmergeAxes(before.mul(after), x.shape, axes);
}
