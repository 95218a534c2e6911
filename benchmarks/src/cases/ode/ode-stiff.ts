import { execFileSync } from 'node:child_process';
import { type MethodName, type PlainSolveOptions, inPlace, solve } from '@edgewise/ode';
import { type Distribution, type Effort, cpuSeconds, distribution, kept } from '../../harness.ts';
import { type Bar, type Case, type Row } from '../../report.ts';
import { type StiffProblem, stiffProblems } from './stiff-problems.ts';

/** The compiled `cvode.cpp`, where there is one. */
const cvode = process.env['EDGEWISE_CVODE'];

/** A run of CVODE: what it took, and how far off it was. */
interface PeerRun {
  readonly seconds: number;
  readonly error: number;
}

function optionsOf(problem: StiffProblem, method: MethodName, rtol: number): PlainSolveOptions<Float64Array> {
  const { y0, end, scale, structure } = problem;
  return { t: [0, end], y0, method, rtol, atol: scale * rtol, dense: false, saveAt: [end], ...structure };
}

function endOf(problem: StiffProblem, method: MethodName, rtol: number): ArrayLike<number> {
  return solve(inPlace(problem.f), optionsOf(problem, method, rtol)).last.data;
}

/** The largest error of a component, relative to it or to atol / rtol. */
function errorOf({ scale }: StiffProblem, y: ArrayLike<number>, exact: ArrayLike<number>): number {
  return Math.max(...Array.from(exact, (value, i) => Math.abs(y[i]! - value) / (Math.abs(value) + scale)));
}

/** Seconds of processor time a solve. */
function timeOf(problem: StiffProblem, method: MethodName, rtol: number, { rounds, seconds }: Effort): Distribution {
  const f = inPlace(problem.f);
  const options = optionsOf(problem, method, rtol);
  const turn = (): number => {
    let solves = 0;
    const start = cpuSeconds();
    let taken = 0;
    do {
      kept.result = solve(f, options);
      solves++;
      taken = cpuSeconds() - start;
    } while (taken < seconds);
    return taken / solves;
  };
  for (let warmUp = 0; warmUp < 3; warmUp++) turn();
  return distribution(Array.from({ length: rounds }, turn));
}

/** CVODE's runs at tolerances from 1e-4 to 1e-9, by problem. */
function peerRuns(): Map<string, { seconds: number; y: number[] }[]> {
  const runs = new Map<string, { seconds: number; y: number[] }[]>();
  if (cvode === undefined) return runs;
  for (const line of execFileSync(cvode, { encoding: 'utf8' }).trim().split('\n')) {
    const { problem, seconds, y } = JSON.parse(line) as { problem: string; seconds: number; y: number[] };
    runs.set(problem, [...(runs.get(problem) ?? []), { seconds, y }]);
  }
  return runs;
}

/** What a peer takes for an error, between its runs that are just above and just below it, on logarithmic scales. */
function secondsFor(error: number, runs: readonly PeerRun[]): number | undefined {
  const sorted = runs.toSorted((a, b) => b.error - a.error);
  for (const [k, below] of sorted.entries()) {
    const above = sorted[k - 1];
    if (above === undefined || above.error < error || below.error > error) continue;
    const share = Math.log(above.error / error) / Math.log(above.error / below.error);
    return above.seconds * (below.seconds / above.seconds) ** share;
  }
  return undefined;
}

export const odeStiff: Case = {
  question:
    'What do BDF and Radau take on stiff problems, against CVODE (as "by hand", where it is compiled) at equal error?',

  run(effort) {
    const theirs = peerRuns();
    const rows: Row[] = [];
    for (const problem of effort.quick ? stiffProblems.slice(0, 1) : stiffProblems) {
      const exact = endOf(problem, 'radau5', effort.quick ? 1e-7 : 1e-12);
      const runs = (theirs.get(problem.name) ?? []).map(({ seconds, y }) => ({
        seconds,
        error: errorOf(problem, y, exact),
      }));
      for (const method of ['bdf', 'radau5', 'auto'] as const) {
        for (const rtol of method === 'bdf' ? [1e-4, 1e-6, 1e-8] : [1e-6]) {
          const { median, spread } = timeOf(problem, method, rtol, effort);
          const error = errorOf(problem, endOf(problem, method, rtol), exact);
          const peer = secondsFor(error, runs);
          const bar: Bar = { of: 'ratio', atMost: 1 };
          rows.push({
            what: `${problem.name}, ${method}, rtol ${rtol.toExponential()}, error ${error.toExponential(1)}`,
            unit: 'us',
            ours: { median: median * 1e6, spread },
            ...(peer === undefined
              ? {}
              : {
                  byHand: { median: peer * 1e6, spread: 0 },
                  ratio: { median: median / peer, spread },
                  ...(method === 'radau5' ? {} : { bar }),
                }),
          });
        }
      }
    }
    const remarks = [
      'The error is that of the worst component at the end; both have the exact Jacobian, and a band where there is one.',
      cvode === undefined
        ? 'CVODE did not run: compile cvode.cpp as it says at its top, and name the program in EDGEWISE_CVODE.'
        : "CVODE's time is between those of its two runs with the nearest errors, at tolerances from 1e-4 to 1e-9.",
    ];
    return { rows, remarks };
  },
};
