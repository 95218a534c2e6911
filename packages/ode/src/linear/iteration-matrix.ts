/**
 * The matrix of every implicit method, (shift M - J): filled, factored and solved with, real or complex. Where J lies
 * (dense, in a band, sparse, or nowhere) is decided once, when it is made; methods do not know.
 */
import type { MassMatrix, SparseStructure, Sparsity, StoredSparsity, System } from '../system.ts';
import { type Band, bandOf, factorBanded, solveBanded } from './banded-lu.ts';
import { factorComplexBanded, solveComplexBanded } from './complex-banded-lu.ts';
import { factorComplexDense, solveComplexDense } from './complex-dense-lu.ts';
import { bandwidthIn, cuthillMcKee } from './cuthill-mckee.ts';
import { factorDense, solveDense } from './dense-lu.ts';
import { krylovIterationMatrix } from './krylov.ts';

export interface IterationMatrix {
  /** Takes J at `(t, y)`; `dy` is f there. */
  linearize(t: number, y: Float64Array, dy: Float64Array): void;
  /** Prepares shift M - J. False where it is singular, or holds a number that is not finite. */
  factor(shift: number): boolean;
  /** Why the last factorisation failed. */
  troubleInFactor(): 'singular-matrix' | 'non-finite';
  /** Overwrites b by the solution. False where an iteration did not find it. */
  solve(b: Float64Array): boolean;
  /** Prepares (re + i im) M - J beside the real one. */
  factorComplex(re: number, im: number): boolean;
  /** Overwrites bRe + i bIm by the solution. */
  solveComplex(bRe: Float64Array, bIm: Float64Array): boolean;
}

/** Where the entries of J and M go in the storage that is factored. */
interface Places {
  /** Absent for dense storage. */
  readonly band: Band | undefined;
  /** How many numbers are stored. */
  readonly size: number;
  /** Which unknown comes at each place; absent where they stay as they are. */
  readonly order: Int32Array | undefined;
  /** Where each number of `Jacobian.fill` goes; -1 for those that are outside of the matrix. */
  readonly jacobianAt: Int32Array;
  readonly massAt: Int32Array;
  readonly massValues: Float64Array;
}

/** The matrix of a system. */
export function iterationMatrix(system: System): IterationMatrix {
  const { n, jacobian, mass, statistics } = system;
  const { sparsity } = jacobian;
  if (sparsity.kind === 'matrix-free') {
    const { near } = jacobian;
    return krylovIterationMatrix(system, near === undefined ? near : iterationMatrix({ ...system, jacobian: near }));
  }
  const { band, size, order, jacobianAt, massAt, massValues } = placesOf(n, sparsity, jacobian.size, mass);
  const values = new Float64Array(jacobian.size);
  const real = new Float64Array(size);
  const pivots = new Int32Array(n);
  const sorted = new Float64Array(order === undefined ? 0 : n);
  // Made when a method asks for it.
  let complexRe = new Float64Array(0);
  let complexIm = new Float64Array(0);
  let complexPivots = new Int32Array(0);
  const sortedIm = new Float64Array(order === undefined ? 0 : n);

  /** Writes shift M - J. */
  const assemble = (into: Float64Array, shift: number): void => {
    if (band !== undefined || jacobianAt.length < size) into.fill(0);
    for (let k = 0; k < jacobianAt.length; k++) {
      const at = jacobianAt[k]!;
      if (at >= 0) into[at] = -values[k]!;
    }
    for (let k = 0; k < massAt.length; k++) into[massAt[k]!]! += shift * massValues[k]!;
  };

  return {
    linearize(t, y, dy) {
      jacobian.fill(t, y, dy, values);
    },

    factor(shift) {
      statistics.factorizations++;
      assemble(real, shift);
      return band === undefined ? factorDense(real, n, pivots) : factorBanded(real, band, pivots);
    },

    troubleInFactor: () => (values.every(Number.isFinite) ? 'singular-matrix' : 'non-finite'),

    solve(b) {
      const x = order === undefined ? b : sorted;
      if (order !== undefined) for (let k = 0; k < n; k++) sorted[k] = b[order[k]!]!;
      if (band === undefined) solveDense(real, n, pivots, x);
      else solveBanded(real, band, pivots, x);
      if (order !== undefined) for (let k = 0; k < n; k++) b[order[k]!] = sorted[k]!;
      return true;
    },

    factorComplex(re, im) {
      statistics.factorizations++;
      if (complexRe.length === 0) {
        complexRe = new Float64Array(size);
        complexIm = new Float64Array(size);
        complexPivots = new Int32Array(n);
      }
      assemble(complexRe, re);
      complexIm.fill(0);
      for (let k = 0; k < massAt.length; k++) complexIm[massAt[k]!]! += im * massValues[k]!;
      return band === undefined
        ? factorComplexDense(complexRe, complexIm, n, complexPivots)
        : factorComplexBanded(complexRe, complexIm, band, complexPivots);
    },

    solveComplex(bRe, bIm) {
      const xRe = order === undefined ? bRe : sorted;
      const xIm = order === undefined ? bIm : sortedIm;
      if (order !== undefined) {
        for (let k = 0; k < n; k++) {
          sorted[k] = bRe[order[k]!]!;
          sortedIm[k] = bIm[order[k]!]!;
        }
      }
      if (band === undefined) solveComplexDense(complexRe, complexIm, n, complexPivots, xRe, xIm);
      else solveComplexBanded(complexRe, complexIm, band, complexPivots, xRe, xIm);
      if (order !== undefined) {
        for (let k = 0; k < n; k++) {
          bRe[order[k]!] = sorted[k]!;
          bIm[order[k]!] = sortedIm[k]!;
        }
      }
      return true;
    },
  };
}

