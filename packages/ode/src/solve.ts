/** The one loop: it alone knows all parts. */
import type { TensorTree } from '@edgewise/core';
import { integral } from './control/integral.ts';
import { type ControlState, newControl, stepFactor } from './control/controller.ts';
import { initialStep } from './control/initial-step.ts';
import { DenseRecord } from './dense/record.ts';
import { differenceDirectional, exactDirectional } from './directional.ts';
import { denseJacobian } from './jacobian.ts';
import type { MethodState } from './method.ts';
import { type Settings, type SolveOptions, readOptions, readTolerance } from './options.ts';
import { type InPlace, type Layout, type RightHandSide, flatDerivative, readState } from './problem.ts';
import { Rows } from './rows.ts';
import { Solution } from './solution.ts';
import { noStatistics } from './statistics.ts';
import type { Status } from './status.ts';
import type { Derivative, System } from './system.ts';

/** Everything that changes while a solve runs. */
interface Run {
  readonly settings: Settings;
  readonly layout: Layout;
  readonly system: System;
  readonly control: ControlState;
  state: MethodState;
  /** The step to try next, positive. */
  step: number;
  readonly times: number[];
  readonly states: Rows;
  readonly record: DenseRecord;
  status: Status | undefined;
}

/**
 * Integrates dy/dt = f(t, y) from `t[0]` to `t[1]`, either way.
 *
 * @param f gives dy/dt, of the form of y0, in units of y per unit of t; or `inPlace((t, y, dy) => {...})`
 * @param options.y0 state at `t[0]`
 * @param options.rtol relative error allowed in a step, a pure number
 * @param options.atol absolute error allowed in a step, in units of y
 * @returns times `[k]`, states with a first axis of length k, statistics, and a status
 * @throws ShapeError `shape-mismatch` when `f` gives another shape than `y0`
 * @example
 * solve((t, y) => y.neg(), { t: [0, 1], y0: tensor([1]) }).last.item(); // 0.36788
 *
 * Step control: Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.4.
 */
export function solve<const Y0, P = undefined>(
  f: RightHandSide<TensorTree<Y0>, P> | InPlace,
  options: SolveOptions<Y0, P>,
): Solution<TensorTree<Y0>> {
  const run = begin(f, options);
  while (run.status === undefined) advance(run);
  return new Solution({
    layout: run.layout,
    system: run.system,
    times: run.times,
    states: run.states.values,
    last: run.state.y,
    status: run.status,
    message: run.status,
    steps: run.record.steps,
  });
}

function begin<Y0, P>(f: RightHandSide<TensorTree<Y0>, P> | InPlace, options: SolveOptions<Y0, P>): Run {
  const settings = readOptions(options);
  const { layout, values: y } = readState(options.y0);
  const system = systemOf(f, layout, options);
  const { from, to, direction, method } = settings;
  const dy = new Float64Array(layout.n);
  system.f(from, y, dy);
  const step =
    settings.dt ?? initialStep(system, from, y, dy, direction, Math.abs(to - from), method.errorOrder ?? method.order);
  const run: Run = {
    settings,
    layout,
    system,
    control: newControl(),
    state: method.init(system, from, y, dy),
    step,
    times: [],
    states: new Rows(layout.n),
    record: new DenseRecord(),
    status: from === to ? 'done' : undefined,
  };
  save(run);
  return run;
}

function systemOf<Y0, P>(
  f: RightHandSide<TensorTree<Y0>, P> | InPlace,
  layout: Layout,
  options: SolveOptions<Y0, P>,
): System {
  const statistics = noStatistics();
  const plain = 'inPlace' in f;
  const derivative: Derivative = plain ? f.inPlace : flatDerivative(f, layout, options.params as P);
  const counted: Derivative = (t, y, dy) => {
    statistics.evaluations++;
    derivative(t, y, dy);
  };
  const directional = plain
    ? differenceDirectional(counted, layout.n)
    : exactDirectional(f, layout, options.params as P);
  return {
    n: layout.n,
    f: counted,
    jacobian: denseJacobian(layout.n, directional, !plain, statistics),
    mass: undefined,
    tolerance: readTolerance(layout, options as SolveOptions<unknown>),
    statistics,
  };
}

/** Tries one step, takes it or not, and decides how far the next one goes. */
function advance(run: Run): void {
  const { settings, system, state } = run;
  const { method, to, direction } = settings;
  const smallest = 10 * Number.EPSILON * Math.max(Math.abs(state.t), Number.MIN_VALUE / Number.EPSILON);
  if (run.step < smallest) {
    run.status = state.trouble ?? 'step-too-small';
    return;
  }
  const left = Math.abs(to - state.t);
  const last = run.step >= left * (1 - 1e-12);
  const h = last ? to - state.t : direction * run.step;
  method.attempt(system, state, h);
  const accepted = state.trouble === undefined && state.errorNorm <= 1;
  if (accepted) {
    const dense = run.record.reserve(method.dense, system.n, state.t, h);
    method.dense.write(state, dense.data, dense.at);
    method.accept(system, state, last ? to : state.t + h);
    system.statistics.steps++;
    save(run);
    if (last) run.status = 'done';
  } else system.statistics.rejected++;
  run.step = nextStep(run, accepted);
}

function nextStep({ settings, system, state, control }: Run, accepted: boolean): number {
  const { method, dt } = settings;
  if (method.nextStep !== undefined) return Math.abs(method.nextStep(system, state, accepted));
  if (method.errorOrder === undefined) return dt!;
  const tried = Math.abs(state.h);
  if (state.trouble !== undefined) {
    control.rejected = true;
    return tried * integral.minFactor;
  }
  return tried * stepFactor(integral, control, state.errorNorm, method.errorOrder);
}

function save({ times, states, state }: Run): void {
  times.push(state.t);
  states.add(state.y);
}
