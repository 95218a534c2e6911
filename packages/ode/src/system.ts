/** A differential equation as methods see it: plain numbers in flat arrays, and everything that is exact about them. */
import type { BrownianPath } from './noise/brownian-path.ts';
import type { Statistics } from './statistics.ts';
import type { Tolerance } from './tolerance.ts';

/** Writes dy/dt at `(t, y)` into `dy`; must not keep or change `y`. */
export type Derivative = (t: number, y: Float64Array, dy: Float64Array) => void;

/** Where a Jacobian has entries, which is also how `Jacobian.fill` lays them out. */
export type Sparsity =
  /** Row by row, `[n * n]`: entry (i, j) at `i * n + j`. */
  | { readonly kind: 'dense' }
  | StoredSparsity
  /**
   * Not filled at all: systems are solved with GMRES from `Jacobian.times`. With a `preconditioner`, the entries that it
   * has are filled and factored, and GMRES has to find only what they leave.
   */
  | { readonly kind: 'matrix-free'; readonly preconditioner?: StoredSparsity | undefined };

/** Structures with fewer entries than a dense matrix. */
export type StoredSparsity =
  /** Diagonals, `[(lower + upper + 1) * n]`, as LAPACK stores a band: entry (i, j) at `(upper + i - j) * n + j`. */
  | { readonly kind: 'banded'; readonly lower: number; readonly upper: number }
  /** Compressed columns, `[rows.length]`, in the order of the structure. */
  | ({ readonly kind: 'sparse' } & SparseStructure);

/** Which entries a sparse matrix has: those of column j at `starts[j]` up to `starts[j + 1]`, in rows `rows[...]`. */
export interface SparseStructure {
  /** `[n + 1]`, from 0 on. */
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** df/dy of a system: exact where f is made of ops, by differences where it is plain numbers and nothing was given. */
export interface Jacobian {
  readonly sparsity: Sparsity;
  /** The part of it that preconditions GMRES. */
  readonly near?: Jacobian | undefined;
  /** Whether this comes from derivatives; differences are off in about half of the digits. */
  readonly exact: boolean;
  /** How many numbers `fill` writes. */
  readonly size: number;
  /** Writes df/dy at `(t, y)`; `dy` is f there. Counts one Jacobian, and the evaluations that it took. */
  fill(t: number, y: Float64Array, dy: Float64Array, values: Float64Array): void;
  /** Writes df/dy times `v` into `product`. Counts the evaluations that it took. */
  times(t: number, y: Float64Array, dy: Float64Array, v: Float64Array, product: Float64Array): void;
  /** Writes the partial derivative df/dt into `rate` (Rosenbrock methods need it), for use over a step of about h. */
  timeRate(t: number, y: Float64Array, dy: Float64Array, h: number, rate: Float64Array): void;
}

/** The constant M of M dy/dt = f(t, y), singular for a differential-algebraic equation. */
export interface MassMatrix {
  readonly diagonal: boolean;
  /** The diagonal, `[n]`, or row by row, `[n * n]`. */
  readonly values: Float64Array;
}

/** The g of dy = f dt + g dW, component by component, and the path W. */
export interface Noise {
  readonly diffusion: Derivative;
  readonly path: BrownianPath;
}

/** What is to be solved, without where from and where to. */
export interface System {
  /** How many unknowns there are. */
  readonly n: number;
  /** Counts itself in `statistics.evaluations`. */
  readonly f: Derivative;
  readonly jacobian: Jacobian;
  /** Called where a solve begins anew, since an event may have changed what f reads. Absent where nothing of f is kept. */
  readonly renew?: (() => void) | undefined;
  /** Absent where it is the identity. */
  readonly mass: MassMatrix | undefined;
  /** Absent where the equation is an ordinary one. */
  readonly noise?: Noise | undefined;
  readonly tolerance: Tolerance;
  readonly statistics: Statistics;
}
