/** The numbers of implicit methods fulfil the equations that they are the solution of. */
import { describe, expect, test } from 'vitest';
import { alpha, errorConstant, gamma, kappa } from '../src/methods/bdf.ts';
import { kencarp4Tableau } from '../src/methods/kencarp4.ts';
import {
  coefficients,
  errorWeights,
  inverseTransformation,
  nodes,
  pairIm,
  pairRe,
  realEigenvalue,
  transformation,
} from '../src/methods/radau5.ts';
import { rodas5pTableau } from '../src/methods/rodas5p.ts';
import type { EsdirkTableau } from '../src/stages/esdirk.ts';
import type { RosenbrockTableau } from '../src/stages/rosenbrock.ts';
import { type Tree, miss, treesUpTo } from './rooted-trees.ts';

type Matrix = readonly (readonly number[])[];

function times(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

/** By Gauss-Jordan elimination without pivoting, of triangular or well-behaved small matrices. */
function inverse(a: Matrix): number[][] {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  for (let k = 0; k < n; k++) {
    const pivot = rows[k]![k]!;
    rows[k] = rows[k]!.map((value) => value / pivot);
    for (let i = 0; i < n; i++) {
      const factor = rows[i]![k]!;
      if (i !== k) rows[i] = rows[i]!.map((value, j) => value - factor * rows[k]![j]!);
    }
  }
  return rows.map((row) => row.slice(n));
}

function square(rows: Matrix, diagonal: (i: number) => number): number[][] {
  return rows.map((row, i) => rows.map((_, j) => (i === j ? diagonal(i) : (row[j] ?? 0))));
}

function expectClose(actual: Matrix, expected: Matrix, digits: number): void {
  actual.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]![j]!, digits)));
}

describe('radau5', () => {
  const weights = coefficients[2]!;

  test('integrates polynomials: of degree 2 in each stage, of degree 4 in the result', () => {
    for (let degree = 0; degree <= 2; degree++) {
      coefficients.forEach((row, i) => {
        const sum = row.reduce((total, a, j) => total + a * nodes[j]! ** degree, 0);
        expect(sum).toBeCloseTo(nodes[i]! ** (degree + 1) / (degree + 1), 15);
      });
    }
    for (let degree = 0; degree <= 4; degree++) {
      const sum = weights.reduce((total, b, j) => total + b * nodes[j]! ** degree, 0);
      expect(sum).toBeCloseTo(1 / (degree + 1), 15);
    }
  });

  test('its transformation brings the inverse coefficients to one real number and one pair', () => {
    const blocks = times(times(inverseTransformation, inverse(coefficients)), transformation);
    expectClose(
      blocks,
      [
        [realEigenvalue, 0, 0],
        [0, pairRe, -pairIm],
        [0, pairIm, pairRe],
      ],
      13,
    );
    expectClose(
      times(inverseTransformation, transformation),
      square([[], [], []], () => 1),
      14,
    );
    expect(transformation[2]).toEqual([1, 1, -0]);
  });

  test('its error weights compare it with a formula of order 3 that weighs f at the start by 1 / real eigenvalue', () => {
    // err = f(y0) gamma0 h + sum of e_i z_i gamma0, with z = h A k: so the embedded weights are b + gamma0 (e A), and gamma0 at 0.
    const gamma0 = 1 / realEigenvalue;
    const added = times([errorWeights], coefficients)[0]!.map((value) => gamma0 * value);
    for (let degree = 0; degree <= 2; degree++) {
      const sum = added.reduce((total, value, j) => total + value * nodes[j]! ** degree, 0);
      expect(sum + (degree === 0 ? gamma0 : 0)).toBeCloseTo(0, 14);
    }
  });
});

const trees = treesUpTo(5);

describe('kencarp4', () => {
  const check = (tableau: EsdirkTableau): number => {
    const stages = square(tableau.stages, (i) => (i === 0 ? 0 : tableau.gamma));
    const last = stages.at(-1)!;
    const embedded = last.map((b, i) => b - tableau.errorWeights[i]!);
    const misses = (weights: readonly number[], order: number): number[] =>
      trees.filter((tree) => tree.order <= order).map((tree) => miss(stages, weights, tree, 1 / tree.density));
    const rows = stages.map((row, i) => Math.abs(row.reduce((a, b) => a + b, -tableau.nodes[i]!)) / Number.EPSILON);
    return Math.max(...misses(last, tableau.order), ...misses(embedded, tableau.errorOrder), ...rows);
  };

  test('fulfils the order conditions, and its embedded formula those of order 3', () => {
    expect(check(kencarp4Tableau)).toBeLessThan(8);
  });

  test('has an interpolant that fulfils those of order 3 anywhere in a step', () => {
    const stages = square(kencarp4Tableau.stages, (i) => (i === 0 ? 0 : kencarp4Tableau.gamma));
    for (const theta of [0.1, 0.5, 0.9, 1]) {
      const weights = kencarp4Tableau.interpolant.map((row) =>
        row.reduce((sum, c, p) => sum + c * theta ** (p + 1), 0),
      );
      for (const tree of trees.filter(({ order }) => order <= 3)) {
        expect(miss(stages, weights, tree, theta ** tree.order / tree.density)).toBeLessThan(8);
      }
    }
  });

  test('a coefficient that is off by 1e-11 shows', () => {
    kencarp4Tableau.stages.forEach((row, i) =>
      row.forEach((value, j) => {
        if (value === 0) return;
        const stages = kencarp4Tableau.stages.map((other, k) =>
          k === i ? other.map((a, l) => (l === j ? a * (1 + 1e-11) : a)) : other,
        );
        expect(check({ ...kencarp4Tableau, stages })).toBeGreaterThan(50);
      }),
    );
  });
});

