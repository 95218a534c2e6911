import { type Tensor, tensor } from '@edgewise/core';
import { describe, expect, test } from 'vitest';
import { inPlace, solve } from '../src/index.ts';
import { yoshida4Weights } from '../src/methods/yoshida4.ts';

/** A planet at eccentricity 0.5, started where it is nearest; its period is 2 pi. */
const kepler = inPlace((_t, y, dy) => {
  const r3 = Math.hypot(y[0]!, y[1]!) ** 3;
  dy[0] = y[2]!;
  dy[1] = y[3]!;
  dy[2] = -y[0]! / r3;
  dy[3] = -y[1]! / r3;
});
const start = new Float64Array([0.5, 0, 0, Math.sqrt(3)]);
const energy = (y: ArrayLike<number>): number => (y[2]! ** 2 + y[3]! ** 2) / 2 - 1 / Math.hypot(y[0]!, y[1]!);

const pendulum = inPlace((t, y, dy) => {
  dy[0] = y[1]!;
  dy[1] = -Math.sin(y[0]!) + Math.cos(3 * t);
});

describe.each([
  ['leapfrog', 2, 2],
  ['yoshida4', 4, 6],
] as const)('%s', (method, order, evaluations) => {
  test('has its order, at the end and between steps, where forces depend on time too', () => {
    const exact = solve(pendulum, {
      t: [0, 3],
      y0: new Float64Array([1, 0.5]),
      method: 'dop853',
      rtol: 1e-13,
      atol: 1e-14,
    });
    const run = (dt: number) => solve(pendulum, { t: [0, 3], y0: new Float64Array([1, 0.5]), method, dt });
    const off = (a: Tensor, b: Tensor): number => Math.hypot(...a.data.map((x, i) => x - b.data[i]!));
    const errors = (dt: number): [number, number] => {
      const solution = run(dt);
      const between = [0.1234, 1.1111, 2.3456].map((t) => off(solution.at(t), exact.at(t)));
      return [off(solution.last, exact.last), Math.max(...between)];
    };
    const [coarse, fine] = [errors(0.02), errors(0.01)];
    for (const which of [0, 1] as const) {
      const slope = Math.log2(coarse[which] / fine[which]);
      expect(Math.abs(slope - order)).toBeLessThan(0.2);
    }
  });

  test('keeps the energy of a planet over a thousand revolutions', () => {
    const t = [0, 2000 * Math.PI] as const;
    const solution = solve(kepler, { t, y0: start, method, dt: Math.PI / 200, dense: false });
    const drift = (from: number, to: number): number => {
      const states = solution.y.data;
      let worst = 0;
      for (let k = from; k < to; k++)
        worst = Math.max(worst, Math.abs(energy(states.subarray(4 * k, 4 * k + 4)) + 0.5));
      return worst;
    };
    const count = solution.t.size;
    const tenth = Math.floor(count / 10);
    // As far off in the last tenth as in the first: it swings and does not drift.
    expect(drift(count - tenth, count) / drift(0, tenth)).toBeLessThan(1.1);
  });

  test(`evaluates f ${evaluations} times a step`, () => {
    const { stats } = solve(pendulum, { t: [0, 1], y0: [1, 0.5], method, dt: 0.1, dense: false });
    // One at the start, and two to see that the system is separable.
    expect(stats.evaluations).toBe(evaluations * 10 + 3);
  });

  test('goes back the way it came', () => {
    const there = solve(kepler, { t: [0, 5], y0: start, method, dt: 0.01 });
    const back = solve(kepler, { t: [5, 0], y0: there.last, method, dt: 0.01 });
    back.last.data.forEach((y, i) => expect(y).toBeCloseTo(start[i]!, 11));
  });

  test('refuses systems that are not separable', () => {
    const damped = (_t: Tensor, { x, v }: { x: Tensor; v: Tensor }) => ({ x: v, v: x.neg().sub(v.mul(0.1)) });
    expect(() => solve(damped, { t: [0, 1], y0: { x: 1, v: 0 }, method, dt: 0.1 })).toThrow(
      `solve: ${method} is for systems in which the rate of the velocities does not depend on the velocities`,
    );
    const scaled = (_t: Tensor, { x, v }: { x: Tensor; v: Tensor }) => ({ x: v.mul(x), v: x.neg() });
    expect(() => solve(scaled, { t: [0, 1], y0: { x: 1, v: 1 }, method, dt: 0.1 })).toThrow(
      'the rate of the positions does not depend on the positions',
    );
    expect(() => solve((_t, y) => y.neg(), { t: [0, 1], y0: tensor([1, 2, 3]), method, dt: 0.1 })).toThrow(
      `solve: ${method} needs as many velocities as positions, the positions first; y0 has 3 components`,
    );
  });
});

test("yoshida4's steps add up to one, and their cubes to none, which is what order 4 asks of a symmetric composition", () => {
  const sum = (power: number): number => yoshida4Weights.reduce((total, w) => total + w ** power, 0);
  expect(sum(1)).toBeCloseTo(1, 15);
  expect(sum(3)).toBeCloseTo(0, 14);
});
