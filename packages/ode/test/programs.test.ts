/** Right-hand sides written with ops as programs: when they become programs, what that changes (time), and what it does not. */
import { type Tensor, compile, tensor, variable } from '@edgewise/core';
import { inPlace, solve } from '@edgewise/ode';
import { describe, expect, test } from 'vitest';

type Point = { x: Tensor; y: Tensor; z: Tensor };

const lorenz = (_t: Tensor, { x, y, z }: Point): Point => ({
  x: y.sub(x).mul(10),
  y: x.mul(z.neg().add(28)).sub(y),
  z: x.mul(y).sub(z.mul(8 / 3)),
});

const plainLorenz = inPlace((_t, y, dy) => {
  dy[0] = (y[1]! - y[0]!) * 10;
  dy[1] = y[0]! * (-y[2]! + 28) - y[1]!;
  dy[2] = y[0]! * y[1]! - y[2]! * (8 / 3);
});

const corner = { x: 1, y: 1, z: 1 };

const vanDerPol = (_t: Tensor, { x, v }: { x: Tensor; v: Tensor }): { x: Tensor; v: Tensor } => ({
  x: v,
  v: x.square().neg().add(1).mul(v).mul(1000).sub(x),
});

/** What right-hand sides read besides their arguments. */
const rates = {
  number: 1,
  tensor: tensor(1, { dtype: 'f64' }),
  variable: variable(tensor(1, { dtype: 'f64' })),
  one: variable(tensor(1, { dtype: 'f64' })),
  two: variable(tensor(2, { dtype: 'f64' })),
};

describe('a solve that calls f often', () => {
  test('makes a program of it, and gives the digits of the same formulas on plain numbers', () => {
    const options = { t: [0, 10] as const, rtol: 1e-8, method: 'dopri5' as const };
    const ours = solve(lorenz, { ...options, y0: corner });
    const plain = solve(plainLorenz, { ...options, y0: tensor([1, 1, 1], { dtype: 'f64' }) });
    expect(ours.stats.evaluations).toBeGreaterThan(1000);
    expect(ours.stats).toEqual({ ...plain.stats, programs: 1 });
    expect([ours.last.x.item(), ours.last.y.item(), ours.last.z.item()]).toEqual(plain.last.toArray());
  });

  test('leaves f as it is where it is called less often than compiling takes', () => {
    const f = (_t: Tensor, y: Tensor): Tensor => y.neg();
    expect(solve(f, { t: [0, 1], y0: 1 }).stats.programs).toBe(0);
  });

  test('leaves its programs to the next solve, which begins with them', () => {
    const f = (t: Tensor, point: Point): Point => lorenz(t, point);
    const long = solve(f, { t: [0, 10], y0: corner, method: 'bs3' });
    const short = solve(f, { t: [0, 0.1], y0: corner, method: 'bs3' });
    expect([long.stats.programs, short.stats.programs]).toEqual([1, 1]);
    const plain = solve(plainLorenz, { t: [0, 0.1], y0: [1, 1, 1], method: 'bs3' });
    expect(short.stats.evaluations).toBe(plain.stats.evaluations);
    expect(short.last.z.item()).toBe(plain.last[2].item());
  });

  test.each([
    ['a number', () => rates.number],
    ['a tensor', () => rates.tensor],
    ['a tensor among params', (params: Tensor) => params],
    ['an op', () => (rates.number === 1 ? 1 : tensor(2, { dtype: 'f64' }).square().div(2))],
    ['a Variable', () => rates.variable.value],
    ['another Variable', () => (rates.number === 1 ? rates.one : rates.two).value],
  ] as const)('makes others where %s that f reads has changed since', (_what, rate) => {
    // In the first call, at t = 0, all are alike.
    const f = (t: Tensor, y: Tensor, params: Tensor): Tensor => y.mul(rate(params)).mul(t).neg();
    const end = (number: number): number => {
      rates.number = number;
      rates.tensor = tensor(number, { dtype: 'f64' });
      rates.variable.assign(tensor(number, { dtype: 'f64' }));
      const params = tensor(number, { dtype: 'f64' });
      return solve(f, { t: [0, 1], y0: 1, params, method: 'rk4', dt: 1 / 128 }).last.item();
    };
    for (const number of [1, 2, 1]) expect(end(number)).toBeCloseTo(Math.exp(-number / 2), 8);
  });

  test('makes a program of the derivatives for Jacobians, too', () => {
    const options = { t: [0, 2000] as const, rtol: 1e-7, method: 'radau5' as const };
    const ours = solve(vanDerPol, { ...options, y0: { x: 2, v: 0 } });
    const plain = solve(
      inPlace((_t, y, dy) => {
        dy[0] = y[1]!;
        dy[1] = (1 - y[0]! * y[0]!) * y[1]! * 1000 - y[0]!;
      }),
      {
        ...options,
        y0: tensor([2, 0], { dtype: 'f64' }),
        jacobian: (_t, y, values) => values.set([0, 1, -2000 * y[0]! * y[1]! - 1, 1000 * (1 - y[0]! * y[0]!)]),
      },
    );
    expect(ours.stats.programs).toBe(2);
    expect(ours.last.x.item()).toBeCloseTo(plain.last.data[0]!, 6);
    expect(ours.stats.evaluations / plain.stats.evaluations).toBeCloseTo(1, 1);
  });

  test('keeps an f that looks at numbers op by op', () => {
    const f = (t: Tensor, y: Tensor): Tensor => (t.item() < 5 ? y.neg() : y);
    const { stats, last } = solve(f, { t: [0, 10], y0: 1, rtol: 1e-9, atol: 1e-12, method: 'bs3' });
    expect(stats.evaluations).toBeGreaterThan(1000);
    expect(stats.programs).toBe(0);
    expect(last.item()).toBeCloseTo(1, 6);
  });

  test('keeps an f that gives something else each time op by op, since that is not what was traced', () => {
    let calls = 0;
    const f = (_t: Tensor, y: Tensor): Tensor => y.mul(0).add(++calls);
    const { stats, last } = solve(f, { t: [0, 2000], y0: 0, method: 'euler', dt: 1 });
    expect(stats.programs).toBe(0);
    // Each step adds the number of calls so far; two were made before the first
    expect(last.item()).toBeGreaterThan((2000 * 1999) / 2);
  });

  test('traces anew after an event, which may have changed what f reads', () => {
    let rate = 1;
    const f = (_t: Tensor, y: Tensor): Tensor => y.mul(0).add(rate);
    const turn = { when: (_t: Tensor, y: Tensor) => y.sub(2000.5), reset: (_t: Tensor, y: Tensor) => ((rate = -1), y) };
    const { last, stats } = solve(f, { t: [0, 4001], y0: 0, method: 'rk4', dt: 1, events: [turn] });
    expect(last.item()).toBeCloseTo(0, 8);
    expect(stats.programs).toBe(2);
  });

  test('rounds f32 states where f sees them', () => {
    const { last, stats } = solve((_t: Tensor, y: Tensor) => y.neg(), {
      t: [0, 1],
      y0: tensor([1]),
      method: 'rk4',
      dt: 1 / 1024,
    });
    expect(stats.programs).toBe(1);
    expect(last.dtype).toBe('f32');
    expect(last.data[0]).toBeCloseTo(Math.exp(-1), 6);
  });

  test('keeps plain numbers in what f gives as f64', () => {
    const fall = (_t: Tensor, { v }: { h: Tensor; v: Tensor }): { h: Tensor; v: number } => ({ h: v, v: -9.81 });
    for (const method of ['rk4', 'radau5'] as const) {
      const dt = method === 'rk4' ? { dt: 1 / 1024 } : {};
      const { last } = solve(fall, { t: [0, 1], y0: { h: 0, v: 0 }, method, ...dt });
      expect(last.v.item()).toBeCloseTo(-9.81, 12);
    }
  });
});

