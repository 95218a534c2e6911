/** Ops whose value is their input: only what flows through them differs. */
import { elementByElement } from '../op/batch.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * The same value, through which no derivative passes.
 *
 * @example
 * grad((x: Tensor) => x.mul(stopGradient(x)))(tensor(3)).item(); // 3, not 6
 */
export const stopGradient: Op<[x: Tensor]> = defineOp({
  name: 'stopGradient',
  infer: ([x]) => x,
  forward: ([x], _, { data }) => data.set(x.data),
  alias: true,
  pull: [notDifferentiable],
  batch: elementByElement,
  samples: [{ shapes: [[2]] }],
});
