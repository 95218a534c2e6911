/** Step controllers: from the errors of the steps so far to the factor by which the next one is longer. */
import { power } from '../power.ts';

/** What a controller remembers: the error norms of the last two accepted steps, and whether the last try was rejected. */
export interface ControlState {
  previous: number;
  beforePrevious: number;
  rejected: boolean;
}

/** The numbers of a controller: how much the errors of the last three steps weigh, and how far it may go at once. */
export interface Controller {
  readonly name: string;
  /**
   * The next step is longer by safety * e0^-a * e1^-b * e2^-c, where e0 is the norm of the error of this step, e1 and e2
   * of the two before, and each exponent stands over (order of the estimate + 1).
   */
  readonly exponents: readonly [a: number, b: number, c: number];
  /** Of the step that the estimate allows, how much is used. */
  readonly safety: number;
  readonly minFactor: number;
  readonly maxFactor: number;
}

/** Errors below this count as this: a step without error must not set the scale of the next. */
const smallestError = 1e-10;

export function newControl(): ControlState {
  return { previous: 1, beforePrevious: 1, rejected: false };
}

/** By which factor the next step is longer, after an attempt with this error. Remembers what it needs of it. */
export function stepFactor(
  controller: Controller,
  memory: ControlState,
  errorNorm: number,
  errorOrder: number,
): number {
  const { exponents, safety, minFactor, maxFactor } = controller;
  const order = errorOrder + 1;
  if (errorNorm > 1) {
    memory.rejected = true;
    // The errors before say nothing about why this step failed.
    return Math.max(minFactor, safety * power(errorNorm, -1 / order));
  }
  const error = Math.max(errorNorm, smallestError);
  const b = exponents[1];
  const c = exponents[2];
  let factor = safety * power(error, -exponents[0] / order);
  if (b !== 0) factor *= power(memory.previous, -b / order);
  if (c !== 0) factor *= power(memory.beforePrevious, -c / order);
  factor = Math.min(maxFactor, Math.max(minFactor, factor));
  // No growth just after a rejection: Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.4, p. 168.
  if (memory.rejected) factor = Math.min(1, factor);
  memory.beforePrevious = memory.previous;
  memory.previous = error;
  memory.rejected = false;
  return factor;
}
