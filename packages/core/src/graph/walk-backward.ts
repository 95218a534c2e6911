/**
 * Backpropagation: along every edge once, the chain rule on the edge and the sum rule at the node. Linear in edges,
 * iterative, and without a case for any op. It is given what it must not know: which values matter, how to add, and who
 * watches.
 */
import { type Node, type Precision, type Total, type Value, Edge, isList } from './node.ts';
import { recording } from './recording.ts';
import type { Scope } from './scope.ts';
import { Sums } from './sums.ts';

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

/** Gives an input its share, rounded to a precision, in which shares are then added. */
export type GiveNumber<V> = (input: V, share: number, precision: Precision) => void;

export interface BackwardWalk<V extends Value<V>, Flow = V> {
  /** Outputs and the cotangents put in at them. */
  readonly seeds: Iterable<readonly [output: V, cotangent: Flow]>;
  readonly pull: Pull<V, Flow>;
  readonly sum: (a: Flow, b: Flow, at: V) => Flow;
  /** The chain rule where a number flows to an op's only output; false where it cannot be done with that. */
  readonly pullNumber?: ((value: V, total: number, give: GiveNumber<V>) => boolean) | undefined;
  /** Nodes whose totals are kept after use, besides those of leaves. */
  readonly kept?: ReadonlySet<Node<V> | undefined> | undefined;
  readonly observer?: Observer<V, Flow> | undefined;
}

/** Complete sums where the walk ended (leaves) and of what was to be kept, latest first. */
export type Totals<V extends Value<V>, Flow = V> = ReadonlyMap<Node<V>, Total<Flow>>;

/** What flows is a value of the graph, unless the caller says what else. */
export function walkBackward<V extends Value<V>, Flow = V>(walk: BackwardWalk<V, Flow>): Totals<V, Flow> {
  const { pull, pullNumber, sum, kept, observer } = walk;
  const seeds = [...walk.seeds];
  let latest = 0;
  for (const seed of seeds) latest = Math.max(latest, seed[0].node?.id ?? 0);
  const sums = new Sums<V, Flow>(latest, sum);
  const totals = new Map<Node<V>, Total<Flow>>();
  let at: Node<V>;

  function give(slot: number, share: Flow): void {
    if (observer !== undefined) observer.onEdge?.(new Edge(at, slot), share);
    sums.add(at.input(slot), share);
  }

  function giveNumber(input: V, share: number, precision: Precision): void {
    if (input.op !== undefined) sums.addNumber(input, share, precision);
    else sums.add(input, share as Flow);
  }

  // Nodes are numbered as they are made, so going down the numbers every user comes before what it uses. No node lies
  // between the ids of several outputs: all users of all of them come before the first.
  function visit(node: Node<V>, total: Total<Flow>): void {
    if (observer !== undefined) observer.onNode?.(node, total);
    const { leaf } = node.op;
    if (leaf || kept?.has(node) === true) totals.set(node, total);
    if (leaf) return;
    at = node;
    pull(node, total, give); // the chain rule
  }

  const { scope, pulled, pushing } = recording;
  recording.pushing = false;
  try {
    for (const seed of seeds) sums.add(seed[0], seed[1]);
    sums.takeLatestFirst(
      visit,
      pullNumber === undefined ? undefined : (value, total) => pullNumber(value, total, giveNumber),
    );
  } finally {
    recording.scope = scope;
    recording.pulled = pulled;
    recording.pushing = pushing;
  }
  return totals;
}

/** The sum at one value of a node. */
export function totalOf<V extends Value<V>, Flow>(value: V, totals: Totals<V, Flow>): Flow | undefined {
  const total = value.node === undefined ? undefined : totals.get(value.node);
  return isList(total) ? total[value.id - value.node!.id] : total;
}

/** The chain rule as the op of a node has it, asked of the node once: slots may share work. */
export function byRules<V extends Value<V>>(wanted: (input: V) => boolean): Pull<V, V> {
  return (node, total, give) => {
    // Nodes that a rule makes lie beside the forward node they are for.
    recording.scope = node.scope as Scope<never> | undefined;
    recording.pulled = node as unknown as Node<never>;
    const shares = node.op.shares(node, total, wanted);
    for (let slot = 0; slot < shares.length; slot++) {
      const share = shares[slot];
      if (share !== undefined) give(slot, share); // else no rule, or nobody wants it
    }
  };
}
