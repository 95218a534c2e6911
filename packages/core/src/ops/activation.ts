/** What stands between the layers of a network. */
import { checkOptions } from '../errors/check-options.ts';
import { type Composite, composite } from '../op/composite.ts';
import { type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { where } from './selection.ts';

/** `1 / (1 + e^-x)`, without overflow on either side. */
export const sigmoid: ElementwiseOp = defineElementwise({
  name: 'sigmoid',
  value: (x) => {
    const small = Math.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + small) : small / (1 + small);
  },
  slope: ({ output }) => output.mul(output.neg().add(1)),
  slopeAt: (_, y) => y * (-y + 1),
  samples: { from: -4, to: 4 },
});

/** `max(x, 0)`; slope 0 at 0. */
export const relu: ElementwiseOp = defineElementwise({
  name: 'relu',
  value: (x) => (x < 0 ? 0 : x), // NaN stays NaN
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = x[k]! < 0 ? 0 : x[k]!;
  },
  slope: ({ input }) => input.greater(0).cast(input.dtype),
  slopeAt: (x) => (x > 0 ? 1 : 0),
  samples: { from: -3, to: 3, kinks: [0] },
});

/** `log(1 + e^x)`: relu with a round corner. */
export const softplus: ElementwiseOp = defineElementwise({
  name: 'softplus',
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), // e^x alone overflows from 710 on
  slope: ({ input }) => input.sigmoid(),
  samples: { from: -4, to: 4 },
});

/** `x sigmoid(x)` (Elfwing, Uchibe, Doya 2018), also called swish. */
export const silu: Composite<(x: TensorLike) => Tensor> = composite(
  'silu',
  (x) => asTensor(x, 'silu').mul(sigmoid(x)),
  { samples: [{ shapes: [[2, 3]], from: -4, to: 4 }] },
);

/** `x` above 0, `negativeSlope x` (0.01) below. */
export const leakyRelu: Composite<(x: TensorLike, options?: { negativeSlope?: number }) => Tensor> = composite(
  'leakyRelu',
  (like: TensorLike, options: { negativeSlope?: number } = {}) => {
    checkOptions('leakyRelu', options, ['negativeSlope']);
    const x = asTensor(like, 'leakyRelu');
    return where(x.greater(0), x, x.mul(options.negativeSlope ?? 0.01));
  },
  { samples: [{ shapes: [[2, 3]], from: -3, to: 3, kinks: [0] }] },
);

/** `x` above 0, `alpha (e^x - 1)` below, alpha 1 (Clevert, Unterthiner, Hochreiter 2016). */
export const elu: Composite<(x: TensorLike, options?: { alpha?: number }) => Tensor> = composite(
  'elu',
  (like: TensorLike, options: { alpha?: number } = {}) => {
    checkOptions('elu', options, ['alpha']);
    const x = asTensor(like, 'elu');
    const above = x.greater(0);
    // e^x of large x is not chosen, but 0 * infinity would still reach the derivative: so it is given 0.
    const below = where(above, 0, x)
      .expm1()
      .mul(options.alpha ?? 1);
    return where(above, x, below);
  },
  { samples: [{ shapes: [[2, 3]], from: -3, to: 3, kinks: [0] }] },
);
