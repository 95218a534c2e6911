/** Shapes are plain lists of whole numbers. Pure functions on them: size, axes, broadcasting. */
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** Shape as it stands in texts: `[32, 784]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Refuses what is not a list of whole numbers from 0 on. */
export function checkShape(op: string, shape: Shape): void {
  if (!Array.isArray(shape) || shape.some((extent) => !Number.isInteger(extent) || extent < 0)) {
    throw new ShapeError({
      code: 'not-a-shape',
      op,
      problem: `a shape is a list of whole numbers from 0 on; received ${Array.isArray(shape) ? shapeText(shape) : String(shape)}`,
      expected: 'number[]',
      received: shape,
      remedy: typeof shape === 'number' ? `[${String(shape)}]` : undefined,
    });
  }
}

/** The shape that both broadcast to: aligned at the last axis, extents equal or 1 (NumPy's rule); undefined if none. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  if (sameShape(a, b)) return a;
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const lead = long.length - short.length;
  const result = long.slice();
  for (let axis = 0; axis < short.length; axis++) {
    const p = long[lead + axis]!;
    const q = short[axis]!;
    if (p !== q && p !== 1 && q !== 1) return undefined;
    result[lead + axis] = p === 1 ? q : p;
  }
  // Keep the very object where one side already has the result: identity is the fastest comparison downstream.
  if (sameShape(result, a)) return a;
  return sameShape(result, b) ? b : result;
}

/** Axes along which a value of shape `from` was repeated to fill `to`. */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const lead = to.length - from.length;
  const axes: number[] = [];
  for (let axis = 0; axis < to.length; axis++) {
    if (axis < lead || (from[axis - lead] === 1 && to[axis] !== 1)) axes.push(axis);
  }
  return axes;
}

/** Elements to skip for one step along each axis of a dense array, last axis fastest. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.slice();
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Strides that read a dense array of shape `from` as if it had shape `to`: 0 along repeated axes. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = stridesOf(from);
  const lead = to.length - from.length;
  return to.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : own[axis - lead]!));
}

/** An axis from 0 on; negative ones count from the end. */
export function axisOf(op: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ArgumentError({
      code: 'axis-out-of-range',
      op,
      problem:
        rank === 0
          ? `axis ${axis} does not exist: the tensor has rank 0`
          : `axis ${axis} does not exist: axes are ${-rank} to ${rank - 1}`,
      expected: rank === 0 ? [] : [-rank, rank - 1],
      received: axis,
    });
  }
  return axis < 0 ? axis + rank : axis;
}

/** Distinct axes in rising order; all of them where none are named. */
export function axesOf(op: string, axis: number | readonly number[] | undefined, rank: number): number[] {
  if (typeof axis === 'number') return [axisOf(op, axis, rank)];
  if (axis === undefined) {
    const all: number[] = [];
    for (let k = 0; k < rank; k++) all.push(k);
    return all;
  }
  const axes = axis.map((a) => axisOf(op, a, rank)).sort((a, b) => a - b);
  const twice = axes.find((a, k) => a === axes[k + 1]);
  if (twice !== undefined) {
    throw new ArgumentError({ code: 'axis-twice', op, problem: `axis ${twice} is named twice`, received: axis });
  }
  return axes;
}

/** Shape after a reduction over `axes`: they go, or stay with extent 1. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  if (keepDims) return shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return shape.filter((_, axis) => !axes.includes(axis));
}
