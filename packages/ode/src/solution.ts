/** What a solve gives: the states that were asked for, the state anywhere between, what it cost and how it ended. */
import { ArgumentError, type Tensor, tensor } from '@edgewise/core';
import { type DenseStep, readStep } from './dense/record.ts';
import { type Layout, writeState, writeStates } from './problem.ts';
import type { Statistics } from './statistics.ts';
import type { Status } from './status.ts';
import type { System } from './system.ts';

/** @typeParam Y the form of y0, with a tensor at each leaf */
export class Solution<Y> {
  /** The times of the states in `y`, f64 `[k]`. */
  readonly t: Tensor;
  /** The states, of the form of y0; each leaf has a first axis of length k. */
  readonly y: Y;
  /** The state at the last time reached, of the form of y0. */
  readonly last: Y;
  readonly stats: Readonly<Statistics>;
  readonly status: Status;
  /** How it ended, in a sentence. */
  readonly message: string;
  readonly #layout: Layout;
  readonly #system: System;
  readonly #steps: readonly DenseStep[];

  /** @internal Made by `solve`. */
  constructor(parts: {
    layout: Layout;
    system: System;
    times: readonly number[];
    states: Float64Array;
    last: Float64Array;
    status: Status;
    message: string;
    steps: readonly DenseStep[];
  }) {
    const { layout, system, times, states, last } = parts;
    this.t = tensor(Float64Array.from(times));
    this.y = writeStates(layout, states, times.length);
    this.last = writeState(layout, last);
    this.stats = system.statistics;
    this.status = parts.status;
    this.message = parts.message;
    this.#layout = layout;
    this.#system = system;
    this.#steps = parts.steps;
  }

  /**
   * The state at any time that the solve has passed, by the method's own interpolant.
   *
   * @throws ArgumentError `out-of-range`
   */
  at(t: number): Y {
    const steps = this.#steps;
    const first = steps[0];
    const end = steps.at(-1);
    const inside = first !== undefined && end !== undefined && (t - first.t) * (t - (end.t + end.h)) <= 0;
    if (!inside) {
      throw new ArgumentError({
        code: 'out-of-range',
        op: 'at',
        problem: `t is ${String(t)}; the solve went ${first === undefined ? 'nowhere' : `from ${first.t} to ${end!.t + end!.h}`}`,
        received: t,
      });
    }
    // The last step that begins at or before t.
    const direction = Math.sign(first.h);
    let [low, high] = [0, steps.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((steps[middle]!.t - t) * direction <= 0) low = middle;
      else high = middle - 1;
    }
    const y = new Float64Array(this.#layout.n);
    readStep(this.#system, steps[low]!, t, y);
    return writeState(this.#layout, y);
  }
}
