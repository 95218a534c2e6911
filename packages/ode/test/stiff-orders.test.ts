/** The orders of implicit methods, measured with steps of one length. */
import { describe, expect, test } from 'vitest';
import { type Derivative, type Method, methods } from '../src/index.ts';
import { bdf } from '../src/methods/bdf.ts';
import { fixedSteps, systemFor } from './system.ts';

/** Coupled, not linear and not autonomous, with a known solution. */
const f: Derivative = (t, y, dy) => {
  const [a, b] = [y[0]!, y[1]!];
  dy[0] = b * Math.cos(t) - 2 * (a * a - Math.exp(2 * Math.sin(t)));
  dy[1] = (b * b * Math.cos(t)) / a;
};

function jacobian(t: number, [a, b]: Float64Array, values: Float64Array): void {
  values.set([-4 * a!, Math.cos(t), -(b! ** 2 / a! ** 2) * Math.cos(t), ((2 * b!) / a!) * Math.cos(t)]);
}

function exact(t: number): number[] {
  return [Math.exp(Math.sin(t)), Math.exp(Math.sin(t))];
}

/** A stiff one (rate 1e6) whose slow solution is cos t. Prothero, Robinson, Math. Comp. 28 (1974). */
const stiff: Derivative = (t, y, dy) => {
  dy[0] = -1e6 * (y[0]! - Math.cos(t)) - Math.sin(t);
};

interface Measured {
  readonly end: number;
  readonly between: number;
}

/** Slopes of log error against log step, between two numbers of steps. */
function slopes(run: (count: number) => Measured, coarse: number): Measured {
  const [a, b] = [run(coarse), run(2 * coarse)];
  return { end: Math.log2(a.end / b.end), between: Math.log2(a.between / b.between) };
}

describe.each([
  // Newton's iteration leaves 3e-5 of the tolerance, and is given six turns.
  ['radau5', 24, 1e-8],
  ['rodas5p', 16, 1e-11],
  ['kencarp4', 16, 1e-11],
] as const)('%s', (name, coarse, tolerance) => {
  const method = methods[name] as Method;
  const tight = { rtol: tolerance, atol: tolerance };

  test('has its order at the end of an interval, and its interpolant one more than its own between steps', () => {
    const measured = slopes((count) => {
      const { y, between } = fixedSteps(method, systemFor(f, exact(0), tight, { jacobian }), [0, 2], count, exact);
      return { end: Math.hypot(y[0]! - exact(2)[0]!, y[1]! - exact(2)[1]!), between };
    }, coarse);
    expect(Math.abs(measured.end - method.order)).toBeLessThan(0.2);
    const between = Math.min(method.order, method.dense.order + 1);
    expect(Math.abs(measured.between - between)).toBeLessThan(0.2);
  });

  test('is accurate on a stiff equation with steps 10,000 times as long as its fast time', () => {
    const run = (count: number): number => {
      const system = systemFor(stiff, [1], tight);
      const { y } = fixedSteps(method, system, [0, 1], count, (t) => [Math.cos(t)]);
      return Math.abs(y[0]! - Math.cos(1));
    };
    expect(run(100)).toBeLessThan(1e-9);
  });
});

/** Backward differences of a function over h, at t. */
function differencesAt(t: number, h: number, rows: number): number[][] {
  let row = Array.from({ length: rows }, (_, j) => exact(t - j * h));
  return Array.from({ length: rows }, () => {
    const first = row[0]!;
    row = row.slice(1).map((older, j) => row[j]!.map((value, i) => value - older[i]!));
    return first;
  });
}

describe('bdf', () => {
  const tight = { rtol: 1e-11, atol: 1e-11 };

  test.each([1, 2, 3, 4, 5])('held at order %i has this order, from an exact past', (order) => {
    const measured = slopes((count) => {
      const system = systemFor(f, exact(0), tight, { jacobian });
      const { n } = system;
      let begun = false;
      const { y, between } = fixedSteps(bdf, system, [0, 2], count, exact, (state, h) => {
        state.nextOrder = order;
        if (begun) return;
        begun = true;
        state.spacing = h;
        differencesAt(0, h, 8).forEach((row, k) => state.differences.set(row, k * n));
      });
      return { end: Math.hypot(y[0]! - exact(2)[0]!, y[1]! - exact(2)[1]!), between };
    }, 80);
    expect(Math.abs(measured.end - order)).toBeLessThan(0.2);
    expect(Math.abs(measured.between - order)).toBeLessThan(0.2);
  });

  test('a change of step keeps the polynomial that its differences are of', () => {
    // t^3 and 2 t - 1: of degree 3 at most, so a prediction of order 3 is exact after any change of step.
    const polynomial = (t: number): number[] => [t ** 3, 2 * t - 1];
    const system = systemFor((t, _y, dy) => dy.set([3 * t * t, 2]), polynomial(1), tight);
    const state = bdf.init(system, 1, Float64Array.from(polynomial(1)), Float64Array.of(3, 2));
    let row = Array.from({ length: 4 }, (_, j) => polynomial(1 - 0.1 * j));
    for (let k = 0; k < 4; k++) {
      state.differences.set(row[0]!, 2 * k);
      row = row.slice(1).map((older, j) => row[j]!.map((value, i) => value - older[i]!));
    }
    state.spacing = 0.1;
    state.nextOrder = 3;
    for (const h of [0.1, 0.37, 0.05, 0.05, 0.6]) {
      bdf.attempt(system, state, h);
      expect(state.trouble).toBeUndefined();
      expect(state.predicted[0]).toBeCloseTo((state.t + h) ** 3, 11);
      bdf.accept(system, state, state.t + h);
      expect(state.y[0]).toBeCloseTo(state.t ** 3, 11);
    }
  });
});
