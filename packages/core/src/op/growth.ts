/** How one value of a graph moves with another: forward mode along what lies between them, for rules that need a limit. */
import { descendants, nodesBelow } from '../graph/below.ts';
import { walkForward } from '../graph/walk-forward.ts';
import { uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * The derivative of `y` as every element of `x` moves by the same amount; none where `y` was not made from `x`, as far
 * as is remembered.
 */
export function growthIn(x: Tensor, y: Tensor): Tensor | undefined {
  const root = x.node;
  if (root === undefined || y.node === undefined || y.id < x.id) return undefined;
  const { nodes } = nodesBelow([y], root.id);
  const inner = descendants(
    nodes,
    (node) => node === root,
    (node, slot) => isFloat(node.input(slot).dtype) && node.op.differentiable(slot),
  );
  const tangents = walkForward<Tensor>({
    nodes: nodes.filter((node) => inner.has(node.id) && node !== root),
    seeds: [[x, uniform(x.spec, 1)]],
    sum: (a, b) => a.add(b),
  });
  return tangents.get(y.id);
}
