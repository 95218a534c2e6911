/** One op's function in each dtype: compiled from its expression where that can be done, and as it is written elsewhere. */
import type { Dtype } from '../tensor/dtype.ts';
import { type NativeKernels, native } from './native.ts';

/** What a dtype's function is made of; none where the expression has no meaning in it. */
type Maker<F> = (kernels: NativeKernels, type: 'f32' | 'f64', plain: F) => F | undefined;

export class FunctionByDtype<F> {
  private readonly plain: F;
  private readonly make: Maker<F>;
  private f32: F | undefined;
  private f64: F | undefined;

  constructor(plain: F, make: Maker<F>) {
    this.plain = plain;
    this.make = make;
  }

  /** For floats; of other dtypes, the function as it is written. */
  of(dtype: Dtype): F {
    return (dtype === 'f64' ? this.f64 : dtype === 'f32' ? this.f32 : this.plain) ?? this.firstOf(dtype);
  }

  /** Whether functions stay what they are: once programs have been brought, nobody takes them away. */
  get isSettled(): boolean {
    return native.kernels !== undefined;
  }

  private firstOf(dtype: Dtype): F {
    const { kernels } = native;
    if (kernels === undefined) return this.plain;
    if (dtype === 'f64') return (this.f64 = this.make(kernels, 'f64', this.plain) ?? this.plain);
    return (this.f32 = this.make(kernels, 'f32', this.plain) ?? this.plain);
  }
}
