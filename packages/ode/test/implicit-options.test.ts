/** What implicit methods are told, and what they say back. */
import { type Tensor, tensor } from '@edgewise/core';
import { describe, expect, test } from 'vitest';
import { type MethodName, type Sparsity, type StoredSparsity, inPlace, solve } from '../src/index.ts';
import { begin } from '../src/solve.ts';
import { brusselator } from './problems/brusselator.ts';
import { errorOf } from './problems/problem.ts';
import { robertson } from './problems/robertson.ts';
import { vanDerPol1000 } from './problems/van-der-pol.ts';

const implicit = ['bdf', 'radau5', 'rodas5p', 'kencarp4'] as const satisfies readonly MethodName[];

/** Robertson's reactions with ops, on three numbers. */
const reactions = (_t: Tensor, { a, b, c }: { a: Tensor; b: Tensor; c: Tensor }) => {
  const slow = a.mul(0.04);
  const back = b.mul(c).mul(1e4);
  const fast = b.square().mul(3e7);
  return { a: back.sub(slow), b: slow.sub(back).sub(fast), c: fast };
};

describe('the Jacobian', () => {
  test.each(implicit)('%s: of ops is exact, and a solve takes the steps that it takes when it is given', (method) => {
    const options = { t: [0, 100] as const, method, rtol: 1e-6, atol: 1e-12 };
    const ops = solve(reactions, { ...options, y0: { a: 1, b: 0, c: 0 } });
    const given = solve(inPlace(robertson.f), { ...options, y0: [1, 0, 0], jacobian: robertson.jacobian! });
    expect(ops.stats.steps).toBe(given.stats.steps);
    expect(ops.stats.jacobians).toBe(given.stats.jacobians);
    expect(ops.last.c.item()).toBeCloseTo(given.last[2]!.item(), 8);
  });

  test('by differences costs an evaluation a column; in a band as many as it has diagonals', () => {
    const fills = (sparsity?: Sparsity): { dense: number; values: Float64Array } => {
      const { system } = begin(inPlace(brusselator.f), {
        t: [0, 10],
        y0: Float64Array.from(brusselator.y0),
        ...(sparsity === undefined ? {} : { sparsity }),
      });
      const y = Float64Array.from(brusselator.y0);
      const dy = new Float64Array(500);
      system.f(0, y, dy);
      const before = system.statistics.evaluations;
      const values = new Float64Array(system.jacobian.size);
      system.jacobian.fill(0, y, dy, values);
      return { dense: system.statistics.evaluations - before, values };
    };
    expect(fills().dense).toBe(500);
    const banded = fills({ kind: 'banded', lower: 2, upper: 2 });
    expect(banded.dense).toBe(5);
    const exact = new Float64Array(5 * 500);
    brusselator.jacobian!(0, Float64Array.from(brusselator.y0), exact);
    exact.forEach((value, k) => {
      // Rounding of f, whose terms are 1e4, over the distance.
      expect(Math.abs(value - (banded.values[k] ?? 0))).toBeLessThan(1e-2);
    });
  });

  const band = { kind: 'banded', lower: 2, upper: 2 } as const;
  const columns: Sparsity = {
    kind: 'sparse',
    starts: Int32Array.from({ length: 501 }, (_, j) => {
      let count = 0;
      for (let k = 0; k < j; k++) count += Math.min(499, k + 2) - Math.max(0, k - 2) + 1;
      return count;
    }),
    rows: Int32Array.from(
      Array.from({ length: 500 }, (_, j) => [j - 2, j - 1, j, j + 1, j + 2].filter((i) => i >= 0 && i < 500)).flat(),
    ),
  };

  test.each([
    ['banded', band],
    ['sparse', columns],
    ['matrix-free', { kind: 'matrix-free' }],
  ] as const)('%s, by differences or from products, solves the Brusselator as well', (_kind, sparsity) => {
    for (const method of ['bdf', 'kencarp4'] as const) {
      const { last, status, stats } = solve(inPlace(brusselator.f), {
        t: brusselator.t,
        y0: Float64Array.from(brusselator.y0),
        method,
        rtol: 1e-5,
        atol: 1e-8,
        sparsity,
        dense: false,
        saveAt: [10],
      });
      expect(status).toBe('done');
      expect(errorOf(brusselator, last.data as Float64Array, 1e-5)).toBeLessThan(1e-4);
      expect(stats.linearIterations > 0).toBe(sparsity.kind === 'matrix-free');
      if (sparsity.kind === 'matrix-free') expect(stats.factorizations).toBe(0);
    }
  });

  test.each(['bdf', 'radau5'] as const)(
    '%s: products find a solution in far fewer iterations where a preconditioner has most of the matrix',
    (method) => {
      const run = (preconditioner?: StoredSparsity, jacobian?: typeof brusselator.jacobian) => {
        const { last, status, stats } = solve(inPlace(brusselator.f), {
          t: [0, 1],
          y0: Float64Array.from(brusselator.y0),
          method,
          rtol: 1e-5,
          atol: 1e-8,
          sparsity: { kind: 'matrix-free', preconditioner },
          ...(jacobian === undefined ? {} : { jacobian }),
          dense: false,
          saveAt: [1],
        });
        expect(status).toBe('done');
        return { y: last.data, ...stats };
      };
      const alone = run();
      // Diffusion without the reactions, from differences; and all, written by the user.
      const columnsOf = Array.from({ length: 500 }, (_, j) => [j - 2, j, j + 2].filter((i) => i >= 0 && i < 500));
      const starts = Int32Array.of(0, ...columnsOf.map((_, j) => columnsOf.slice(0, j + 1).flat().length));
      const near = run({ kind: 'sparse', starts, rows: Int32Array.from(columnsOf.flat()) });
      const whole = run(band, brusselator.jacobian);
      expect(near.linearIterations).toBeLessThan(alone.linearIterations / 1.5);
      expect(whole.linearIterations).toBeLessThan(alone.linearIterations / 10);
      expect(whole.factorizations).toBeGreaterThan(0);
      for (const { y } of [near, whole]) y.forEach((value, i) => expect(value).toBeCloseTo(alone.y[i]!, 3));
    },
  );

  test('is taken again when it is too old, not every step', () => {
    const { stats } = solve(inPlace(vanDerPol1000.f), {
      t: [0, 2000],
      y0: [2, 0],
      method: 'bdf',
      jacobian: vanDerPol1000.jacobian!,
    });
    expect(stats.jacobians).toBeLessThan(stats.steps / 8);
    expect(stats.factorizations).toBeLessThan(stats.steps / 3);
    expect(stats.newtonIterations).toBeLessThan(2 * stats.steps);
  });
});

