/** Every step as data, taken as it is asked for. */
import type { TensorTree } from '@edgewise/core';
import type { MethodState } from './method.ts';
import type { AnyOptions, PlainSolveOptions, SolveOptions } from './options.ts';
import { type AnyRightHandSide, type InPlace, type RightHandSide, writeState } from './problem.ts';
import type { Solution } from './solution.ts';
import { advance, begin, solutionOf } from './solve.ts';

/** One attempt at a step. */
export interface Step<Y> {
  /** Where it begins. */
  readonly t: number;
  /** How far it goes; negative where the solve goes backward. */
  readonly h: number;
  readonly accepted: boolean;
  /** The state at its end, as this attempt has it. */
  readonly y: Y;
  /** The norm of the error in units of the tolerance; accepted where it is at most 1. */
  readonly errorNorm: number;
  /** The estimate of the error, in units of y, of the form of y0. */
  readonly errorByComponent: Y;
  /** The name of the method that tried it. */
  readonly method: string;
  readonly order: number;
  /** Steps that its Jacobian has served before it: 0 where it was computed for this one. Undefined in explicit methods. */
  readonly jacobianAge: number | undefined;
  /** Why it could not even be computed. */
  readonly trouble: string | undefined;
}

/**
 * The steps of a solve one by one, those that are rejected too. The loop may stop whenever it has seen enough; what the
 * generator returns at its end is the solution.
 *
 * @example
 * let rejected = 0;
 * for (const step of steps((t, y) => y.square(), { t: [0, 0.9], y0: 1 })) if (!step.accepted) rejected++;
 */
export function steps<const Y0>(
  f: InPlace,
  options: PlainSolveOptions<Y0>,
): Generator<Step<TensorTree<Y0>>, Solution<TensorTree<Y0>>>;
export function steps<const Y0, P = undefined>(
  f: RightHandSide<TensorTree<NoInfer<Y0>>, P>,
  options: SolveOptions<Y0, TensorTree<NoInfer<Y0>>, P>,
): Generator<Step<TensorTree<Y0>>, Solution<TensorTree<Y0>>>;
export function* steps(
  f: InPlace | AnyRightHandSide,
  options: AnyOptions,
): Generator<Step<unknown>, Solution<unknown>> {
  const run = begin(f, options);
  const { layout, system } = run;
  const { statistics } = system;
  while (run.status === undefined) {
    const { state, method } = run;
    const { t } = state;
    const attempts = statistics.steps + statistics.rejected;
    advance(run);
    if (statistics.steps + statistics.rejected === attempts) break;
    yield {
      t,
      h: state.h,
      accepted: run.accepted,
      y: writeState(layout, run.accepted ? state.y : state.candidate),
      errorNorm: state.errorNorm,
      errorByComponent: writeState(layout, state.error),
      method: method.name,
      order: state.order,
      jacobianAge: jacobianAgeOf(state, run.accepted),
      trouble: state.trouble,
    };
  }
  return solutionOf(run);
}

/** A step that was accepted has already been counted. */
function jacobianAgeOf({ jacobianAge }: MethodState, accepted: boolean): number | undefined {
  return jacobianAge === undefined || !accepted ? jacobianAge : jacobianAge - 1;
}
