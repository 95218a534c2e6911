/** Diagonally implicit Runge-Kutta methods with an explicit first stage: a Newton iteration a stage, one matrix for all. */
import type { DenseOutput, Method, MethodState } from '../method.ts';
import { type IterationMatrix, iterationMatrix } from '../linear/iteration-matrix.ts';
import { multiplyMass, slopeAtStart } from '../linear/mass.ts';
import { type Newton, iterate, newtonFor, weighBy } from '../newton.ts';
import type { System } from '../system.ts';
import { errorNorm } from '../tolerance.ts';
import { power } from '../power.ts';

/** The numbers of the method: the last stage is the result ("stiffly accurate"), the first one's slope is that of the last. */
export interface EsdirkTableau {
  readonly name: string;
  readonly order: number;
  readonly errorOrder: number;
  /** On the diagonal of all stages but the first. */
  readonly gamma: number;
  readonly nodes: readonly number[];
  /** `stages[i][j]`, j < i: how much of slope j goes into stage i. */
  readonly stages: readonly (readonly number[])[];
  /** Weights of the result, which are the last stage's, less those of the embedded one. */
  readonly errorWeights: readonly number[];
  readonly interpolantOrder: number;
  /** A row a slope: the coefficients of theta, theta^2, ... in its weight. */
  readonly interpolant: readonly (readonly number[])[];
}

/** Newton's iteration may leave this share of the tolerance in a stage. */
const newtonTolerance = 0.03;
const maxIterations = 7;
const minFactor = 0.2;
const maxFactor = 8;
const safety = 0.85;
/** Between these the step stays as it is, and with it the factored matrix. */
const mayShrink = 0.9;
const worthIt = 1.2;
/** Steps that a Jacobian serves, and by how much the step may grow meanwhile. */
const maxJacobianAge = 20;
const maxStepGrowth = 2;

export interface EsdirkState extends MethodState {
  readonly matrix: IterationMatrix;
  readonly newton: Newton;
  /** The slopes of the stages, `[stages][n]`: M times one is f. */
  readonly k: Float64Array[];
  /** A stage without its own slope. */
  readonly base: Float64Array;
  readonly offset: Float64Array;
  readonly product: Float64Array;
  linearized: boolean;
  linearizedStep: number;
  factoredStep: number;
  jacobianAge: number;
  /** The most iterations that a stage of the last attempt took. */
  iterations: number;
}

