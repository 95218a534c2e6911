/** df/dy for implicit methods: given, or column by column, all columns that share no row at once. */
import { ArgumentError } from '@edgewise/core';
import { type ColumnGroups, colorBand, colorColumns } from './linear/coloring.ts';
import { checkGivesNothing } from './problem.ts';
import type { Statistics } from './statistics.ts';
import type { Derivative, Jacobian, SparseStructure, Sparsity } from './system.ts';
import type { Tolerance } from './tolerance.ts';

/** Writes the derivative of f at `(t, y)` along `(tDirection, v)`; `dy` is f there. */
export type Directional = (
  t: number,
  y: Float64Array,
  dy: Float64Array,
  tDirection: number,
  v: Float64Array,
  along: Float64Array,
) => void;

/** Writes df/dy at `(t, y)` into `values`, laid out as the sparsity says. */
export type FillJacobian = (t: number, y: Float64Array, values: Float64Array) => void;

/** What is known of f. */
export interface JacobianParts {
  readonly n: number;
  readonly f: Derivative;
  readonly directional: Directional;
  /** Whether `directional` comes from derivatives. */
  readonly exact: boolean;
  readonly given: FillJacobian | undefined;
  readonly sparsity: Sparsity;
  readonly tolerance: Tolerance;
  readonly statistics: Statistics;
}

export function jacobianOf({
  n,
  f,
  directional,
  exact,
  given,
  sparsity,
  tolerance,
  statistics,
}: JacobianParts): Jacobian {
  const none = new Float64Array(n);
  if (sparsity.kind === 'matrix-free' && sparsity.preconditioner !== undefined) {
    const parts = { n, f, directional, exact, tolerance, statistics };
    const near = jacobianOf({ ...parts, given, sparsity: sparsity.preconditioner });
    return { ...jacobianOf({ ...parts, given: undefined, sparsity: { kind: 'matrix-free' } }), sparsity, near };
  }
  // Made when it is first wanted: explicit methods with many unknowns never want it.
  let fill: Filler | undefined = given === undefined ? undefined : written(given);
  return {
    sparsity,
    exact: exact || given !== undefined,
    size: sizeOf(n, sparsity),
    fill: (t, y, dy, values) => {
      statistics.jacobians++;
      fill ??= filler({ n, f, directional, exact, sparsity, tolerance });
      fill(t, y, values, dy);
    },
    times: (t, y, dy, v, product) => directional(t, y, dy, 0, v, product),
    timeRate: exact
      ? (t, y, dy, _h, rate) => directional(t, y, dy, 1, none, rate)
      : (t, y, dy, h, rate) => {
          // Far enough for t to move by half of its digits, and a small part of what the rate is wanted for.
          const distance = Math.sign(h) * Math.max(rootOfRounding * Math.abs(t), 1e-4 * Math.abs(h));
          f(t + distance, y, rate);
          for (let i = 0; i < n; i++) rate[i] = (rate[i]! - dy[i]!) / distance;
        },
  };
}

/** A Jacobian of the user's own, which must not give a matrix instead of writing it: looked at once. */
function written(given: FillJacobian): Filler {
  if (typeof given !== 'function') {
    throw new ArgumentError({
      code: 'not-a-function',
      op: 'solve',
      problem: `jacobian is ${String(given)}; expected a function that writes df/dy into its third argument`,
      received: given,
      remedy: aJacobian,
    });
  }
  let isKnown = false;
  return (t, y, values) => {
    const result: unknown = given(t, y, values);
    if (isKnown) return;
    isKnown = true;
    checkGivesNothing('jacobian', result, values, aJacobian);
  };
}

const aJacobian = 'jacobian: (t, y, values) => { values[0] = -1; }';

/** How many numbers a Jacobian of that structure has. */
export function sizeOf(n: number, sparsity: Sparsity): number {
  switch (sparsity.kind) {
    case 'dense':
      return n * n;
    case 'banded':
      return (sparsity.lower + sparsity.upper + 1) * n;
    case 'sparse':
      return sparsity.rows.length;
    case 'matrix-free':
      return 0;
  }
}

