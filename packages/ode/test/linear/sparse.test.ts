import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { colorBand, colorColumns } from '../../src/linear/coloring.ts';
import { bandwidthIn, cuthillMcKee } from '../../src/linear/cuthill-mckee.ts';
import { iterationMatrix } from '../../src/linear/iteration-matrix.ts';
import type { MassMatrix, SparseStructure, Sparsity, System } from '../../src/system.ts';
import { systemFor } from '../system.ts';
import { largest, numbersFrom, product } from './reference.ts';

function structureOf(a: readonly (readonly number[])[]): SparseStructure {
  const rows: number[] = [];
  const starts = a.map((_, j) => {
    const start = rows.length;
    a.forEach((row, i) => row[j] !== 0 && rows.push(i));
    return start;
  });
  return { starts: Int32Array.of(...starts, rows.length), rows: Int32Array.from(rows) };
}

/** A random sparse matrix. */
function sparse(n: number, density: number, next: () => number): number[][] {
  return Array.from({ length: n }, () => Array.from({ length: n }, () => (next() < 2 * density - 1 ? next() : 0)));
}

/** A system whose Jacobian is `a`, laid out in one of the ways there are. */
function systemWith(a: readonly (readonly number[])[], kind: Sparsity['kind'], mass?: MassMatrix): System {
  const n = a.length;
  const structure = structureOf(a);
  const { lower, upper } = bandwidthIn(
    Int32Array.from(a, (_, i) => i),
    n,
    structure,
  );
  const values: number[] = [];
  let sparsity: Sparsity;
  if (kind === 'dense') {
    sparsity = { kind };
    values.push(...a.flat());
  } else if (kind === 'banded') {
    sparsity = { kind, lower, upper };
    for (let d = -upper; d <= lower; d++) for (let j = 0; j < n; j++) values.push(a[j + d]?.[j] ?? 0);
  } else if (kind === 'sparse') {
    sparsity = { kind, ...structure };
    for (let j = 0; j < n; j++) {
      for (let k = structure.starts[j]!; k < structure.starts[j + 1]!; k++) values.push(a[structure.rows[k]!]![j]!);
    }
  } else sparsity = { kind };
  return {
    ...systemFor(
      (_t, y, dy) => dy.set(product(a, [...y])),
      a.map(() => 0),
      { rtol: 1e-6, atol: 1 },
    ),
    jacobian: {
      sparsity,
      exact: true,
      size: values.length,
      fill: (_t, _y, _dy, into) => into.set(values),
      times: (_t, _y, _dy, v, into) => into.set(product(a, [...v])),
      timeRate: (_t, _y, _dy, _h, rate) => rate.fill(0),
    },
    mass,
  };
}

describe('the structure of a Jacobian', () => {
  test('columns of one colour share no row, and every column has one colour', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 25 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (n, d, seed) => {
          const a = sparse(n, d, numbersFrom(seed));
          const groups = colorColumns(n, structureOf(a));
          expect(groups.flatMap((group) => [...group]).sort((x, y) => x - y)).toEqual(a.map((_, j) => j));
          for (const group of groups) {
            for (const row of a) expect([...group].filter((j) => row[j] !== 0).length).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  test('a tridiagonal matrix takes three colours, a diagonal one one, and an arrow as many as it has columns', () => {
    const matrix = (n: number, has: (i: number, j: number) => boolean): number[][] =>
      Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Number(has(i, j))));
    const colors = (a: number[][]): number => colorColumns(a.length, structureOf(a)).length;
    expect(colors(matrix(10, (i, j) => Math.abs(i - j) <= 1))).toBe(3);
    expect(colors(matrix(10, (i, j) => i === j))).toBe(1);
    expect(colors(matrix(10, (i, j) => i === j || i === 0))).toBe(10);
    expect(colorBand(10, 1, 1)).toHaveLength(3);
    expect(colorBand(2, 5, 5)).toHaveLength(2);
  });

  test('Cuthill and McKee find a band that a shuffle has hidden', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), (n, seed) => {
        const next = numbersFrom(seed);
        const shuffled = Array.from({ length: n }, (_, i) => i).sort(() => next());
        const a = shuffled.map((i) => shuffled.map((j) => Number(Math.abs(i - j) <= 1)));
        const order = cuthillMcKee(n, structureOf(a));
        expect([...order].sort((x, y) => x - y)).toEqual(a.map((_, i) => i));
        expect(bandwidthIn(order, n, structureOf(a))).toEqual({ lower: 1, upper: 1 });
      }),
    );
  });
});

