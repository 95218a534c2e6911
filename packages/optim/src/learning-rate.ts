/** How far a step goes: one number, or a schedule that gives it from the number of steps taken. */
import { ArgumentError, Tensor, tensor } from '@edgewise/core';

/**
 * Gives the learning rate of each step, written with ops so that it traces.
 *
 * The argument is the number of steps taken before, i32 `[]`: 0 at the first. The result is f32 or f64 `[]`.
 *
 * @example
 * const halving: Schedule = (step) => pow(0.5, step.div(1000)).mul(0.1); // 0.1, and half of it 1000 steps later
 */
export type Schedule = (step: Tensor) => Tensor;

/** What is accepted as `learningRate`. */
export type LearningRate = number | Schedule;

/** Throws unless `rate` is a positive number or a schedule. */
export function checkLearningRate(rule: string, rate: LearningRate): void {
  if (typeof rate === 'function' || (Number.isFinite(rate) && rate > 0)) return;
  throw new ArgumentError({
    code: 'not-a-rate',
    op: rule,
    problem: `learningRate is ${String(rate)}; expected a positive number, or a function of the step`,
    expected: 'a positive number',
    received: rate,
    remedy: `${rule}({ learningRate: 1e-3 })`,
  });
}

/**
 * The rate of the step after `step` others, f64 `[]`: what follows from it is rounded once, where it meets a parameter.
 *
 * @throws ArgumentError `not-a-rate` where a schedule gives anything but one number
 */
export function rateAt(rule: string, rate: LearningRate, step: Tensor): Tensor {
  if (typeof rate === 'number') return tensor(rate, { dtype: 'f64' });
  const scheduled: unknown = rate(step);
  if (scheduled instanceof Tensor && scheduled.rank === 0 && ['f32', 'f64'].includes(scheduled.dtype)) {
    return scheduled.cast('f64');
  }
  const received = scheduled instanceof Tensor ? scheduled.spec : scheduled;
  throw new ArgumentError({
    code: 'not-a-rate',
    op: rule,
    problem: `the schedule gives ${String(received)}; expected one number as a tensor, f32 [] or f64 []`,
    expected: 'f32 [] or f64 []',
    received,
  });
}
