/** The simplified Newton iteration of implicit methods: one factored matrix, until the correction is small enough. */
import type { IterationMatrix } from './linear/iteration-matrix.ts';
import { multiplyMass } from './linear/mass.ts';
import type { System } from './system.ts';
import { power } from './power.ts';

export type NewtonOutcome = 'converged' | 'diverged' | 'non-finite';

/** What an iteration works on and remembers, made once. */
export interface Newton {
  /** 1 / (atol + rtol |y|), in which corrections are measured, `[n]`. */
  readonly weights: Float64Array;
  /** What has been added to the prediction, `[n]`. */
  readonly correction: Float64Array;
  /** The state: prediction plus correction, `[n]`. */
  readonly y: Float64Array;
  /** f at the state before the last correction, `[n]`. */
  readonly dy: Float64Array;
  readonly residual: Float64Array;
  readonly product: Float64Array;
  /** theta / (1 - theta), where theta is the factor by which corrections shrink: the error in units of the last one. */
  errorFactor: number;
  /** Iterations that the last solution took. */
  iterations: number;
}

export function newtonFor(n: number): Newton {
  return {
    weights: new Float64Array(n),
    correction: new Float64Array(n),
    y: new Float64Array(n),
    dy: new Float64Array(n),
    residual: new Float64Array(n),
    product: new Float64Array(n),
    errorFactor: 1,
    iterations: 0,
  };
}

/**
 * Measures from now on in units of the tolerance at `y`. What is 0 and has no absolute tolerance is left to the estimate
 * of the step's error, which knows where it goes.
 */
export function weighBy(weights: Float64Array, y: Float64Array, { tolerance }: System): void {
  const { rtol, atol } = tolerance;
  for (let i = 0; i < weights.length; i++) {
    const allowed = atol[i]! + rtol * Math.abs(y[i]!);
    weights[i] = allowed === 0 ? 0 : 1 / allowed;
  }
}

/** The root mean square in units of the tolerance, of the `weights.length` numbers of `v` from `at` on. */
export function weighedNorm(weights: Float64Array, v: Float64Array, at = 0): number {
  const n = weights.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const ratio = v[at + i]! * weights[i]!;
    sum += ratio * ratio;
  }
  return Math.sqrt(sum / Math.max(n, 1));
}

/**
 * Finds the correction d of `newton.y` for which shift M (offset + d) = f(t, y + d). It is taken to be found where what
 * is left, as the rate of convergence has it, is at most `tolerance` in units of the tolerance of the solution.
 *
 * Hairer, Wanner, Solving ODEs II, 2nd ed., IV.8, eq. (8.10) and (8.11); the rate of the last step serves the first
 * iteration, as there.
 */
export function iterate(
  system: System,
  matrix: IterationMatrix,
  newton: Newton,
  t: number,
  shift: number,
  offset: Float64Array,
  tolerance: number,
  maxIterations: number,
): NewtonOutcome {
  const { weights, correction, y, dy, residual, product } = newton;
  const { mass, statistics } = system;
  const n = y.length;
  correction.fill(0);
  newton.errorFactor = power(Math.max(newton.errorFactor, Number.EPSILON), 0.8);
  let before = 0;
  for (let k = 1; ; k++) {
    system.f(t, y, dy);
    statistics.newtonIterations++;
    newton.iterations = k;
    if (mass === undefined) {
      for (let i = 0; i < n; i++) residual[i] = dy[i]! - shift * (offset[i]! + correction[i]!);
    } else {
      for (let i = 0; i < n; i++) residual[i] = offset[i]! + correction[i]!;
      multiplyMass(mass, residual, product);
      for (let i = 0; i < n; i++) residual[i] = dy[i]! - shift * product[i]!;
    }
    if (!matrix.solve(residual)) return 'diverged';
    const size = weighedNorm(weights, residual);
    if (!(size < Infinity)) return 'non-finite';
    if (k > 1) {
      const rate = size / before;
      // What the iterations that are left can reach.
      if (rate >= 1 || (power(rate, maxIterations - k) / (1 - rate)) * size > tolerance) return 'diverged';
      newton.errorFactor = rate / (1 - rate);
    }
    for (let i = 0; i < n; i++) {
      correction[i]! += residual[i]!;
      y[i]! += residual[i]!;
    }
    if (size === 0 || newton.errorFactor * size <= tolerance) return 'converged';
    if (k === maxIterations) return 'diverged';
    before = size;
  }
}
