import { tensor } from '@edgewise/core';
import { describe, expect, test } from 'vitest';
import { type Progress, inPlace, solve, steps } from '../src/index.ts';
import { vanDerPol1000 } from './problems/van-der-pol.ts';

const decay = inPlace((_t, y, dy) => {
  dy[0] = -y[0]!;
});

describe('saveAt', () => {
  test('gives states at the times that were asked for, and at no others', () => {
    const solution = solve(decay, {
      t: [0, 3],
      y0: new Float64Array([1]),
      rtol: 1e-10,
      atol: 1e-12,
      saveAt: [0, 0.5, 0.5, 2, 3],
    });
    expect(solution.t.toArray()).toEqual([0, 0.5, 0.5, 2, 3]);
    expect(solution.y.shape).toEqual([5, 1]);
    [...solution.y.data].forEach((y, k) => expect(y).toBeCloseTo(Math.exp(-[0, 0.5, 0.5, 2, 3][k]!), 9));
  });

  test('does not change the steps', () => {
    const options = { t: [0, 3] as const, y0: new Float64Array([1]), method: 'dopri5' as const };
    const all = solve(decay, options);
    const some = solve(decay, { ...options, saveAt: tensor([0.1, 0.2, 2.9], { dtype: 'f64' }) });
    expect(some.stats).toEqual(all.stats);
    expect(some.last.item()).toBe(all.last.item());
  });

  test('takes a tensor going backward too', () => {
    const solution = solve(decay, { t: [1, 0], y0: new Float64Array([1]), rtol: 1e-9, saveAt: [0.75, 0.25] });
    expect([...solution.y.data][1]).toBeCloseTo(Math.exp(0.75), 7);
  });

  test('refuses times outside of the interval or out of order', () => {
    const with_ = (saveAt: number[]) => () => solve(decay, { t: [0, 3], y0: [1], saveAt });
    expect(with_([1, 0.5])).toThrow('solve: saveAt[1] is 0.5; expected a time from 1 to 3, in this order');
    expect(with_([4])).toThrow('solve: saveAt[0] is 4; expected a time from 0 to 3, in this order');
    expect(with_([NaN])).toThrow('saveAt[0] is NaN');
  });
});

describe('steps', () => {
  test('yields every attempt, and returns the solution that solve gives', () => {
    const options = { t: [0, 2] as const, y0: { a: 1, b: 0.5 }, dt: 2, method: 'dopri5' as const };
    const f = (_t: unknown, { a, b }: { a: import('@edgewise/core').Tensor; b: import('@edgewise/core').Tensor }) => ({
      a: a.square().neg().mul(20),
      b: b.neg(),
    });
    const seen = [];
    const generator = steps(f, options);
    let next = generator.next();
    for (; next.done !== true; next = generator.next()) seen.push(next.value);
    const solution = next.value;
    const direct = solve(f, options);
    expect(solution.stats).toEqual(direct.stats);
    expect(solution.last.a.item()).toBe(direct.last.a.item());
    expect(seen.filter(({ accepted }) => accepted).length).toBe(solution.stats.steps);
    expect(seen.filter(({ accepted }) => !accepted).length).toBe(solution.stats.rejected);
    expect(solution.stats.rejected).toBeGreaterThan(0);
    let t = 0;
    for (const step of seen) {
      expect(Math.abs(step.t - t)).toBeLessThanOrEqual(Number.EPSILON * t);
      expect(step.accepted).toBe(step.errorNorm <= 1);
      expect(step.method).toBe('dopri5');
      expect(step.order).toBe(5);
      t = step.accepted ? step.t + step.h : step.t;
    }
    expect(seen.at(-1)!.y.a.item()).toBe(solution.last.a.item());
    const { a, b } = seen[0]!.errorByComponent;
    expect(Math.abs(a.item())).toBeGreaterThan(100 * Math.abs(b.item()));
  });

  test.each(['bdf', 'radau5', 'rodas5p', 'kencarp4'] as const)('say of %s how old its Jacobian is', (method) => {
    const { f, t, y0 } = vanDerPol1000;
    const generator = steps(inPlace(f), { t: [t[0], t[1]], y0: [...y0], method, rtol: 1e-5 });
    const ages: (number | undefined)[] = [];
    let [served, next] = [0, generator.next()];
    for (; next.done !== true; next = generator.next()) {
      const { accepted, jacobianAge } = next.value;
      // Either it is new, or it has served all steps since it was.
      if (jacobianAge === 0) served = 0;
      ages.push(jacobianAge);
      expect(jacobianAge).toBe(served);
      if (accepted) served++;
    }
    const { jacobians } = next.value.stats;
    const renewed = ages.filter((age) => age === 0).length;
    expect(renewed).toBeGreaterThanOrEqual(jacobians);
    if (method === 'rodas5p') expect(new Set(ages)).toEqual(new Set([0]));
    else expect(renewed).toBeLessThan(ages.length / 2);
  });

  test('have no Jacobian in an explicit method', () => {
    for (const { jacobianAge } of steps(decay, { t: [0, 1], y0: [1], method: 'dopri5' })) {
      expect(jacobianAge).toBeUndefined();
    }
  });

  test('may be left at any time', () => {
    let count = 0;
    for (const { t } of steps(decay, { t: [0, 1e9], y0: [1], dtMax: 0.1, maxSteps: Infinity })) {
      count++;
      if (t > 1) break;
    }
    expect(count).toBeLessThan(30);
  });
});