/**
 * Order conditions of Rosenbrock methods: as those of Runge-Kutta methods, where a vertex with one child looks at it
 * through alpha + gamma, and one with several through alpha. Hairer, Wanner, Solving ODEs II, 2nd ed., IV.7, theorem 7.3.
 */
function rosenbrockMiss(alphas: Matrix, betas: Matrix, weights: readonly number[], tree: Tree): number {
  const phi = (at: Tree): number[] => {
    const through = at.children.length === 1 ? betas : alphas;
    return at.children.reduce(
      (product, child) => {
        const below = phi(child);
        return product.map((value, i) => value * through[i]!.reduce((sum, a, j) => sum + a * below[j]!, 0));
      },
      alphas.map(() => 1),
    );
  };
  const values = phi(tree);
  return Math.abs(weights.reduce((sum, b, i) => sum + b * values[i]!, 0) - 1 / tree.density);
}

describe('rodas5p', () => {
  /** From the form without products by J to alpha, gamma and b: Hairer, Wanner, IV.7, after eq. (7.25). */
  const untransformed = (tableau: RosenbrockTableau) => {
    const { gamma: own, couplings, stages, weights, errorWeights: errors } = tableau;
    const n = weights.length;
    // 1 / gamma on the diagonal, less the couplings, is the inverse of the matrix of the gamma_ij.
    const gammas = inverse(
      square(
        couplings.map((row) => row.map((c) => -c)),
        () => 1 / own,
      ),
    );
    const alphas = times(
      square(stages, () => 0),
      gammas,
    );
    const betas = alphas.map((row, i) => row.map((value, j) => value + gammas[i]![j]!));
    const b = times([weights], gammas)[0]!;
    const embedded = b.map((value, i) => value - times([errors], gammas)[0]![i]!);
    return { n, alphas, gammas, betas, b, embedded };
  };

  const check = (tableau: RosenbrockTableau): number => {
    const { alphas, gammas, betas, b, embedded } = untransformed(tableau);
    const solution = trees.map((tree) => rosenbrockMiss(alphas, betas, b, tree));
    const lower = trees.filter(({ order }) => order <= 4).map((tree) => rosenbrockMiss(alphas, betas, embedded, tree));
    const rows = alphas.map((row, i) => Math.abs(row.reduce((sum, value) => sum + value, -tableau.nodes[i]!)));
    const times_ = gammas.map((row, i) => Math.abs(row.reduce((sum, value) => sum + value, -tableau.timeWeights[i]!)));
    return Math.max(...solution, ...lower, ...rows, ...times_);
  };

  test('fulfils the order conditions up to 5, its embedded formula up to 4, and its nodes are sums of rows', () => {
    expect(check(rodas5pTableau)).toBeLessThan(1e-12);
  });

  test('is stiffly accurate: result and embedded formula are the last two stages', () => {
    const { betas, b, embedded } = untransformed(rodas5pTableau);
    expectClose([b], [betas.at(-1)!], 12);
    expectClose([embedded], [betas.at(-2)!], 12);
  });

  test('a coefficient that is off by 1e-9 shows', () => {
    for (const part of ['stages', 'couplings'] as const) {
      rodas5pTableau[part].forEach((row, i) =>
        row.forEach((value, j) => {
          const spoiled = rodas5pTableau[part].map((other, k) =>
            k === i ? other.map((a, l) => (l === j ? a * (1 + 1e-9) + (a === 0 ? 1e-9 : 0) : a)) : other,
          );
          expect(check({ ...rodas5pTableau, [part]: spoiled }), `${part}[${i}][${j}] = ${value}`).toBeGreaterThan(
            2e-12,
          );
        }),
      );
    }
  });
});

describe('bdf', () => {
  test('takes the kappas of its table', () => {
    // Shampine, Reichelt (1997), table 1, as fractions.
    expect(kappa).toEqual([0, -37 / 200, -1 / 9, -823 / 10_000, -83 / 2000, 0]);
  });

  test('its formulas are exact for polynomials of their order, and off by the error constant for the next', () => {
    // With spacing 1 and y = t^q: sum over k of difference_k / k - kappa gamma (y - prediction) = y'.
    const difference = (k: number, q: number): number =>
      k === 0
        ? 0 ** q
        : Array.from({ length: k + 1 }, (_, j) => (-1) ** j * choose(k, j) * (-j) ** q).reduce((a, b) => a + b, 0);
    for (let order = 1; order <= 5; order++) {
      for (let q = 1; q <= order + 1; q++) {
        const backward = Array.from({ length: order }, (_, k) => difference(k + 1, q) / (k + 1)).reduce(
          (a, b) => a + b,
          0,
        );
        // The next difference is what the prediction of this order is off by.
        const off = difference(order + 1, q);
        const slope = q === 1 ? 1 : 0;
        const defect = slope - backward + kappa[order]! * gamma[order]! * off;
        expect(defect).toBeCloseTo(errorConstant[order]! * off, 11);
        if (q <= order) expect(off).toBeCloseTo(0, 11);
      }
      expect(alpha[order]).toBeCloseTo((1 - kappa[order]!) * gamma[order]!, 15);
    }
  });
});

function choose(n: number, k: number): number {
  return k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k;
}
