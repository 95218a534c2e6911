/** Random linear systems, stiff ones among them, whose solution is known whatever the mass matrix. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inPlace, solve } from '../src/index.ts';
import { numbersFrom, product } from './linear/reference.ts';

/**
 * y = V e^(D t) V^-1 y0 with V = I + a strictly lower triangle: then V^-1 y0 is found by substitution, and the right-hand
 * side of M y' = M V D V^-1 y is formed the same way.
 */
function linearSystem(n: number, rates: readonly number[], seed: number) {
  const next = numbersFrom(seed);
  const v = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => (i === j ? 1 : j < i ? next() : 0)),
  );
  const mass = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => (i === j ? 2 : 0) + next() / n),
  );
  const y0 = Array.from({ length: n }, next);
  const modes = (y: readonly number[]): number[] => {
    const x = [...y];
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) x[i]! -= v[i]![j]! * x[j]!;
    return x;
  };
  const f = inPlace((_t, y, dy) => {
    const slope = product(
      v,
      modes([...y]).map((x, i) => rates[i]! * x),
    );
    dy.set(product(mass, slope));
  });
  const exact = (t: number): number[] =>
    product(
      v,
      modes(y0).map((x, i) => x * Math.exp(rates[i]! * t)),
    );
  return { f, mass, y0, exact };
}

describe.each(['bdf', 'radau5', 'rodas5p', 'kencarp4'] as const)('%s', (method) => {
  test('solves random linear systems with a random mass matrix, decays of 1 to 1e5 together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (exponents, seed) => {
          const { f, mass, y0, exact } = linearSystem(
            exponents.length,
            exponents.map((e) => -(10 ** e)),
            seed,
          );
          const solution = solve(f, { t: [0, 2], y0: Float64Array.from(y0), mass, method, rtol: 1e-6, atol: 1e-8 });
          expect(solution.status).toBe('done');
          for (const t of [0.01, 0.5, 2]) {
            exact(t).forEach((value, i) => {
              expect(Math.abs(solution.at(t).data[i]! - value)).toBeLessThan(2e-4);
            });
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
