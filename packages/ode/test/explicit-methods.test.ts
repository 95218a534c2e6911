import { describe, expect, test } from 'vitest';
import { type MethodName, inPlace, methods, solve, steps } from '../src/index.ts';
import { nonStiffProblems } from './problems/all.ts';
import { type Problem, errorOf, scipyRuns } from './problems/problem.ts';

/** Coupled and not autonomous, with a solution that is known to rounding. */
const wave = inPlace((t, y, dy) => {
  dy[0] = y[0]! * Math.cos(t) - y[1]! / 4;
  dy[1] = y[1]! * Math.cos(t) + y[0]! / 4;
});

/** y = e^(sin t) (cos(t / 4), sin(t / 4)). */
function exactWave(t: number): [number, number] {
  return [Math.exp(Math.sin(t)) * Math.cos(t / 4), Math.exp(Math.sin(t)) * Math.sin(t / 4)];
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((x, i) => x - b[i]!));
}

/** Errors at the end, and the worst between steps, of steps of fixed length. */
function errorsOf(method: MethodName, steps: number): { end: number; between: number } {
  // Tolerances so wide that every step is taken, so that pairs show their order too; dtMax holds the length.
  const dt = 2 / steps;
  const options = {
    t: [0, 2] as const,
    y0: new Float64Array(exactWave(0)),
    method,
    dt,
    dtMax: dt,
    rtol: 1e9,
    atol: 1e9,
  };
  const solution = solve(wave, options);
  expect(solution.stats.steps).toBe(steps);
  const end = distance([...solution.last.data], exactWave(2));
  const between = Math.max(
    ...Array.from({ length: 97 }, (_, k) => {
      const t = (2 * (k + 0.5)) / 97;
      return distance([...solution.at(t).data], exactWave(t));
    }),
  );
  return { end, between };
}

/** The slope of log error against log step, between two numbers of steps. */
function slopes(method: MethodName, coarse: number, fine: number): { end: number; between: number } {
  const [a, b] = [errorsOf(method, coarse), errorsOf(method, fine)];
  const ratio = Math.log(fine / coarse);
  return { end: Math.log(a.end / b.end) / ratio, between: Math.log(a.between / b.between) / ratio };
}

const cases: readonly [name: Exclude<MethodName, 'auto'>, coarse: number, fine: number][] = [
  ['euler', 640, 1280],
  ['midpoint', 160, 320],
  ['heun', 160, 320],
  ['rk4', 40, 80],
  ['bs3', 160, 320],
  ['dopri5', 32, 64],
  ['tsit5', 64, 128],
  ['vern7', 16, 32],
  ['dop853', 8, 16],
  ['rkc2', 160, 320],
  ['rock4', 32, 64],
];

describe.each(cases)('%s', (name, coarse, fine) => {
  test('has its order at the end, and its interpolant does not fall behind by more than one', () => {
    const { order, dense } = methods[name];
    const measured = slopes(name, coarse, fine);
    expect(Math.abs(measured.end - order)).toBeLessThan(0.2);
    // An interpolant of order q is off by O(h^(q + 1)) between steps.
    const between = Math.min(order, dense.order + 1);
    expect(Math.abs(measured.between - between)).toBeLessThan(0.2);
  });

  test('has an interpolant that is off by its order and one in a step, or by those of the step', () => {
    const { order, dense } = methods[name];
    const off = (h: number): number => {
      const [from, to] = [0.3, 0.3 + h];
      const y0 = new Float64Array(exactWave(from));
      const solution = solve(wave, { t: [from, to], y0, method: name, dt: h, rtol: 1e9, atol: 1e9 });
      expect(solution.stats.steps).toBe(1);
      const times = Array.from({ length: 19 }, (_, k) => from + (h * (k + 1)) / 20);
      return Math.max(...times.map((t) => distance([...solution.at(t).data], exactWave(t))));
    };
    // Long ones where the order is high, since errors soon are rounding.
    const h = order > 5 ? 0.2 : 0.1;
    const measured = Math.log2(off(h) / off(h / 2));
    expect(Math.abs(measured - Math.min(order, dense.order) - 1)).toBeLessThan(0.2);
  });
});

const pairs = [
  ...cases.map(([name]) => name).filter((name) => methods[name].errorOrder !== undefined),
  ...(['radau5', 'rodas5p', 'kencarp4'] as const),
];

test.each(pairs)("%s's estimate of the error in one step shrinks with the order that its control assumes", (name) => {
  const { errorOrder } = methods[name];
  const estimate = (dt: number): number => {
    const [first] = steps(wave, {
      t: [0.3, 1.3],
      y0: new Float64Array(exactWave(0.3)),
      method: name,
      dt,
      rtol: 1e-3,
      atol: 1e-3,
    });
    return first!.errorNorm;
  };
  const slope = Math.log2(estimate(0.05) / estimate(0.025));
  expect(Math.abs(slope - (errorOrder! + 1))).toBeLessThan(0.2);
});

const counterparts: readonly [ours: MethodName, theirs: string][] = [
  ['bs3', 'RK23'],
  ['dopri5', 'RK45'],
  ['dop853', 'DOP853'],
];

const runs = counterparts.flatMap(([ours, theirs]) =>
  nonStiffProblems.flatMap((problem) =>
    scipyRuns(problem.name)
      .filter(({ method, error }) => method === theirs && error !== null)
      .map((run) => ({ ours, problem, run, title: `${ours} on ${problem.name} at rtol ${run.rtol}` })),
  ),
);

function solveProblem(problem: Problem, method: MethodName, rtol: number) {
  return solve(inPlace(problem.f), {
    t: problem.t,
    y0: Float64Array.from(problem.y0),
    method,
    rtol,
    atol: problem.atol(rtol),
    maxSteps: Infinity,
    dense: false,
  });
}

describe('beside the same pair in SciPy', () => {
  test.each(runs)(
    '$title is no more than twice as far off, with no more than 1.3 times its evaluations',
    ({ ours, problem, run }) => {
      const solution = solveProblem(problem, ours, run.rtol);
      expect(solution.status).toBe('done');
      expect(solution.stats.evaluations).toBeLessThanOrEqual(1.3 * run.f);
      // Below a few rounding units errors are accidents.
      const floor = 1e3 * Number.EPSILON;
      expect(errorOf(problem, solution.last.data as Float64Array, run.rtol)).toBeLessThanOrEqual(
        Math.max(2 * run.error!, floor),
      );
    },
  );
});

const pairNames = ['bs3', 'dopri5', 'tsit5', 'vern7', 'dop853'] as const;
describe.each(pairNames)("%s's error follows the tolerance", (method) => {
  test.each(nonStiffProblems)('on $name', (problem) => {
    const error = (rtol: number): number =>
      errorOf(problem, solveProblem(problem, method, rtol).last.data as Float64Array, rtol);
    const slope = Math.log10(error(1e-4) / error(1e-10)) / 6;
    expect(slope).toBeGreaterThan(0.7);
    expect(slope).toBeLessThan(1.3);
  });
});
