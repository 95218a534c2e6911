/** Ops that do something else within a scope: what `withGradient` sets and every door asks. */
import type { Tensor } from '../tensor/tensor.ts';
import type { Definition } from './op.ts';

/** Stands in for an op: from inputs and attributes to outputs. */
export type Override = (inputs: readonly Tensor[], attributes: readonly unknown[]) => readonly Tensor[];

/** One object, so that asking costs a load where there is none. */
export const overrides: { current: ReadonlyMap<Definition, Override> | undefined } = { current: undefined };

/** Calls `fn` with `override` in the place of `op`; without one, with the op itself, whatever was in its place. */
export function overriding<T>(op: Definition, override: Override | undefined, fn: () => T): T {
  const outer = overrides.current;
  const inner = new Map(outer);
  if (override === undefined) inner.delete(op);
  else inner.set(op, override);
  overrides.current = inner.size === 0 ? undefined : inner;
  try {
    return fn();
  } finally {
    overrides.current = outer;
  }
}
