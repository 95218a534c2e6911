/** How large an error may be, and the one norm in which errors are measured. */

export interface Tolerance {
  /** Error allowed relative to the size of a component, a pure number. */
  readonly rtol: number;
  /** Error allowed in each component, in its own units, `[n]`. */
  readonly atol: Float64Array;
}

/** In place of 0: the smallest number whose reciprocal is finite. */
export const smallestAllowed: number = 2 ** -1022;

/**
 * The root mean square of `error`, each component in units of what is allowed: atol + rtol max(|before|, |after|). At
 * most 1 is a step to accept; NaN where a component is not a number. No error is 0 also where none is allowed, as in a
 * component that is 0 and stays so, without an absolute tolerance.
 *
 * Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.4, eq. (4.10) and (4.11).
 */
export function errorNorm(
  error: Float64Array,
  before: Float64Array,
  after: Float64Array,
  { rtol, atol }: Tolerance,
): number {
  const n = error.length;
  if (n === 0) return 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const allowed = atol[i]! + rtol * Math.max(Math.abs(before[i]!), Math.abs(after[i]!));
    const ratio = error[i]! / Math.max(allowed, smallestAllowed);
    sum += ratio * ratio;
  }
  return Math.sqrt(sum / n);
}

/** The same of any vector, against the size of one state. */
export function weightedNorm(vector: Float64Array, y: Float64Array, tolerance: Tolerance): number {
  return errorNorm(vector, y, y, tolerance);
}
