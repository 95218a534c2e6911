/**
 * The dense output of a whole solve: steps one behind the other in chunks, each with a header that says where it is valid.
 * Chunks double, so that a step costs no allocation of its own.
 */
import type { DenseOutput, MethodState } from '../method.ts';
import type { System } from '../system.ts';

/** Where the header of a step has what. */
const header = { t: 0, h: 1, end: 2, finished: 3, length: 4 } as const;

interface Chunk {
  readonly dense: DenseOutput;
  /** Numbers to a step, its header included. */
  readonly size: number;
  readonly data: Float64Array;
  readonly capacity: number;
  /** Steps in it. */
  count: number;
}

const firstCapacity = 16;
/** Numbers in a chunk from which on the next is not larger: 32 kB, which are taken from memory in use and not from new pages. */
const largestChunk = 1 << 12;

export class DenseRecord {
  readonly #n: number;
  readonly #keepAll: boolean;
  readonly #chunks: Chunk[] = [];
  /** The last of them. */
  #chunk: Chunk | undefined;

  /** @param keepAll whether earlier steps stay readable; otherwise only the last one is */
  constructor(n: number, keepAll: boolean) {
    this.#n = n;
    this.#keepAll = keepAll;
  }

  /** Records the step that `state` has tried and is about to take. */
  add(dense: DenseOutput, state: MethodState): void {
    let chunk = this.#chunk;
    if (chunk === undefined || chunk.dense !== dense || chunk.count === chunk.capacity) chunk = this.#roomFor(dense);
    const at = chunk.count++ * chunk.size;
    const { data } = chunk;
    data[at + header.t] = state.t;
    data[at + header.h] = state.h;
    data[at + header.end] = state.t + state.h;
    data[at + header.finished] = dense.finish === undefined ? 1 : 0;
    dense.write(state, data, at + header.length);
  }

  /** Says where the last step ends: at an event in it, or exactly at the end of the interval. */
  endLastAt(t: number): void {
    const chunk = this.#chunk!;
    chunk.data[(chunk.count - 1) * chunk.size + header.end] = t;
  }

  /** The state at `t` in the last step. */
  readLast(system: System, t: number, y: Float64Array): void {
    const chunk = this.#chunk!;
    readIn(system, chunk, chunk.count - 1, t, y);
  }

  /** The times between which states can be read. */
  get range(): readonly [from: number, to: number] | undefined {
    const first = this.#chunks[0];
    const last = this.#chunk;
    if (first === undefined || last === undefined) return undefined;
    return [first.data[header.t]!, last.data[(last.count - 1) * last.size + header.end]!];
  }

  /** The state at `t`, which lies in `range`; after a reset, where one happened at `t`. */
  read(system: System, t: number, y: Float64Array): void {
    const [from, to] = this.range!;
    const direction = to < from ? -1 : 1;
    const chunk =
      this.#chunks[lastWhere(this.#chunks.length, (c) => (this.#chunks[c]!.data[header.t]! - t) * direction <= 0)]!;
    const step = lastWhere(chunk.count, (s) => (chunk.data[s * chunk.size + header.t]! - t) * direction <= 0);
    readIn(system, chunk, step, t, y);
  }

  #roomFor(dense: DenseOutput): Chunk {
    const last = this.#chunk;
    if (last?.dense === dense && !this.#keepAll) {
      last.count = 0;
      return last;
    }
    const size = header.length + dense.size(this.#n);
    const doubled = Math.min(2 * (last?.capacity ?? firstCapacity / 2), Math.ceil(largestChunk / size));
    const capacity = this.#keepAll ? Math.max(1, doubled) : 1;
    const chunk: Chunk = { dense, size, data: new Float64Array(capacity * size), capacity, count: 0 };
    if (!this.#keepAll) this.#chunks.length = 0;
    this.#chunks.push(chunk);
    this.#chunk = chunk;
    return chunk;
  }
}

function readIn(system: System, { dense, size, data }: Chunk, step: number, t: number, y: Float64Array): void {
  const at = step * size;
  const start = data[at + header.t]!;
  const h = data[at + header.h]!;
  if (data[at + header.finished] === 0) {
    dense.finish!(system, start, h, data, at + header.length);
    data[at + header.finished] = 1;
  }
  dense.read(data, at + header.length, h === 0 ? 0 : (t - start) / h, h, y);
}

/** The last of `count` places where `holds`, which holds up to there; the first where it holds nowhere. */
function lastWhere(count: number, holds: (place: number) => boolean): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
