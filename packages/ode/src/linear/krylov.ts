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

/** Unknowns are measured in units of their tolerance, so that small components count as much as large ones. */
export function krylovIterationMatrix(system: System): IterationMatrix {
  const { n, jacobian, mass, statistics } = system;
  const { rtol, atol } = system.tolerance;
  const [y, dy] = [new Float64Array(n), new Float64Array(n)];
  const scale = new Float64Array(n);
  const [unscaled, product, times] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const [right, solution] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  const rightReal = right.subarray(0, n);
  const solutionReal = solution.subarray(0, n);
  const workspace = gmresWorkspace(n, Math.min(n, restart));
  let complexWorkspace: GmresWorkspace | undefined;
  let t = 0;
  let [shift, shiftRe, shiftIm] = [0, 0, 0];

  /** J v and M v of one scaled vector, into `times` and `product`. */
  const multiply = (v: Float64Array): void => {
    for (let i = 0; i < n; i++) unscaled[i] = v[i]! * scale[i]!;
    jacobian.times(t, y, dy, unscaled, times);
    multiplyMass(mass, unscaled, product);
  };

  const apply = (v: Float64Array, into: Float64Array): void => {
    multiply(v);
    for (let i = 0; i < n; i++) into[i] = (shift * product[i]! - times[i]!) / scale[i]!;
  };

  /** The complex matrix on real and imaginary parts one behind the other. */
  const applyComplex = (v: Float64Array, into: Float64Array): void => {
    multiply(v.subarray(0, n));
    for (let i = 0; i < n; i++) {
      into[i] = (shiftRe * product[i]! - times[i]!) / scale[i]!;
      into[n + i] = (shiftIm * product[i]!) / scale[i]!;
    }
    multiply(v.subarray(n));
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
    },

    factor(real) {
      shift = real;
      return true;
    },

    troubleInFactor: () => 'singular-matrix',

    solve(b) {
      for (let i = 0; i < n; i++) rightReal[i] = b[i]! / scale[i]!;
      solutionReal.fill(0);
      const found = gmres(apply, rightReal, solutionReal, tolerance, restarts * restart, workspace);
      statistics.linearIterations += found.iterations;
      for (let i = 0; i < n; i++) b[i] = solutionReal[i]! * scale[i]!;
      return found.converged;
    },

    factorComplex(re, im) {
      shiftRe = re;
      shiftIm = im;
      return true;
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
      for (let i = 0; i < n; i++) {
        bRe[i] = solution[i]! * scale[i]!;
        bIm[i] = solution[n + i]! * scale[i]!;
      }
      return found.converged;
    },
  };
}
