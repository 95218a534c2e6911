/** The everyday ops as methods: `x.add(y)` for `add(x, y)`. */
import { Tensor } from '../tensor/tensor.ts';
import * as everyday from './everyday.ts';

/** A method takes what the function takes after its first tensor. */
type MethodOf<F> = F extends (x: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;
export type TensorMethods = { readonly [Name in keyof typeof everyday]: MethodOf<(typeof everyday)[Name]> };

declare module '../tensor/tensor.ts' {
  // Merged with the class: what is on the prototype at run time is known at compile time.
  interface Tensor extends TensorMethods {}
}

for (const [name, fn] of Object.entries(everyday)) {
  const method = function (this: Tensor, ...rest: unknown[]): unknown {
    return Reflect.apply(fn, undefined, [this, ...rest]);
  };
  Object.defineProperty(Tensor.prototype, name, { value: method, writable: true, configurable: true });
}
