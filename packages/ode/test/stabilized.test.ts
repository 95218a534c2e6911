import { describe, expect, test } from 'vitest';
import { inPlace, solve } from '../src/index.ts';
import { heat } from './problems/heat.ts';
import { errorOf } from './problems/problem.ts';

/** Diffusion between walls at 0, in n unknowns; the slowest mode decays alone. */
function diffusion(n: number) {
  const h = 1 / (n + 1);
  return {
    f: inPlace((_t, y, dy) => {
      for (let i = 0; i < n; i++) dy[i] = ((y[i - 1] ?? 0) - 2 * y[i]! + (y[i + 1] ?? 0)) / h ** 2;
    }),
    y0: Float64Array.from({ length: n }, (_, i) => Math.sin(Math.PI * (i + 1) * h)),
    rate: (2 * Math.cos(Math.PI * h) - 2) / h ** 2,
  };
}

describe('rkc2', () => {
  test('needs evaluations in proportion to the root of the spectral radius, and the same steps', () => {
    const run = (n: number) => {
      const { f, y0 } = diffusion(n);
      return solve(f, { t: [0, 0.5], y0, method: 'rkc2', rtol: 1e-4, atol: 1e-7, dense: false }).stats;
    };
    const [few, many] = [run(50), run(200)];
    expect(many.steps).toBe(few.steps);
    // Four times the unknowns: sixteen times the radius.
    expect(many.evaluations / few.evaluations).toBeGreaterThan(3);
    expect(many.evaluations / few.evaluations).toBeLessThan(5);
    expect(few.rejected).toBe(0);
  });

  test('its error follows the tolerance', () => {
    const { f, y0, rate } = diffusion(50);
    const error = (rtol: number): number => {
      const { last } = solve(f, { t: [0, 0.3], y0, method: 'rkc2', rtol, atol: 1e-3 * rtol });
      return Math.abs(last.data[25]! / (y0[25]! * Math.exp(0.3 * rate)) - 1);
    };
    const slope = Math.log10(error(1e-3) / error(1e-6)) / 3;
    expect(slope).toBeGreaterThan(0.6);
    expect(slope).toBeLessThan(1.3);
  });

  test('solves the heat equation in 2,000 unknowns', () => {
    const solution = solve(inPlace(heat.f), {
      t: heat.t,
      y0: Float64Array.from(heat.y0),
      method: 'rkc2',
      rtol: 1e-4,
      atol: heat.atol(1e-4),
      dense: false,
    });
    expect(solution.status).toBe('done');
    expect(errorOf(heat, solution.last.data as Float64Array, 1e-4)).toBeLessThan(100 * 1e-4);
  });

  test('estimates the spectral radius from exact derivatives where f is made of ops', () => {
    const solution = solve((t, y) => y.sub(t.cos()).mul(-1000), { t: [0, 2], y0: 1, method: 'rkc2', rtol: 1e-5 });
    expect(solution.status).toBe('done');
    // y = cos t + sin t / 1000 up to 1e-6.
    expect(solution.last.item()).toBeCloseTo(Math.cos(2) + Math.sin(2) / 1000, 5);
    expect(solution.stats.evaluations).toBeLessThan(1000);
  });
});
