import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bandOf, factorBanded, solveBanded } from '../../src/linear/banded-lu.ts';
import { factorComplexBanded, solveComplexBanded } from '../../src/linear/complex-banded-lu.ts';
import { factorComplexDense, solveComplexDense } from '../../src/linear/complex-dense-lu.ts';
import { factorDense, solveDense } from '../../src/linear/dense-lu.ts';
import { complexProduct, largest, numbersFrom, product, randomBand } from './reference.ts';

/** A band as `banded-lu.ts` stores it, from nested arrays. */
function stored(a: readonly (readonly number[])[], lower: number, upper: number): Float64Array {
  const n = a.length;
  const { width } = bandOf(n, lower, upper);
  const values = new Float64Array(n * width);
  a.forEach((row, i) =>
    row.forEach((value, j) => {
      if (i - j <= lower && j - i <= upper) values[i * width + lower + j - i] = value;
    }),
  );
  return values;
}

const shapes = fc.record({
  n: fc.integer({ min: 1, max: 30 }),
  lower: fc.integer({ min: 0, max: 6 }),
  upper: fc.integer({ min: 0, max: 6 }),
  seed: fc.nat(),
});

/** What is left over, relative to the sizes that went in: small for any matrix with partial pivoting. */
function leftOver(a: readonly (readonly number[])[], x: readonly number[], b: readonly number[]): number {
  const rest = product(a, x).map((value, i) => value - b[i]!);
  return largest(rest) / (largest(a.flat()) * largest(x) * a.length + largest(b));
}

describe('LU factorisation', () => {
  test('solves random dense systems to rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), (n, seed) => {
        const next = numbersFrom(seed);
        const a = randomBand(n, n, n, next);
        const b = Array.from({ length: n }, next);
        const factors = Float64Array.from(a.flat());
        const pivots = new Int32Array(n);
        const x = Float64Array.from(b);
        expect(factorDense(factors, n, pivots)).toBe(true);
        solveDense(factors, n, pivots, x);
        expect(leftOver(a, [...x], b)).toBeLessThan(1e-13);
      }),
    );
  });

  test('solves random banded systems as the dense one does', () => {
    fc.assert(
      fc.property(shapes, ({ n, lower, upper, seed }) => {
        const next = numbersFrom(seed);
        const a = randomBand(n, lower, upper, next);
        const b = Array.from({ length: n }, next);
        const band = bandOf(n, lower, upper);
        const factors = stored(a, lower, upper);
        const dense = Float64Array.from(a.flat());
        const pivots = new Int32Array(n);
        const x = Float64Array.from(b);
        const regular = factorDense(dense, n, new Int32Array(n));
        expect(factorBanded(factors, band, pivots)).toBe(regular);
        if (!regular) return;
        solveBanded(factors, band, pivots, x);
        expect(leftOver(a, [...x], b)).toBeLessThan(1e-13);
      }),
    );
  });

  test('solves random complex systems, dense and banded', () => {
    fc.assert(
      fc.property(shapes, ({ n, lower, upper, seed }) => {
        const next = numbersFrom(seed);
        // A shift on the diagonal keeps it regular.
        const re = randomBand(n, lower, upper, next).map((row, i) => row.map((v, j) => (i === j ? v + 3 : v)));
        const im = randomBand(n, lower, upper, next);
        const a = re.map((row, i) => row.map((value, j) => ({ re: value, im: im[i]![j]! })));
        const b = Array.from({ length: n }, () => ({ re: next(), im: next() }));
        const solutions = [
          (() => {
            const [fRe, fIm] = [Float64Array.from(re.flat()), Float64Array.from(im.flat())];
            const [xRe, xIm] = [Float64Array.from(b, (v) => v.re), Float64Array.from(b, (v) => v.im)];
            const pivots = new Int32Array(n);
            expect(factorComplexDense(fRe, fIm, n, pivots)).toBe(true);
            solveComplexDense(fRe, fIm, n, pivots, xRe, xIm);
            return [xRe, xIm] as const;
          })(),
          (() => {
            const [fRe, fIm] = [stored(re, lower, upper), stored(im, lower, upper)];
            const [xRe, xIm] = [Float64Array.from(b, (v) => v.re), Float64Array.from(b, (v) => v.im)];
            const pivots = new Int32Array(n);
            const band = bandOf(n, lower, upper);
            expect(factorComplexBanded(fRe, fIm, band, pivots)).toBe(true);
            solveComplexBanded(fRe, fIm, band, pivots, xRe, xIm);
            return [xRe, xIm] as const;
          })(),
        ];
        for (const [xRe, xIm] of solutions) {
          const x = [...xRe].map((value, i) => ({ re: value, im: xIm[i]! }));
          const rest = complexProduct(a, x).flatMap((value, i) => [value.re - b[i]!.re, value.im - b[i]!.im]);
          expect(largest(rest)).toBeLessThan(1e-12 * (1 + largest([...xRe, ...xIm])));
        }
      }),
    );
  });

  test('needs its pivots: a zero on the diagonal is no obstacle', () => {
    const factors = Float64Array.of(0, 1, 1, 0);
    const pivots = new Int32Array(2);
    const x = Float64Array.of(3, 5);
    expect(factorDense(factors, 2, pivots)).toBe(true);
    solveDense(factors, 2, pivots, x);
    expect([...x]).toEqual([5, 3]);
  });

  test('says that a matrix is singular, and that it is not finite, and gives no NaN', () => {
    const pivots = new Int32Array(2);
    const band = bandOf(2, 1, 1);
    const bad = [
      [1, 2, 2, 4],
      [0, 0, 0, 0],
      [NaN, 1, 1, 1],
      [Infinity, 1, 1, 1],
    ];
    for (const values of bad) {
      const [a, b, c, d] = values as [number, number, number, number];
      const rows = [
        [a, b],
        [c, d],
      ];
      expect(factorDense(Float64Array.from(values), 2, pivots)).toBe(false);
      expect(factorBanded(stored(rows, 1, 1), band, pivots)).toBe(false);
      expect(factorComplexDense(Float64Array.from(values), new Float64Array(4), 2, pivots)).toBe(false);
      expect(factorComplexBanded(stored(rows, 1, 1), new Float64Array(8), band, pivots)).toBe(false);
    }
  });

  test('complex pivots as small or as large as numbers go do not overflow when they are inverted', () => {
    for (const size of [1e-300, 1e300]) {
      const [re, im] = [Float64Array.of(size), Float64Array.of(-2 * size)];
      const [xRe, xIm] = [Float64Array.of(size), Float64Array.of(0)];
      const pivots = new Int32Array(1);
      expect(factorComplexDense(re, im, 1, pivots)).toBe(true);
      solveComplexDense(re, im, 1, pivots, xRe, xIm);
      expect(xRe[0]).toBeCloseTo(0.2, 14);
      expect(xIm[0]).toBeCloseTo(0.4, 14);
    }
  });
});
