/** Walks several arrays of different strides over one shape, in runs along the longest inner axis. */
import { type Shape, sizeOf } from '../tensor/shape.ts';

/** Axes with as many as possible made into one, and for each what one step along it is in each operand. */
export interface MergedAxes {
  readonly extents: number[];
  readonly steps: (readonly number[])[];
}

/** Axes of extent 1 left out, and neighbours that continue each other in every operand made into one. */
export function mergedAxes(shape: Shape, strides: readonly (readonly number[])[]): MergedAxes {
  const extents: number[] = [];
  const steps: (readonly number[])[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const extent = shape[axis]!;
    if (extent === 1) continue;
    const own: number[] = [];
    for (const operand of strides) own.push(operand[axis]!);
    if (steps.length > 0 && continues(steps[steps.length - 1]!, own, extent)) {
      extents[extents.length - 1]! *= extent;
      steps[steps.length - 1] = own;
    } else {
      extents.push(extent);
      steps.push(own);
    }
  }
  return { extents, steps };
}

/** Whether a step along the outer axis is, in every operand, as many along the inner one as that is long. */
function continues(outer: readonly number[], inner: readonly number[], extent: number): boolean {
  for (let k = 0; k < outer.length; k++) if (outer[k] !== inner[k]! * extent) return false;
  return true;
}

/**
 * Calls `run` for each stretch of elements that lies evenly spaced in every operand. Axes that continue each other are
 * merged first, so dense operands give one run.
 *
 * @param strides for each operand, its step along each axis of `shape`
 * @param run gets the number of elements, the position of the first in the result, and each operand's offset and step
 */
export function forEachRun(
  shape: Shape,
  strides: readonly (readonly number[])[],
  run: (count: number, at: number, offsets: readonly number[], steps: readonly number[]) => void,
): void {
  const total = sizeOf(shape);
  if (total === 0) return;
  const { extents, steps } = mergedAxes(shape, strides);
  const count = extents.pop() ?? 1;
  const inner = steps.pop() ?? strides.map(() => 0);
  const offsets = strides.map(() => 0);
  const index = extents.map(() => 0);
  for (let at = 0; ;) {
    run(count, at, offsets, inner);
    at += count;
    if (at >= total) return;
    for (let axis = extents.length - 1; axis >= 0; axis--) {
      const step = steps[axis]!;
      if (++index[axis]! < extents[axis]!) {
        for (let k = 0; k < offsets.length; k++) offsets[k]! += step[k]!;
        break;
      }
      index[axis] = 0;
      for (let k = 0; k < offsets.length; k++) offsets[k]! -= step[k]! * (extents[axis]! - 1);
    }
  }
}
