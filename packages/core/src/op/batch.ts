/** An op applied to a batch of examples at once: what its rule is given, and how inputs of different rank meet. */
import type { BatchRule } from '../graph/node.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { BatchContext, Result, Tensors } from './op.ts';

/** A rule as the graph calls it: tuples are lists. */
export type UntypedBatch = (
  context: Omit<BatchContext<Tensors, readonly unknown[], Tensors>, 'apply'> & { readonly apply: Apply },
) => Tensor | Tensors | { readonly outputs: Tensors; readonly batched: readonly boolean[] } | undefined;
type Apply = (inputs: Tensors, attributes: readonly unknown[]) => Tensor | Tensors;

/** What vmap asks of an op, from the rule in its definition and the op itself. */
export function batchByRule(rule: UntypedBatch, apply: Apply): BatchRule<Tensor> {
  return ({ inputs, batched, size }, attributes) => {
    const given = rule({
      inputs,
      batched,
      get repeated() {
        return inputs.map((input, slot) => (batched[slot] === true ? input : repeatedAlongBatch(input, size)));
      },
      size,
      attributes,
      apply,
    });
    if (given === undefined) return undefined;
    if (given instanceof Tensor) return [{ value: given, batched: true }];
    if (!('outputs' in given)) return given.map((value) => ({ value, batched: true }));
    return given.outputs.map((value, k) => ({ value, batched: given.batched[k] === true }));
  };
}

/** `x` for each example of a batch: the same one, along a further, leading axis. */
export function repeatedAlongBatch(x: Tensor, size: number): Tensor {
  return x.broadcastTo([size, ...x.shape]);
}

/**
 * Inputs of one rank, counted without the batch axis, so that they broadcast as those of one example do: axes of extent 1
 * between the batch axis and the others.
 */
export function withEqualRanks(inputs: Tensors, batched: readonly boolean[]): Tensors {
  const ranks = inputs.map(({ rank }, slot) => (batched[slot] === true ? rank - 1 : rank));
  const highest = Math.max(...ranks);
  return inputs.map((x, slot) => (batched[slot] === true ? withRank(x, highest) : x));
}

/** A batched input whose examples have `rank` axes: those that are missing come first, with extent 1. */
export function withRank(x: Tensor, rank: number): Tensor {
  const missing = rank - (x.rank - 1);
  if (missing <= 0) return x;
  return x.reshape([x.shape[0]!, ...Array.from({ length: missing }, () => 1), ...x.shape.slice(1)]);
}

/**
 * The batch rule of ops that look at one element of each input at a time, and broadcast as elementwise ops do.
 *
 * @example
 * const shiftDown: Op<[x: Tensor], [by: number]> = defineOp({
 *   name: 'shiftDown',
 *   infer: ([x]) => x,
 *   forward: ([x], [by], output) => output.data.set(x.data.map((value) => value - by)),
 *   pull: [({ cotangent }) => cotangent],
 *   batch: elementByElement,
 * });
 */
export function elementByElement<I extends Tensors, A extends readonly unknown[], O extends Tensors>({
  inputs,
  batched,
  attributes,
  apply,
}: BatchContext<I, A, O>): Result<O> {
  return apply(withEqualRanks(inputs, batched as unknown as readonly boolean[]) as unknown as I, attributes);
}

/** An axis of an example as an axis of a batch: one further, for the batch axis is the first. */
export function nextAxis(axis: number): number {
  return axis + 1;
}
