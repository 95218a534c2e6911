/**
 * Backpropagation: along every edge once, the chain rule on the edge and the sum rule at the node. Linear in edges,
 * iterative, and without a case for any op. It is given what it must not know: which values matter, how to add, and who
 * watches.
 */
import { ById } from './by-id.ts';
import { type Node, type Total, type Value, Edge, isList } from './node.ts';
import { recording } from './recording.ts';
import type { Scope } from './scope.ts';

/** Watches a walk: tests count visits through it, and pictures play it. */
export interface Observer<V extends Value<V>> {
  /** A node's sum is complete: every user of the node has been visited. */
  onNode?(node: Node<V>, total: Total<V>): void;
  /** The chain rule was applied on an edge; `share` is about to be added to the sum at the edge's source. */
  onEdge?(edge: Edge<V>, share: V): void;
}

export interface BackwardWalk<V extends Value<V>> {
  /** Outputs and the cotangents put in at them. */
  readonly seeds: Iterable<readonly [output: V, cotangent: V]>;
  /** Whether anybody asks for the cotangent of this value, or of something it was made from. */
  readonly wanted: (input: V) => boolean;
  /** Nodes whose totals are kept after use, besides those of leaves. */
  readonly kept?: (node: Node<V>) => boolean;
  readonly sum: (a: V, b: V) => V;
  readonly observer?: Observer<V> | undefined;
}

/** Returns the totals, by value id, of leaves and of what is `kept`. */
export function walkBackward<V extends Value<V>>({ seeds, wanted, kept, sum, observer }: BackwardWalk<V>): ById<V> {
  const nodes = new ById<Node<V>>();
  const totals = new ById<V>();

  function add(source: V, share: V): void {
    if (source.node === undefined) return; // a constant: only a watcher wants to know
    const before = totals.get(source.id);
    totals.set(source.id, before === undefined ? share : sum(before, share));
    if (before === undefined) nodes.set(source.node.id, source.node);
  }

  for (const [output, cotangent] of seeds) add(output, cotangent);
  const { scope, pulled } = recording;
  try {
    nodes.latestFirst(visit);
  } finally {
    recording.scope = scope;
    recording.pulled = pulled;
  }
  return totals;

  // Nodes are numbered as they are made, so going down the numbers every user comes before what it uses.
  function visit(node: Node<V>): void {
    const total = totalOf(node, totals);
    observer?.onNode?.(node, total);
    if (node.op.definition.leaf === true) return;
    // Nodes that a rule makes lie beside the forward node they are for.
    recording.scope = node.scope as Scope<never> | undefined;
    recording.pulled = node as unknown as Node<never>;
    const shares = node.op.definition.shares(node, total, wanted);
    for (let slot = 0; slot < shares.length; slot++) {
      const share = shares[slot];
      if (share === undefined) continue; // no rule, or nobody wants it
      observer?.onEdge?.(new Edge(node, slot), share);
      add(node.inputs[slot]!, share);
    }
    if (kept?.(node) !== true) for (let id = node.id, k = outputCount(node); k > 0; k--) totals.set(id++, undefined);
  }
}

function totalOf<V extends Value<V>>(node: Node<V>, totals: ById<V>): Total<V> {
  if (isList(node.output)) return node.output.map((output) => totals.get(output.id));
  return totals.get(node.id)!;
}

function outputCount<V extends Value<V>>(node: Node<V>): number {
  return isList(node.output) ? node.output.length : 1;
}
