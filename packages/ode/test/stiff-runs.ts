/** Runs of the problems beside SciPy's, for the tests that hold ours to them and the one that prints them. */
import { type MethodName, inPlace, solve } from '../src/index.ts';
import { bandedProblems, nonStiffProblems, stiffProblems } from './problems/all.ts';
import { type Problem, type ScipyRun, errorOf, scipyRuns } from './problems/problem.ts';

export interface Comparison {
  readonly problem: Problem;
  readonly theirs: ScipyRun;
  readonly ours: Omit<ScipyRun, 'method' | 'rtol' | 'atol' | 'error'> & {
    readonly error: number;
    readonly status: string;
    readonly rejected: number;
    readonly newtonIterations: number;
  };
}

/** The problems that SciPy's implicit methods have solved. */
export const problemsForImplicit: readonly Problem[] = [
  ...stiffProblems,
  ...bandedProblems,
  ...nonStiffProblems.filter(({ jacobian }) => jacobian !== undefined),
];

export function runProblem(problem: Problem, method: MethodName, rtol: number) {
  const { f, t, y0, jacobian, sparsity, mass } = problem;
  return solve(inPlace(f), {
    t,
    y0: Float64Array.from(y0),
    method,
    rtol,
    atol: problem.atol(rtol),
    dense: false,
    saveAt: [t[1]],
    ...(jacobian === undefined ? {} : { jacobian }),
    ...(sparsity === undefined ? {} : { sparsity }),
    ...(mass === undefined ? {} : { mass }),
  });
}

/** One problem at all tolerances, both with the exact Jacobian. */
export function compare(problem: Problem, method: MethodName, peer: string): Comparison[] {
  return scipyRuns(problem.name)
    .filter((run) => run.method === peer)
    .map((theirs) => {
      const { stats, status, last } = runProblem(problem, method, theirs.rtol);
      const error = errorOf(problem, last.data as Float64Array, theirs.rtol);
      const { steps, rejected, evaluations: f, jacobians, factorizations: factorisations, newtonIterations } = stats;
      return {
        problem,
        theirs,
        ours: { error, status, steps, rejected, f, jacobians, factorisations, newtonIterations },
      };
    });
}

export function table(comparisons: readonly Comparison[]): string {
  const pair = (ours: number, theirs: number | null): string => `${ours}/${theirs ?? '-'}`.padStart(13);
  const rows = comparisons.map(({ problem, theirs, ours }) =>
    [
      problem.name.padEnd(20),
      theirs.rtol.toExponential(0).padStart(6),
      `${ours.error.toExponential(1)}/${theirs.error?.toExponential(1) ?? 'failed'}`.padStart(17),
      pair(ours.steps, theirs.steps),
      pair(ours.f, theirs.f),
      pair(ours.jacobians, theirs.jacobians),
      pair(ours.factorisations, theirs.factorisations),
    ].join(' '),
  );
  const head = ['steps', 'f', 'Jacobians', 'LU'].map((name) => name.padStart(13)).join(' ');
  return [`${'problem'.padEnd(20)}   rtol ${'error'.padStart(17)} ${head}`, ...rows].join('\n');
}
