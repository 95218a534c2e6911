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

/** Complete sums where the walk ended (leaves) and of what was to be kept, latest first. */
export type Totals<V extends Value<V>, Flow = V> = ReadonlyMap<Node<V>, Total<Flow>>;

/** What flows is a value of the graph, unless the caller says what else. */
export function walkBackward<V extends Value<V>, Flow = V>(walk: BackwardWalk<V, Flow>): Totals<V, Flow> {
  const { pull, sum, kept, observer } = walk;
  const seeds = [...walk.seeds].filter(([output]) => output.node !== undefined);
  const last = seeds.flatMap(([{ node }]) => node!.outputs).reduce((id, output) => Math.max(id, output.id), 0);
  const sums = new ById<Sum<V, Flow>>(last);
  const totals = new Map<Node<V>, Total<Flow>>();
  let at: Node<V>;

  /** The sum rule. */
  function add(source: V, share: Flow): void {
    const known = sums.get(source.id);
    if (known === undefined) begin(source, share);
    else if (known.several) known.total = withShare(known.total, source, share, sum);
    else known.total = sum(known.total as Flow, share);
  }

  function begin(source: V, share: Flow): void {
    const { node } = source;
    if (node === undefined) return; // a constant: only a watcher wants to know
    if (!isList(node.output)) {
      sums.set(node.id, new Sum<V, Flow>(node, false, share));
      return;
    }
    const several = new Sum<V, Flow>(
      node,
      true,
      withShare(
        node.output.map(() => undefined),
        source,
        share,
        sum,
      ),
    );
    for (const output of node.output) sums.set(output.id, several);
  }

  function give(slot: number, share: Flow): void {
    observer?.onEdge?.(new Edge(at, slot), share);
    add(at.input(slot), share);
  }

  // Nodes are numbered as they are made, so going down the numbers every user comes before what it uses. The users of
  // several outputs have all been met at the last of them.
  function visit(complete: Sum<V, Flow>): void {
    const { node, total } = complete;
    if (complete.visited) return;
    complete.visited = true;
    observer?.onNode?.(node, total);
    if (node.op.leaf || kept?.has(node) === true) totals.set(node, total);
    if (node.op.leaf) return;
    at = node;
    pull(node, total, give); // the chain rule
  }

  const { scope, pulled } = recording;
  for (const [output, cotangent] of seeds) add(output, cotangent);
  try {
    sums.takeLatestFirst(visit);
  } finally {
    recording.scope = scope;
    recording.pulled = pulled;
  }
  return totals;
}

/** What has flowed to a node so far. */
class Sum<V extends Value<V>, Flow> {
  readonly node: Node<V>;
  /** Whether the node has several outputs, and the total is a list. */
  readonly several: boolean;
  total: Total<Flow>;
  visited = false;

  constructor(node: Node<V>, several: boolean, total: Total<Flow>) {
    this.node = node;
    this.several = several;
    this.total = total;
  }
}

/** The sums of several outputs, with a share added to that of one of them. */
function withShare<V extends Value<V>, Flow>(
  total: Total<Flow>,
  source: V,
  share: Flow,
  sum: (a: Flow, b: Flow) => Flow,
): readonly (Flow | undefined)[] {
  const at = source.id - source.node!.id;
  const list = total as readonly (Flow | undefined)[];
  return list.map((before, k) => (k !== at ? before : before === undefined ? share : sum(before, share)));
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
