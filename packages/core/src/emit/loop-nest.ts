/**
 * The loops of a kernel cut into stretches of equal steps, and nested: what a step does stands in it as often as it is done
 * there, at its own place each time. Knows nothing of what runs along lanes, nor why.
 */
import { type Expression, type Loop, add, constant, loopIndex, substitute } from '../kernel-ir/expression.ts';
import type { Store } from '../kernel-ir/statement.ts';

/** So few steps of a reduction are written out. */
const WRITTEN_OUT = 8;

/** A stretch of a loop that is gone through in equal steps. */
export interface Segment {
  readonly loop: Loop;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  /** Distance between copies of the work within a step: 1, or the lanes of a vector. */
  readonly stride: number;
  readonly isVector: boolean;
}

/** Loops around loops around stores. */
export type Nest =
  | { readonly kind: 'leaf'; readonly stores: readonly Store[] }
  | { readonly kind: 'loop'; readonly segment: Segment; readonly inner: readonly Nest[]; readonly roots: Expression[] };

export function plainSegment(loop: Loop): Segment {
  return { loop, start: 0, end: loop.extent, step: 1, stride: 1, isVector: false };
}

/** The whole loop as one step. */
export function writtenOut(loop: Loop): Segment {
  return { loop, start: 0, end: loop.extent, step: loop.extent, stride: 1, isVector: false };
}

/** A reduction one by one from some step on: written out where there are few steps. */
export function stepsOf(loop: Loop, start: number): Segment {
  const left = loop.extent - start;
  return {
    loop,
    start,
    end: loop.extent,
    step: left <= WRITTEN_OUT ? Math.max(1, left) : 1,
    stride: 1,
    isVector: false,
  };
}

/** The loop in the largest steps first, then what is left in the next smaller ones. */
export function segmentsOf(loop: Loop, steps: readonly number[], lanes: number): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  for (const step of steps) {
    if (step === 0) continue;
    const end = start + Math.floor((loop.extent - start) / step) * step;
    const isVector = lanes > 1 && step >= lanes;
    if (end > start) segments.push({ loop, start, end, step, stride: isVector ? lanes : 1, isVector });
    start = end;
  }
  return segments;
}

/** Where the copies of the work within a step stand. A step that is the only one has its place in the code. */
export function copiesOf({ loop, start, end, step, stride, isVector }: Segment): Map<Loop, Expression>[] {
  const first = end - start === step && !isVector ? constant(start, 'i32') : loopIndex(loop);
  return Array.from({ length: step / stride }, (_, k) => new Map([[loop, add(first, constant(k * stride, 'i32'))]]));
}

/** Loops within loops, the outermost first: each of `levels` is one loop, cut into segments. */
export function nestsOf(levels: readonly (readonly Segment[])[], stores: readonly Store[]): Nest[] {
  const [segments, ...deeper] = levels;
  if (segments === undefined) return [{ kind: 'leaf', stores }];
  return segments.map((segment): Nest => {
    const inner = nestsOf(deeper, storesWithin(segment, stores));
    return { kind: 'loop', segment, inner, roots: inner.flatMap(rootsOf) };
  });
}

function rootsOf(nest: Nest): Expression[] {
  return nest.kind === 'loop' ? nest.roots : nest.stores.map(({ value }) => value);
}

/** The copies of stores within a step. */
export function storesWithin(segment: Segment, stores: readonly Store[]): Store[] {
  const parts = stores.flatMap(({ index, value }) => [index, value]);
  return copiesOf(segment).flatMap((places) => {
    const made = substitute(parts, places);
    return stores.map(({ buffer }, k) => ({ buffer, index: made[2 * k]!, value: made[2 * k + 1]! }));
  });
}
