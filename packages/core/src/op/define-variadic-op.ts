/** An op whose first argument is a list of tensors: concatenate, stack. Its rule is told its slot. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import type { Reads } from '../graph/node.ts';
import { type TensorLike, asTensors } from '../tensor/create.ts';
import type { Lowering } from '../kernel-ir/language.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Spec } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Computation, apply, located } from './apply.ts';
import { type UntypedBatch, batchByRule } from './batch.ts';
import { type Batch, Definition, type Dense, type Sample, type VariadicOp } from './op.ts';
import { pushThroughPull } from './push-through-pull.ts';

export interface VariadicPullContext<Attributes extends readonly unknown[]> {
  readonly cotangent: Tensor;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attributes: Attributes;
  /** Which input's share is asked for. */
  readonly slot: number;
}

export interface VariadicDefinition<
  Attributes extends readonly unknown[],
  Arguments extends readonly unknown[] = Attributes,
> {
  readonly name: string;
  readonly canonical?: (inputs: readonly Spec[], written: Arguments) => Attributes;
  readonly infer: (inputs: readonly Spec[], attributes: Attributes) => Spec;
  readonly forward: (inputs: readonly Dense[], attributes: Attributes, output: Dense) => void;
  /** One element of the result as an expression, for compiled programs. */
  readonly lower?: Lowering<Attributes>;
  readonly pull: (context: VariadicPullContext<Attributes>) => Tensor;
  /** The op applied to a batch of examples at once; where absent, it is applied once an example. */
  readonly batch?: Batch<readonly Tensor[], Attributes, [Tensor]>;
  /** Which elements of the inputs an element of the output is made from (see `Reads`); all of them unless said otherwise. */
  readonly reads?: Reads;
  readonly samples?: readonly Sample<Arguments>[];
}

/**
 * A new primitive that takes a list of tensors.
 *
 * @example
 * const total: VariadicOp = defineVariadicOp({
 *   name: 'total',
 *   infer: ([first]) => first!,
 *   forward: (inputs, _, output) => inputs.forEach((x) => x.data.forEach((value, k) => (output.data[k]! += value))),
 *   pull: ({ cotangent }) => cotangent,
 * });
 * total([tensor([1, 2]), tensor([3, 4])]).toArray(); // [4, 6]
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineVariadicOp<
  Attributes extends readonly unknown[] = [],
  Arguments extends readonly unknown[] = Attributes,
>(definition: VariadicDefinition<NoInfer<Attributes>, NoInfer<Arguments>>): VariadicOp<Attributes, Arguments> {
  const { name, canonical, infer, forward, lower, pull, batch, reads, samples } = definition;
  // Attributes come back from nodes, which do not know their types.
  const typed = (attributes: readonly unknown[]): Attributes => attributes as Attributes;
  const computation: Computation = {
    infer: (inputs, attributes) => [infer(inputs, typed(attributes))],
    forward: (inputs, attributes, outputs) => forward(inputs, typed(attributes), outputs[0]!),
    alias: false,
  };

  function call(likes: readonly TensorLike[], written: readonly unknown[]): readonly Tensor[] {
    const inputs = located(op, [], () => {
      if (!Array.isArray(likes) || likes.length === 0) {
        throw new ArgumentError({
          code: 'not-a-list',
          problem: 'the first argument is a list of at least one tensor',
          received: likes,
          remedy: `${name}([x, y], ...)`,
        });
      }
      return asTensors(likes, name);
    });
    const attributes =
      canonical === undefined ? written : located(op, inputs, () => canonical(inputs, written as Arguments));
    return apply(op, computation, inputs, attributes);
  }

  const op = new Definition({
    name,
    samples,
    arity: undefined,
    lower: lower as Lowering | undefined,
    differentiable: () => true,
    call: (likes, written) => call(likes, written),
    apply: (inputs, attributes) => apply(op, computation, inputs, attributes),
    shares: (node, total, wanted) =>
      node.inputs.map((input, slot) => {
        if (!isFloat(input.dtype) || !wanted(input)) return undefined;
        const { inputs, outputs, attributes } = node;
        return pull({ cotangent: total as Tensor, inputs, output: outputs[0]!, attributes: typed(attributes), slot });
      }),
    push: pushThroughPull,
    reads,
    batch:
      batch === undefined
        ? undefined
        : // The graph calls a rule without its types.
          batchByRule(batch as unknown as UntypedBatch, (...given) => apply(op, computation, ...given)[0]!),
  });

  const callable = (likes: readonly TensorLike[], ...written: Arguments): Tensor => call(likes, written)[0]!;
  Object.defineProperty(callable, 'name', { value: name });
  return Object.assign(callable, { definition: op });
}
