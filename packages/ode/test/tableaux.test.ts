import { describe, expect, test } from 'vitest';
import { bs3Tableau } from '../src/methods/bs3.ts';
import { dop853Extra, dop853Interpolant, dop853Tableau, thirdOrderEstimate } from '../src/methods/dop853.ts';
import { dopri5Interpolant, dopri5Tableau } from '../src/methods/dopri5.ts';
import { eulerTableau } from '../src/methods/euler.ts';
import { heunTableau } from '../src/methods/heun.ts';
import { midpointTableau } from '../src/methods/midpoint.ts';
import { rk4Tableau } from '../src/methods/rk4.ts';
import { tsit5Interpolant, tsit5Tableau } from '../src/methods/tsit5.ts';
import { vern7Extra, vern7Interpolant, vern7Tableau } from '../src/methods/vern7.ts';
import type { Tableau } from '../src/tableau.ts';
import { type Tree, miss, treesUpTo } from './rooted-trees.ts';

const trees = treesUpTo(9);

/** Rounding units of the terms of a condition by which it may be missed: coefficients are rounded to doubles. */
const allowed = 1;

/** The result as stage of its own, at whose slope an interpolant and an estimate may look. */
function withEnd({ stages, weights }: Tableau): readonly (readonly number[])[] {
  return [...stages, weights];
}

function worst(stages: readonly (readonly number[])[], weights: readonly number[], order: number): number {
  return Math.max(
    ...trees.filter((tree) => tree.order <= order).map((tree) => miss(stages, weights, tree, 1 / tree.density)),
  );
}

/** Everything that a tableau promises, as the largest miss in rounding units. */
function worstOf(tableau: Tableau): number {
  const { nodes, stages, weights, order, estimate } = tableau;
  const rows = nodes.map((c, i) => {
    const row = stages[i]!;
    const scale = row.reduce((sum, a) => sum + Math.abs(a), Math.abs(c)) || 1;
    return Math.abs(row.reduce((sum, a) => sum + a, -c)) / (scale * Number.EPSILON);
  });
  const solution = worst(stages, weights, order);
  const embedded =
    estimate === undefined
      ? 0
      : worst(
          withEnd(tableau),
          estimate.weights.map((e, i) => (weights[i] ?? 0) - e),
          estimate.order,
        );
  return Math.max(...rows, solution, embedded);
}

/** Every tableau that differs from this one in one coefficient, by a share of 1e-11. */
function spoiled(tableau: Tableau): Tableau[] {
  const off = (list: readonly number[], at: number): number[] => list.map((x, k) => (k === at ? x * (1 + 1e-11) : x));
  const places = (list: readonly number[]): number[] => list.flatMap((x, k) => (x === 0 ? [] : [k]));
  const { nodes, stages, weights, estimate } = tableau;
  return [
    ...places(nodes).map((k) => ({ ...tableau, nodes: off(nodes, k) })),
    ...stages.flatMap((row, i) =>
      places(row).map((k) => ({ ...tableau, stages: stages.map((other, j) => (i === j ? off(row, k) : other)) })),
    ),
    ...places(weights).map((k) => ({ ...tableau, weights: off(weights, k) })),
    ...(estimate === undefined
      ? []
      : places(estimate.weights).map((k) => ({
          ...tableau,
          estimate: { ...estimate, weights: off(estimate.weights, k) },
        }))),
  ];
}

const tableaux = [
  eulerTableau,
  midpointTableau,
  heunTableau,
  rk4Tableau,
  bs3Tableau,
  dopri5Tableau,
  tsit5Tableau,
  vern7Tableau,
  dop853Tableau,
];

test('there are 1, 1, 2, 4, 9, 20, 48, 115 and 286 rooted trees of 1 to 9 vertices', () => {
  const counts = Array.from({ length: 9 }, (_, k) => trees.filter(({ order }) => order === k + 1).length);
  expect(counts).toEqual([1, 1, 2, 4, 9, 20, 48, 115, 286]);
});

