/** Functions of every op, compiled: some ops are none of a program's. */
import { EdgewiseError, type Tensor, compile } from '../../src/index.ts';

/** What a program gives; nothing where the op's result has a shape that depends on numbers, which it says. */
export function compiled<R>(fn: (...args: Tensor[]) => R, inputs: readonly Tensor[]): R | undefined {
  try {
    return compile(fn)(...inputs) as R;
  } catch (error) {
    if (error instanceof EdgewiseError && error.code === 'symbolic-value') return undefined;
    throw error;
  }
}