describe('limits on steps', () => {
  test('dtMax is not exceeded', () => {
    const lengths = [...steps(decay, { t: [0, 3], y0: [1], dtMax: 0.125 })].map(({ h }) => h);
    expect(Math.max(...lengths)).toBe(0.125);
  });

  test('dt is the first step that is tried', () => {
    const [first] = steps(decay, { t: [0, 3], y0: [1], dt: 0.01 });
    expect(first!.h).toBe(0.01);
  });

  test('a solve ends exactly at its end, forward and backward, and through rounding of fixed steps', () => {
    expect(solve(decay, { t: [0, 0.7], y0: [1] }).reached).toBe(0.7);
    expect(solve(decay, { t: [0.7, -0.1], y0: [1] }).reached).toBe(-0.1);
    const fixed = solve(decay, { t: [0, 1], y0: [1], method: 'rk4', dt: 0.1 });
    expect(fixed.reached).toBe(1);
    expect(fixed.stats.steps).toBe(10);
  });

  test('an interval without length gives y0', () => {
    const solution = solve(decay, { t: [2, 2], y0: [3], saveAt: [2] });
    expect(solution.status).toBe('done');
    expect(solution.last[0].item()).toBe(3);
    expect(solution.at(2)[0].item()).toBe(3);
    expect(solution.t.toArray()).toEqual([2]);
    expect(solution.stats.steps).toBe(0);
  });

  test('progress tells how far it is, once a step', () => {
    const told: Progress[] = [];
    const solution = solve(decay, { t: [1, 0], y0: [1], progress: (p) => told.push(p) });
    expect(told.length).toBe(solution.stats.steps);
    expect(told.at(-1)).toMatchObject({ t: 0, fraction: 1, steps: told.length });
    expect(told.every(({ fraction }, k) => fraction > (told[k - 1]?.fraction ?? 0))).toBe(true);
  });
});

describe.each(['I', 'PI', 'PID'] as const)('the %s controller', (controller) => {
  test('keeps the error within reach of the tolerance', () => {
    const error = (rtol: number): number => {
      const solution = solve(
        inPlace((_t, y, dy) => {
          dy[0] = y[1]!;
          dy[1] = -y[0]!;
        }),
        { t: [0, 20], y0: new Float64Array([1, 0]), method: 'dopri5', controller, rtol, atol: rtol },
      );
      return Math.hypot(solution.last.data[0]! - Math.cos(20), solution.last.data[1]! + Math.sin(20));
    };
    for (const rtol of [1e-4, 1e-7, 1e-10]) expect(error(rtol)).toBeLessThan(50 * rtol);
    expect(Math.log10(error(1e-5) / error(1e-9)) / 4).toBeGreaterThan(0.7);
    expect(Math.log10(error(1e-5) / error(1e-9)) / 4).toBeLessThan(1.3);
  });
});

test('a PI controller rejects fewer steps than the elementary one where stability bounds the step', () => {
  const rejected = (controller: 'I' | 'PI'): number =>
    solve(
      inPlace((t, y, dy) => {
        dy[0] = -200 * (y[0]! - Math.cos(t));
      }),
      { t: [0, 10], y0: [1], controller, method: 'dopri5', rtol: 1e-4, atol: 1e-6 },
    ).stats.rejected;
  expect(rejected('PI')).toBeLessThan(rejected('I'));
});

test('an explicit method needs no room for a Jacobian, whatever the number of unknowns', () => {
  const n = 100_000;
  const before = process.memoryUsage().arrayBuffers;
  const solution = solve(
    inPlace((_t, y, dy) => {
      for (let i = 0; i < n; i++) dy[i] = -y[i]!;
    }),
    { t: [0, 0.01], y0: new Float64Array(n).fill(1), dense: false, saveAt: [0.01] },
  );
  expect(solution.status).toBe('done');
  // A few dozen vectors; a dense Jacobian would be a hundred thousand.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 8 * n);
});
