/**
 * Forward differentiation: in order of creation, the chain rule on each edge and the sum rule at the node. The mirror
 * image of the backward walk.
 */
import { ById } from './by-id.ts';
import { type Node, type Total, type Value, Edge } from './node.ts';
import { recording } from './recording.ts';
import type { Scope } from './scope.ts';

/** Watches a walk. Where a node has several outputs, an edge gives a list of shares, and a node has one of totals. */
export interface ForwardObserver<V extends Value<V>> {
  /** The chain rule was applied on an edge; its shares are about to be added to the sums at the edge's target. */
  onEdge?(edge: Edge<V>, share: Total<V>): void;
  /** A node's sums are complete. */
  onNode?(node: Node<V>, total: Total<V>): void;
}

export interface ForwardWalk<V extends Value<V>> {
  /** Nodes in order of creation. */
  readonly nodes: readonly Node<V>[];
  /** Values and the tangents put in at them. */
  readonly seeds: Iterable<readonly [input: V, tangent: V]>;
  readonly sum: (a: V, b: V) => V;
  readonly observer?: ForwardObserver<V> | undefined;
}

/** Returns the tangents by value id; a value that nothing flowed into has none. */
export function walkForward<V extends Value<V>>({ nodes, seeds, sum, observer }: ForwardWalk<V>): ById<V> {
  const last = nodes.at(-1);
  const latest = [...seeds].reduce(
    (id, [input]) => Math.max(id, input.id),
    last === undefined ? 0 : last.id + last.outputs.length - 1,
  );
  const tangents = new ById<V>(latest);
  for (const [input, tangent] of seeds) tangents.set(input.id, tangent);
  const { scope, pulled, pushing } = recording;
  recording.pushing = true;
  try {
    nodes.forEach(visit);
  } finally {
    recording.scope = scope;
    recording.pulled = pulled;
    recording.pushing = pushing;
  }
  return tangents;

  function visit(node: Node<V>): void {
    // Nodes that a rule makes lie beside the forward node they are for.
    recording.scope = node.scope as Scope<never> | undefined;
    recording.pulled = node as unknown as Node<never>;
    if (node.op.pushTogether !== undefined && observer?.onEdge === undefined) {
      const given = node.inputs.map((input) => (input.node === undefined ? undefined : tangents.get(input.id)));
      if (given.every((tangent) => tangent === undefined)) return;
      node.op.pushTogether(node, given).forEach((total, output) => {
        if (total !== undefined) tangents.set(node.id + output, total);
      });
    } else {
      pushSlots(node);
    }
    if (observer?.onNode !== undefined) {
      const totals = node.outputs.map((output) => tangents.get(output.id));
      if (totals.some((total) => total !== undefined)) observer.onNode(node, totals.length === 1 ? totals[0]! : totals);
    }
  }

  function pushSlots(node: Node<V>): void {
    for (let slot = 0; slot < node.arity; slot++) {
      const tangent = tangents.get(node.input(slot).id);
      if (tangent === undefined || node.input(slot).node === undefined) continue;
      const shares = node.op.push(node, slot, tangent);
      if (shares.every((share) => share === undefined)) continue; // no rule
      observer?.onEdge?.(new Edge(node, slot), shares.length === 1 ? shares[0]! : shares);
      shares.forEach((share, output) => {
        if (share === undefined) return;
        const before = tangents.get(node.id + output);
        tangents.set(node.id + output, before === undefined ? share : sum(before, share));
      });
    }
  }
}
