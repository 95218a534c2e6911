/** The mass matrix M of M dy/dt = f(t, y): products, and slopes. */
import type { MassMatrix, System } from '../system.ts';

/** Writes M v; v itself where there is no mass matrix. */
export function multiplyMass(mass: MassMatrix | undefined, v: Float64Array, product: Float64Array): void {
  const n = v.length;
  if (mass === undefined) {
    for (let i = 0; i < n; i++) product[i] = v[i]!;
    return;
  }
  const { diagonal, values } = mass;
  if (diagonal) {
    for (let i = 0; i < n; i++) product[i] = values[i]! * v[i]!;
    return;
  }
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += values[i * n + j]! * v[j]!;
    product[i] = sum;
  }
}

/**
 * Writes a dy/dt with M dy/dt = `dy`, which is f. Where M is singular there are many, which differ in what M does not
 * see; the algebraic components get 0.
 */
export function slopeAtStart({ n, mass }: System, dy: Float64Array, slope: Float64Array): void {
  slope.set(dy);
  if (mass === undefined) return;
  const { diagonal, values } = mass;
  if (diagonal) {
    for (let i = 0; i < n; i++) slope[i] = values[i] === 0 ? 0 : dy[i]! / values[i]!;
    return;
  }
  solveAny(values.slice(), n, slope);
}

/**
 * Overwrites b by a solution of A x = b, with 0 for the unknowns that A leaves free: Gauss-Jordan elimination with
 * complete pivoting, up to the rank that rounding lets one see.
 */
function solveAny(a: Float64Array, n: number, b: Float64Array): void {
  const columns = Array.from({ length: n }, (_, j) => j);
  const right = b.slice();
  const rounding = n * Number.EPSILON * a.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  b.fill(0);
  let rank = 0;
  for (; rank < n; rank++) {
    let [row, at] = [rank, rank];
    for (let i = rank; i < n; i++) {
      for (let j = rank; j < n; j++) {
        if (Math.abs(a[i * n + columns[j]!]!) > Math.abs(a[row * n + columns[at]!]!)) [row, at] = [i, j];
      }
    }
    const column = columns[at]!;
    if (!(Math.abs(a[row * n + column]!) > rounding)) break;
    [columns[rank], columns[at]] = [column, columns[rank]!];
    for (let j = 0; j < n; j++) {
      [a[rank * n + j], a[row * n + j]] = [a[row * n + j]!, a[rank * n + j]!];
    }
    [right[rank], right[row]] = [right[row]!, right[rank]!];
    for (let i = 0; i < n; i++) {
      if (i === rank) continue;
      const multiplier = a[i * n + column]! / a[rank * n + column]!;
      if (multiplier === 0) continue;
      for (let j = 0; j < n; j++) a[i * n + j]! -= multiplier * a[rank * n + j]!;
      right[i]! -= multiplier * right[rank]!;
    }
  }
  for (let k = 0; k < rank; k++) b[columns[k]!] = right[k]! / a[k * n + columns[k]!]!;
}
