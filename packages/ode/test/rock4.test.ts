/** rock4's coefficients against what defines them, for each number of stages. */
import { describe, expect, test } from 'vitest';
import { inPlace, solve } from '../src/index.ts';
import { rock4Zeros } from '../src/methods/rock4-zeros.ts';
import { type ChebyshevScheme, chebyshevScheme } from '../src/stages/orthogonal-chebyshev.ts';
import { heat } from './problems/heat.ts';
import { errorOf } from './problems/problem.ts';
import { miss, treesUpTo } from './rooted-trees.ts';

function schemeOf([stages, length, beyond, re1, im1, re2, im2]: (typeof rock4Zeros)[number]): ChebyshevScheme {
  const zeros = [
    [re1, im1],
    [re2, im2],
  ] as const;
  return chebyshevScheme({ stages, length, beyond, zeros });
}

/** The same method as a tableau: the weights of all slopes in each stage, and last the end of the step. */
function tableauOf({ own, slope, finish, weights }: ChebyshevScheme): number[][] {
  const count = own.length;
  const size = count + 4;
  const unit = (at: number, value: number): number[] => Array.from({ length: size }, (_, j) => (j === at ? value : 0));
  const rows = [unit(-1, 0)];
  for (let j = 0; j < count; j++) {
    const before = rows[j - 1] ?? rows[0]!;
    const added = unit(j, slope[j]!);
    rows.push(rows[j]!.map((a, k) => own[j]! * a + (1 - own[j]!) * before[k]! + added[k]!));
  }
  // The first of the last four is where the recurrence has ended
  const reached = rows[count]!;
  const tail = [...finish.slice(1), weights].map((row) =>
    reached.map((a, k) => a + (k >= count ? (row[k - count] ?? 0) : 0)),
  );
  return [...rows, ...tail];
}

/** The stability polynomial at z. */
function stability({ own, slope, finish, weights }: ChebyshevScheme, z: number): number {
  let [before, at] = [1, 1];
  own.forEach((a, j) => {
    [before, at] = [at, a * at + (1 - a) * before + slope[j]! * z * at];
  });
  const stages: number[] = [];
  for (const row of finish) stages.push(at + z * row.reduce((sum, a, j) => sum + a * stages[j]!, 0));
  return at + z * weights.reduce((sum, b, j) => sum + b * stages[j]!, 0);
}

const few = rock4Zeros.filter(([stages]) => stages <= 40).map((row) => ({ stages: row[0], row }));
const all = rock4Zeros.map((row) => ({ stages: row[0], row }));

describe('a step of rock4', () => {
  test.each(few)('with $stages stages is of order 4, and its estimate of order 3', ({ row }) => {
    const scheme = schemeOf(row);
    const stages = tableauOf(scheme);
    const weights = stages.at(-1)!;
    const nodes = [...scheme.nodes, ...scheme.finishNodes.slice(1), 1];
    stages.forEach((a, i) => expect(a.reduce((sum, value) => sum + value, 0)).toBeCloseTo(nodes[i]!, 12));
    const size = weights.length;
    const embedded = [...weights, 0].map((b, j) => b - (scheme.error[j - size + 4] ?? 0));
    for (const tree of treesUpTo(4)) {
      expect(miss(stages, weights, tree, 1 / tree.density)).toBeLessThan(500);
      if (tree.order <= 3) expect(miss(stages, embedded, tree, 1 / tree.density)).toBeLessThan(500);
    }
    const fifth = treesUpTo(5).filter(({ order }) => order === 5);
    expect(Math.max(...fifth.map((tree) => miss(stages, weights, tree, 1 / tree.density)))).toBeGreaterThan(1e9);
  });

  test.each(all)(
    'with $stages stages is stable on its interval, which grows with the square of the stages',
    ({ row }) => {
      const scheme = schemeOf(row);
      let largest = 0;
      // From where the polynomial has left 1 on
      for (let k = 0; k <= 5000; k++) {
        const z = -2 - ((scheme.length - 2) * k) / 5000;
        largest = Math.max(largest, Math.abs(stability(scheme, z)));
      }
      expect(largest).toBeLessThan(0.96);
      for (const z of [-0.5, -1, -1.5]) expect(stability(scheme, z)).toBeCloseTo(Math.exp(z), 1);
      const [stages, length] = row;
      expect(length / stages ** 2).toBeGreaterThan(0.23);
      expect(length / stages ** 2).toBeLessThan(0.36);
      if (stages >= 20) expect(length / stages ** 2).toBeGreaterThan(0.34);
    },
  );
});

describe('rock4', () => {
  test('its error follows the tolerance, on diffusion in 200 unknowns', () => {
    const n = 200;
    const h = 1 / (n + 1);
    const f = inPlace((_t, y, dy) => {
      for (let i = 0; i < n; i++) dy[i] = ((y[i - 1] ?? 0) - 2 * y[i]! + (y[i + 1] ?? 0)) / h ** 2;
    });
    const y0 = Float64Array.from({ length: n }, (_, i) => Math.sin(Math.PI * (i + 1) * h));
    const rate = (2 * Math.cos(Math.PI * h) - 2) / h ** 2;
    const error = (rtol: number): number => {
      const { last, status } = solve(f, { t: [0, 0.3], y0, method: 'rock4', rtol, atol: 1e-3 * rtol });
      expect(status).toBe('done');
      return Math.abs(last.data[n / 2]! / (y0[n / 2]! * Math.exp(0.3 * rate)) - 1);
    };
    const slope = Math.log10(error(1e-3) / error(1e-7)) / 4;
    expect(slope).toBeGreaterThan(0.7);
    expect(slope).toBeLessThan(1.3);
  });

  test('solves the heat equation in 2,000 unknowns, in steps that rounding allows', () => {
    const { status, last, stats } = solve(inPlace(heat.f), {
      t: heat.t,
      y0: Float64Array.from(heat.y0),
      method: 'rock4',
      rtol: 1e-4,
      atol: heat.atol(1e-4),
      dense: false,
    });
    expect(status).toBe('done');
    expect(errorOf(heat, last.data as Float64Array, 1e-4)).toBeLessThan(10 * 1e-4);
    // Within the radius, 1.6e7, 0.1 is 1.6e6: steps of 2,000, each of some 80 evaluations.
    expect(stats.steps).toBeLessThan(1500);
  });

  test('needs fewer evaluations than rkc2 for many digits of a diffusion in 100 unknowns', () => {
    const n = 100;
    const f = inPlace((_t, y, dy) => {
      for (let i = 0; i < n; i++) dy[i] = (n + 1) ** 2 * ((y[i - 1] ?? 0) - 2 * y[i]! + (y[i + 1] ?? 0));
    });
    const y0 = Float64Array.from({ length: n }, (_, i) => Math.sin((Math.PI * (i + 1)) / (n + 1)));
    const run = (method: 'rock4' | 'rkc2') => solve(f, { t: [0, 0.3], y0, method, rtol: 1e-7, atol: 1e-10 }).stats;
    expect(run('rock4').evaluations).toBeLessThan(run('rkc2').evaluations / 2);
  });

  test('takes shorter steps where the longest of its polynomials does not reach', () => {
    const { status, stats, last } = solve(
      inPlace((t, y, dy) => {
        dy[0] = -1e7 * (y[0]! - Math.cos(t));
      }),
      { t: [0, 0.1], y0: [1], method: 'rock4', rtol: 1e-4 },
    );
    expect(status).toBe('done');
    expect(last[0].item()).toBeCloseTo(Math.cos(0.1), 3);
    expect(stats.steps).toBeGreaterThan((0.1 * 1e7) / 14_000);
  });
});
