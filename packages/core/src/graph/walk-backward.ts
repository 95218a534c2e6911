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
export interface Observer<V extends Value<V>, Flow = V> {
  /** A node's sum is complete: every user of the node has been visited. */
  onNode?(node: Node<V>, total: Total<Flow>): void;
  /** The chain rule was applied on an edge; `share` is about to be added to the sum at the edge's source. */
  onEdge?(edge: Edge<V>, share: Flow): void;
}

/** The chain rule at a node: from its complete total to a share for each slot that anybody asks for. */
export type Pull<V extends Value<V>, Flow> = (
  node: Node<V>,
  total: Total<Flow>,
  give: (slot: number, share: Flow) => void,
) => void;

export interface BackwardWalk<V extends Value<V>, Flow = V> {
  /** Outputs and the cotangents put in at them. */
  readonly seeds: Iterable<readonly [output: V, cotangent: Flow]>;
  readonly pull: Pull<V, Flow>;
  readonly sum: (a: Flow, b: Flow) => Flow;
  /** Nodes whose totals are kept after use, besides those of leaves. */
  readonly kept?: ReadonlySet<Node<V> | undefined> | undefined;
  readonly observer?: Observer<V, Flow> | undefined;
}

/** What a backward walk leaves behind. */
export interface Pulled<V extends Value<V>, Flow = V> {
  /** Complete sums, by value id: of leaves, and of what was to be kept. */
  readonly totals: ById<Flow>;
  /** Where the walk ended, latest first. */
  readonly leaves: readonly Node<V>[];
}

/** What flows is a value of the graph, unless the caller says what else. */
export function walkBackward<V extends Value<V>, Flow = V>({
  seeds,
  pull,
  sum,
  kept,
  observer,
}: BackwardWalk<V, Flow>): Pulled<V, Flow> {
  const given = [...seeds];
  const latest = given.reduce((id, [output]) => Math.max(id, output.id), 0);
  const nodes = new ById<Node<V>>(latest);
  const totals = new ById<Flow>(latest);
  const leaves: Node<V>[] = [];
  const { scope, pulled } = recording;
  let at: Node<V> | undefined;

  function add(source: V, share: Flow): void {
    if (source.node === undefined) return; // a constant: only a watcher wants to know
    const before = totals.get(source.id);
    totals.set(source.id, before === undefined ? share : sum(before, share));
    if (before === undefined) nodes.set(source.node.id, source.node);
  }

  function give(slot: number, share: Flow): void {
    observer?.onEdge?.(new Edge(at!, slot), share);
    add(at!.inputs[slot]!, share); // sum rule
  }

  // Nodes are numbered as they are made, so going down the numbers every user comes before what it uses.
  function visit(node: Node<V>): void {
    const total = totalOf(node, totals);
    observer?.onNode?.(node, total);
    if (node.op.leaf) {
      leaves.push(node);
      return;
    }
    at = node;
    // Nodes that a rule makes lie beside the forward node they are for.
    recording.scope = node.scope as Scope<never> | undefined;
    recording.pulled = node as unknown as Node<never>;
    pull(node, total, give); // chain rule
    if (kept?.has(node) !== true) for (let id = node.id, k = outputCount(node); k > 0; k--) totals.set(id++, undefined);
  }

  for (const [output, cotangent] of given) add(output, cotangent);
  try {
    nodes.takeLatestFirst(visit);
  } finally {
    recording.scope = scope;
    recording.pulled = pulled;
  }
  return { totals, leaves };
}

/** The chain rule as the op of a node has it, asked of the node once: slots may share work. */
export function byRules<V extends Value<V>>(wanted: (input: V) => boolean): Pull<V, V> {
  return (node, total, give) => {
    const shares = node.op.shares(node, total, wanted);
    for (let slot = 0; slot < shares.length; slot++) {
      const share = shares[slot];
      if (share !== undefined) give(slot, share); // else no rule, or nobody wants it
    }
  };
}

function totalOf<V extends Value<V>, Flow>(node: Node<V>, totals: ById<Flow>): Total<Flow> {
  return isList(node.output) ? node.output.map((output) => totals.get(output.id)) : totals.get(node.id)!;
}

function outputCount<V extends Value<V>>(node: Node<V>): number {
  return isList(node.output) ? node.output.length : 1;
}