/** An entry of J or M: its row, its column, and where `Jacobian.fill` or the mass matrix has it. */
type Entry = readonly [row: number, column: number, at: number];

function placesOf(
  n: number,
  sparsity: Exclude<Sparsity, { kind: 'matrix-free' }>,
  size: number,
  mass: MassMatrix | undefined,
): Places {
  const ofMass = massEntries(n, mass);
  const massValues = Float64Array.from(ofMass, ([, , at]) => mass?.values[at] ?? 1);
  if (sparsity.kind === 'dense') {
    const jacobianAt = Int32Array.from({ length: size }, (_, k) => k);
    const massAt = Int32Array.from(ofMass, ([i, j]) => i * n + j);
    return { band: undefined, size, order: undefined, jacobianAt, massAt, massValues };
  }
  const ofJacobian = jacobianEntries(n, sparsity);
  const storage = storageOf(n, sparsity, ofJacobian, ofMass);
  const jacobianAt = new Int32Array(size).fill(-1);
  for (const [i, j, at] of ofJacobian) jacobianAt[at] = storage.at(i, j);
  return {
    band: storage.band,
    size: storage.band === undefined ? n * n : n * storage.band.width,
    order: storage.order,
    jacobianAt,
    massAt: Int32Array.from(ofMass, ([i, j]) => storage.at(i, j)),
    massValues,
  };
}

function jacobianEntries(n: number, sparsity: StoredSparsity): Entry[] {
  const entries: Entry[] = [];
  if (sparsity.kind === 'banded') {
    for (let d = -sparsity.upper; d <= sparsity.lower; d++) {
      const row = (sparsity.upper + d) * n;
      for (let j = Math.max(0, -d); j < Math.min(n, n - d); j++) entries.push([j + d, j, row + j]);
    }
  } else {
    for (let j = 0; j < n; j++) {
      for (let k = sparsity.starts[j]!; k < sparsity.starts[j + 1]!; k++) entries.push([sparsity.rows[k]!, j, k]);
    }
  }
  return entries;
}

function massEntries(n: number, mass: MassMatrix | undefined): Entry[] {
  const entries: Entry[] = [];
  if (mass === undefined || mass.diagonal) for (let i = 0; i < n; i++) entries.push([i, i, i]);
  else {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) if (mass.values[i * n + j] !== 0) entries.push([i, j, i * n + j]);
    }
  }
  return entries;
}

interface Storage {
  readonly band: Band | undefined;
  readonly order: Int32Array | undefined;
  at(i: number, j: number): number;
}

function storageOf(
  n: number,
  sparsity: StoredSparsity,
  ofJacobian: readonly Entry[],
  ofMass: readonly Entry[],
): Storage {
  const all = [...ofJacobian, ...ofMass];
  const order = sparsity.kind === 'sparse' ? cuthillMcKee(n, structureOf(n, all)) : undefined;
  const place = new Int32Array(n);
  for (let k = 0; k < n; k++) place[order?.[k] ?? k] = k;
  const { lower, upper } = bandwidthIn(order ?? place, n, structureOf(n, all));
  // Multiplications of a factorisation: n lower (lower + upper) in a band that pivoting widens, n^3 / 3 without.
  if (lower * (lower + upper) > (n * n) / 3) {
    return { band: undefined, order: undefined, at: (i, j) => i * n + j };
  }
  const band = bandOf(n, lower, upper);
  return { band, order, at: (i, j) => place[i]! * band.width + lower + place[j]! - place[i]! };
}

function structureOf(n: number, entries: readonly Entry[]): SparseStructure {
  const starts = new Int32Array(n + 1);
  for (const [, j] of entries) starts[j + 1]!++;
  for (let j = 0; j < n; j++) starts[j + 1]! += starts[j]!;
  const next = starts.slice();
  const rows = new Int32Array(entries.length);
  for (const [i, j] of entries) rows[next[j]!++] = i;
  return { starts, rows };
}
