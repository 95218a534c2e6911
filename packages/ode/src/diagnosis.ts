/** What is probably the matter where a solve can't go on, in a sentence, from the last good state. */
import type { Method, MethodState } from './method.ts';
import { type Layout, componentName } from './problem.ts';
import type { Failure } from './status.ts';
import type { Sparsity, System } from './system.ts';
import { weightedNorm } from './tolerance.ts';

/** What is known where it ended. */
export interface Ending {
  readonly layout: Layout;
  readonly system: System;
  readonly method: Method;
  readonly state: MethodState;
  /** The step that would come next, positive. */
  readonly step: number;
  readonly maxSteps: number;
}

export function describeFailure(failure: Failure, ending: Ending): string {
  const { state, method, step, maxSteps } = ending;
  const where = `at t = ${state.t}`;
  switch (failure) {
    case 'step-too-small':
      return `${method.name} would need a step below ${round(step)} ${where}${because(ending)}`;
    case 'too-many-steps':
      return `${maxSteps} attempts went only to t = ${state.t}, with steps of ${round(step)}${isFixed(method) ? ', which dt says' : because(ending)}`;
    case 'non-finite':
      return nonFiniteState(ending) ?? `${nonFinite(ending)}, however small the step`;
    case 'singular-matrix':
      return `the matrix of ${method.name} has no inverse ${where}, however small the step; an index above 1, or an equation that determines nothing`;
    case 'newton-stagnated':
      return `Newton's iteration does not converge ${where}, however small the step; f may have a jump there, or a wrong Jacobian`;
  }
}

function isFixed(method: Method): boolean {
  return method.errorOrder === undefined && method.nextStep === undefined;
}

function because(ending: Ending): string {
  const { layout, system, method, state, step } = ending;
  const worst = componentName(
    layout,
    indexOfLargest(state.error, (e, i) => Math.abs(e) / scaleOf(system, state.y, i)),
  );
  const largest = indexOfLargest(state.y, Math.abs);
  if (isGrowing(ending, largest)) {
    return `: ${componentName(layout, largest)} is ${round(state.y[largest]!)} and grows; the solution probably ends there`;
  }
  if (method.errorOrder !== undefined && method.nextStep === undefined) {
    const { rate, component } = fastestRate(system, state);
    if (rate * step > 1) {
      return `: stiff in ${componentName(layout, component)}, which changes on a scale of ${round(1 / rate)}; try method: 'auto'`;
    }
  }
  return `: most of the error is in ${worst}; f may have a jump or a singularity there, or rtol and atol ask for more digits than f has`;
}

/** A component that is huge and gets larger at a rate that the steps left cannot follow. */
function isGrowing({ system, state }: Ending, i: number): boolean {
  const y = state.y[i]!;
  if (Math.abs(y) < 1e8) return false;
  const dy = new Float64Array(system.n);
  system.f(state.t, state.y, dy);
  return dy[i]! * y * Math.sign(state.h) > 0 && Math.abs(dy[i]! / y) > 1e6 / (1 + Math.abs(state.t));
}

function scaleOf({ tolerance }: System, y: Float64Array, i: number): number {
  return tolerance.atol[i]! + tolerance.rtol * Math.abs(y[i]!) || 1;
}

/** A state that is given and not computed: y0, or what a reset gives. */
function nonFiniteState({ layout, state: { t, y } }: Ending): string | undefined {
  const i = y.findIndex((value) => !Number.isFinite(value));
  return i < 0 ? undefined : `${componentName(layout, i)} is ${y[i]!} at t = ${t}, where the solve is to go on from`;
}

function nonFinite({ layout, system, state, step }: Ending): string {
  const { n } = system;
  const dy = new Float64Array(n);
  const at = (t: number, y: Float64Array): string | undefined => {
    system.f(t, y, dy);
    const i = dy.findIndex((slope) => !Number.isFinite(slope));
    return i < 0 ? undefined : `f gives ${dy[i]!} for ${componentName(layout, i)} at t = ${t}`;
  };
  const here = at(state.t, state.y) ?? nonFiniteJacobian(layout, system, state, dy);
  if (here !== undefined) return here;
  // One Euler step onwards, as far as the method has last tried.
  const ahead = Math.sign(state.h) * Math.max(step, Math.abs(state.h));
  const moved = state.y.map((y, i) => y + ahead * dy[i]!);
  const further = at(state.t + ahead, moved);
  if (further !== undefined) return further;
  const i = state.candidate.findIndex((y) => !Number.isFinite(y));
  return i < 0
    ? `f gives NaN or infinity just after t = ${state.t}`
    : `f gives what makes ${componentName(layout, i)} ${state.candidate[i]!} just after t = ${state.t}`;
}

/** Where f is finite, df/dy need not be: a root at zero has no slope, and what a user writes may be wrong. */
function nonFiniteJacobian(
  layout: Layout,
  { n, jacobian: whole }: System,
  { t, y, jacobianAge }: MethodState,
  dy: Float64Array,
): string | undefined {
  if (jacobianAge === undefined) return undefined;
  const jacobian = whole.near ?? whole;
  const values = new Float64Array(jacobian.size);
  jacobian.fill(t, y, dy, values);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return undefined;
  const [row, column] = placeOf(n, jacobian.sparsity, bad);
  const of = (i: number): string => componentName(layout, i);
  return `the Jacobian has ${values[bad]!} for the slope of ${of(row)} by ${of(column)} at t = ${t}, where f is finite`;
}

/** Row and column of a number that `Jacobian.fill` writes. */
function placeOf(n: number, sparsity: Sparsity, at: number): readonly [row: number, column: number] {
  switch (sparsity.kind) {
    case 'banded': {
      const column = at % n;
      return [Math.floor(at / n) - sparsity.upper + column, column];
    }
    case 'sparse':
      return [sparsity.rows[at]!, sparsity.starts.findIndex((start) => start > at) - 1];
    default:
      return [Math.floor(at / n), at % n];
  }
}

/** The fastest rate at which the state can change, and the component in which it does: a few power iterations. */
function fastestRate(system: System, { t, y }: MethodState): { rate: number; component: number } {
  const { n, jacobian } = system;
  const dy = new Float64Array(n);
  system.f(t, y, dy);
  let v = Float64Array.from(y, (value, i) => (1 + Math.abs(value)) * (1 + 0.1 * Math.cos(i)));
  let product = new Float64Array(n);
  let rate = 0;
  for (let k = 0; k < 20; k++) {
    const before = weightedNorm(v, y, system.tolerance);
    if (!(before > 0 && before < Infinity)) break;
    for (let i = 0; i < n; i++) v[i] = v[i]! / before;
    jacobian.times(t, y, dy, v, product);
    rate = weightedNorm(product, y, system.tolerance);
    [v, product] = [product, v];
  }
  return {
    rate: Number.isFinite(rate) ? rate : 0,
    component: indexOfLargest(v, (x, i) => Math.abs(x) / scaleOf(system, y, i)),
  };
}

function indexOfLargest(values: Float64Array, size: (value: number, i: number) => number): number {
  let best = 0;
  let largest = -Infinity;
  values.forEach((value, i) => {
    const s = size(value, i);
    if (s > largest) [best, largest] = [i, s];
  });
  return best;
}

function round(x: number): string {
  const short = Number(x.toPrecision(3));
  return Math.abs(short) >= 1e6 || Math.abs(short) < 1e-4 ? short.toExponential() : String(short);
}
