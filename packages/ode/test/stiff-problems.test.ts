/** bdf and radau5 on the stiff problems, beside SciPy's BDF and Radau at the same tolerances and with the same Jacobian. */
import { describe, expect, test } from 'vitest';
import { compare, problemsForImplicit, runProblem } from './stiff-runs.ts';
import { errorOf } from './problems/problem.ts';
import { keplerEnergy, kepler } from './problems/kepler.ts';
import { pendulum } from './problems/pendulum.ts';

/** Below a thousand rounding units errors are accidents. */
const rounding = 1e3 * Number.EPSILON;

describe.each([
  ['bdf', 'BDF'],
  ['radau5', 'Radau'],
] as const)("%s beside SciPy's %s", (method, peer) => {
  const compared = new Map(problemsForImplicit.map((problem) => [problem, compare(problem, method, peer)]));

  test.each(problemsForImplicit)(
    '$name: errors at most twice as large, evaluations at most 1.3 times as many',
    (problem) => {
      const runs = compared.get(problem)!;
      expect(runs).toHaveLength(4);
      for (const { ours, theirs } of runs) {
        expect(ours.status).toBe('done');
        if (theirs.error === null) continue;
        expect(ours.error).toBeLessThan(Math.max(2 * theirs.error, rounding));
        expect(ours.f).toBeLessThan(1.3 * theirs.f);
      }
    },
  );

  test.each(problemsForImplicit)('$name: the error follows the tolerance', (problem) => {
    const [first, ...rest] = compared.get(problem)!;
    const last = rest.at(-1)!;
    const slope = Math.log(first!.ours.error / last.ours.error) / Math.log(first!.theirs.rtol / last.theirs.rtol);
    expect(slope).toBeGreaterThan(0.7);
    expect(slope).toBeLessThan(1.3);
  });
});

/**
 * The phase of van der Pol's equation is 500 times as sensitive as its tolerance. A Rosenbrock method does not look again
 * at what it has solved, so it keeps the sum of the concentrations of E5 only as well as its factored matrix does.
 */
const sensitivities: Readonly<Record<string, number>> = { 'van-der-pol-1': 6, 'rodas5p e5': 25 };

describe.each([
  ['rodas5p', 100],
  ['kencarp4', 100],
] as const)('%s', (method, factor) => {
  test.each(problemsForImplicit)('$name: the error is in proportion to the tolerance', (problem) => {
    for (const rtol of [1e-5, 1e-7]) {
      const { status, last } = runProblem(problem, method, rtol);
      expect(status).toBe('done');
      const sensitivity = sensitivities[`${method} ${problem.name}`] ?? sensitivities[problem.name] ?? 1;
      expect(errorOf(problem, last.data as Float64Array, rtol)).toBeLessThan(factor * sensitivity * rtol);
    }
  });
});

describe.each(['bdf', 'radau5', 'rodas5p', 'kencarp4'] as const)('%s with a mass matrix', (method) => {
  test('follows the pendulum as a differential-algebraic equation, ever closer', () => {
    const error = (rtol: number): number => {
      const { status, last } = runProblem(pendulum, method, rtol);
      expect(status).toBe('done');
      return errorOf(pendulum, last.data as Float64Array, rtol);
    };
    const [coarse, fine] = [error(1e-5), error(1e-8)];
    expect(coarse).toBeLessThan(2e-2);
    expect(fine).toBeLessThan(3e-5);
    const slope = Math.log10(coarse / fine) / 3;
    expect(slope).toBeGreaterThan(0.7);
  });

  test('keeps the energy of a planet as well as its tolerance asks', () => {
    const { last } = runProblem(kepler, method, 1e-9);
    expect(keplerEnergy(last.data as Float64Array)).toBeCloseTo(-0.5, 5);
  });
});
