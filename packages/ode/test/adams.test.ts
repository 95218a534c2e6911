import { describe, expect, test } from 'vitest';
import { inPlace, solve, steps } from '../src/index.ts';
import { nonStiffProblems } from './problems/all.ts';
import { abm } from '../src/methods/abm.ts';
import { errorOf, scipyRuns } from './problems/problem.ts';
import { fixedSteps, systemFor } from './system.ts';

const circle = inPlace((_t, y, dy) => {
  dy[0] = y[1]!;
  dy[1] = -y[0]!;
});

const options = { t: [0, 20] as const, y0: new Float64Array([1, 0]), method: 'abm' as const };

describe('abm', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'held at order %i, from an exact past, has the order that its corrector has, between steps too',
    (order) => {
      const exact = (t: number): number[] => [Math.cos(t), -Math.sin(t)];
      const run = (count: number) => {
        const system = systemFor(circle.inPlace, [1, 0], { rtol: 1e-9, atol: 1e-9 });
        let begun = false;
        const { y, between } = fixedSteps(abm, system, [0, 3], count, exact, (state, h) => {
          state.nextOrder = order;
          if (begun) return;
          begun = true;
          // With equal steps the divided differences are backward differences, of slopes here.
          let row = Array.from({ length: order + 2 }, (_, j) => [-Math.sin(-j * h), -Math.cos(-j * h)]);
          for (let k = 0; k <= order + 1; k++) {
            state.times[k] = -k * h;
            state.phi[k]!.set(row[0]!);
            row = row.slice(1).map((older, j) => row[j]!.map((value, i) => value - older[i]!));
          }
          state.depth = order + 1;
        });
        return { end: Math.hypot(y[0]! - Math.cos(3), y[1]! + Math.sin(3)), between };
      };
      // Before errors are rounding.
      const count = order > 6 ? 32 : 64;
      const [a, b] = [run(count), run(2 * count)];
      expect(Math.abs(Math.log2(a.end / b.end) - order - 1)).toBeLessThan(0.2);
      expect(Math.abs(Math.log2(a.between / b.between) - order - 1)).toBeLessThan(0.2);
    },
  );

  test('begins with order 1 and finds the order that the tolerance asks for', () => {
    const orders = (rtol: number): number[] =>
      [...steps(circle, { ...options, rtol, atol: rtol })].map(({ order }) => order);
    expect(orders(1e-9).slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(Math.max(...orders(1e-3))).toBeLessThan(Math.max(...orders(1e-9)));
    expect(Math.max(...orders(1e-9))).toBeGreaterThanOrEqual(8);
  });

  test('evaluates f twice a step, once in a step that is rejected, and at the start twice', () => {
    const { stats } = solve(circle, { ...options, rtol: 1e-8 });
    expect(stats.evaluations).toBe(2 * stats.steps + stats.rejected + 2);
  });

  test('needs fewer evaluations than dopri5 for the same error', () => {
    const run = (method: 'abm' | 'dopri5', rtol: number) => {
      const { stats, last } = solve(circle, { ...options, method, rtol, atol: rtol });
      return { f: stats.evaluations, error: Math.hypot(last.data[0]! - Math.cos(20), last.data[1]! + Math.sin(20)) };
    };
    const [adams, pair] = [run('abm', 1e-9), run('dopri5', 1e-9)];
    expect(adams.error).toBeLessThan(2 * pair.error);
    expect(adams.f).toBeLessThan(pair.f / 2);
  });

  test('is as good between steps as at them', () => {
    const solution = solve(circle, { ...options, rtol: 1e-9, atol: 1e-9 });
    const off = (t: number): number => Math.abs(solution.at(t).data[0]! - Math.cos(t));
    const atSteps = Math.max(...[...solution.t.data].map(off));
    const between = Math.max(...Array.from({ length: 500 }, (_, k) => off(0.04 * (k + 0.37))));
    expect(between).toBeLessThan(3 * atSteps);
    expect(between).toBeLessThan(1e-8);
  });

  test('its error follows the tolerance', () => {
    const error = (rtol: number): number => {
      const { last } = solve(circle, { ...options, rtol, atol: rtol });
      return Math.hypot(last.data[0]! - Math.cos(20), last.data[1]! + Math.sin(20));
    };
    const slope = Math.log10(error(1e-4) / error(1e-9)) / 5;
    expect(slope).toBeGreaterThan(0.7);
    expect(slope).toBeLessThan(1.3);
  });

  const runs = nonStiffProblems.flatMap((problem) =>
    scipyRuns(problem.name)
      .filter(({ method, rtol }) => method === 'LSODA' && rtol <= 1e-8)
      .map((theirs) => ({ problem, theirs, title: `${problem.name} at rtol ${theirs.rtol}` })),
  );

  test.each(runs)(
    'is less than twice as far off as the Adams methods of LSODA on $title, with fewer evaluations',
    ({ problem, theirs }) => {
      const { rtol } = theirs;
      const solution = solve(inPlace(problem.f), {
        t: problem.t,
        y0: Float64Array.from(problem.y0),
        method: 'abm',
        rtol,
        atol: problem.atol(rtol),
        dense: false,
      });
      expect(solution.status).toBe('done');
      expect(solution.stats.evaluations).toBeLessThan(theirs.f);
      expect(errorOf(problem, solution.last.data as Float64Array, rtol)).toBeLessThan(2 * theirs.error!);
    },
  );
});
