/** What a solve gives: the states that were asked for, the state anywhere between, what it cost and how it ended. */
import { ArgumentError, type Tensor, tensor } from '@edgewise/core';
import type { DenseRecord } from './dense/record.ts';
import { type Layout, writeState, writeStates } from './problem.ts';
import type { Statistics } from './statistics.ts';
import type { Status } from './status.ts';
import type { System } from './system.ts';
import { hangOn } from './without-derivative.ts';

/** An event that happened. */
export interface Occurrence<Y> {
  /** Which one, as it stands in `events`. */
  readonly event: number;
  readonly name: string | undefined;
  readonly t: number;
  /** The state just before its reset, if it has one. */
  readonly y: Y;
}

/** What a solution is made of, on flat numbers. */
export interface SolutionParts {
  readonly layout: Layout;
  readonly sources: readonly Tensor[];
  readonly system: System;
  readonly times: readonly number[];
  readonly states: Float64Array;
  readonly reached: number;
  readonly last: Float64Array;
  readonly occurrences: readonly Occurrence<Float64Array>[];
  readonly status: Status;
  readonly message: string;
  readonly record: DenseRecord | undefined;
}

/** @typeParam Y the form of y0, with a tensor at each leaf */
export class Solution<Y> {
  /** The times of the states in `y`, f64 `[k]`. */
  readonly t: Tensor;
  /** The states, of the form of y0; each leaf has a first axis of length k. */
  readonly y: Y;
  /** The last time reached. */
  readonly reached: number;
  /** The state there, of the form of y0. */
  readonly last: Y;
  /** The events that happened, in their order. */
  readonly events: readonly Occurrence<Y>[];
  readonly stats: Readonly<Statistics>;
  readonly status: Status;
  /** How it ended, in a sentence; for a failure, what is probably the matter. */
  readonly message: string;
  readonly #layout: Layout;
  readonly #sources: readonly Tensor[];
  readonly #system: System;
  readonly #record: DenseRecord | undefined;

  /** @internal Made by `solve`. */
  constructor(parts: SolutionParts) {
    const { layout, sources, system, times } = parts;
    this.t = tensor(Float64Array.from(times));
    this.y = hangOn(writeStates<Y>(layout, parts.states, times.length), sources);
    this.reached = parts.reached;
    this.last = hangOn(writeState<Y>(layout, parts.last), sources);
    this.events = parts.occurrences.map((occurrence) => ({
      ...occurrence,
      y: hangOn(writeState<Y>(layout, occurrence.y), sources),
    }));
    // Reading between steps may evaluate f, which is not part of the solve.
    this.stats = { ...system.statistics, switches: [...system.statistics.switches] };
    this.status = parts.status;
    this.message = parts.message;
    this.#layout = layout;
    this.#sources = sources;
    this.#system = system;
    this.#record = parts.record;
  }

  /** Whether the end, or a terminal event, was reached. */
  get succeeded(): boolean {
    return this.status === 'done' || this.status === 'event';
  }

  /**
   * The state at any time that the solve has passed, by the method's own interpolant. At an event it is the state after
   * the reset. Some methods evaluate f for it, once a step.
   *
   * @throws ArgumentError `out-of-range`; `no-dense-output` where the solve was told `dense: false`
   * @example
   * solve((t, y) => y.neg(), { t: [0, 1], y0: 1 }).at(0.5).item(); // 0.60653
   */
  at(t: number): Y {
    if (this.#record === undefined) {
      throw new ArgumentError({
        code: 'no-dense-output',
        op: 'at',
        problem: 'the solve was told not to keep its steps',
        received: t,
        remedy: 'solve(f, { ..., dense: true })',
      });
    }
    const range = this.#record.range;
    // Without a step there is one time to ask for.
    const [from, to] = range ?? [this.reached, this.reached];
    if (!((t - from) * (t - to) <= 0)) {
      throw new ArgumentError({
        code: 'out-of-range',
        op: 'at',
        problem: `t is ${String(t)}; the solve went from ${from} to ${to}`,
        expected: [from, to],
        received: t,
      });
    }
    if (t === this.reached) return this.last;
    const y = new Float64Array(this.#layout.n);
    this.#record.read(this.#system, t, y);
    return hangOn(writeState<Y>(this.#layout, y), this.#sources);
  }
}
