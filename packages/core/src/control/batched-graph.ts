/** A graph that a node holds, made one of a batch of examples: for the batch rules of ops that hold graphs. */
import { vmapGraph } from '../derive/vmap-graph.ts';
import type { Graph } from '../graph/graph.ts';
import type { BatchInputs, BatchOutput } from '../graph/node.ts';
import { repeatedAlongBatch } from '../op/batch.ts';
import { placeholder } from '../tensor/placeholder.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Placeholders for a batch, and what the graph makes of them; not closed yet. */
export interface BatchedGraph {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly BatchOutput<Tensor>[];
}

/** @param batched which inputs have the batch axis, the first */
export function batchedGraph(graph: Graph<Tensor>, batched: readonly boolean[], size: number): BatchedGraph {
  const inputs = graph.inputs.map(({ spec }, k) =>
    placeholder(batched[k] === true ? batchOf(spec, size) : spec, graph.inputNames[k] ?? ''),
  );
  const given = inputs.map((value, k) => ({ value, batched: batched[k] === true }));
  return { inputs, outputs: vmapGraph(graph, given, size).outputs };
}

function batchOf({ shape, dtype }: Spec, size: number): Spec {
  return specOf([size, ...shape], dtype);
}

/** The value with the batch axis where it is to have one. */
export function withBatch({ value, batched }: BatchOutput<Tensor>, isToBe: boolean, size: number): Tensor {
  return isToBe && !batched ? repeatedAlongBatch(value, size) : value;
}

/** The inputs of a node with what is known of each. */
export function batchInputs({ inputs, batched }: BatchInputs<Tensor>): BatchOutput<Tensor>[] {
  return inputs.map((value, slot) => ({ value, batched: batched[slot] === true }));
}

/**
 * Which values that go from step to step have the batch axis: those that begin with it, and those that come to have it by
 * what others have, until nothing changes.
 *
 * @param next which of them have it after a step, from which of them have it before
 */
export function batchedCarries(
  begin: readonly boolean[],
  next: (before: readonly boolean[]) => readonly boolean[],
): boolean[] {
  let batched = [...begin];
  for (;;) {
    const after = next(batched);
    const grown = batched.map((before, k) => before || after[k] === true);
    if (grown.every((now, k) => now === batched[k])) return grown;
    batched = grown;
  }
}

/** A truth for each example, with as many axes as what it chooses from. */
export function besides(truths: Tensor, { rank }: Tensor): Tensor {
  return rank === 1 ? truths : truths.reshape([truths.shape[0]!, ...Array.from({ length: rank - 1 }, () => 1)]);
}
