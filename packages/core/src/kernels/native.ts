/**
 * The place of kernels in WebAssembly, which eager ops use where a program has been able to bring them: whoever imports
 * `compile` has them. Without it plain loops do the same work, to within the last place.
 */
import type { Expression } from '../kernel-ir/expression.ts';
import type { KernelLanguage } from '../kernel-ir/language.ts';
import type { BinaryFunction, UnaryFunction } from './elementwise.ts';
import type { Multiply } from './matmul.ts';

export interface NativeKernels {
  /**
   * A function from its expression; none where that does not give floats of this type or a truth. `exact` computes the same
   * bits, and does so where arrays are short.
   */
  unary(lower: UnaryLowering, type: 'f32' | 'f64', exact?: UnaryFunction): UnaryFunction | undefined;
  binary(lower: BinaryLowering, type: 'f32' | 'f64', exact?: BinaryFunction): BinaryFunction | undefined;
  /** `out = a b` from the given positions on; false where it is not worth the copies. */
  readonly multiply: (...product: Parameters<Multiply>) => boolean;
  /** The sum of products of two blocks, of `PRODUCTS_IN_BLOCK` elements each. */
  readonly dot: (a: Float64Array, atA: number, b: Float64Array, atB: number) => number;
}

export type UnaryLowering = (x: Expression, kernel: KernelLanguage) => Expression | undefined;
export type BinaryLowering = (x: Expression, y: Expression, kernel: KernelLanguage) => Expression | undefined;

export const native: { kernels: NativeKernels | undefined } = { kernels: undefined };
