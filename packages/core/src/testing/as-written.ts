/** Elementwise ops by the functions that they were given, where programs have taken the place of these. */
import type { Dtype } from '../index.ts';
import { FunctionByDtype } from '../kernels/function-by-dtype.ts';

/**
 * Calls `fn` with each elementwise op doing what its `value` says, as it does where nobody imports `compile`.
 *
 * The function of an op stands in its closure, where only the op itself finds it: by the dtype. Of a dtype that no program
 * is made for, it is the function as it is written; so for as long as `fn` runs, that is what every op asks for.
 */
export function asWritten<T>(fn: () => T): T {
  const functions: { of: (this: FunctionByDtype<unknown>, dtype: Dtype) => unknown } = FunctionByDtype.prototype;
  const { of } = functions;
  functions.of = function () {
    return of.call(this, 'bool');
  };
  try {
    return fn();
  } finally {
    functions.of = of;
  }
}
