import { describe, expect, test } from 'vitest';
import { inPlace, methods, solve, steps } from '../src/index.ts';
import { bandedProblems, nonStiffProblems, stiffProblems } from './problems/all.ts';
import { e5SummedUp } from './problems/e5.ts';
import { type Problem, errorOf, scipyRuns } from './problems/problem.ts';
import { vanDerPol1, vanDerPol1000 } from './problems/van-der-pol.ts';

function solveProblem(problem: Problem, rtol: number) {
  return solve(inPlace(problem.f), {
    t: problem.t,
    y0: Float64Array.from(problem.y0),
    rtol,
    atol: problem.atol(rtol),
    dense: false,
    ...(problem.sparsity === undefined ? {} : { sparsity: problem.sparsity }),
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

  test.each([...stiffProblems, ...bandedProblems])('finds out that $name is stiff', (problem) => {
    expect(solveProblem(problem, 1e-6).stats.switches[0]?.method).toBe('bdf');
  });

  const problems = [...nonStiffProblems, ...stiffProblems, ...bandedProblems];
  const runs = problems.map((problem) => ({
    problem,
    name: problem.name,
    pairs: scipyRuns(problem.name)
      .filter(({ method }) => method === 'LSODA')
      .map((theirs) => ({ theirs, solution: solveProblem(problem, theirs.rtol) })),
  }));

  test.each(runs)(
    'takes at most twice the evaluations of LSODA on $name, for at most twice its error',
    ({ problem, pairs }) => {
      expect(pairs).toHaveLength(4);
      for (const { theirs, solution } of pairs) {
        const { rtol } = theirs;
        expect(solution.status).toBe('done');
        expect(solution.stats.evaluations).toBeLessThanOrEqual(2 * theirs.f);
        const error = errorOf(problem, solution.last.data as Float64Array, rtol);
        expect(error).toBeLessThanOrEqual(2 * theirs.error!);
      }
    },
  );

  test.each(runs)('has errors on $name that follow the tolerance', ({ problem, pairs }) => {
    const [first, last] = [pairs[0]!, pairs.at(-1)!].map(({ theirs: { rtol }, solution }) => ({
      rtol,
      error: errorOf(problem, solution.last.data as Float64Array, rtol),
    }));
    const slope = Math.log(first!.error / last!.error) / Math.log(first!.rtol / last!.rtol);
    expect(slope).toBeGreaterThan(0.7);
    expect(slope).toBeLessThan(1.3);
  });

  test('differences of an f whose terms cancel do not add to the error that cancellation makes', () => {
    // 1e-20 of 1.6e-18, whatever the tolerance; with half of the digits as distance, 30 times the solution.
    for (const rtol of [1e-4, 1e-6, 1e-8, 1e-10]) {
      const y = solveProblem(e5SummedUp, rtol).last.data;
      e5SummedUp.reference.slice(0, 3).forEach((value, i) => expect(Math.abs(y[i]! / value - 1)).toBeLessThan(0.03));
    }
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