describe.each(tableaux)('$name', (tableau) => {
  test('the weights and those of the estimate satisfy all order conditions', () => {
    expect(worstOf(tableau)).toBeLessThan(allowed);
  });

  test('the order is not higher than stated', () => {
    expect(worst(tableau.stages, tableau.weights, tableau.order + 1)).toBeGreaterThan(1e6);
  });

  test('a coefficient that is off by a share of 1e-11 breaks a condition', () => {
    for (const wrong of spoiled(tableau)) expect(worstOf(wrong)).toBeGreaterThan(allowed);
  });
});

test("dop853's second estimate is of order 3", () => {
  const embedded = thirdOrderEstimate.map((e, i) => (dop853Tableau.weights[i] ?? 0) - e);
  expect(worst(withEnd(dop853Tableau), embedded, 3)).toBeLessThan(allowed);
  expect(worst(withEnd(dop853Tableau), embedded, 4)).toBeGreaterThan(1e6);
});

const interpolants = [
  { name: 'dopri5', stages: dopri5Tableau.stages, rows: dopri5Interpolant, order: 4, tableau: dopri5Tableau },
  { name: 'tsit5', stages: tsit5Tableau.stages, rows: tsit5Interpolant, order: 4, tableau: tsit5Tableau },
  {
    name: 'vern7',
    stages: [...withEnd(vern7Tableau), ...vern7Extra.stages],
    rows: vern7Interpolant,
    order: 7,
    tableau: vern7Tableau,
  },
  {
    name: 'dop853',
    stages: [...withEnd(dop853Tableau), ...dop853Extra.stages],
    rows: dop853Interpolant,
    order: 7,
    tableau: dop853Tableau,
  },
];

describe.each(interpolants)('the interpolant of $name', ({ name, stages, rows, order, tableau }) => {
  /** The condition holds for each power of theta by itself: 1 / density at the order of the tree, else 0. */
  const worstPower = (tree: Tree, of: readonly (readonly number[])[] = rows): number =>
    Math.max(
      ...rows[0]!.map((_, p) =>
        miss(
          stages,
          of.map((row) => row[p]!),
          tree,
          p + 1 === tree.order ? 1 / tree.density : 0,
        ),
      ),
    );

  test('satisfies the order conditions in every power of theta', () => {
    for (const tree of trees.filter((t) => t.order <= order)) {
      // Verner states a free coefficient of his interpolant, -0.01604434570, to ten digits, and of its conditions of
      // order 7 no more hold.
      const digitsOfSource = name === 'vern7' && tree.order === 7 ? 1e8 : 16;
      expect(worstPower(tree)).toBeLessThan(digitsOfSource);
    }
  });

  test('breaks a condition where a coefficient is off by a share of 1e-10', () => {
    const worstOfAll = (spoiled: readonly (readonly number[])[]): number =>
      Math.max(...trees.filter((t) => t.order < order).map((tree) => worstPower(tree, spoiled)));
    for (const [j, row] of rows.entries()) {
      for (const [p, coefficient] of row.entries()) {
        if (coefficient === 0) continue;
        const spoiled = rows.map((other, i) => other.map((c, q) => (i === j && p === q ? c * (1 + 1e-10) : c)));
        expect(worstOfAll(spoiled)).toBeGreaterThan(16);
      }
    }
  });

  test('ends in the result, and with its slope', () => {
    rows.forEach((row, j) => {
      const scale = row.reduce((sum, c) => sum + Math.abs(c), 1) * Number.EPSILON * 16;
      expect(Math.abs(row.reduce((sum, c) => sum + c, 0) - (tableau.weights[j] ?? 0))).toBeLessThan(scale);
      const end = tableau.name === 'dopri5' || tableau.name === 'tsit5' ? 6 : tableau.weights.length;
      const slope = row.reduce((sum, c, p) => sum + (p + 1) * c, 0);
      expect(Math.abs(slope - (j === end ? 1 : 0))).toBeLessThan(8 * scale);
    });
  });
});