export function esdirk(tableau: EsdirkTableau): Method<EsdirkState> {
  const { gamma, nodes, stages, errorWeights } = tableau;
  const count = nodes.length;

  return {
    name: tableau.name,
    order: tableau.order,
    errorOrder: tableau.errorOrder,
    takesMass: true,

    init(system, t, y, dy) {
      const { n } = system;
      const vector = (): Float64Array => new Float64Array(n);
      const k = nodes.map(vector);
      // What an unknown without dy/dt has here cancels in all that follows: each stage's own equation determines it.
      slopeAtStart(system, dy, k[0]!);
      return {
        t,
        y: y.slice(),
        h: 0,
        candidate: vector(),
        error: vector(),
        errorNorm: 0,
        trouble: undefined,
        order: tableau.order,
        matrix: iterationMatrix(system),
        newton: newtonFor(n),
        k,
        base: vector(),
        offset: vector(),
        product: vector(),
        linearized: false,
        linearizedStep: NaN,
        factoredStep: NaN,
        jacobianAge: 0,
        iterations: 0,
      };
    },

    attempt(system, state, h) {
      const { matrix, newton, t, y, k, candidate } = state;
      state.h = h;
      for (;;) {
        const fresh = !state.linearized || (state.factoredStep !== h && isOld(state, h));
        if (fresh) {
          system.f(t, y, newton.dy);
          matrix.linearize(t, y, newton.dy);
          state.linearized = true;
          state.linearizedStep = h;
          state.jacobianAge = 0;
        }
        if (fresh || state.factoredStep !== h) {
          newton.errorFactor = 1;
          if (!matrix.factor(1 / (h * gamma))) {
            state.trouble = matrix.troubleInFactor();
            state.linearized = false;
            return;
          }
          state.factoredStep = h;
        }
        weighBy(newton.weights, y, system);
        const outcome = solveStages(system, state, h);
        if (outcome === 'converged') break;
        if (outcome === 'non-finite' || fresh || state.jacobianAge === 0) {
          state.trouble = outcome === 'non-finite' ? 'non-finite' : 'newton-stagnated';
          return;
        }
        state.linearized = false;
      }
      candidate.set(newton.y);
      estimate(system, state, h, k);
    },

    accept(_system, state, tNext) {
      const { y, candidate, k } = state;
      state.t = tNext;
      state.y = candidate;
      state.candidate = y;
      state.jacobianAge++;
      const first = k[0]!;
      k[0] = k[count - 1]!;
      k[count - 1] = first;
    },

    nextStep(_system, { h, trouble, errorNorm: size }, accepted) {
      if (trouble !== undefined) return h / 2;
      const factor = Math.min(maxFactor, Math.max(minFactor, safety * power(size, -1 / (tableau.errorOrder + 1))));
      return accepted && factor > mayShrink && factor < worthIt ? h : h * factor;
    },

    dense: denseOutput(tableau),
  };

  /** Each stage in turn: M (Y - base) = h gamma f(Y); its slope is (Y - base) / (h gamma). */
  function solveStages(system: System, state: EsdirkState, h: number): ReturnType<typeof iterate> {
    const { matrix, newton, t, y, k, base, offset } = state;
    const { n } = system;
    const shift = 1 / (h * gamma);
    state.iterations = 0;
    for (let s = 1; s < count; s++) {
      base.set(y);
      const row = stages[s]!;
      for (let j = 0; j < s; j++) {
        const weight = h * row[j]!;
        if (weight === 0) continue;
        const slope = k[j]!;
        for (let i = 0; i < n; i++) base[i]! += weight * slope[i]!;
      }
      predictSlope(k, s, offset, nodes);
      for (let i = 0; i < n; i++) {
        offset[i]! *= h * gamma;
        newton.y[i] = base[i]! + offset[i]!;
      }
      const outcome = iterate(system, matrix, newton, t + nodes[s]! * h, shift, offset, newtonTolerance, maxIterations);
      if (outcome !== 'converged') return outcome;
      state.iterations = Math.max(state.iterations, newton.iterations);
      const own = k[s]!;
      for (let i = 0; i < n; i++) own[i] = shift * (offset[i]! + newton.correction[i]!);
    }
    return 'converged';
  }

  /** The error, seen through the matrix of the method: what is stiff in it does not count. Hosea, Shampine (1996). */
  function estimate(system: System, state: EsdirkState, h: number, k: readonly Float64Array[]): void {
    const { matrix, y, candidate, error, base, product } = state;
    const { n } = system;
    base.fill(0);
    for (let s = 0; s < count; s++) {
      const weight = h * errorWeights[s]!;
      if (weight === 0) continue;
      const slope = k[s]!;
      for (let i = 0; i < n; i++) base[i]! += weight * slope[i]!;
    }
    multiplyMass(system.mass, base, product);
    for (let i = 0; i < n; i++) error[i] = product[i]! / (h * gamma);
    matrix.solve(error);
    state.errorNorm = errorNorm(error, y, candidate, system.tolerance);
    state.trouble = Number.isFinite(state.errorNorm) ? undefined : 'non-finite';
  }
}

function isOld({ jacobianAge, linearizedStep }: EsdirkState, h: number): boolean {
  return jacobianAge >= maxJacobianAge || Math.abs(h) > maxStepGrowth * Math.abs(linearizedStep);
}

/** The slope of a stage, from those of the two stages nearest before it, on a line. */
function predictSlope(k: readonly Float64Array[], s: number, slope: Float64Array, nodes: readonly number[]): void {
  const last = k[s - 1]!;
  if (s === 1) {
    slope.set(last);
    return;
  }
  const before = k[s - 2]!;
  const reach = (nodes[s]! - nodes[s - 1]!) / (nodes[s - 1]! - nodes[s - 2]!);
  for (let i = 0; i < slope.length; i++) slope[i] = last[i]! + reach * (last[i]! - before[i]!);
}

/** y + h (sum of polynomials in theta times slopes). */
function denseOutput({ interpolant, interpolantOrder }: EsdirkTableau): DenseOutput<EsdirkState> {
  const degree = interpolant[0]!.length;
  return {
    order: interpolantOrder,
    size: (n) => (1 + degree) * n,

    write({ y, k, h }, data, at) {
      const n = y.length;
      data.set(y, at);
      for (let p = 0; p < degree; p++) {
        const from = at + (1 + p) * n;
        data.fill(0, from, from + n);
        for (let s = 0; s < interpolant.length; s++) {
          const weight = h * interpolant[s]![p]!;
          if (weight === 0) continue;
          const slope = k[s]!;
          for (let i = 0; i < n; i++) data[from + i]! += weight * slope[i]!;
        }
      }
    },

    read(data, at, theta, _h, y) {
      const n = y.length;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let p = degree; p > 0; p--) sum = theta * (sum + data[at + p * n + i]!);
        y[i] = data[at + i]! + sum;
      }
    },
  };
}
