import { tensor } from '@edgewise/core';
import { describe, expect, test } from 'vitest';
import { type MethodName, inPlace, methods, solve } from '../src/index.ts';

describe('a failure is a status, with what was reached', () => {
  test('a solution that ends in finite time', () => {
    const solution = solve((_t, { x }) => ({ x: x.square() }), { t: [0, 2], y0: { x: 1 }, method: 'dopri5' });
    expect(solution.succeeded).toBe(false);
    expect(solution.status).toBe('step-too-small');
    expect(solution.reached).toBeCloseTo(1, 6);
    expect(solution.last.x.item()).toBeGreaterThan(1e12);
    expect(solution.message).toMatch(
      /^dopri5 would need a step below \S+ at t = 1(\.0\d*)?: y\.x is \d(\.\d+)?e\+\d+ and grows; the solution probably ends there$/,
    );
    expect(solution.at(0.5).x.item()).toBeCloseTo(2, 4);
  });

  test('f that gives NaN from some place on', () => {
    const solution = solve(
      inPlace((_t, y, dy) => {
        dy[0] = 1;
        dy[1] = Math.sqrt(1 - y[0]!);
      }),
      { t: [0, 2], y0: { clock: 0, root: [0, 0].slice(0, 1) } },
    );
    expect(solution.status).toBe('non-finite');
    expect(solution.reached).toBeGreaterThan(0.999);
    expect(solution.reached).toBeLessThanOrEqual(1);
    expect(solution.message).toMatch(/^f gives NaN for y\.root\[0\] at t = \S+, however small the step$/);
  });

  test.each([
    ['dense', { kind: 'dense' }, [0, 0, 1, NaN]],
    ['banded', { kind: 'banded', lower: 1, upper: 0 }, [0, NaN, 1, 0]],
    ['sparse', { kind: 'sparse', starts: Int32Array.of(0, 1, 2), rows: Int32Array.of(1, 1) }, [1, NaN]],
  ] as const)(
    'a Jacobian that is NaN where f is not, in which the message says where, %s',
    (_name, sparsity, numbers) => {
      for (const method of ['bdf', 'radau5', 'rodas5p', 'kencarp4'] as const) {
        const solution = solve(
          inPlace((_t, y, dy) => {
            dy[0] = 0;
            dy[1] = y[0]!;
          }),
          { t: [0, 2], y0: { a: 1, b: 0 }, method, sparsity, jacobian: (_t, _y, values) => values.set(numbers) },
        );
        expect(solution.status).toBe('non-finite');
        expect(solution.message).toBe(
          'the Jacobian has NaN for the slope of y.b by y.b at t = 0, where f is finite, however small the step',
        );
      }
    },
  );

  test('f that gives infinity at the start', () => {
    const solution = solve((t, y) => y.div(t), { t: [0, 1], y0: tensor([1, 2], { dtype: 'f64' }) });
    expect(solution.status).toBe('non-finite');
    expect(solution.reached).toBe(0);
    expect(solution.message).toBe('f gives Infinity for y[0] at t = 0, however small the step');
  });

  test('a start that is not finite, of which f is not accused', () => {
    const clock = inPlace((_t, _y, dy) => void dy.fill(1));
    for (const method of ['auto', 'rk4', 'bdf'] as const) {
      const { status, message, stats } = solve(clock, { t: [2, 3], y0: { a: 1, b: NaN }, method, dt: 0.1 });
      expect([status, message]).toEqual(['non-finite', 'y.b is NaN at t = 2, where the solve is to go on from']);
      expect(stats.steps + stats.rejected).toBe(0);
    }
    expect(solve(clock, { t: [2, 3], y0: Infinity }).status).toBe('non-finite');
  });

  test('a reset that gives NaN', () => {
    const { status, message, reached } = solve(
      inPlace((_t, _y, dy) => void dy.fill(1)),
      { t: [0, 3], y0: 0, events: [{ when: (_t, y) => y[0]! - 1, reset: (_t, y) => void y.fill(NaN) }] },
    );
    expect(status).toBe('non-finite');
    expect(message).toMatch(/^y is NaN at t = \S+, where the solve is to go on from$/);
    expect(reached).toBeCloseTo(1, 12);
  });

  test('a fixed step that is too short for the attempts allowed, which is not said to be for want of accuracy', () => {
    const { status, message } = solve((_t, y) => y.neg(), { t: [0, 1], y0: 1, method: 'rk4', dt: 1e-3, maxSteps: 10 });
    expect(status).toBe('too-many-steps');
    expect(message).toBe('10 attempts went only to t = 0.01, with steps of 0.001, which dt says');
  });

  test('a method of fixed step that overflows', () => {
    const solution = solve((_t, y) => y.square(), { t: [0, 10], y0: 1, method: 'rk4', dt: 0.5 });
    expect(solution.status).toBe('non-finite');
    expect(solution.reached).toBeLessThan(10);
    expect(Number.isFinite(solution.last.item())).toBe(true);
  });

  test('a stiff problem with an explicit method runs out of steps, and the message says in which component', () => {
    const solution = solve(
      inPlace((t, y, dy) => {
        dy[0] = -y[0]!;
        dy[1] = -1e6 * (y[1]! - Math.cos(t));
        dy[2] = y[0]!;
      }),
      { t: [0, 10], y0: { slow: 1, fast: 1, sum: 0 }, maxSteps: 2000, method: 'tsit5' },
    );
    expect(solution.status).toBe('too-many-steps');
    expect(solution.stats.steps + solution.stats.rejected).toBe(2000);
    expect(solution.message).toMatch(
      /^2000 attempts went only to t = 0\.00\d+, with steps of \S+: stiff in y\.fast, which changes on a scale of 1e-6; try method: 'auto'$/,
    );
  });

  test('a shortest step that is too long', () => {
    const solution = solve((_t, y) => y.neg().mul(1000), { t: [0, 1], y0: 1, dtMin: 0.1, dt: 0.1, method: 'dopri5' });
    expect(solution.status).toBe('step-too-small');
    expect(solution.reached).toBe(0);
    expect(solution.message).toContain("stiff in y, which changes on a scale of 0.001; try method: 'auto'");
  });

  test('a jump in f costs steps, and no more', () => {
    const solution = solve(
      inPlace((t, _y, dy) => {
        dy[0] = t < Math.SQRT1_2 ? 1 : -2;
      }),
      { t: [0, 1], y0: [0], rtol: 1e-9, atol: 1e-9 },
    );
    expect(solution.status).toBe('done');
    expect(solution.last[0].item()).toBeCloseTo(Math.SQRT1_2 - 2 * (1 - Math.SQRT1_2), 7);
  });
});

