/** The matrix of an implicit method that is never formed: systems are solved with GMRES from products J v. */
import type { System } from '../system.ts';
import type { IterationMatrix } from './iteration-matrix.ts';
import { type GmresWorkspace, gmres, gmresWorkspace } from './gmres.ts';
import { multiplyMass } from './mass.ts';

/** Vectors kept before GMRES begins anew. */
const restart = 30;

/** Restarts until a system counts as not solved. */
const restarts = 10;

/**
 * The residual that is left, relative to the right-hand side. Newton's corrections shrink by a factor of about ten an
 * iteration; an error of a hundredth in each does not show. Brown, Hindmarsh, J. Appl. Math. Comp. 31 (1989).
 */
const tolerance = 1e-2;

/**
 * Unknowns are measured in units of their tolerance, so that small components count as much as large ones.
 *
 * @param near the same matrix up to entries that are left out: what GMRES works on is A near^-1, whose residual is that of
 *   A. Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., algorithm 9.5.
 */
export function krylovIterationMatrix(system: System, near?: IterationMatrix): IterationMatrix {
  const { n, jacobian, mass, statistics } = system;
  const { rtol, atol } = system.tolerance;
  const [y, dy] = [new Float64Array(n), new Float64Array(n)];
  const scale = new Float64Array(n);
  const [unscaled, unscaledIm] = [new Float64Array(n), new Float64Array(n)];
  const [product, times] = [new Float64Array(n), new Float64Array(n)];
  const [right, solution] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  const rightReal = right.subarray(0, n);
  const solutionReal = solution.subarray(0, n);
  const workspace = gmresWorkspace(n, Math.min(n, restart));
  let complexWorkspace: GmresWorkspace | undefined;
  let t = 0;
  let [shift, shiftRe, shiftIm] = [0, 0, 0];

  /** `v` in the units of the unknowns, as the preconditioner makes it. */
  const unscale = (v: Float64Array, into: Float64Array): void => {
    for (let i = 0; i < n; i++) into[i] = v[i]! * scale[i]!;
  };

  /** J v and M v, into `times` and `product`. */
  const multiply = (v: Float64Array): void => {
    jacobian.times(t, y, dy, v, times);
    multiplyMass(mass, v, product);
  };

  const apply = (v: Float64Array, into: Float64Array): void => {
    unscale(v, unscaled);
    near?.solve(unscaled);
    multiply(unscaled);
    for (let i = 0; i < n; i++) into[i] = (shift * product[i]! - times[i]!) / scale[i]!;
  };

  /** The complex matrix on real and imaginary parts one behind the other. */
  const applyComplex = (v: Float64Array, into: Float64Array): void => {
    unscale(v.subarray(0, n), unscaled);
    unscale(v.subarray(n), unscaledIm);
    near?.solveComplex(unscaled, unscaledIm);
    multiply(unscaled);
    for (let i = 0; i < n; i++) {
      into[i] = (shiftRe * product[i]! - times[i]!) / scale[i]!;
      into[n + i] = (shiftIm * product[i]!) / scale[i]!;
    }
    multiply(unscaledIm);
    for (let i = 0; i < n; i++) {
      into[i]! -= (shiftIm * product[i]!) / scale[i]!;
      into[n + i]! += (shiftRe * product[i]! - times[i]!) / scale[i]!;
    }
  };

  return {
    linearize(at, state, slope) {
      t = at;
      y.set(state);
      dy.set(slope);
      for (let i = 0; i < n; i++) scale[i] = atol[i]! + rtol * Math.abs(y[i]!);
      // A component that is 0 without an absolute tolerance has no size of its own.
      for (let i = 0; i < n; i++) if (!(scale[i]! > 0)) scale[i] = 1;
      near?.linearize(at, state, slope);
    },

    factor(real) {
      shift = real;
      return near?.factor(real) ?? true;
    },

    troubleInFactor: () => near?.troubleInFactor() ?? 'singular-matrix',

    solve(b) {
      for (let i = 0; i < n; i++) rightReal[i] = b[i]! / scale[i]!;
      solutionReal.fill(0);
      const found = gmres(apply, rightReal, solutionReal, tolerance, restarts * restart, workspace);
      statistics.linearIterations += found.iterations;
      unscale(solutionReal, b);
      near?.solve(b);
      return found.converged;
    },

    factorComplex(re, im) {
      shiftRe = re;
      shiftIm = im;
      return near?.factorComplex(re, im) ?? true;
    },

    solveComplex(bRe, bIm) {
      complexWorkspace ??= gmresWorkspace(2 * n, Math.min(2 * n, restart));
      for (let i = 0; i < n; i++) {
        right[i] = bRe[i]! / scale[i]!;
        right[n + i] = bIm[i]! / scale[i]!;
      }
      solution.fill(0);
      const found = gmres(applyComplex, right, solution, tolerance, restarts * restart, complexWorkspace);
      statistics.linearIterations += found.iterations;
      unscale(solutionReal, bRe);
      unscale(solution.subarray(n), bIm);
      near?.solveComplex(bRe, bIm);
      return found.converged;
    },
  };
}
