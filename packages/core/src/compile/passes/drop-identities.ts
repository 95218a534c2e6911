/** Removes nodes that hand on what they are given: marks of transformations, and reads of what was assigned before. */
import { type Graph, replay, withOutputs } from '../../graph/graph.ts';
import { inScope } from '../../graph/scope.ts';
import { stopGradient } from '../../ops/identity.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 *     graph(x: f32 [2])                       graph(x: f32 [2])
 *       %1 = stopGradient(x): f32 [2]    ->     %1 = exp(x): f32 [2]
 *       %2 = exp(%1): f32 [2]                   return %1
 *       return %2
 */
export function dropIdentities(graph: Graph<Tensor>): Graph<Tensor> {
  const outputs = replay(graph, graph.inputs, (node, inputs) => {
    const isHandedOn = node.op.transparent || (node.op.leaf && node.arity === 1) || node.op === stopGradient.definition;
    return isHandedOn ? inputs : inScope(node.scope, () => node.op.apply(inputs, node.attributes));
  });
  return withOutputs(graph, outputs);
}