/** y' = z, 0 = y - z: so y' = y. */
const growth = inPlace((_t, w, dw) => {
  dw[0] = w[1]!;
  dw[1] = w[0]! - w[1]!;
});

describe('a mass matrix', () => {
  test.each(implicit)('%s: may be singular, as a diagonal or in full', (method) => {
    for (const mass of [
      [1, 0],
      [
        [1, 0],
        [0, 0],
      ],
      tensor([1, 0]),
      Float64Array.of(1, 0),
    ]) {
      const { last, status } = solve(growth, { t: [0, 1], y0: [1, 1], mass, method, rtol: 1e-7 });
      expect(status).toBe('done');
      expect(last[0]!.item()).toBeCloseTo(Math.E, 4);
      expect(last[1]!.item()).toBeCloseTo(Math.E, 4);
    }
  });

  test.each(implicit)('%s: may mix equations', (method) => {
    // [[2, 1], [1, 1]] y' = [[2, 1], [1, 1]] (-y): the same as y' = -y.
    const { last } = solve(
      inPlace((_t, y, dy) => {
        dy[0] = -2 * y[0]! - y[1]!;
        dy[1] = -y[0]! - y[1]!;
      }),
      {
        t: [0, 1],
        y0: [1, 3],
        mass: [
          [2, 1],
          [1, 1],
        ],
        method,
        rtol: 1e-7,
      },
    );
    expect(last[0]!.item()).toBeCloseTo(Math.exp(-1), 5);
    expect(last[1]!.item()).toBeCloseTo(3 * Math.exp(-1), 5);
  });

  test.each(implicit)('%s: unknowns without dy/dt are right in the middle of the first step', (method) => {
    const solution = solve(growth, { t: [0, 1], y0: [1, 1], mass: [1, 0], method, rtol: 1e-6, dt: 0.01 });
    expect(solution.at(0.003)[1]!.item()).toBeCloseTo(Math.exp(0.003), 5);
  });

  test.each(implicit)('%s: is exact with ops', (method) => {
    const { last } = solve((_t, { y, z }) => ({ y: z, z: y.sub(z) }), {
      t: [0, 1],
      y0: { y: 1, z: 1 },
      mass: [1, 0],
      method,
      rtol: 1e-7,
    });
    expect(last.y.item()).toBeCloseTo(Math.E, 4);
  });

  const refused = (options: object): string => {
    try {
      solve(growth, { t: [0, 1], y0: [1, 1], method: 'radau5', mass: [1, 0], ...options });
    } catch (error) {
      return (error as Error).message;
    }
    return 'not refused';
  };

  test('is refused where it does not fit, or the method takes none', () => {
    expect(refused({ mass: [1, 0, 0] })).toBe(
      'solve: mass holds 3 numbers; the state has 2, so expected its diagonal, [2], or all of it, [2, 2]',
    );
    expect(refused({ mass: { x: 1, y: 0 } })).toBe(
      'solve: mass is an object; expected its diagonal, [2], or all of it, [2, 2], in the order of the numbers in y0\n  try { mass: [1, 1] }',
    );
    expect(refused({ mass: 1 })).toMatch('solve: mass is a number; expected its diagonal');
    expect(refused({ mass: [1, NaN] })).toBe('solve: mass holds a number that is not finite');
    expect(refused({ method: 'dopri5' })).toBe("solve: dopri5 takes no mass matrix\n  try { method: 'radau5' }");
  });

  test('asks for a start that fulfils its constraints, and says what would', () => {
    expect(refused({ y0: [1, 5] })).toMatch(
      /^solve: y0 does not fulfil the equations that mass leaves without dy\/dt: \S+ is 5 and would have to be about 1(\.0\d*)?$/,
    );
    const undetermined = (): unknown =>
      solve(
        inPlace((_t, w, dw) => {
          dw[0] = -w[0]!;
          dw[1] = w[0]! - 1;
        }),
        { t: [0, 1], y0: [1, 0], mass: [1, 0], method: 'radau5' },
      );
    expect(undetermined).toThrow('do not determine the unknowns without dy/dt (index above 1)');
  });
});

