import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gmres, gmresWorkspace } from '../../src/linear/gmres.ts';
import { largest, numbersFrom, product, randomBand } from './reference.ts';

const applying =
  (a: readonly (readonly number[])[]) =>
  (v: Float64Array, into: Float64Array): void =>
    into.set(product(a, [...v]));

describe('GMRES', () => {
  test('reaches the solution in as many products as there are unknowns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (n, seed) => {
        const next = numbersFrom(seed);
        const a = randomBand(n, n, n, next).map((row, i) => row.map((value, j) => (i === j ? value + 4 : value)));
        const b = Float64Array.from({ length: n }, next);
        const x = new Float64Array(n);
        const { iterations, converged } = gmres(applying(a), b, x, 1e-12, 2 * n, gmresWorkspace(n, n));
        expect(converged).toBe(true);
        expect(iterations).toBeLessThanOrEqual(n + 1);
        expect(largest(product(a, [...x]).map((value, i) => value - b[i]!))).toBeLessThan(
          1e-11 * (1 + largest([...b])),
        );
      }),
    );
  });

  test('begins anew after as many products as it may keep, and gets there', () => {
    const n = 40;
    const a = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (__, j) => (i === j ? 4 + (i % 5) : 1 / n)),
    );
    const b = Float64Array.from({ length: n }, (_, i) => i % 3);
    const x = new Float64Array(n);
    const { iterations, converged } = gmres(applying(a), b, x, 1e-10, 200, gmresWorkspace(n, 3));
    expect(converged).toBe(true);
    expect(iterations).toBeGreaterThan(3);
    product(a, [...x]).forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 8));
  });

  test('of the identity needs one product, and of nothing none', () => {
    const identity = (v: Float64Array, into: Float64Array): void => into.set(v);
    const x = new Float64Array(3);
    expect(gmres(identity, Float64Array.of(1, 2, 3), x, 1e-10, 10, gmresWorkspace(3, 3))).toEqual({
      iterations: 1,
      converged: true,
    });
    expect([...x]).toEqual([1, 2, 3]);
    expect(gmres(identity, new Float64Array(3), new Float64Array(3), 1e-10, 10, gmresWorkspace(3, 3)).iterations).toBe(
      0,
    );
  });

  test('says that it has not converged for a singular matrix and for NaN, and stops', () => {
    const singular = (v: Float64Array, into: Float64Array): void => into.set([v[0]!, 0]);
    const x = new Float64Array(2);
    const { converged, iterations } = gmres(singular, Float64Array.of(1, 1), x, 1e-10, 50, gmresWorkspace(2, 2));
    expect(converged).toBe(false);
    expect(iterations).toBeLessThanOrEqual(50);
    const nan = (_v: Float64Array, into: Float64Array): void => void into.fill(NaN);
    expect(gmres(nan, Float64Array.of(1, 1), new Float64Array(2), 1e-10, 50, gmresWorkspace(2, 2)).converged).toBe(
      false,
    );
  });
});
