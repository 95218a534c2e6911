/** Questions to a graph: which nodes are of an op or lie in a scope, what a value was made from, what it is used for. */
import type { Graph } from './graph.ts';
import type { Node, Operation, Value } from './node.ts';

export interface Query<V extends Value<V>> {
  /** An op, or its name. */
  op?: string | { readonly definition: Operation<V> };
  /** The path of a scope: nodes in it and in the scopes inside. */
  scope?: string;
}

/** Nodes that answer a query, in order of creation. */
export function findNodes<V extends Value<V>>({ nodes }: Graph<V>, { op, scope }: Query<V>): Node<V>[] {
  return nodes.filter((node) => {
    if (op !== undefined && (typeof op === 'string' ? node.op.name !== op : node.op !== op.definition)) return false;
    if (scope === undefined) return true;
    const path = node.scope?.path ?? '';
    return path === scope || path.startsWith(`${scope}/`);
  });
}

/** The nodes of a graph that a value or node was made from, itself not among them, in order of creation. */
export function ancestorsIn<V extends Value<V>>(graph: Graph<V>, of: V | Node<V>): Node<V>[] {
  const start = nodeOf(of);
  const reached = new Set<Node<V> | undefined>([start]);
  const found: Node<V>[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!reached.has(node)) continue;
    if (node !== start) found.push(node);
    for (const input of node.inputs) reached.add(input.node);
  }
  return found.reverse();
}

/** The nodes of a graph that use a value or what a node makes, directly or not, in order of creation. */
export function descendantsIn<V extends Value<V>>(graph: Graph<V>, of: V | Node<V>): Node<V>[] {
  const start = nodeOf(of);
  const reached = new Set<V>('outputs' in of ? of.outputs : [of]);
  return graph.nodes.filter((node) => {
    if (node === start || !node.inputs.some((input) => reached.has(input))) return false;
    for (const output of node.outputs) reached.add(output);
    return true;
  });
}

function nodeOf<V extends Value<V>>(of: V | Node<V>): Node<V> | undefined {
  return 'outputs' in of ? of : of.node;
}