describe('a structure', () => {
  const refused = (sparsity: unknown): string => {
    try {
      solve(growth, { t: [0, 1], y0: [1, 1], method: 'bdf', sparsity: sparsity as Sparsity });
    } catch (error) {
      return (error as Error).message.split('\n')[0]!;
    }
    return 'not refused';
  };

  test('is refused where it makes no sense', () => {
    expect(refused({ kind: 'banded', lower: -1, upper: 1 })).toBe(
      'solve: sparsity has lower -1 and upper 1; expected whole numbers from 0 on',
    );
    expect(refused({ kind: 'sparse', starts: Int32Array.of(0, 1), rows: Int32Array.of(0) })).toBe(
      'solve: sparsity does not describe 2 columns of 2 rows',
    );
    expect(refused({ kind: 'matrix-free', preconditioner: { kind: 'banded', lower: 1, upper: 1.5 } })).toBe(
      'solve: sparsity has a preconditioner that has lower 1 and upper 1.5; expected whole numbers from 0 on',
    );
    expect(refused({ kind: 'matrix-free', preconditioner: { kind: 'dense' } })).toBe(
      'solve: sparsity has a preconditioner of kind "dense"; expected "banded" or "sparse"',
    );
    expect(refused({ kind: 'band' })).toBe(
      'solve: sparsity is of kind "band"; expected "dense", "banded", "sparse" or "matrix-free"',
    );
  });
});

