/** The one loop: it alone knows all parts. */
import type { Tensor, TensorTree } from '@edgewise/core';
import { type ControlState, newControl, stepFactor } from './control/controller.ts';
import { initialStep } from './control/initial-step.ts';
import { DenseRecord } from './dense/record.ts';
import { describeFailure } from './diagnosis.ts';
import { type EventMemory, type FlatEvent, crossingsIn, endsStep, memoryAfter, newEventMemory } from './events.ts';
import type { Method, MethodState } from './method.ts';
import { type AnyOptions, type PlainSolveOptions, type Settings, type SolveOptions, readOptions } from './options.ts';
import {
  type AnyRightHandSide,
  type InPlace,
  type Layout,
  type RightHandSide,
  checkRightHandSide,
  flatEvents,
  readState as readInitial,
} from './problem.ts';
import { checkMass } from './implicit-options.ts';
import { readNoise } from './noise-options.ts';
import { Rows } from './rows.ts';
import { type Occurrence, Solution } from './solution.ts';
import type { Failure, Status } from './status.ts';
import type { System } from './system.ts';
import { systemOf } from './system-of.ts';
import { sourcesOf } from './without-derivative.ts';

/**
 * Integrates dy/dt = f(t, y) from `t[0]` to `t[1]`, either way.
 *
 * @param f gives dy/dt, of the form of y0, in units of y per unit of t; or `inPlace((t, y, dy) => {...})`
 * @param options.y0 state at `t[0]`
 * @param options.rtol relative error allowed in a step, a pure number
 * @param options.atol absolute error allowed in a step, in units of y
 * @returns times `[k]`, states with a first axis of length k, statistics, and a status
 * @throws ShapeError `shape-mismatch` when `f` gives another shape than `y0`; ArgumentError where an option makes no
 *   sense. What goes wrong on the way is a status, and what was reached.
 * @example
 * solve((t, y) => y.neg(), { t: [0, 1], y0: 1 }).last.item(); // 0.36788
 *
 * Step control: Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.4.
 */
export function solve<const Y0>(f: InPlace, options: PlainSolveOptions<Y0>): Solution<TensorTree<Y0>>;
export function solve<const Y0, P = undefined>(
  f: RightHandSide<TensorTree<NoInfer<Y0>>, P>,
  options: SolveOptions<Y0, TensorTree<NoInfer<Y0>>, P>,
): Solution<TensorTree<Y0>>;
export function solve(f: InPlace | AnyRightHandSide, options: AnyOptions): Solution<unknown> {
  const run = begin(f, options);
  while (run.status === undefined) advance(run);
  return solutionOf(run);
}

/** Everything that changes while a solve runs. */
export interface Run {
  readonly settings: Settings;
  readonly layout: Layout;
  /** What the solution would have derivatives by. */
  readonly sources: readonly Tensor[];
  readonly system: System;
  readonly events: readonly FlatEvent[];
  control: ControlState;
  /** What a choice of method remembers. */
  readonly switching: unknown;
  /** Absent where nobody will read between steps. */
  readonly record: DenseRecord | undefined;
  readonly saved: { readonly times: number[]; readonly states: Rows };
  readonly occurrences: Occurrence<Float64Array>[];
  readonly scratch: Float64Array;
  method: Method;
  state: MethodState;
  eventMemory: EventMemory | undefined;
  /** The step to try next, positive. */
  step: number;
  /** What rounding has kept from t: steps of one length are rounded alike, a thousand times. */
  lost: number;
  /** Whether the last attempt was accepted. */
  accepted: boolean;
  status: Status | undefined;
}

