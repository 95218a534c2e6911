/** A named function of existing ops: one box in the picture, exact derivatives by the chain rule. */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import { Scope, currentPath } from '../graph/scope.ts';
import { recording } from '../graph/recording.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { refuseMapIndex } from './define-op.ts';
import type { Sample } from './op.ts';

/** A composite carries what the laws and the reference read of an op; in a graph it is its parts. */
export type Composite<F> = F & {
  readonly definition: {
    readonly name: string;
    readonly composite: true;
    readonly samples: readonly Sample[] | undefined;
    /** Calls it with the samples' tensors and arguments, where it does not take them in this order. */
    readonly call?: SampleCall | undefined;
  };
};

type SampleCall = (inputs: readonly Tensor[], written: readonly unknown[]) => unknown;

/**
 * Gives a function of tensors a name: its nodes are drawn as one box that opens. It has no rule and no kernel of its own.
 *
 * @example
 * const swish = composite('swish', (x: Tensor) => x.mul(x.sigmoid()));
 * swish(tensor(0)).item(); // 0
 */
/* @__NO_SIDE_EFFECTS__ */
export function composite<Args extends readonly unknown[], R>(
  name: string,
  fn: (...args: Args) => R,
  { samples, call: sampled }: { samples?: readonly Sample[]; call?: SampleCall } = {},
): Composite<(...args: Args) => R> {
  const call = (...args: Args): R => {
    refuseMapIndex(name, args);
    const { scope } = recording;
    recording.scope = new Scope(name, scope, true);
    try {
      return fn(...read(args));
    } catch (error) {
      if (error instanceof EdgewiseError) error.at({ op: name, scope: currentPath() });
      throw error;
    } finally {
      recording.scope = scope;
    }
  };
  Object.defineProperty(call, 'name', { value: name });
  return Object.assign(call, { definition: { name, composite: true as const, samples, call: sampled } });
}

/** Variables are accepted wherever a tensor is, so the parts may call methods on their arguments. */
function read<Args extends readonly unknown[]>(args: Args): Args {
  for (const arg of args) {
    if (arg instanceof Variable)
      return args.map((each) => (each instanceof Variable ? each.value : each)) as unknown as Args;
  }
  return args;
}
