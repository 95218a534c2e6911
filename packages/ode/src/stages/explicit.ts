/** Explicit Runge-Kutta methods: what all of them do, given their numbers. */
import type { DenseOutput, Method, MethodState } from '../method.ts';
import type { System } from '../system.ts';
import type { Tableau } from '../tableau.ts';
import { errorNorm } from '../tolerance.ts';
import { combine, combineAlone, termsOf } from './combine.ts';

export interface ExplicitState extends MethodState {
  /** The slopes of the stages, and last the one at the end of the step, `[stages + 1][n]`; where the last stage is
   * that slope, `[stages][n]`. */
  readonly k: Float64Array[];
  /** The state of the last stage before the end of the step. */
  readonly stage: Float64Array;
  /** For a norm that needs a vector. */
  readonly spare: Float64Array;
}

/** A norm of the error that is more than that of one estimate. */
export interface OwnNorm {
  /** It behaves as O(h^(order + 1)). */
  readonly order: number;
  readonly norm: (system: System, state: ExplicitState, h: number) => number;
}

/** The last stage is at the end, with the weights of the result: it is the first of the next step ("first same as last"). */
function endsInResult({ nodes, stages, weights }: Tableau): boolean {
  const last = stages.at(-1)!;
  return nodes.at(-1) === 1 && weights.every((weight, j) => weight === (last[j] ?? 0));
}

/**
 * A method from its tableau. The slope at the end of the step is computed when the step will be accepted: it is the
 * first slope of the next step, and interpolants need it.
 *
 * Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.1 and II.4.
 *
 * @param own how large the error is in units of the tolerance, and its order, where `state.error` alone does not say
 */
export function explicitRungeKutta(
  tableau: Tableau,
  dense: DenseOutput<ExplicitState>,
  own?: OwnNorm,
): Method<ExplicitState> {
  const { nodes, estimate } = tableau;
  const count = nodes.length;
  const stages = tableau.stages.map(termsOf);
  const weights = termsOf(tableau.weights);
  const norm = own?.norm ?? normOfError;
  const errorWeights = estimate === undefined ? undefined : termsOf(estimate.weights);
  /** Stages computed before the result is known. */
  const inner = endsInResult(tableau) ? count - 1 : count;
  const estimateNeedsEnd = estimate?.weights[inner] !== undefined && inner < count;

  return {
    name: tableau.name,
    order: tableau.order,
    ...(estimate !== undefined && { errorOrder: own?.order ?? estimate.order }),

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
      spare: new Float64Array(n),
    }),

    attempt(system, state, h) {
      const { t, y, k, stage, candidate } = state;
      const f = system.f;
      state.h = h;
      state.trouble = undefined;
      for (let i = 1; i < inner; i++) {
        combine(stage, y, h, stages[i]!, k);
        f(t + nodes[i]! * h, stage, k[i]!);
      }
      combine(candidate, y, h, weights, k);
      if (estimateNeedsEnd) f(t + h, candidate, k[inner]!);
      if (errorWeights === undefined) {
        if (!allFinite(candidate)) state.trouble = 'non-finite';
      } else {
        combineAlone(state.error, h, errorWeights, k);
        state.errorNorm = norm(system, state, h);
        if (!Number.isFinite(state.errorNorm)) state.trouble = 'non-finite';
      }
      if (!estimateNeedsEnd && state.trouble === undefined && state.errorNorm <= 1) {
        f(t + h, candidate, k[inner]!);
        if (!allFinite(k[inner]!)) state.trouble = 'non-finite';
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

function normOfError({ tolerance }: System, { error, y, candidate }: ExplicitState): number {
  return errorNorm(error, y, candidate, tolerance);
}

/** Whether no component is NaN or infinite. */
function allFinite(vector: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! - vector[i]!;
  return sum === 0;
}
