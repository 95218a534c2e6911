/** What a solve can be told, checked, with defaults filled in. */
import { ArgumentError, Tensor, type TreeLike, checkOptions, nearestNames } from '@edgewise/core';
import type { Controller } from './control/controller.ts';
import { controllers } from './control/controllers.ts';
import type { EventFacts } from './events.ts';
import type { Method, Switching } from './method.ts';
import { type ImplicitOptions, type PlainImplicitOptions, implicitOptionNames } from './implicit-options.ts';
import { type MethodName, methods } from './methods.ts';
import { type AnyNoiseOptions, type NoiseOptions, type PlainNoiseOptions, noiseOptionNames } from './noise-options.ts';

/** An event of a solve whose f is written with ops. */
export interface Event<Y, P = undefined> extends EventFacts {
  /** What crosses zero: a number, or a tensor with one element. */
  readonly when: (t: Tensor, y: Y, params: P) => Tensor | number;
  /** The state with which the solve goes on from the event. */
  readonly reset?: (t: Tensor, y: Y, params: P) => TreeLike<Y>;
}

/** An event of a solve whose f is `inPlace`. */
export interface PlainEvent extends EventFacts {
  /** What crosses zero. */
  readonly when: (t: number, y: Float64Array) => number;
  /** Changes the state at the event, in place. */
  readonly reset?: (t: number, y: Float64Array) => void;
}

/** How far a solve is, after each accepted step. */
export interface Progress {
  readonly t: number;
  /** Of the interval, from 0 to 1. */
  readonly fraction: number;
  /** Accepted steps so far. */
  readonly steps: number;
  /** The length of the next step to try. */
  readonly dt: number;
}

export interface CommonOptions<Y0> extends ImplicitOptions {
  /** Where from and where to; backward where the second is less. */
  t: readonly [from: number, to: number];
  /** The state at `t[0]`: a number, a tensor, or a tree of them. Plain numbers are f64. */
  y0: Y0;
  /** A name, or a method of one's own (`'auto'`). */
  method?: MethodName | Method | Switching;
  /** Relative error allowed in a step, a pure number (1e-6; 1e-3 where y0 has an f32 in it). */
  rtol?: number;
  /** Absolute error allowed in a step, in units of y: a number, or a tree like y0 (1e-9; 1e-6 where y0 has an f32 in it). */
  atol?: unknown;
  /** The first step, in units of t; the only one of methods without an error estimate, which need it. */
  dt?: number;
  /** The shortest step; where a shorter one would be needed, the solve ends as `'step-too-small'` (10 rounding units of t). */
  dtMin?: number;
  /** The longest step (the interval). */
  dtMax?: number;
  /** Attempts after which the solve ends as `'too-many-steps'` (100,000; without limit where the step is fixed). */
  maxSteps?: number;
  /** How the error says how far to go next: `'I'`, `'PI'`, `'PID'`, or one of one's own (`'I'`). */
  controller?: keyof typeof controllers | Controller;
  /** The times at which the solution has states, in the direction of t; all steps, unless given. */
  saveAt?: readonly number[] | Float64Array | Tensor;
  /** Whether all steps are kept for `solution.at` (true). */
  dense?: boolean;
  /** Called after each accepted step. */
  progress?: (progress: Progress) => void;
}

/** Options of a solve whose f is written with ops. */
export interface SolveOptions<Y0, Y, P = undefined> extends CommonOptions<Y0>, NoiseOptions<Y, P> {
  /** Handed to f, and to events, as third argument. */
  params?: P;
  /** What to look for on the way. */
  events?: readonly Event<Y, P>[];
}

/** Options of a solve whose f is `inPlace`. */
export interface PlainSolveOptions<Y0> extends CommonOptions<Y0>, PlainImplicitOptions, PlainNoiseOptions {
  /** What to look for on the way. */
  events?: readonly PlainEvent[];
}

/** An event whatever the form of the state. */
export interface AnyEvent extends EventFacts {
  readonly when: (t: Tensor, y: never, params: never) => Tensor | number;
  readonly reset?: (t: Tensor, y: never, params: never) => unknown;
}

/** Options whatever the form of the state. */
export interface AnyOptions extends CommonOptions<unknown>, PlainImplicitOptions, AnyNoiseOptions {
  params?: unknown;
  events?: readonly (AnyEvent | PlainEvent)[];
}

const optionNames: readonly (keyof AnyOptions)[] = [
  't',
  'y0',
  'params',
  'method',
  'rtol',
  'atol',
  'dt',
  'dtMin',
  'dtMax',
  'maxSteps',
  'controller',
  'saveAt',
  'dense',
  'events',
  'progress',
  ...implicitOptionNames,
  ...noiseOptionNames,
];

/** Options, checked and complete, as far as they do not depend on the form of the state. */
export interface Settings {
  readonly from: number;
  readonly to: number;
  readonly direction: 1 | -1;
  readonly method: Method | Switching;
  readonly dt: number | undefined;
  readonly dtMin: number | undefined;
  readonly dtMax: number;
  readonly maxSteps: number;
  readonly controller: Controller;
  readonly saveAt: readonly number[] | undefined;
  readonly dense: boolean;
  readonly progress: ((progress: Progress) => void) | undefined;
}

