import { type Tensor, grad, tensor, variable } from '@edgewise/core';
import { describe, expect, test } from 'vitest';
import { inPlace, solve } from '../src/index.ts';

test('a solve of dy/dt = -y gives e^-t, at the end and between', () => {
  const solution = solve((_t, y) => y.neg(), { t: [0, 1], y0: tensor(1, { dtype: 'f64' }) });
  expect(solution.status).toBe('done');
  expect(solution.last.item()).toBeCloseTo(Math.exp(-1), 6);
  expect(solution.at(0.3).item()).toBeCloseTo(Math.exp(-0.3), 6);
});

test('a state is any nested tree, and plain numbers in it are f64', () => {
  const solution = solve((_t, { x, v }) => ({ x: v, v: x.neg() }), { t: [0, 10], y0: { x: 1, v: 0 }, rtol: 1e-8 });
  expect(solution.last.x.dtype).toBe('f64');
  expect(solution.last.x.item()).toBeCloseTo(Math.cos(10), 6);
  expect(solution.at(3).v.item()).toBeCloseTo(-Math.sin(3), 6);
});

test('entries of what f, a reset and atol give belong to those of y0 by their names, in whatever order they stand', () => {
  const y0 = { x: 1, v: 0 };
  const swing = (_t: Tensor, { x, v }: { x: Tensor; v: Tensor }): { x: Tensor; v: Tensor } => ({ v: x.neg(), x: v });
  const turn = (method: 'auto' | 'radau5', rtol: number): number =>
    solve(swing, { t: [0, 1], y0, method, rtol, atol: { v: 1e-12, x: 1e-12 } }).last.x.item();
  expect(turn('auto', 1e-9)).toBeCloseTo(Math.cos(1), 8);
  expect(turn('radau5', 1e-9)).toBeCloseTo(Math.cos(1), 8); // by the Jacobian too, op by op
  const compiled = solve(swing, { t: [0, 50], y0, method: 'dopri5', rtol: 1e-9 });
  expect(compiled.stats.programs).toBe(1);
  expect(compiled.last.x.item()).toBeCloseTo(Math.cos(50), 5);
  const turned = solve(swing, {
    t: [0, 3],
    y0,
    rtol: 1e-9,
    events: [{ when: (_t, { x }) => x, reset: (_t, { x, v }) => ({ v: v.neg(), x: x.mul(0) }) }],
  });
  expect(turned.last.x.item()).toBeCloseTo(Math.sin(3 - Math.PI / 2), 6);
});

test('a right-hand side in place gives the bits of the same one written with ops', () => {
  const y0 = new Float64Array([1, 0]);
  const plain = solve(
    inPlace((_t, y, dy) => {
      dy[0] = y[1]!;
      dy[1] = -y[0]!;
    }),
    { t: [0, 3], y0 },
  );
  const ops = solve((_t, y: { a: Tensor; b: Tensor }) => ({ a: y.b, b: y.a.neg() }), { t: [0, 3], y0: { a: 1, b: 0 } });
  expect([...plain.last.data]).toEqual([ops.last.a.item(), ops.last.b.item()]);
});

test('euler takes steps of the length that it is told', () => {
  const solution = solve((_t, y) => y, { t: [0, 1], y0: 1, method: 'euler', dt: 0.25 });
  expect(solution.last.item()).toBe(1.25 ** 4);
  expect(solution.t.toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('rounding of t does not add up over many steps of one length', () => {
  // Summed up, 10,000 times 0.1 is off by 1.6e-10.
  const { t: times } = solve(
    inPlace((_t, _y, dy) => void (dy[0] = 1)),
    { t: [0, 1000], y0: [0], method: 'euler', dt: 0.1, dense: false },
  );
  expect(times.size).toBe(10_001);
  const worst = Math.max(...[...times.data].map((t, k) => Math.abs(t - k / 10)));
  expect(worst).toBeLessThanOrEqual(2 ** -43); // the spacing of f64 below 1024
});

describe('derivatives through a solve', () => {
  test('are refused by name, and not zero', () => {
    const throughRate = grad((k: Tensor) => solve((_t, y) => y.mul(k), { t: [0, 1], y0: 1 }).last.sum());
    expect(() => throughRate(tensor(2, { dtype: 'f64' }))).toThrow(
      'grad: solve has no derivative, and the result depends on "k" only through it',
    );
    const throughStart = grad((y0: Tensor) =>
      solve(
        inPlace((_t, y, dy) => (dy[0] = y[0]!)),
        { t: [0, 1], y0 },
      ).at(0.5),
    );
    expect(() => throughStart(tensor(2, { dtype: 'f64' }))).toThrow('solve has no derivative');
  });

  test('leave a solve alone that reads Variables without being asked for any', () => {
    const rate = variable(tensor(-1, { dtype: 'f64' }));
    const { last } = solve((_t, y) => y.mul(rate), { t: [0, 1], y0: 1, rtol: 1e-8 });
    expect(last.item()).toBeCloseTo(Math.exp(-1), 7);
  });
});

describe('f32', () => {
  test('states are given to f and back as f32, and moved in f64, so that small changes are not lost', () => {
    const seen = new Set<string>();
    const steps = 2 ** 14;
    const solution = solve(
      (_t, y) => {
        seen.add(y.dtype);
        return y.mul(0).add(1);
      },
      { t: [0, 1], y0: tensor([1000]), method: 'euler', dt: 1 / steps },
    );
    expect([...seen]).toEqual(['f32']);
    expect(solution.last.dtype).toBe('f32');
    // Each step adds 6e-5, which is as much as the spacing of f32 there: in f32 nothing or the double would be added.
    expect(solution.last.item()).toBe(1001);
  });

  test('brings tolerances that f32 can keep', () => {
    const steps = (y0: Tensor): number => solve((_t, y) => y.neg(), { t: [0, 5], y0, method: 'dopri5' }).stats.steps;
    expect(steps(tensor([1]))).toBeLessThan(steps(tensor([1], { dtype: 'f64' })));
  });
});
