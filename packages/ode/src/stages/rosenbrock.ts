/** Rosenbrock methods: one factorisation and some solutions a step, without an iteration. */
import type { DenseOutput, Method, MethodState } from '../method.ts';
import { type IterationMatrix, iterationMatrix } from '../linear/iteration-matrix.ts';
import { multiplyMass } from '../linear/mass.ts';
import { errorNorm } from '../tolerance.ts';

/**
 * The numbers of a Rosenbrock method in the form that multiplies no vector by the Jacobian: with W = M / (h gamma) - J,
 *
 *   W u_i = f(t + nodes_i h, y + sum of stages_ij u_j) + M (sum of couplings_ij u_j) / h + timeWeights_i h df/dt
 *
 * The result is y plus the sum of weights_i u_i, and the error estimate that of errorWeights_i u_i.
 *
 * Hairer, Wanner, Solving ODEs II, 2nd ed., IV.7, eq. (7.25).
 */
export interface RosenbrockTableau {
  readonly name: string;
  readonly order: number;
  readonly errorOrder: number;
  readonly gamma: number;
  readonly nodes: readonly number[];
  readonly stages: readonly (readonly number[])[];
  readonly couplings: readonly (readonly number[])[];
  readonly timeWeights: readonly number[];
  readonly weights: readonly number[];
  readonly errorWeights: readonly number[];
  /** Weights of the u_i in what multiplies theta (1 - theta), theta^2 (1 - theta), ... in the interpolant. */
  readonly interpolant: readonly (readonly number[])[];
  readonly interpolantOrder: number;
}

export interface RosenbrockState extends MethodState {
  readonly matrix: IterationMatrix;
  /** f at the start of the step. */
  readonly dy: Float64Array;
  /** df/dt there. */
  readonly rate: Float64Array;
  /** The u_i, `[stages][n]`. */
  readonly u: readonly Float64Array[];
  readonly stage: Float64Array;
  readonly sum: Float64Array;
  readonly product: Float64Array;
  /** Whether J and df/dt are those at the start of this step. */
  linearized: boolean;
  factoredStep: number;
  jacobianAge: number;
}

export function rosenbrock(tableau: RosenbrockTableau): Method<RosenbrockState> {
  const { gamma, nodes, stages, couplings, timeWeights, weights, errorWeights } = tableau;
  const count = nodes.length;

  return {
    name: tableau.name,
    order: tableau.order,
    errorOrder: tableau.errorOrder,
    takesMass: true,

    init(system, t, y, dy) {
      const { n } = system;
      const vector = (): Float64Array => new Float64Array(n);
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
        dy: dy.slice(),
        rate: vector(),
        u: nodes.map(vector),
        stage: vector(),
        sum: vector(),
        product: vector(),
        linearized: false,
        factoredStep: NaN,
        jacobianAge: 0,
      };
    },

    attempt(system, state, h) {
      const { matrix, t, y, dy, rate, u, stage, sum, product, candidate, error } = state;
      const { n, mass, statistics } = system;
      state.h = h;
      if (!state.linearized) {
        matrix.linearize(t, y, dy);
        system.jacobian.timeRate(t, y, dy, h, rate);
        state.linearized = true;
        state.jacobianAge = 0;
        state.factoredStep = NaN;
      }
      if (state.factoredStep !== h) {
        if (!matrix.factor(1 / (h * gamma))) {
          state.trouble = matrix.troubleInFactor();
          state.linearized = false;
          return;
        }
        state.factoredStep = h;
      }
      for (let s = 0; s < count; s++) {
        const own = u[s]!;
        if (s === 0) own.set(dy);
        else {
          stage.set(y);
          addTo(stage, stages[s]!, u, s);
          system.f(t + nodes[s]! * h, stage, own);
          sum.fill(0);
          addTo(sum, couplings[s]!, u, s);
          if (mass === undefined) for (let i = 0; i < n; i++) own[i]! += sum[i]! / h;
          else {
            multiplyMass(mass, sum, product);
            for (let i = 0; i < n; i++) own[i]! += product[i]! / h;
          }
        }
        const timeWeight = timeWeights[s]! * h;
        if (timeWeight !== 0) for (let i = 0; i < n; i++) own[i]! += timeWeight * rate[i]!;
        statistics.newtonIterations++;
        if (!matrix.solve(own)) {
          state.trouble = 'newton-stagnated';
          return;
        }
      }
      candidate.set(y);
      addTo(candidate, weights, u, count);
      error.fill(0);
      addTo(error, errorWeights, u, count);
      state.errorNorm = errorNorm(error, y, candidate, system.tolerance);
      state.trouble = Number.isFinite(state.errorNorm) ? undefined : 'non-finite';
    },

    accept(system, state, tNext) {
      const { y, candidate } = state;
      state.t = tNext;
      state.y = candidate;
      state.candidate = y;
      state.linearized = false;
      state.jacobianAge++;
      system.f(tNext, candidate, state.dy);
    },

    dense: denseOutput(tableau),
  };
}

/** Adds the sum of weights times vectors, of the first `count`, to what stands from `at` on. */
function addTo(
  into: Float64Array,
  weights: readonly number[],
  vectors: readonly Float64Array[],
  count: number,
  at = 0,
): void {
  for (let s = 0; s < count; s++) {
    const weight = weights[s]!;
    if (weight === 0) continue;
    const vector = vectors[s]!;
    for (let i = 0; i < vector.length; i++) into[at + i]! += weight * vector[i]!;
  }
}

/** (1 - theta) y_0 + theta (y_1 + (1 - theta) (d_1 + theta (d_2 + ...))). Hairer, Wanner, VI.4, "Dense output". */
function denseOutput({ interpolant, interpolantOrder }: RosenbrockTableau): DenseOutput<RosenbrockState> {
  const terms = interpolant.length;
  return {
    order: interpolantOrder,
    size: (n) => (2 + terms) * n,

    write({ y, candidate, u }, data, at) {
      const n = y.length;
      data.set(y, at);
      data.set(candidate, at + n);
      for (let k = 0; k < terms; k++) {
        const from = at + (2 + k) * n;
        data.fill(0, from, from + n);
        addTo(data, interpolant[k]!, u, u.length, from);
      }
    },

    read(data, at, theta, _h, y) {
      const n = y.length;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = terms - 1; k >= 0; k--) sum = sum * theta + data[at + (2 + k) * n + i]!;
        y[i] = (1 - theta) * data[at + i]! + theta * (data[at + n + i]! + (1 - theta) * sum);
      }
    },
  };
}