/** @throws ArgumentError `unknown-option`, `bad-interval`, `unknown-method`, `unknown-controller`, `no-step`, `out-of-range` */
export function readOptions(options: AnyOptions): Settings {
  checkOptions('solve', options, optionNames);
  const [from, to] = readInterval(options.t);
  const direction = to < from ? -1 : 1;
  const method = readMethod(options.method ?? 'auto');
  const { dt, dtMin, dtMax = Infinity, progress } = options;
  if (progress !== undefined && typeof progress !== 'function') {
    throw new ArgumentError({
      code: 'not-a-function',
      op: 'solve',
      problem: `progress is ${String(progress)}; expected a function that is told how far the solve is`,
      received: progress,
      remedy: '{ progress: ({ t, fraction }) => ... }',
    });
  }
  for (const [name, value] of Object.entries({ dt, dtMin, dtMax, maxSteps: options.maxSteps })) {
    if (value !== undefined) checkPositive(name, value);
  }
  const fixed = method.kind !== 'switching' && method.errorOrder === undefined && method.nextStep === undefined;
  if (fixed && dt === undefined) {
    throw new ArgumentError({
      code: 'no-step',
      op: 'solve',
      problem: `${method.name} has no error estimate, so it must be told its step`,
      expected: 'dt',
      received: options,
      remedy: `{ method: '${method.name}', dt: ${String(Math.abs(to - from) / 100 || 0.01)} }`,
    });
  }
  return {
    from,
    to,
    direction,
    method,
    dt,
    dtMin,
    dtMax,
    maxSteps: options.maxSteps ?? (fixed ? Infinity : 100_000),
    controller: readController(options.controller ?? 'I'),
    saveAt: options.saveAt === undefined ? undefined : readTimes(options.saveAt, from, to, direction),
    dense: options.dense ?? true,
    progress,
  };
}

function readInterval(t: unknown): readonly [number, number] {
  // Their difference too: steps are parts of it.
  if (Array.isArray(t) && t.length === 2 && t.every(Number.isFinite) && Number.isFinite(t[1] - t[0])) {
    return t as [number, number];
  }
  const given = Array.isArray(t) ? `[${t.join(', ')}]` : t === undefined ? 'missing' : textOf(t);
  throw new ArgumentError({
    code: 'bad-interval',
    op: 'solve',
    problem: `t is ${given}; expected two finite numbers, where from and where to`,
    received: t,
    remedy: '{ t: [0, 10] }',
  });
}

function textOf(value: unknown): string {
  return value instanceof Tensor ? String(value.spec) : (JSON.stringify(value) ?? typeof value);
}

function readMethod(named: MethodName | Method | Switching): Method | Switching {
  if (typeof named === 'string') return lookUp('method', named, methods);
  if (named.kind === 'switching' || typeof named.attempt === 'function') return named;
  throw new ArgumentError({
    code: 'unknown-method',
    op: 'solve',
    problem: 'method is an object that makes no steps; expected a name, or a method of your own',
    expected: Object.keys(methods),
    received: named,
    remedy: "{ method: 'auto' }",
  });
}

function readController(named: keyof typeof controllers | Controller): Controller {
  return typeof named === 'string' ? lookUp('controller', named, controllers) : named;
}

function lookUp<T>(what: 'method' | 'controller', name: string, table: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(table, name)) return table[name]!;
  const near = nearestNames(name, Object.keys(table));
  throw new ArgumentError({
    code: `unknown-${what}`,
    op: 'solve',
    problem: `no ${what} named "${name}"${near.length > 0 ? `\n  near: ${near.map((n) => `"${n}"`).join(', ')}` : ''}; all names are in \`${what}s\``,
    expected: Object.keys(table),
    received: name,
  });
}

function checkPositive(name: string, value: unknown): void {
  if (typeof value === 'number' && value > 0) return;
  throw new ArgumentError({
    code: 'out-of-range',
    op: 'solve',
    problem: `${name} is ${String(value)}; expected a positive number, also where t goes backward`,
    expected: '(0, infinity)',
    received: value,
  });
}

function readTimes(saveAt: unknown, from: number, to: number, direction: number): readonly number[] {
  const times =
    saveAt instanceof Tensor
      ? [...saveAt.data]
      : Array.isArray(saveAt) || ArrayBuffer.isView(saveAt)
        ? [...(saveAt as number[])]
        : undefined;
  if (times === undefined) {
    throw new ArgumentError({
      code: 'bad-times',
      op: 'solve',
      problem: `saveAt is ${String(saveAt)}; expected a list of times`,
      received: saveAt,
      remedy: `{ saveAt: [${from}, ${to}] }`,
    });
  }
  let before = from;
  times.forEach((time, k) => {
    if ((time - before) * direction >= 0 && (to - time) * direction >= 0) before = time;
    else {
      throw new ArgumentError({
        code: 'bad-times',
        op: 'solve',
        problem: `saveAt[${k}] is ${String(time)}; expected a time from ${before} to ${to}, in this order`,
        received: saveAt,
        remedy:
          saveAt instanceof Tensor && saveAt.dtype === 'f32' && Math.fround(to) === time
            ? `f64 for the times, such as linspace(${from}, ${to}, ${times.length}, { dtype: 'f64' })`
            : undefined,
      });
    }
  });
  return times;
}