test.each(
  Object.entries(methods).flatMap(([name, method]) =>
    method.kind === 'switching' || (method.errorOrder !== undefined && method.takesNoise !== true)
      ? [name as MethodName]
      : [],
  ),
)('%s: a component that begins at zero, without an absolute tolerance, is solved', (method) => {
  // y' = -5 (y - cos t) from 0 on: y = (25 cos t + 5 sin t - 25 e^-5t) / 26.
  const { status, last, stats } = solve(
    inPlace((t, y, dy) => {
      dy[0] = -5 * (y[0]! - Math.cos(t));
      dy[1] = -y[1]!;
    }),
    { t: [0, 1], y0: [0, 1], method, rtol: 1e-6, atol: 0 },
  );
  expect(status).toBe('done');
  expect(stats.steps).toBeLessThan(300);
  expect(last[0].item()).toBeCloseTo((25 * Math.cos(1) + 5 * Math.sin(1) - 25 * Math.exp(-5)) / 26, 4);
  expect(last[1].item()).toBeCloseTo(Math.exp(-1), 5);
});

describe('a mistake throws where it is made', () => {
  const decay = inPlace((_t, y, dy) => {
    dy[0] = -y[0]!;
  });
  const attempt = (options: object) => () => solve(decay, { t: [0, 1], y0: [1], ...options });

  test.each([
    [{ method: 'dopri54' }, 'solve: no method named "dopri54"\n  near: "dopri5", "dop853"; all names are in `methods`'],
    [{ controller: 'pid' }, 'solve: no controller named "pid"\n  near: "PID", "PI"; all names are in `controllers`'],
    [
      { t: [0, NaN] },
      'solve: t is [0, NaN]; expected two finite numbers, where from and where to\n  try { t: [0, 10] }',
    ],
    [{ t: [-1.7e308, 1.7e308] }, 'solve: t is [-1.7e+308, 1.7e+308]; expected two finite numbers'],
    [{ t: tensor([0, 1]) }, 'solve: t is f32 [2]; expected two finite numbers'],
    [{ method: {} }, 'solve: method is an object that makes no steps; expected a name, or a method of your own'],
    [{ progress: true }, 'solve: progress is true; expected a function that is told how far the solve is'],
    [
      { t: [0, 0.3], saveAt: tensor([0.1, 0.3]) },
      'solve: saveAt[1] is 0.30000001192092896; expected a time from 0.10000000149011612 to 0.3, in this order\n' +
        "  try f64 for the times, such as linspace(0, 0.3, 2, { dtype: 'f64' })",
    ],
    [{ t: undefined }, 'solve: t is missing; expected two finite numbers'],
    [{ rtol: -1 }, 'solve: rtol is -1; expected a number from 0 on'],
    [{ atol: [-1] }, 'solve: atol is -1; expected a number from 0 on'],
    [{ atol: [1, 2] }, 'solve: atol has 2 leaves (atol[0], atol[1]); y0 has 1 leaf (y0[0])'],
    [{ dt: 0 }, 'solve: dt is 0; expected a positive number, also where t goes backward'],
    [{ dtMax: -1 }, 'solve: dtMax is -1; expected a positive number'],
    [{ maxSteps: NaN }, 'solve: maxSteps is NaN; expected a positive number'],
    [
      { method: 'rk4' },
      "solve: rk4 has no error estimate, so it must be told its step\n  try { method: 'rk4', dt: 0.01 }",
    ],
    [{ saveAt: 3 }, 'solve: saveAt is 3; expected a list of times'],
    [{ tol: 1e-3 }, 'solve: no option named "tol"\n  near: "atol", "rtol"'],
    [{ y0: [] }, 'solve: y0 holds no number and no tensor'],
    [{ y0: new Int32Array([1]) }, "solve: y0 is i32; a state that moves is f64 or f32\n  try y0.cast('f64')"],
    [{ events: [{ when: () => 1, terminate: true }] }, 'no option named "terminate"'],
  ])('%o', (options, message) => {
    expect(attempt(options)).toThrow(message);
  });

  test('f that gives another form than y0', () => {
    expect(() => solve((() => ({ x: 1 })) as never, { t: [0, 1], y0: { x: 1, v: 2 } })).toThrow(
      'solve: f gives 1 leaf (f(t, y).x); y0 has 2 leaves (y0.x, y0.v)',
    );
    expect(() => solve((() => ({ v: 1, y: 2 })) as never, { t: [0, 1], y0: { x: 1, v: 2 } })).toThrow(
      'solve: f gives 2 leaves (f(t, y).v, f(t, y).y); y0 has 2 leaves (y0.x, y0.v)',
    );
    expect(() => solve((async () => 1) as never, { t: [0, 1], y0: 1 })).toThrow(
      'solve: f gives a promise; expected a tree of the form of y0 (y0)',
    );
    expect(() => solve((() => undefined) as never, { t: [0, 1], y0: 1 })).toThrow('solve: f gives undefined; expected');
    expect(() => solve((() => tensor([1, 2, 3])) as never, { t: [0, 1], y0: tensor([1, 2]) })).toThrow(
      'solve: f(t, y) is [3]; y0 is [2]',
    );
  });

  test('no function for f', () => {
    for (const f of [null, undefined, 5, {}]) {
      expect(() => solve(f as never, { t: [0, 1], y0: 1 })).toThrow(
        `solve: expected a function that gives dy/dt, received ${f === null ? 'null' : typeof f}`,
      );
    }
  });

  test('inPlace without a function', () => {
    expect(() => inPlace(3 as never)).toThrow('inPlace: expected a function of (t, y, dy), received number');
  });

  test('inPlace with a function that gives its slopes instead of writing them', () => {
    expect(() =>
      solve(
        inPlace((_t, y) => [-y[0]!]),
        { t: [0, 1], y0: 1 },
      ),
    ).toThrow(
      'solve: the function in inPlace gives its numbers; expected that it writes them into its last argument\n  try inPlace((t, y, dy) => { dy[0] = -y[0]; })',
    );
    const around = (options: object) => () => solve(decay, { t: [0, 1], y0: [1], ...options });
    expect(around({ method: 'bdf', jacobian: () => [[-1]] })).toThrow(
      'solve: jacobian gives its numbers; expected that it writes them into its last argument\n  try jacobian: (t, y, values) => { values[0] = -1; }',
    );
    expect(around({ method: 'bdf', jacobian: [[-1]] })).toThrow(
      'solve: jacobian is -1; expected a function that writes',
    );
    expect(around({ method: 'milstein', dt: 0.1, seed: 1, noise: () => [1] })).toThrow(
      'solve: noise gives its numbers',
    );
    const events = [{ when: (_t: number, y: Float64Array) => y[0]! - 0.5, reset: () => [1] }];
    expect(around({ events })).toThrow('solve: events[0].reset gives its numbers; expected that it writes');
    const filled = solve(
      inPlace((_t, _y, dy) => dy.fill(1)),
      { t: [0, 1], y0: 1 },
    );
    expect(filled.last.item()).toBeCloseTo(2, 12);
  });
});

test('a component that is 0 and stays so needs no absolute tolerance, whatever the method', () => {
  for (const [name, method] of Object.entries(methods)) {
    if (method.kind !== 'switching' && method.errorOrder === undefined && method.nextStep === undefined) continue;
    const { status, last } = solve(
      inPlace((_t, y, dy) => {
        dy[0] = -y[0]!;
        dy[1] = -y[1]!;
      }),
      { t: [0, 1], y0: new Float64Array([1, 0]), atol: 0, method: name as MethodName },
    );
    expect([name, status]).toEqual([name, 'done']);
    expect(last.data[0]).toBeCloseTo(Math.exp(-1), 4);
    expect(last.data[1]).toBe(0);
  }
});
