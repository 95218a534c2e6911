/** The generalised minimal residual method: solves A x = b given only products with A. */

/** Arrays for a size and a restart length; made once. */
export interface GmresWorkspace {
  readonly n: number;
  readonly restart: number;
  /** Orthonormal basis of the Krylov space, `[restart + 1][n]`. */
  readonly basis: readonly Float64Array[];
  /** The Hessenberg matrix column by column, made upper triangular as it grows: column j at `j * (restart + 1)`. */
  readonly triangle: Float64Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
  /** The rotated right-hand side of the least-squares problem. */
  readonly rotated: Float64Array;
  readonly product: Float64Array;
}

export function gmresWorkspace(n: number, restart: number): GmresWorkspace {
  return {
    n,
    restart,
    basis: Array.from({ length: restart + 1 }, () => new Float64Array(n)),
    triangle: new Float64Array((restart + 1) * restart),
    cosines: new Float64Array(restart),
    sines: new Float64Array(restart),
    rotated: new Float64Array(restart + 1),
    product: new Float64Array(n),
  };
}

/** What came of it: how many products were formed, and whether the residual is as small as was asked. */
export interface GmresResult {
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Improves `x` until |b - A x| <= tolerance |b|, in the norm whose weights are built into A and b.
 *
 * Saad, Schultz, SIAM J. Sci. Stat. Comput. 7 (1986), with restarts, modified Gram-Schmidt and Givens rotations.
 *
 * @param apply writes A v into its second argument
 */
export function gmres(
  apply: (v: Float64Array, product: Float64Array) => void,
  b: Float64Array,
  x: Float64Array,
  tolerance: number,
  maxIterations: number,
  { n, restart, basis, triangle, cosines, sines, rotated, product }: GmresWorkspace,
): GmresResult {
  const enough = tolerance * norm(b);
  const rows = restart + 1;
  let iterations = 0;
  for (;;) {
    apply(x, product);
    const first = basis[0]!;
    for (let i = 0; i < n; i++) first[i] = b[i]! - product[i]!;
    let residual = norm(first);
    if (residual <= enough) return { iterations, converged: true };
    if (!(residual < Infinity) || iterations >= maxIterations) return { iterations, converged: false };
    for (let i = 0; i < n; i++) first[i]! /= residual;
    rotated[0] = residual;

    let columns = 0;
    while (columns < restart && iterations < maxIterations && residual > enough) {
      const next = basis[columns + 1]!;
      const at = columns * rows;
      apply(basis[columns]!, next);
      iterations++;
      const before = norm(next);
      for (let k = 0; k <= columns; k++) {
        const part = dot(next, basis[k]!);
        triangle[at + k] = part;
        addMultiple(next, -part, basis[k]!);
      }
      const length = norm(next);
      // Nothing new is left: the solution is in the space spanned so far, or A is singular.
      const exhausted = !(length > 1e-14 * before);
      if (!exhausted) for (let i = 0; i < n; i++) next[i]! /= length;
      rotateColumn(triangle, at, columns, cosines, sines, exhausted ? 0 : length);
      const diagonal = triangle[at + columns]!;
      if (!(Math.abs(diagonal) > 0)) break;
      rotated[columns + 1] = -sines[columns]! * rotated[columns]!;
      rotated[columns]! *= cosines[columns]!;
      residual = Math.abs(rotated[columns + 1]!);
      columns++;
      if (exhausted) break;
    }
    if (columns === 0) return { iterations, converged: false };
    // Back substitution, then x += basis times the coefficients.
    for (let i = columns - 1; i >= 0; i--) {
      let sum = rotated[i]!;
      for (let j = i + 1; j < columns; j++) sum -= triangle[j * rows + i]! * rotated[j]!;
      rotated[i] = sum / triangle[i * rows + i]!;
      addMultiple(x, rotated[i]!, basis[i]!);
    }
  }
}

/** Applies the earlier rotations to a new column, and makes the one that clears the entry `below` its diagonal. */
function rotateColumn(
  triangle: Float64Array,
  at: number,
  columns: number,
  cosines: Float64Array,
  sines: Float64Array,
  below: number,
): void {
  for (let k = 0; k < columns; k++) {
    const upper = triangle[at + k]!;
    const lower = triangle[at + k + 1]!;
    triangle[at + k] = cosines[k]! * upper + sines[k]! * lower;
    triangle[at + k + 1] = cosines[k]! * lower - sines[k]! * upper;
  }
  const diagonal = triangle[at + columns]!;
  const size = Math.sqrt(diagonal * diagonal + below * below);
  cosines[columns] = size === 0 ? 1 : diagonal / size;
  sines[columns] = size === 0 ? 0 : below / size;
  triangle[at + columns] = size;
}

function norm(v: Float64Array): number {
  return Math.sqrt(dot(v, v));
}

function dot(u: Float64Array, v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += u[i]! * v[i]!;
  return sum;
}

function addMultiple(into: Float64Array, factor: number, v: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i]! += factor * v[i]!;
}
