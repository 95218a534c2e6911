/** What is done to a graph before it is lowered, in order. Each pass is a pure function from graph to graph. */
import type { Graph } from '../graph/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { dropIdentities } from './passes/drop-identities.ts';
import { mergeDuplicates } from './passes/merge-duplicates.ts';
import { openCheckpoints } from './passes/open-checkpoints.ts';
import { type SimplifyOptions, simplifyAlgebra } from './passes/simplify-algebra.ts';

export interface Pass {
  readonly name: string;
  apply(graph: Graph<Tensor>): Graph<Tensor>;
}

/** Nodes that no output needs are in no graph: that is true from the start, and after each pass. */
export function passesFor(options: SimplifyOptions): readonly Pass[] {
  return [
    { name: 'open checkpoints', apply: openCheckpoints },
    { name: 'drop identities', apply: dropIdentities },
    { name: 'simplify algebra', apply: (graph) => simplifyAlgebra(graph, options) },
    { name: 'merge duplicates', apply: mergeDuplicates },
  ];
}
