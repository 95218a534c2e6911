/**
 * Forward differentiation: in order of creation, the chain rule on each edge and the sum rule at the node. The mirror
 * image of the backward walk, with the same observer.
 */
import { ById } from './by-id.ts';
import { type Node, type Value, Edge } from './node.ts';
import type { Observer } from './walk-backward.ts';

export interface ForwardWalk<V extends Value<V>> {
  /** Nodes in order of creation. */
  readonly nodes: readonly Node<V>[];
  /** Values and the tangents put in at them. */
  readonly seeds: Iterable<readonly [input: V, tangent: V]>;
  readonly sum: (a: V, b: V) => V;
  readonly observer?: Observer<V> | undefined;
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
  for (const node of nodes) {
    for (let slot = 0; slot < node.arity; slot++) {
      const tangent = tangents.get(node.input(slot).id);
      if (tangent === undefined || node.input(slot).node === undefined) continue;
      node.op.push(node, slot, tangent).forEach((share, output) => {
        if (share === undefined) return; // no rule
        observer?.onEdge?.(new Edge(node, slot), share);
        const before = tangents.get(node.id + output);
        tangents.set(node.id + output, before === undefined ? share : sum(before, share));
      });
    }
    if (observer?.onNode !== undefined) {
      const totals = node.outputs.map((output) => tangents.get(output.id));
      if (totals.some((total) => total !== undefined)) observer.onNode(node, totals.length === 1 ? totals[0]! : totals);
    }
  }
  return tangents;
}
