/** A differential equation whose solution is known, to hold solvers to. One a file beside this one. */
import type { Derivative, Sparsity } from '../../src/system.ts';
import references from './references.json' with { type: 'json' };
import scipy from './scipy.json' with { type: 'json' };

/** What one of SciPy's solvers does at one tolerance, from `scipy.json`. */
export interface ScipyRun {
  readonly method: string;
  readonly rtol: number;
  readonly atol: number;
  /** As `errorOf` has it. */
  readonly error: number | null;
  readonly steps: number;
  readonly f: number;
  readonly jacobians: number;
  readonly factorisations: number;
}

export interface Problem {
  readonly name: string;
  readonly t: readonly [from: number, to: number];
  readonly y0: readonly number[];
  readonly f: Derivative;
  /** Writes df/dy, laid out as `sparsity` says. */
  readonly jacobian?: (t: number, y: Float64Array, values: Float64Array) => void;
  readonly sparsity?: Sparsity;
  /** Rows of the mass matrix; the identity where it is absent. */
  readonly mass?: readonly (readonly number[])[];
  /** The absolute tolerance that goes with a relative one. */
  readonly atol: (rtol: number) => number;
  /** The state at the end, and how it is known: in `references.json`. */
  readonly reference: readonly number[];
  /** The same as published, where it is. */
  readonly published?: readonly number[];
}

/** The state at the end. */
export function referenceOf(name: keyof typeof references): readonly number[] {
  return references[name].y;
}

/** SciPy's runs of a problem, with the exact Jacobian. */
export function scipyRuns(name: string): readonly ScipyRun[] {
  return (scipy.problems as Record<string, readonly ScipyRun[] | undefined>)[name] ?? [];
}

/**
 * The largest error of a component at the end, relative to its size or to atol / rtol, whichever counts: an error of
 * rtol is what was asked for.
 */
export function errorOf({ reference, atol }: Problem, y: Float64Array, rtol: number): number {
  return Math.max(...reference.map((exact, i) => Math.abs(y[i]! - exact) / (Math.abs(exact) + atol(rtol) / rtol)));
}
