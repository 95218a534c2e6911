import { describe, expect, test } from 'vitest';
import { inPlace, methods, solve, steps } from '../src/index.ts';
import { nonStiffProblems, stiffProblems } from './problems/all.ts';
import { type Problem, errorOf, scipyRuns } from './problems/problem.ts';
import { vanDerPol1, vanDerPol1000 } from './problems/van-der-pol.ts';

function solveProblem(problem: Problem, rtol: number) {
  return solve(inPlace(problem.f), {
    t: problem.t,
    y0: Float64Array.from(problem.y0),
    rtol,
    atol: problem.atol(rtol),
    dense: false,
  });
}

describe('auto', () => {
  test('is what a solve uses unless told otherwise', () => {
    const firstOf = (rtol?: number): string => {
      const [first] = steps(inPlace(vanDerPol1.f), { t: [0, 1], y0: [2, 0], ...(rtol === undefined ? {} : { rtol }) });
      return first!.method;
    };
    expect([firstOf(1e-3), firstOf(), firstOf(1e-7)]).toEqual(['tsit5', 'vern7', 'dop853']);
  });

  test('stays with an explicit method on the van der Pol equation with mu = 1', () => {
    for (const rtol of [1e-3, 1e-6, 1e-9]) expect(solveProblem(vanDerPol1, rtol).stats.switches).toEqual([]);
  });

  test('goes to BDF on the van der Pol equation with mu = 1000, and back for its two jumps', () => {
    const { stats, status } = solveProblem(vanDerPol1000, 1e-6);
    expect(status).toBe('done');
    expect(stats.switches.map(({ method }) => method)).toEqual(['bdf', 'vern7', 'bdf', 'vern7', 'bdf']);
    expect(stats.switches[0]!.t).toBeLessThan(0.1);
    // The jumps are at 807 and 1614.
    expect(Math.abs(stats.switches[1]!.t - 807)).toBeLessThan(1);
    expect(Math.abs(stats.switches[3]!.t - 1614)).toBeLessThan(1);
    expect(stats.jacobians).toBeGreaterThan(0);
  });

  test.each([...nonStiffProblems].filter(({ name }) => name !== 'exponential'))(
    'stays with an explicit method on $name',
    (problem) => {
      expect(solveProblem(problem, 1e-6).stats.switches).toEqual([]);
    },
  );

  test.each(stiffProblems)('finds out that $name is stiff', (problem) => {
    expect(solveProblem(problem, 1e-6).stats.switches[0]?.method).toBe('bdf');
  });

  const runs = [...nonStiffProblems, ...stiffProblems].flatMap((problem) =>
    scipyRuns(problem.name)
      .filter(({ method }) => method === 'LSODA')
      .map((theirs) => ({ problem, theirs, title: `${problem.name} at rtol ${theirs.rtol}` })),
  );

  /**
   * Where the error is more than twice that of LSODA, by how much it is. E5 has concentrations of 1e-22 that are the
   * difference of others of 1e-12, and a Jacobian by differences does not keep them apart; with the exact one, BDF does.
   */
  const larger: Readonly<Record<string, number>> = {
    'e5 at rtol 0.0001': Infinity,
    'e5 at rtol 0.000001': 13,
  };

  test.each(runs)('takes at most twice the evaluations of LSODA on $title', ({ problem, theirs, title }) => {
    const { rtol } = theirs;
    const solution = solveProblem(problem, rtol);
    expect(solution.status).toBe('done');
    expect(solution.stats.evaluations).toBeLessThanOrEqual(2 * theirs.f);
    const error = errorOf(problem, solution.last.data as Float64Array, rtol);
    expect(error).toBeLessThanOrEqual((larger[title] ?? 2) * theirs.error!);
  });

  test('takes a mass matrix, which only BDF does, from the first step on', () => {
    const solution = solve(
      inPlace((_t, y, dy) => {
        dy[0] = -y[1]!;
        dy[1] = y[0]! - y[1]!;
      }),
      { t: [0, 1], y0: [1, 1], mass: [1, 0], rtol: 1e-8 },
    );
    expect(solution.last[0].item()).toBeCloseTo(Math.exp(-1), 6);
    expect(solution.stats.switches).toEqual([]);
    expect(solution.stats.jacobians).toBeGreaterThan(0);
  });

  test('is in the list of methods like any other', () => {
    expect(methods.auto.name).toBe('auto');
  });
});