/** Reads what the user states, and stands at the start with a first step to try. */
export function begin(f: InPlace | AnyRightHandSide, options: AnyOptions): Run {
  checkRightHandSide(f);
  const settings = readOptions(options);
  const { layout, values: y, tree } = readInitial(options.y0);
  const noise = readNoise(options, settings.method, layout, 'inPlace' in f);
  const system: System = { ...systemOf(f, layout, options), noise };
  const events = flatEvents(options.events ?? [], 'inPlace' in f, layout, options.params as never);
  const { from, to, method: chosen, saveAt, dense } = settings;
  const method = chosen.kind === 'switching' ? chosen.first(system) : chosen;
  const dy = new Float64Array(layout.n);
  system.f(from, y, dy);
  checkMass(system, layout, method, from, y, dy);
  const run: Run = {
    settings,
    layout,
    sources: sourcesOf(f, from, tree, options.params),
    system,
    events,
    control: newControl(),
    switching: chosen.kind === 'switching' ? chosen.init(system) : undefined,
    record: dense || saveAt !== undefined || events.length > 0 ? new DenseRecord(layout.n, dense) : undefined,
    saved: { times: [], states: new Rows(layout.n) },
    occurrences: [],
    scratch: new Float64Array(layout.n),
    method,
    state: method.init(system, from, y, dy),
    eventMemory: events.length > 0 ? newEventMemory(events, from, y) : undefined,
    step: 0,
    lost: 0,
    accepted: false,
    status: undefined,
  };
  save(run, from);
  if (!isFinite(y, dy)) run.status = 'non-finite';
  else if (from === to) run.status = 'done';
  else run.step = firstStep(run, dy);
  return run;
}

/** Tries one step, takes it or not, and decides how far the next one goes. */
export function advance(run: Run): void {
  const failure = reasonToStop(run);
  if (failure !== undefined) {
    run.status = failure;
    return;
  }
  const { system, method, state } = run;
  const h = lengthToTry(run);
  method.attempt(system, state, h);
  run.accepted = state.trouble === undefined && state.errorNorm <= 1;
  if (run.accepted) take(run, h);
  else system.statistics.rejected++;
  // An event has begun anew, with a step of its own.
  if (run.state === state && run.status === undefined) {
    run.step = nextStep(run);
    if (run.accepted) switchMethod(run);
  }
  if (run.accepted) report(run);
}

/** What was reached. */
export function solutionOf(run: Run): Solution<unknown> {
  const { settings, layout, sources, system, saved, state, occurrences, record, status } = run;
  return new Solution({
    layout,
    sources,
    system,
    times: saved.times,
    states: saved.states.values,
    reached: state.t,
    last: state.y,
    occurrences,
    status: status!,
    message: messageOf(run),
    record: settings.dense ? record : undefined,
  });
}

function firstStep({ settings, system, method, state }: Run, dy: Float64Array): number {
  const { from, to, direction, dt } = settings;
  if (dt !== undefined) return method.fixedStep?.(system, dt) ?? dt;
  return initialStep(system, state.t, state.y, dy, direction, Math.abs(to - from), method.errorOrder ?? method.order);
}

function reasonToStop({ settings, system, method, state, accepted }: Run): Failure | undefined {
  const { steps, rejected } = system.statistics;
  if (steps + rejected >= settings.maxSteps) return 'too-many-steps';
  if (accepted || steps + rejected === 0) return undefined;
  // An attempt with the shortest step, or with the only one, has failed.
  const isFixed = method.errorOrder === undefined && method.nextStep === undefined;
  const wasLast = isFixed || Math.abs(state.h) <= shortestStep(settings, state);
  return wasLast ? (state.trouble ?? 'step-too-small') : undefined;
}

function shortestStep({ from, to, dtMin }: Settings, { t }: MethodState): number {
  return dtMin ?? 10 * Number.EPSILON * Math.max(Math.abs(t), 1e-15 * Math.abs(to - from));
}

function lengthToTry({ settings, state, step }: Run): number {
  const { to, direction, dtMax } = settings;
  const length = Math.min(dtMax, Math.max(step, shortestStep(settings, state)));
  const left = Math.abs(to - state.t);
  // A step that would leave a sliver goes to the end.
  return left <= length * (1 + 1e-10) ? to - state.t : direction * length;
}

/** Takes the step last tried: moves on, and sees what happened in it. */
function take(run: Run, h: number): void {
  const { settings, system, method, state, record } = run;
  const start = state.t;
  const moved = h + run.lost;
  const end = h === settings.to - start ? settings.to : start + moved;
  run.lost = moved - (end - start);
  record?.add(method.dense, state);
  method.accept(system, state, end);
  record?.endLastAt(end);
  system.statistics.steps++;
  if (run.events.length > 0 && endedByEvent(run, start, end)) return;
  save(run, end);
  if (end === settings.to) run.status = 'done';
}

