import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRoot } from '../src/find-root.ts';

describe('findRoot', () => {
  test('finds the crossing of any cubic between places of different sign, on the side of the second', () => {
    const coefficient = fc.integer({ min: -100, max: 100 });
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, coefficient, (p, q, r, s) => {
        const f = (x: number): number => ((p * x + q) * x + r) * x + s;
        const [a, b] = [-1, 2];
        fc.pre(f(a) * f(b) < 0); // whole numbers: no underflow
        let evaluations = 0;
        const counted = (x: number): number => {
          evaluations++;
          return f(x);
        };
        const root = findRoot(counted, a, b, f(a), f(b), 1e-12);
        // The sign changes within the tolerance of the place.
        const [before, after] = [f(root - 2e-12), f(root + 2e-12)].map(Math.sign);
        expect(before !== after || f(root) === 0).toBe(true);
        expect(Math.sign(f(root)) * Math.sign(f(b))).toBeGreaterThanOrEqual(0);
        expect(evaluations).toBeLessThanOrEqual(128);
      }),
      { verbose: true },
    );
  });

  test('goes from b to a as well as from a to b', () => {
    const f = (x: number): number => Math.cos(x) - x;
    for (const [a, b] of [
      [0, 1],
      [1, 0],
    ] as const) {
      expect(findRoot(f, a, b, f(a), f(b), 0)).toBeCloseTo(0.7390851332151607, 14);
    }
  });

  test('needs few evaluations where the function is smooth, and no more than bisection where it jumps', () => {
    const count = (f: (x: number) => number): number => {
      let evaluations = 0;
      findRoot((x) => (evaluations++, f(x)), 0, 1, f(0), f(1), 1e-14);
      return evaluations;
    };
    expect(count((x) => Math.exp(x) - 2)).toBeLessThan(9);
    expect(count((x) => (x < 1 / 3 ? -1 : 1))).toBeLessThan(60);
  });
});
