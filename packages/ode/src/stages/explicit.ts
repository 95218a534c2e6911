/** Explicit Runge-Kutta methods: what all of them do, given their numbers. */
import type { DenseOutput, Method, MethodState } from '../method.ts';
import type { System } from '../system.ts';
import type { Tableau } from '../tableau.ts';
import { errorNorm } from '../tolerance.ts';
import { type Terms, combine, combineAlone, termsOf } from './combine.ts';

export interface ExplicitState extends MethodState {
  /** The slopes of the stages, and last the one at the end of the step, `[stages + 1][n]`. */
  readonly k: Float64Array[];
  /** The state of a stage. */
  readonly stage: Float64Array;
}

/** The last stage is at the end, with the weights of the result: it is the first of the next step ("first same as last"). */
function endsInResult({ nodes, stages, weights }: Tableau): boolean {
  const last = stages.at(-1)!;
  return nodes.at(-1) === 1 && weights.every((weight, j) => weight === (last[j] ?? 0));
}

/**
 * A method from its tableau. The slope at the end of the step is always computed when the step may be accepted: it is
 * the first slope of the next step, and interpolants need it.
 *
 * Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.1 and II.4.
 */
export function explicitRungeKutta(
  tableau: Tableau,
  dense: DenseOutput<ExplicitState>,
  ownNorm?: (system: System, state: ExplicitState, h: number) => number,
): Method<ExplicitState> {
  const { nodes, estimate } = tableau;
  const count = nodes.length;
  const shared = endsInResult(tableau);
  const stages = tableau.stages.map(termsOf);
  const weights = termsOf(tableau.weights);
  const errorWeights: Terms | undefined = estimate && termsOf(estimate.weights);
  /** Stages that are computed in the loop; the slope at the end comes after it. */
  const inner = shared ? count - 1 : count;

  return {
    name: tableau.name,
    order: tableau.order,
    ...(estimate === undefined ? {} : { errorOrder: estimate.order }),

    init: ({ n }, t, y, dy) => ({
      t,
      y: y.slice(),
      h: 0,
      candidate: new Float64Array(n),
      error: new Float64Array(n),
      errorNorm: 0,
      trouble: undefined,
      order: tableau.order,
      k: Array.from({ length: inner + 1 }, (_, j) => (j === 0 ? dy.slice() : new Float64Array(n))),
      stage: new Float64Array(n),
    }),

    attempt(system, state, h) {
      const { t, y, k, stage, candidate } = state;
      const f = system.f;
      for (let i = 1; i < inner; i++) {
        combine(stage, y, h, stages[i]!, k);
        f(t + nodes[i]! * h, stage, k[i]!);
      }
      combine(candidate, y, h, weights, k);
      f(t + h, candidate, k[inner]!);
      state.h = h;
      state.trouble = undefined;
      if (errorWeights !== undefined) {
        combineAlone(state.error, h, errorWeights, k);
        state.errorNorm =
          ownNorm === undefined ? errorNorm(state.error, y, candidate, system.tolerance) : ownNorm(system, state, h);
        if (!Number.isFinite(state.errorNorm)) state.trouble = 'non-finite';
      }
    },

    accept(_system, state, tNext) {
      const { k, y } = state;
      state.t = tNext;
      state.y = state.candidate;
      state.candidate = y;
      const first = k[0]!;
      k[0] = k[inner]!;
      k[inner] = first;
    },

    dense,
  };
}
