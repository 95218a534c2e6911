/**
 * Forward mode for ops that state only `pull`. A pull is linear in its cotangent u, so the transpose of that linear map
 * is the push: pull a placeholder u, then pull the tangent through the graph that gave (Townsend 2017, "A new trick for
 * calculating Jacobian vector products").
 */
import type { Node } from '../graph/node.ts';
import { byRules, totalOf, walkBackward } from '../graph/walk-backward.ts';
import { descendants, nodesBelow } from '../graph/below.ts';
import { placeholder } from '../tensor/placeholder.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';

export function pushThroughPull(node: Node<Tensor>, slot: number, tangent: Tensor): readonly (Tensor | undefined)[] {
  const seeds = node.outputs.map((output) =>
    isFloat(output.dtype) ? placeholder(output.spec, 'cotangent') : undefined,
  );
  const only = node.input(slot);
  // The same value may stand in several slots; each slot is asked for by itself.
  const shares = node.op.shares(node, seeds.length === 1 ? seeds[0]! : seeds, (input) => input === only);
  const share = shares[slot];
  if (share === undefined) return seeds.map(() => undefined);
  const roots = new Set(seeds.map((seed) => seed?.node));
  const inner = descendants(nodesBelow([share], lowestId(seeds)).nodes, (below) => roots.has(below));
  const totals = walkBackward<Tensor>({
    seeds: [[share, tangent]],
    pull: byRules((input) => input.node !== undefined && inner.has(input.node.id)),
    sum: (a, b) => a.add(b),
  });
  return seeds.map((seed) => (seed === undefined ? undefined : totalOf(seed, totals)));
}

function lowestId(seeds: readonly (Tensor | undefined)[]): number {
  return Math.min(...seeds.map((seed) => seed?.id ?? Number.POSITIVE_INFINITY));
}
