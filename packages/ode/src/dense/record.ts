/** The dense output of a whole solve: the numbers of its steps one behind the other, in chunks, so that none is moved. */
import type { DenseOutput } from '../method.ts';
import type { System } from '../system.ts';

/** One recorded step: from t to t + h, in `data` from `at` on. */
export interface DenseStep {
  readonly t: number;
  readonly h: number;
  readonly dense: DenseOutput;
  readonly data: Float64Array;
  readonly at: number;
  finished: boolean;
}

/** At least this many numbers to a chunk (32 kB), so that small steps do not each cost an allocation. */
const chunkLength = 4096;

export class DenseRecord {
  readonly steps: DenseStep[] = [];
  #chunk: Float64Array = new Float64Array(0);
  #used = 0;

  /** Room for a step that `dense` will describe. */
  reserve(dense: DenseOutput, n: number, t: number, h: number): DenseStep {
    const size = dense.size(n);
    if (this.#used + size > this.#chunk.length) {
      this.#chunk = new Float64Array(Math.max(chunkLength, size));
      this.#used = 0;
    }
    const step = { t, h, dense, data: this.#chunk, at: this.#used, finished: dense.finish === undefined };
    this.#used += size;
    this.steps.push(step);
    return step;
  }
}

/** Writes the state at `t` inside of a step into `y`. */
export function readStep(system: System, step: DenseStep, t: number, y: Float64Array): void {
  if (!step.finished) {
    step.dense.finish?.(system, step.t, step.h, step.data, step.at);
    step.finished = true;
  }
  step.dense.read(step.data, step.at, step.h === 0 ? 0 : (t - step.t) / step.h, step.h, y);
}
