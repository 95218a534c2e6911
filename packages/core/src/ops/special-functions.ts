/** The error function and its complement. */
import { erf as erfAt, erfc as erfcAt } from '../kernels/error-function.ts';
import { type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * The error function, 2/√π times the integral of e^(-t^2) from 0 to x: from -1 to 1.
 *
 * @example
 * erf([0, 0.5, -Infinity]).toArray(); // [0, 0.5205, -1]
 */
export const erf: ElementwiseOp = defineElementwise({
  name: 'erf',
  value: erfAt,
  lower: (x, kernel) => kernel.erf(x),
  slope: ({ input }) => bell(input),
  samples: { from: -3, to: 3 },
});

/**
 * `1 - erf(x)`, accurate also where erf rounds to 1: down to the smallest numbers of the dtype.
 *
 * @example
 * erfc(tensor(10, { dtype: 'f64' })).item(); // 2.0885e-45
 */
export const erfc: ElementwiseOp = defineElementwise({
  name: 'erfc',
  value: erfcAt,
  lower: (x, kernel) => kernel.erfc(x),
  slope: ({ input }) => bell(input).neg(),
  samples: { from: -3, to: 3 },
});

/** 2/√π e^(-x^2). Where it is 0, a bounded x keeps further derivatives from infinity * 0. */
function bell(x: Tensor): Tensor {
  return x
    .clip({ min: -30, max: 30 })
    .square()
    .neg()
    .exp()
    .mul(2 / Math.sqrt(Math.PI));
}
