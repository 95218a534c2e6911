/** Circular and hyperbolic functions and their inverses. Angles are in radians. */
import { type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Sine. */
export const sin: ElementwiseOp = defineElementwise({
  name: 'sin',
  value: Math.sin,
  slope: ({ input }) => input.cos(),
  slopeAt: (x) => Math.cos(x),
  samples: { from: -4, to: 4 },
});

/** Cosine. */
export const cos: ElementwiseOp = defineElementwise({
  name: 'cos',
  value: Math.cos,
  slope: ({ input }) => input.sin().neg(),
  slopeAt: (x) => -Math.sin(x),
  samples: { from: -4, to: 4 },
});

/** Tangent. */
export const tan: ElementwiseOp = defineElementwise({
  name: 'tan',
  value: Math.tan,
  slope: ({ output }) => output.square().add(1),
  samples: { from: -1.2, to: 1.2 },
});

/** Inverse sine, in [-π/2, π/2]; NaN outside [-1, 1]. */
export const asin: ElementwiseOp = defineElementwise({
  name: 'asin',
  value: Math.asin,
  slope: ({ input }) => unitCircle(input).reciprocal(),
  samples: { from: -0.8, to: 0.8 },
});

/** Inverse cosine, in [0, π]; NaN outside [-1, 1]. */
export const acos: ElementwiseOp = defineElementwise({
  name: 'acos',
  value: Math.acos,
  slope: ({ input }) => unitCircle(input).reciprocal().neg(),
  samples: { from: -0.8, to: 0.8 },
});

/** Inverse tangent, in [-π/2, π/2]. */
export const atan: ElementwiseOp = defineElementwise({
  name: 'atan',
  value: Math.atan,
  slope: ({ input }) => input.square().add(1).reciprocal(),
  samples: { from: -3, to: 3 },
});

/** Hyperbolic sine. */
export const sinh: ElementwiseOp = defineElementwise({
  name: 'sinh',
  value: Math.sinh,
  slope: ({ input }) => cosh(input),
  samples: { from: -3, to: 3 },
});

/** Hyperbolic cosine. */
export const cosh: ElementwiseOp = defineElementwise({
  name: 'cosh',
  value: Math.cosh,
  slope: ({ input }) => sinh(input),
  samples: { from: -3, to: 3 },
});

/** Hyperbolic tangent. */
export const tanh: ElementwiseOp = defineElementwise({
  name: 'tanh',
  value: Math.tanh,
  slope: ({ output }) => output.square().neg().add(1),
  slopeAt: (_, y) => -(y * y) + 1,
  samples: { from: -3, to: 3 },
});

/** sqrt(1 - x^2), as a product: 1 - x^2 loses digits near 1. */
function unitCircle(x: Tensor): Tensor {
  return x.neg().add(1).mul(x.add(1)).sqrt();
}
