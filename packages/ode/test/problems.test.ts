/** The problems are what they claim to be, before solvers are held to them. */
import { describe, expect, test } from 'vitest';
import { bandedProblems, nonStiffProblems, stiffProblems } from './problems/all.ts';
import { bouncingBall, dropHeight, gravity, restitution } from './problems/bouncing-ball.ts';
import { kepler, keplerEnergy } from './problems/kepler.ts';
import { pendulum } from './problems/pendulum.ts';
import type { Problem } from './problems/problem.ts';

const problems = [...nonStiffProblems, ...stiffProblems, ...bandedProblems, pendulum];

/** Entry (i, j) of a Jacobian in the problem's own layout. */
function entry({ sparsity }: Problem, values: Float64Array, n: number, i: number, j: number): number {
  if (sparsity?.kind !== 'banded') return values[i * n + j]!;
  const { lower, upper } = sparsity;
  return i - j > lower || j - i > upper ? 0 : values[(upper + i - j) * n + j]!;
}

describe('the problems', () => {
  test.each(problems.filter(({ published }) => published !== undefined))(
    '$name: the computed reference agrees with the published one',
    ({ published, reference }) => {
      expect(published).toHaveLength(reference.length);
      reference.forEach((value, i) => expect(Math.abs(published![i]! / value - 1)).toBeLessThan(3e-11));
    },
  );

  test.each(problems.filter(({ jacobian }) => jacobian !== undefined))(
    '$name: the Jacobian agrees with central differences, at the start and at the end',
    (problem) => {
      const { f, jacobian, sparsity, y0, reference, t } = problem;
      const n = y0.length;
      const rows = sparsity?.kind === 'banded' ? sparsity.lower + sparsity.upper + 1 : n;
      const columns = n > 100 ? [0, 1, 2, 3, n / 2, n / 2 + 1, n - 4, n - 3, n - 2, n - 1] : y0.map((_, j) => j);
      for (const [time, point] of [
        [t[0], y0],
        [t[1], reference],
      ] as const) {
        const y = Float64Array.from(point);
        const values = new Float64Array(rows * n).fill(NaN);
        jacobian!(time, y, values);
        for (const j of columns) {
          const [before, after] = [new Float64Array(n), new Float64Array(n)];
          const distance = 1e-4 * Math.max(Math.abs(y[j]!), 1e-2);
          f(time, y.with(j, y[j]! + distance), after);
          f(time, y.with(j, y[j]! - distance), before);
          const column = after.map((value, i) => (value - before[i]!) / (2 * distance));
          const size = Math.max(...column.map(Math.abs));
          column.forEach((difference, i) => {
            expect(Math.abs(entry(problem, values, n, i, j) - difference)).toBeLessThanOrEqual(1e-6 * (1e-3 + size));
          });
        }
      }
    },
  );

  test('the energy of a planet at the end is that at the start', () => {
    const energy = (y: readonly number[]): number => keplerEnergy(Float64Array.from(y));
    expect(energy(kepler.reference)).toBeCloseTo(energy(kepler.y0), 13);
  });

  test('the pendulum ends on its circle, and its tension fits', () => {
    const end = Float64Array.from(pendulum.reference);
    const slope = new Float64Array(5);
    pendulum.f(5, end, slope);
    expect(Math.hypot(end[0]!, end[1]!)).toBeCloseTo(1, 14);
    expect(slope[4]).toBeCloseTo(0, 13);
  });

  test('a ball bounces when a step-by-step account of parabolas says so', () => {
    const end = bouncingBall(3);
    let [height, speed, bounces] = [dropHeight, 0, 0];
    const dt = 1e-6;
    for (let step = 0; step < 3 / dt; step++) {
      height += speed * dt - (gravity * dt * dt) / 2;
      speed -= gravity * dt;
      if (height < 0 && speed < 0) {
        speed = -restitution * speed;
        bounces++;
      }
    }
    expect(end.bounces).toHaveLength(bounces);
    expect(end.height).toBeCloseTo(height, 4);
    expect(end.speed).toBeCloseTo(speed, 3);
  });
});