describe('the matrix of an implicit method', () => {
  const n = 12;
  const next = numbersFrom(5);
  const a = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => (Math.abs(i - j) <= 2 ? next() : 0)),
  );
  const full = Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 2 : k % (n + 1) === 1 ? 0.3 : 0));
  const masses: [string, MassMatrix | undefined][] = [
    ['without a mass matrix', undefined],
    ['with a diagonal one', { diagonal: true, values: Float64Array.from({ length: n }, (_, i) => i % 3) }],
    ['with a full one', { diagonal: false, values: Float64Array.from(full) }],
  ];
  const kinds = ['dense', 'banded', 'sparse', 'matrix-free'] as const;

  test.each(kinds.flatMap((kind) => masses.map(([what, mass]) => [kind, what, mass] as const)))(
    '%s, %s, solves shift M - J, real and complex',
    (kind, _what, mass) => {
      const matrix = iterationMatrix(systemWith(a, kind, mass));
      const zero = new Float64Array(n);
      matrix.linearize(0, zero, zero);
      const entry = (i: number, j: number): number =>
        mass === undefined
          ? Number(i === j)
          : mass.diagonal
            ? i === j
              ? mass.values[i]!
              : 0
            : mass.values[i * n + j]!;
      const exact = kind === 'matrix-free' ? 0.02 : 1e-12;

      const b = Array.from({ length: n }, next);
      const x = Float64Array.from(b);
      expect(matrix.factor(7)).toBe(true);
      expect(matrix.solve(x)).toBe(true);
      const real = a.map((row, i) => row.map((value, j) => 7 * entry(i, j) - value));
      expect(largest(product(real, [...x]).map((value, i) => value - b[i]!))).toBeLessThan(exact * Math.sqrt(n));

      const c = Array.from({ length: n }, next);
      const [xRe, xIm] = [Float64Array.from(b), Float64Array.from(c)];
      expect(matrix.factorComplex(5, 3)).toBe(true);
      expect(matrix.solveComplex(xRe, xIm)).toBe(true);
      const re = a.map((row, i) => row.map((value, j) => 5 * entry(i, j) - value));
      const im = a.map((row, i) => row.map((_, j) => 3 * entry(i, j)));
      const [reRe, imIm] = [product(re, [...xRe]), product(im, [...xIm])];
      const [reIm, imRe] = [product(re, [...xIm]), product(im, [...xRe])];
      const rest = reRe.flatMap((value, i) => [value - imIm[i]! - b[i]!, reIm[i]! + imRe[i]! - c[i]!]);
      expect(largest(rest)).toBeLessThan(exact * 2 * Math.sqrt(n));
    },
  );

  test('of a band that a shuffle has hidden is stored as a band again, and solved in the order of the unknowns', () => {
    const places = [5, 2, 9, 0, 7, 11, 1, 8, 3, 10, 4, 6];
    const shuffled = places.map((i) => places.map((j) => a[i]![j]!));
    const matrix = iterationMatrix(systemWith(shuffled, 'sparse'));
    const zero = new Float64Array(n);
    matrix.linearize(0, zero, zero);
    const b = Array.from({ length: n }, next);
    const x = Float64Array.from(b);
    expect(matrix.factor(7)).toBe(true);
    matrix.solve(x);
    const [xRe, xIm] = [Float64Array.from(b), Float64Array.from(b)];
    expect(matrix.factorComplex(7, 0)).toBe(true);
    matrix.solveComplex(xRe, xIm);
    const real = shuffled.map((row, i) => row.map((value, j) => (i === j ? 7 : 0) - value));
    for (const solution of [x, xRe, xIm]) {
      expect(largest(product(real, [...solution]).map((value, i) => value - b[i]!))).toBeLessThan(1e-12);
    }
  });

  test('of a structure whose band is too wide to pay is stored dense, and solved all the same', () => {
    const arrow = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 8 }, (__, j) => (i === j ? -3 : i === 0 || j === 0 ? 1 : 0)),
    );
    const matrix = iterationMatrix(systemWith(arrow, 'sparse'));
    matrix.linearize(0, new Float64Array(8), new Float64Array(8));
    const x = new Float64Array(8).fill(1);
    expect(matrix.factor(1)).toBe(true);
    matrix.solve(x);
    const shifted = arrow.map((row, i) => row.map((value, j) => Number(i === j) - value));
    product(shifted, [...x]).forEach((value) => expect(value).toBeCloseTo(1, 12));
  });

  test('says that it is singular', () => {
    for (const kind of ['dense', 'banded', 'sparse'] as const) {
      const matrix = iterationMatrix(
        systemWith(
          [
            [2, 0],
            [1, -1],
          ],
          kind,
        ),
      );
      matrix.linearize(0, new Float64Array(2), new Float64Array(2));
      expect(matrix.factor(2)).toBe(false);
      expect(matrix.factor(3)).toBe(true);
    }
  });
});