const rootOfRounding = Math.sqrt(Number.EPSILON);

type Filler = (t: number, y: Float64Array, values: Float64Array, dy: Float64Array) => void;

/** One evaluation, or one directional derivative, for each group of columns. */
function filler({
  n,
  f,
  directional,
  exact,
  sparsity,
  tolerance,
}: Omit<JacobianParts, 'given' | 'statistics'>): Filler {
  if (sparsity.kind === 'matrix-free') return () => {};
  const { starts, rows, at } = entriesOf(n, sparsity);
  const groups = groupsOf(n, sparsity);
  const moved = new Float64Array(n);
  const along = new Float64Array(n);

  if (exact) {
    return (t, y, values, dy) => {
      for (const group of groups) {
        moved.fill(0);
        for (const j of group) moved[j] = 1;
        directional(t, y, dy, 0, moved, along);
        for (const j of group) for (let k = starts[j]!; k < starts[j + 1]!; k++) values[at[k]!] = along[rows[k]!]!;
      }
    };
  }
  return (t, y, values, dy) => {
    moved.set(y);
    for (const group of groups) {
      for (const j of group) moved[j] = y[j]! + distanceAt(y[j]!, j, tolerance);
      f(t, moved, along);
      for (const j of group) {
        const distance = moved[j]! - y[j]!;
        for (let k = starts[j]!; k < starts[j + 1]!; k++) {
          const i = rows[k]!;
          values[at[k]!] = (along[i]! - dy[i]!) / distance;
        }
        moved[j] = y[j]!;
      }
    }
  };
}

/** The shortest and the longest distance of a difference, relative to the size of y. */
const shortest = 1e-6;
const longest = 1e-4;

/**
 * As far as y may be off, since corrections are about as long; and not so short that rounding counts where the terms of f
 * cancel. With half of the digits of y (Dennis, Schnabel (1983), section 5.4), what rounding leaves of a slow component of
 * E5 exceeds its derivative, and the solution drifts away. A Newton iteration does not mind four right digits.
 */
function distanceAt(y: number, j: number, { rtol, atol }: Tolerance): number {
  const size = Math.max(Math.abs(y), atol[j]! / rtol);
  return Math.min(longest, Math.max(shortest, rtol)) * (size > 0 ? size : 1e-5) * (y < 0 ? -1 : 1);
}

function groupsOf(n: number, sparsity: Exclude<Sparsity, { kind: 'matrix-free' }>): ColumnGroups {
  switch (sparsity.kind) {
    case 'dense':
      return Array.from({ length: n }, (_, j) => Int32Array.of(j));
    case 'banded':
      return colorBand(n, sparsity.lower, sparsity.upper);
    case 'sparse':
      return colorColumns(n, sparsity);
  }
}

/** The entries column by column, and where the values have them. */
function entriesOf(
  n: number,
  sparsity: Exclude<Sparsity, { kind: 'matrix-free' }>,
): SparseStructure & { readonly at: Int32Array } {
  if (sparsity.kind === 'sparse') {
    return { starts: sparsity.starts, rows: sparsity.rows, at: sparsity.rows.map((_, k) => k) };
  }
  const { lower, upper } = sparsity.kind === 'banded' ? sparsity : { lower: n - 1, upper: n - 1 };
  const starts = new Int32Array(n + 1);
  const rows: number[] = [];
  const at: number[] = [];
  for (let j = 0; j < n; j++) {
    for (let i = Math.max(0, j - upper); i <= Math.min(n - 1, j + lower); i++) {
      rows.push(i);
      at.push(sparsity.kind === 'banded' ? (upper + i - j) * n + j : i * n + j);
    }
    starts[j + 1] = rows.length;
  }
  return { starts, rows: Int32Array.from(rows), at: Int32Array.from(at) };
}