describe('a function that was passed through compile', () => {
  test('is a program from the second call on, and traced once for all solves of a form', () => {
    let traces = 0;
    const f = compile((_t: Tensor, y: Tensor) => {
      traces++;
      return y.neg();
    });
    const from = (...y0: number[]) => solve(f, { t: [0, 1], y0: tensor(y0, { dtype: 'f64' }) });
    expect(from(1).last.data[0]).toBeCloseTo(Math.exp(-1), 5);
    const before = traces;
    expect(from(2).last.data[0]).toBeCloseTo(2 * Math.exp(-1), 5);
    expect(from(3).stats.programs).toBe(1);
    expect(traces).toBe(before);
    expect(from(1, 2).last.data[1]).toBeCloseTo(2 * Math.exp(-1), 5);
  });

  test('reads Variables anew in each solve', () => {
    const rate = variable(tensor(1, { dtype: 'f64' }), { name: 'rate' });
    const f = compile((_t: Tensor, y: Tensor) => y.mul(rate.value).neg());
    const end = (method: 'dopri5' | 'bdf'): number => solve(f, { t: [0, 1], y0: 1, method }).last.item();
    for (const value of [1, 2, 3]) {
      rate.assign(tensor(value, { dtype: 'f64' }));
      expect(end('dopri5')).toBeCloseTo(Math.exp(-value), 5);
      expect(end('bdf')).toBeCloseTo(Math.exp(-value), 4);
    }
  });

  test('takes params as an argument of the program, numbers among them as f64', () => {
    let traces = 0;
    const f = compile((_t: Tensor, y: Tensor, { rate }: { rate: Tensor }) => {
      traces++;
      return y.mul(rate).neg();
    });
    const end = (rate: number): number =>
      solve(f, { t: [0, 1], y0: tensor([1], { dtype: 'f64' }), rtol: 1e-12, atol: 1e-12, params: { rate } }).last
        .data[0]!;
    expect(end(0.1)).toBeCloseTo(Math.exp(-0.1), 11);
    const before = traces;
    for (const rate of [0.3, 0.7]) expect(end(rate)).toBeCloseTo(Math.exp(-rate), 11);
    expect(traces).toBe(before);
  });
});
