/**
 * A solve works on plain numbers, and what it gives has no derivative yet. So that nobody takes zero for one, results hang
 * by an op without a rule on whatever somebody could differentiate by: asking says so by name.
 */
import { type Op, Tensor, defineOp, flatten, notDifferentiable, tensor, unflatten } from '@edgewise/core';
import type { AnyRightHandSide, InPlace } from './problem.ts';

const solved: Op<[result: Tensor, source: Tensor]> = defineOp({
  name: 'solve',
  infer: ([result]) => result,
  forward: ([result], _attributes, output) => output.data.set(result.data),
  pull: [notDifferentiable, notDifferentiable],
});

/**
 * What a result may depend on and somebody may ask derivatives of: y0 itself, and what f reads besides.
 *
 * @param y0 a tree with a tensor at each leaf
 */
export function sourcesOf(f: InPlace | AnyRightHandSide, t: number, y0: unknown, params: unknown): Tensor[] {
  const sources = recordedIn(y0);
  if ('inPlace' in f) return sources;
  const slopes = f(tensor(t, { dtype: 'f64' }), y0 as never, params as never);
  return [...new Set([...sources, ...recordedIn(slopes)])];
}

function recordedIn(tree: unknown): Tensor[] {
  return flatten(tree, 'solve').leaves.flatMap((leaf) =>
    leaf instanceof Tensor && leaf.node !== undefined ? [leaf] : [],
  );
}

/** The same tree of numbers, hanging on its sources. */
export function hangOn<T>(tree: T, sources: readonly Tensor[]): T {
  if (sources.length === 0) return tree;
  const { leaves, structure } = flatten(tree, 'solve');
  return unflatten(
    structure,
    leaves.map((leaf) => sources.reduce((result, source) => solved(result, source), leaf as Tensor)),
  );
}
