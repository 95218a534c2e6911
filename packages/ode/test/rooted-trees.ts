/**
 * Rooted trees and what a Runge-Kutta method must satisfy for each of them (Butcher; Hairer, Nørsett, Wanner, Solving
 * ODEs I, 2nd ed., II.2): a method has order p when sum_i b_i Phi_i(tree) = 1 / gamma(tree) for all trees of at most p
 * vertices.
 */
export interface Tree {
  readonly children: readonly Tree[];
  /** Number of vertices. */
  readonly order: number;
  /** Product of the orders of all subtrees. */
  readonly density: number;
  /** As brackets: `[[][]]` is a root with two leaves. */
  readonly name: string;
}

function treeOf(children: readonly Tree[]): Tree {
  const order = 1 + children.reduce((sum, child) => sum + child.order, 0);
  const density = order * children.reduce((product, child) => product * child.density, 1);
  return { children, order, density, name: `[${children.map(({ name }) => name).join('')}]` };
}

/** All trees of at most `order` vertices: 1, 1, 2, 4, 9, 20, 48, 115, ... of each number. */
export function treesUpTo(order: number): Tree[] {
  const trees: Tree[] = [treeOf([])];
  for (let wanted = 2; wanted <= order; wanted++) {
    const grow = (left: number, from: number, children: readonly Tree[]): Tree[] =>
      left === 0
        ? [treeOf(children)]
        : smaller.flatMap((child, k) =>
            k >= from && child.order <= left ? grow(left - child.order, k, [...children, child]) : [],
          );
    const smaller = [...trees];
    trees.push(...grow(wanted - 1, 0, []));
  }
  return trees;
}

/** Phi_i(tree) of each stage, and the same with absolute values: how large rounding of the coefficients may show. */
export function stageWeights(stages: readonly (readonly number[])[], tree: Tree): { phi: number[]; size: number[] } {
  const phi = stages.map(() => 1);
  const size = stages.map(() => 1);
  for (const child of tree.children) {
    const below = stageWeights(stages, child);
    stages.forEach((row, i) => {
      phi[i]! *= row.reduce((sum, a, j) => sum + a * below.phi[j]!, 0);
      size[i]! *= row.reduce((sum, a, j) => sum + Math.abs(a) * below.size[j]!, 0);
    });
  }
  return { phi, size };
}

/** By how many rounding units of its terms a condition is missed: sum b Phi against `value`. */
export function miss(
  stages: readonly (readonly number[])[],
  weights: readonly number[],
  tree: Tree,
  value: number,
): number {
  const { phi, size } = stageWeights(stages, tree);
  const sum = weights.reduce((total, b, i) => total + b * (phi[i] ?? 0), 0);
  const scale = weights.reduce((total, b, i) => total + Math.abs(b) * (size[i] ?? 0), Math.abs(value));
  return scale === 0 ? 0 : Math.abs(sum - value) / (scale * Number.EPSILON);
}
