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

type Call = ((...args: unknown[]) => unknown) & { readonly method?: unknown };

for (const [name, fn] of Object.entries(everyday)) {
  const { method = methodOf(fn as Call) } = fn as Call;
  Object.defineProperty(Tensor.prototype, name, { value: method, writable: true, configurable: true });
}

/** Calls with one or two arguments, which derivative rules are full of, make no list of them. */
function methodOf(fn: Call): Call {
  return function (this: Tensor, first: unknown): unknown {
    if (arguments.length === 0) return fn(this);
    return arguments.length === 1 ? fn(this, first) : fn(this, ...arguments);
  };
}