/** Notes the events in the step just taken. Whether one ended it: then the solve stops there, or goes on from a new state. */
function endedByEvent(run: Run, start: number, end: number): boolean {
  const { settings, system, events, record, occurrences, scratch, saved } = run;
  const at = (t: number, y: Float64Array): void => readState(run, t, y);
  const crossed = crossingsIn(events, run.eventMemory!, start, end, at, scratch);
  for (const { event, t } of crossed) {
    at(t, scratch);
    occurrences.push({ event, name: events[event]!.name, t, y: scratch.slice() });
  }
  const ending = crossed.filter(({ event }) => endsStep(events[event]!));
  if (ending.length === 0) return false;

  const { t } = ending[0]!;
  save(run, t);
  at(t, scratch);
  const y = scratch.slice();
  record!.endLastAt(t);
  for (const { event } of ending) events[event]!.reset?.(t, y);
  system.renew?.();
  restart(run, t, y);
  // Of a state without numbers nothing can be asked.
  if (run.status === undefined) run.eventMemory = memoryAfter(events, crossed, t, y);
  if (settings.saveAt === undefined && ending.some(({ event }) => events[event]!.reset !== undefined)) {
    saved.times.push(t);
    saved.states.add(y);
  }
  if (run.status !== undefined) return true;
  if (ending.some(({ event }) => events[event]!.terminal === true)) run.status = 'event';
  else if (t === settings.to) run.status = 'done';
  return true;
}

/** Goes on from another state, or with another method: all that was remembered of the steps before is of no use. */
function restart(run: Run, t: number, y: Float64Array): void {
  const { settings, system, method, step } = run;
  const dy = new Float64Array(system.n);
  system.f(t, y, dy);
  run.state = method.init(system, t, y, dy);
  run.control = newControl();
  run.lost = 0;
  if (!isFinite(y, dy)) run.status = 'non-finite';
  else if (settings.dt === undefined && t !== settings.to) run.step = Math.min(step, firstStep(run, dy));
}

function nextStep({ settings, system, method, state, control, accepted, step }: Run): number {
  if (method.nextStep !== undefined) return Math.abs(method.nextStep(system, state, accepted));
  if (method.errorOrder === undefined) return step;
  const tried = Math.abs(state.h);
  if (state.trouble === undefined) {
    return tried * stepFactor(settings.controller, control, state.errorNorm, method.errorOrder);
  }
  control.rejected = true;
  return tried * settings.controller.minFactor;
}

function isFinite(y: Float64Array, dy: Float64Array): boolean {
  return y.every(Number.isFinite) && dy.every(Number.isFinite);
}

/** Changes the method where the steps so far say so. */
function switchMethod(run: Run): void {
  const { settings, system, method, state, switching } = run;
  if (settings.method.kind !== 'switching') return;
  const other = settings.method.choose(system, method, state, switching);
  if (other === method) return;
  const { t, y } = state;
  const step = run.step;
  run.method = other;
  restart(run, t, y);
  run.step = step;
  system.statistics.switches.push({ t, method: other.name });
}

/** Keeps the states that were asked for up to `until`, where the last step ends. */
function save(run: Run, until: number): void {
  const { saveAt, direction } = run.settings;
  if (saveAt === undefined) keep(run, until);
  else {
    const { times } = run.saved;
    while ((saveAt[times.length]! - until) * direction <= 0) keep(run, saveAt[times.length]!);
  }
}

function keep(run: Run, t: number): void {
  const { saved, state, scratch } = run;
  saved.times.push(t);
  if (t === state.t) saved.states.add(state.y);
  else {
    readState(run, t, scratch);
    saved.states.add(scratch);
  }
}

/** The state at a time in the last step. */
function readState({ system, state, record }: Run, t: number, y: Float64Array): void {
  if (t === state.t) y.set(state.y);
  else record!.readLast(system, t, y);
}

function report({ settings, system, state, step }: Run): void {
  const { from, to, progress } = settings;
  progress?.({
    t: state.t,
    fraction: from === to ? 1 : (state.t - from) / (to - from),
    steps: system.statistics.steps,
    dt: step,
  });
}

function messageOf(run: Run): string {
  const { status, settings, system, occurrences, state, method } = run;
  const { steps } = system.statistics;
  if (status === 'done') return `reached t = ${settings.to} in ${steps} steps`;
  if (status === 'event') {
    const { name, event, t } = occurrences.at(-1)!;
    return `stopped at t = ${t} by event ${name === undefined ? event : `"${name}"`}, after ${steps} steps`;
  }
  const { layout, step } = run;
  return describeFailure(status!, { layout, system, method, state, step, maxSteps: settings.maxSteps });
}
