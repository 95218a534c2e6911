/** Which nodes lie below some outputs, and which of them descend from some inputs. */
import { ById } from './by-id.ts';
import type { Node, Value } from './node.ts';
import { recording } from './recording.ts';

export interface Below<V extends Value<V>> {
  /** In order of creation, which is a topological order. */
  readonly nodes: readonly Node<V>[];
  /** Whether some node uses a value from before `floor` whose history still counts. */
  readonly reachesOlder: boolean;
}

/** Every node that `outputs` were made from, down to id `floor`, without recursion. */
export function nodesBelow<V extends Value<V>>(outputs: Iterable<V>, floor = 0): Below<V> {
  const ends = [...outputs];
  const seen = new ById<Node<V>>(ends.reduce((id, end) => Math.max(id, end.id), 0));
  const nodes: Node<V>[] = [];
  let reachesOlder = false;
  const meet = ({ node }: V): void => {
    if (node === undefined) return;
    if (node.id < floor) reachesOlder ||= node.id >= recording.since;
    else if (!seen.has(node.id)) seen.set(node.id, node);
  };
  for (const output of ends) meet(output);
  seen.takeLatestFirst((node) => {
    nodes.push(node);
    for (let slot = 0; slot < node.arity; slot++) meet(node.input(slot));
  });
  return { nodes: nodes.reverse(), reachesOlder };
}

/**
 * Those of `nodes` (in order of creation) that are `roots` or use, directly or not, what a root makes; by node id.
 *
 * @param passes whether to go along the edge into this slot; all edges unless said otherwise
 */
export function descendants<V extends Value<V>>(
  nodes: readonly Node<V>[],
  isRoot: (node: Node<V>) => boolean,
  passes: (node: Node<V>, slot: number) => boolean = () => true,
): ById<true> {
  const found = new ById<true>(nodes.at(-1)?.id ?? 0);
  for (const node of nodes) if (isReached(node, found, passes) || isRoot(node)) found.set(node.id, true);
  return found;
}

/** By slot: a list of inputs for each node, and a function to look through it, would cost more than all the rest. */
function isReached<V extends Value<V>>(
  node: Node<V>,
  found: ById<true>,
  passes: (node: Node<V>, slot: number) => boolean,
): boolean {
  for (let slot = 0; slot < node.arity; slot++) {
    const source = node.input(slot).node;
    if (source !== undefined && found.has(source.id) && passes(node, slot)) return true;
  }
  return false;
}