describe('a failure of an implicit method is a status', () => {
  test.each(implicit)('%s: f that is NaN from some place on', (method) => {
    const solution = solve(
      inPlace((_t, y, dy) => {
        dy[0] = y[0]! > 2 ? NaN : 1;
      }),
      { t: [0, 3], y0: [1], method },
    );
    expect(solution.status).toBe('non-finite');
    // y is 1 + t up to rounding, and NaN begins where it is above 2.
    expect(solution.reached).toBeGreaterThan(0.99);
    expect(solution.reached).toBeLessThan(1 + 1e-14);
  });

  test.each(implicit)('%s: a solution that ends in finite time', (method) => {
    const solution = solve(
      inPlace((_t, y, dy) => {
        dy[0] = y[0]! * y[0]!;
      }),
      { t: [0, 2], y0: [1], method, maxSteps: 20_000 },
    );
    expect(solution.succeeded).toBe(false);
    expect(solution.reached).toBeCloseTo(1, 3);
    expect(Number.isFinite(solution.last[0]!.item())).toBe(true);
  });

  test.each(['bdf', 'radau5', 'kencarp4'] as const)('%s: a Jacobian that is wrong', (method) => {
    const solution = solve(
      inPlace((_t, y, dy) => {
        dy[0] = -1e6 * (y[0]! - 1);
      }),
      {
        t: [0, 1],
        y0: [0],
        method,
        jacobian: (_t, _y, values) => {
          values[0] = NaN;
        },
      },
    );
    expect(solution.status).toBe('non-finite');
    expect(solution.reached).toBe(0);
  });
});

describe('an implicit method', () => {
  test.each(implicit)('%s: integrates backward', (method) => {
    const { last, status } = solve(
      inPlace((_t, y, dy) => void (dy[0] = y[0]!)),
      {
        t: [1, 0],
        y0: [Math.E],
        method,
        rtol: 1e-8,
      },
    );
    expect(status).toBe('done');
    expect(last[0]!.item()).toBeCloseTo(1, 6);
  });

  test.each(implicit)('%s: reads the solution between its steps', (method) => {
    const solution = solve(inPlace(vanDerPol1000.f), { t: [0, 1000], y0: [2, 0], method, rtol: 1e-7, atol: 1e-9 });
    const tight = solve(inPlace(vanDerPol1000.f), {
      t: [0, 1000],
      y0: [2, 0],
      method: 'radau5',
      rtol: 1e-9,
      atol: 1e-11,
    });
    for (let t = 0.5; t < 1000; t += 13.7) {
      expect(solution.at(t)[0]!.item()).toBeCloseTo(tight.at(t)[0]!.item(), 3);
    }
  });

  test.each(implicit)('%s: takes a forcing that depends on t', (method) => {
    const { last } = solve(
      inPlace((t, y, dy) => void (dy[0] = -50 * (y[0]! - Math.cos(t)))),
      {
        t: [0, 2],
        y0: [0],
        method,
        rtol: 1e-7,
        atol: 1e-10,
      },
    );
    // (2500 cos t + 50 sin t) / 2501, once the start is forgotten.
    expect(last[0]!.item()).toBeCloseTo((2500 * Math.cos(2) + 50 * Math.sin(2)) / 2501, 5);
  });
});

describe('what is so easy that errors are zero', () => {
  const easy: [string, number[], (dy: Float64Array) => void, number][] = [
    ['nothing moves', [3], (dy) => dy.fill(0), 3],
    ['a straight line', [3], (dy) => dy.fill(2), 23],
  ];

  test.each(implicit.flatMap((method) => easy.map(([what, y0, f, end]) => [method, what, y0, f, end] as const)))(
    '%s: %s',
    (method, _what, y0, f, end) => {
      const { last, status, stats } = solve(
        inPlace((_t, _y, dy) => f(dy)),
        { t: [0, 10], y0, method },
      );
      expect(status).toBe('done');
      expect(last[0]!.item()).toBeCloseTo(end, 9);
      expect(stats.steps).toBeLessThan(40);
    },
  );

  test.each(implicit)('%s: a state without numbers', (method) => {
    const { status } = solve(
      inPlace(() => {}),
      { t: [0, 1], y0: new Float64Array(0), method },
    );
    expect(status).toBe('done');
  });
});
