/** Puts the body of a checkpoint where it stood: what is to be computed again bears its mark already. */
import { checkpointOp } from '../../control/checkpoint.ts';
import { type Graph, replay, withOutputs } from '../../graph/graph.ts';
import { inScope } from '../../graph/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 *     graph(x: f32 [2])                       graph(x: f32 [2])
 *       %1 = checkpoint(x): f32 [2]             %1 = tanh(x): f32 [2]
 *         body(x: f32 [2])               ->     return %1
 *           %1 = tanh(x): f32 [2]
 *           return %1
 *       return %1
 */
export function openCheckpoints(graph: Graph<Tensor>): Graph<Tensor> {
  return withOutputs(graph, opened(graph, graph.inputs));
}

function opened(graph: Graph<Tensor>, inputs: readonly Tensor[]): readonly Tensor[] {
  return replay(graph, inputs, (node, given) => {
    if (node.op === checkpointOp) return opened(node.graphs[0]!.graph, given);
    return inScope(node.scope, () => node.op.apply(given, node.attributes));
  });
}
