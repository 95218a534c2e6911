/** Parts of tensors: slices, elements by index, and their mirror images. */
import type { Expression } from '../kernel-ir/expression.ts';
import type { KernelLanguage } from '../kernel-ir/language.ts';
import type { Position } from '../kernel-ir/position.ts';
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { scatterStrided } from '../kernels/movement.ts';
import { nextAxis } from '../op/batch.ts';
import { checkAccepts } from '../op/cast.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { uniform } from '../tensor/create.ts';
import type { Dtype, TypedArray } from '../tensor/dtype.ts';
import { type Shape, axisOf, checkShape, sameShape, shapeText, sizeOf, stridesOf } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Strided } from '../tensor/view.ts';
import { scatterAddAlongAxis, takeAlongAxis } from './along-axis.ts';
import { checkIndices, checkUpdatesDtype, checkedIndex, indexWithin } from './indices.ts';
import { byStrides } from './movement.ts';

/**
 * What to take along one axis: `null` for all of it; a number for one entry (the axis goes); `[start]`, `[start, stop]`
 * or `[start, stop, step]` for a stretch, `stop` not included. Negative positions count from the end; a negative step
 * goes backward.
 */
export type Range = null | number | readonly [start: number | null, stop?: number | null, step?: number];

/** A stretch along each axis in plain numbers, and the axes of single entries, which go. */
export interface Window {
  readonly starts: readonly number[];
  readonly counts: readonly number[];
  readonly steps: readonly number[];
  readonly dropped: readonly number[];
}

/**
 * Part of a tensor, one range an axis; axes without a range are taken whole.
 *
 * @throws ArgumentError `not-ranges`, `too-many-ranges`, `index-out-of-range`, `zero-step`
 * @example
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * slice(x, [0]).toArray(); // [1, 2, 3]
 * slice(x, [null, [1, 3]]).toArray(); // [[2, 3], [5, 6]]
 * slice(x, [null, [null, null, -1]]).toArray(); // [[3, 2, 1], [6, 5, 4]]
 */
export const slice: Op<[x: Tensor], [window: Window], [Tensor], [ranges: readonly Range[]]> = defineOp({
  name: 'slice',
  canonical: ([x], [ranges]) => [windowOf(x.shape, ranges)],
  infer: ([x], [window]) =>
    specOf(
      window.counts.filter((_, axis) => !window.dropped.includes(axis)),
      x.dtype,
    ),
  ...byStrides<[window: Window]>((input, _, [window]) => {
    const { offset, strides } = placed(window, input);
    return { offset, strides: strides.filter((__, axis) => !window.dropped.includes(axis)) };
  }),
  lower: ({ at, position, inputs: [x], attributes: [window] }, kernel) =>
    at(0, kernel.Position.of(x!.shape, sourceOf(window, position, kernel))),
  uniform: ([value]) => value,
  pull: [
    ({ cotangent, inputs: [x], attributes: [window] }) => unslice.definition.apply([cotangent], [window, x.shape])[0]!,
  ],
  push: [({ tangent, attributes }) => slice.definition.apply([tangent], attributes)[0]!],
  batch: ({ inputs, size, attributes: [window], apply }) => apply(inputs, [windowOfBatch(window, size)]),
  samples: [
    { shapes: [[3, 4]], arguments: [[1, [1, 4]]] },
    {
      shapes: [[3, 4]],
      arguments: [
        [
          [null, null, -1],
          [-1, 0, -2],
        ],
      ],
    },
    { shapes: [[3]], arguments: [[[2, 2]]] },
  ],
});

/**
 * The mirror image of slice: zeros of a shape, with the elements of `x` where the slice would read them.
 *
 * @example
 * unslice([5], [[1, 2]], [3]).toArray(); // [0, 5, 0]
 */
export const unslice: Op<
  [x: Tensor],
  [window: Window, shape: Shape],
  [Tensor],
  [ranges: readonly Range[], shape: Shape]
> = defineOp({
  name: 'unslice',
  canonical: (_, [ranges, shape]) => [windowOf(shape, ranges), shape],
  infer: ([x], [window, shape]) => {
    const expected = window.counts.filter((_, axis) => !window.dropped.includes(axis));
    if (!sameShape(x.shape, expected)) {
      throw new ShapeError({
        code: 'shape-mismatch',
        problem: `the ranges hold shape ${shapeText(expected)}; received ${shapeText(x.shape)}`,
        expected,
        received: x.shape,
      });
    }
    return specOf(shape, x.dtype);
  },
  forward: ([x], [window, shape], { data }) => {
    const { offset, strides } = placed(window, { offset: 0, strides: stridesOf(shape) });
    scatterStrided(data, window.counts, x.data, offset, strides);
  },
  lower: ({ at, position, inputs: [x], attributes: [window] }, kernel) => {
    const axes: Expression[] = [];
    if (window.counts.includes(0)) return kernel.constant(0, x!.dtype);
    let isInside = kernel.equal(kernel.constant(0, 'i32'), kernel.constant(0, 'i32'));
    position.axes.forEach((place, axis) => {
      const [start, step, count] = [window.starts[axis]!, window.steps[axis]!, window.counts[axis]!];
      // Along the direction of the step, so that distances are not negative
      const away = kernel.mul(
        kernel.sub(place, kernel.constant(start, 'i32')),
        kernel.constant(Math.sign(step), 'i32'),
      );
      const stride = Math.abs(step);
      const within = kernel.max(
        kernel.constant(0, 'i32'),
        kernel.min(away, kernel.constant((count - 1) * stride, 'i32')),
      );
      const index = kernel.quotient(within, stride);
      const here = kernel.equal(kernel.mul(index, kernel.constant(stride, 'i32')), away);
      isInside = kernel.and(isInside, here);
      if (!window.dropped.includes(axis)) axes.push(index);
    });
    const value = at(0, kernel.Position.of(x!.shape, axes));
    return kernel.select(isInside, value, kernel.constant(0, value.type));
  },
  uniform: ([value]) => (value === 0 ? 0 : undefined),
  pull: [({ cotangent, attributes: [window] }) => slice.definition.apply([cotangent], [window])[0]!],
  push: [({ tangent, attributes }) => unslice.definition.apply([tangent], attributes)[0]!],
  batch: ({ inputs, size, attributes: [window, shape], apply }) =>
    apply(inputs, [windowOfBatch(window, size), [size, ...shape]]),
  reads: 'copies',
  samples: [
    {
      shapes: [[2]],
      arguments: [
        [1, [1, 4, 2]],
        [3, 4],
      ],
    },
  ],
});

/** Where an element of a window comes from, an index an axis. */
function sourceOf(window: Window, position: Position, kernel: KernelLanguage): Expression[] {
  let kept = 0;
  return window.starts.map((start, axis) => {
    const place = window.dropped.includes(axis) ? kernel.constant(0, 'i32') : position.axes[kept++]!;
    return kernel.add(kernel.mul(place, kernel.constant(window.steps[axis]!, 'i32')), kernel.constant(start, 'i32'));
  });
}

/** The window of each example of a batch. */
export function windowOfBatch({ starts, counts, steps, dropped }: Window, size: number): Window {
  return {
    starts: [0, ...starts],
    counts: [size, ...counts],
    steps: [1, ...steps],
    dropped: dropped.map(nextAxis),
  };
}

/** Where the elements in a window lie, given where all lie. */
export function placed({ starts, steps }: Window, { offset, strides }: Strided): Strided {
  return {
    offset: starts.reduce((sum, start, axis) => sum + start * strides[axis]!, offset),
    strides: steps.map((step, axis) => step * strides[axis]!),
  };
}

export function windowOf(shape: Shape, ranges: readonly Range[]): Window {
  if (!Array.isArray(ranges)) {
    throw new ArgumentError({
      code: 'not-ranges',
      problem: `expected a list of ranges, one for each axis from the first on; received ${String(ranges)}`,
      expected: 'readonly Range[]',
      received: ranges,
      remedy: `[${typeof ranges === 'number' ? String(ranges) : '0'}] for one index, [[0, 2]] for a range, [null, 0] to keep the first axis whole`,
    });
  }
  if (ranges.length > shape.length) {
    throw new ArgumentError({
      code: 'too-many-ranges',
      problem: `expected at most ${shape.length} ranges for shape ${shapeText(shape)}; received ${ranges.length}`,
      expected: shape.length,
      received: ranges,
    });
  }
  const window = { starts: [] as number[], counts: [] as number[], steps: [] as number[], dropped: [] as number[] };
  shape.forEach((extent, axis) => {
    const range = (ranges as readonly Range[])[axis] ?? null;
    if (typeof range === 'number') {
      if (!Number.isInteger(range) || range < -extent || range >= extent) {
        throw new ArgumentError({
          code: 'index-out-of-range',
          problem: `index ${range} on axis ${axis} of shape ${shapeText(shape)}; it has indices ${-extent} to ${extent - 1}`,
          expected: [-extent, extent - 1],
          received: range,
        });
      }
      window.starts.push(range < 0 ? range + extent : range);
      window.counts.push(1);
      window.steps.push(1);
      window.dropped.push(axis);
      return;
    }
    const [start, stop, step = 1] = range ?? [null];
    if (!Number.isInteger(step) || step === 0) {
      throw new ArgumentError({
        code: 'zero-step',
        problem: `step ${step} on axis ${axis}; expected a whole number other than 0`,
        received: step,
      });
    }
    // As NumPy has it: positions outside are cut off, and going backward the far end lies before the first element.
    const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
    const position = (at: number | null | undefined, otherwise: number): number =>
      at === null || at === undefined ? otherwise : Math.min(Math.max(at < 0 ? at + extent : at, low), high);
    const from = position(start, step > 0 ? low : high);
    const to = position(stop, step > 0 ? high : low);
    const count = Math.max(0, Math.ceil((to - from) / step));
    window.starts.push(count === 0 ? 0 : from);
    window.counts.push(count);
    window.steps.push(step);
  });
  return window;
}

/**
 * Entries along an axis (0) by index (i32, any shape, which takes the place of the axis). Negative indices count from
 * the end.
 *
 * @throws DtypeError `indices-not-i32`, ArgumentError `index-out-of-range`
 * @example
 * take([10, 20, 30], [2, 0]).toArray(); // [30, 10]
 */
export const take: Op<[x: Tensor, indices: Tensor], [axis: number], [Tensor], [options?: { axis?: number }]> = defineOp(
  {
    name: 'take',
    canonical: ([x], [options = {}]) => {
      checkOptions('take', options, ['axis']);
      return [axisOf('take', options.axis ?? 0, x.shape.length)];
    },
    plain: [undefined, 'i32'],
    infer: ([x, indices], [axis]) => {
      checkIndices(indices);
      return specOf([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], x.dtype);
    },
    forward: ([x, indices], [axis], { data }) => {
      const { outer, extent, inner } = aroundAxis(x.shape, axis);
      let at = 0;
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < indices.data.length; i++) {
          const from = (o * extent + indexWithin(indices.data[i]!, extent)) * inner;
          for (let k = 0; k < inner; k++) data[at++] = x.data[from + k]!;
        }
      }
    },
    lower: ({ at, position, inputs: [x, indices], attributes: [axis] }, kernel) => {
      const rank = indices!.shape.length;
      const index = at(1, kernel.Position.of(indices!.shape, position.axes.slice(axis, axis + rank)));
      const axes = [
        ...position.axes.slice(0, axis),
        checkedIndex(index, x!.shape[axis]!, kernel),
        ...position.axes.slice(axis + rank),
      ];
      return at(0, kernel.Position.of(x!.shape, axes));
    },
    pull: [
      ({ cotangent, inputs: [x, indices], attributes: [axis] }) =>
        scatterAdd(uniform(x.spec, 0), indices, cotangent, { axis }),
      notDifferentiable,
    ],
    push: [
      ({ tangent, inputs: [, indices], attributes: [axis] }) => take(tangent, indices, { axis }),
      notDifferentiable,
    ],
    batch: ({ inputs: [x, indices], batched: [ofX, ofIndices], repeated, attributes: [axis], apply }) => {
      if (!ofIndices) return apply([x, indices], [nextAxis(axis)]);
      if (ofX) return takeOwn(repeated[0], repeated[1], axis);
      const order = Array.from({ length: x.rank + indices.rank - 1 }, (_, k) => k).filter((k) => k !== axis);
      return apply([x, indices], [axis]).permute([axis, ...order]);
    },
    reads: 'copies',
    samples: [
      { shapes: [[4, 3], [2]], dtypes: ['float', 'i32'], from: [-2, 0], to: [2, 3] },
      {
        shapes: [
          [2, 5],
          [2, 2],
        ],
        dtypes: ['float', 'i32'],
        from: [-2, 0],
        to: [2, 4],
        arguments: [{ axis: -1 }],
      },
    ],
  },
);

/**
 * `x` with `updates` added to its entries along an axis (0): entry `indices[i]` gets update i; indices that occur more
 * than once add up.
 *
 * @throws DtypeError `indices-not-i32`, ShapeError `shape-mismatch`, ArgumentError `index-out-of-range`
 * @example
 * scatterAdd(zeros([3]), [2, 0, 2], [1, 5, 1]).toArray(); // [5, 0, 2]
 */
export const scatterAdd: Op<
  [x: Tensor, indices: Tensor, updates: Tensor],
  [axis: number],
  [Tensor],
  [options?: { axis?: number }]
> = defineOp({
  name: 'scatterAdd',
  canonical: ([x], [options = {}]) => {
    checkOptions('scatterAdd', options, ['axis']);
    return [axisOf('scatterAdd', options.axis ?? 0, x.shape.length)];
  },
  plain: [undefined, 'i32', undefined],
  infer: ([x, indices, updates], [axis]) => {
    checkAccepts('scatterAdd', 'number', x.dtype);
    checkIndices(indices);
    const expected = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    if (!sameShape(updates.shape, expected)) {
      throw new ShapeError({
        code: 'shape-mismatch',
        problem: `updates have shape ${shapeText(updates.shape)}; expected ${shapeText(expected)} for these indices`,
        expected,
        received: updates.shape,
      });
    }
    checkUpdatesDtype(x, updates);
    return specOf(x.shape, x.dtype);
  },
  forward: ([x, indices, updates], [axis], { data }) => {
    data.set(x.data);
    const { outer, extent, inner } = aroundAxis(x.shape, axis);
    const [entries, from] = [indices.data, updates.data];
    if (inner === 1 && entries.length >= extent) {
      for (let o = 0; o < outer; o++) addAt(data, o * extent, extent, entries, from, o * entries.length);
      return;
    }
    let at = 0;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < entries.length; i++) {
        const to = (o * extent + indexWithin(entries[i]!, extent)) * inner;
        for (let k = 0; k < inner; k++) data[to + k]! += from[at++]!;
      }
    }
  },
  pull: [
    ({ cotangent }) => cotangent,
    notDifferentiable,
    ({ cotangent, inputs: [, indices], attributes: [axis] }) => take(cotangent, indices, { axis }),
  ],
  push: [
    ({ tangent }) => tangent,
    notDifferentiable,
    ({ tangent, inputs: [x, indices], attributes: [axis] }) =>
      scatterAdd(uniform(x.spec, 0), indices, tangent, { axis }),
  ],
  batch: ({ inputs: [, indices], batched: [, ofIndices], repeated, attributes: [axis], apply }) =>
    ofIndices ? scatterAddOwn(...repeated, axis) : apply([repeated[0], indices, repeated[2]], [nextAxis(axis)]),
  reads: 'sums',
  samples: [{ shapes: [[4, 3], [2], [2, 3]], dtypes: ['float', 'i32', 'float'], from: [-2, 0, -2], to: [2, 3, 2] }],
});

/** `out[first + indices[i]] += x[at + i]`, of `extent` entries: many that come to few, summed in f64. */
function addAt(out: TypedArray, first: number, extent: number, indices: TypedArray, x: TypedArray, at: number): void {
  const part = out.subarray(first, first + extent);
  const sums = new Float64Array(extent);
  sums.set(part);
  const added = x.subarray(at, at + indices.length);
  for (let next = 0; ; next++) {
    next = addFrom(next, sums, indices, added);
    if (next === indices.length) break;
    sums[indexWithin(indices[next]!, extent)]! += added[next]!;
  }
  part.set(sums);
}

/** Adds up to the first index that is negative or too large, and says which. A call in the loop would make all of it slower. */
function addFrom(start: number, sums: Float64Array, indices: TypedArray, x: TypedArray): number {
  const extent = sums.length;
  for (let i = start; i < indices.length; i++) {
    const index = indices[i]!;
    if (index >>> 0 >= extent) return i; // negative ones are large without their sign
    sums[index]! += x[i]!;
  }
  return indices.length;
}

// Where each example has indices of its own, x is seen as [batch, before the axis, along it, behind it].

/** x `[batch, ...]` at the indices `[batch, ...]` of the same example. */
function takeOwn(x: Tensor, indices: Tensor, axis: number): Tensor {
  const { outer, extent, inner } = aroundAxis(x.shape.slice(1), axis);
  const size = x.shape[0]!;
  const values = x.reshape([size, outer, extent, inner]);
  const taken = takeAlongAxis(values, ownIndices(indices, outer, inner), { axis: 2 });
  const [before, behind] = [x.shape.slice(0, nextAxis(axis)), x.shape.slice(nextAxis(axis) + 1)];
  return taken.reshape([...before, ...indices.shape.slice(1), ...behind]);
}

/** The mirror image: updates of each example added at its own indices. */
function scatterAddOwn(x: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  const { outer, extent, inner } = aroundAxis(x.shape.slice(1), axis);
  const own = ownIndices(indices, outer, inner);
  const values = x.reshape([x.shape[0]!, outer, extent, inner]);
  return scatterAddAlongAxis(values, own, updates.reshape(own.shape), { axis: 2 }).reshape(x.shape);
}

/** Indices `[batch, ...]` for every place before and behind the axis. */
function ownIndices(indices: Tensor, outer: number, inner: number): Tensor {
  const size = indices.shape[0]!;
  const count = sizeOf(indices.shape.slice(1));
  return indices.reshape([size, 1, count, 1]).broadcastTo([size, outer, count, inner]);
}

function aroundAxis(shape: Shape, axis: number): { outer: number; extent: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), extent: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}

/**
 * 1 at the index along a new last axis of extent `count`, 0 elsewhere: nothing but 0 for an index outside. Of `dtype` (f32).
 *
 * @throws DtypeError `indices-not-i32`; ShapeError `not-a-shape`
 * @example
 * oneHot([1, 0], 2).toArray(); // [[0, 1], [1, 0]]
 */
export const oneHot: Op<
  [indices: Tensor],
  [count: number, dtype: Dtype],
  [Tensor],
  [count: number, options?: { dtype?: Dtype }]
> = defineOp({
  name: 'oneHot',
  attributeNames: ['count', 'dtype'],
  canonical: (_, [count, options = {}]) => {
    checkOptions('oneHot', options, ['dtype']);
    return [count, options.dtype ?? 'f32'];
  },
  plain: ['i32'],
  infer: ([indices], [count, dtype]) => {
    checkIndices(indices);
    checkShape('oneHot', [count]);
    return specOf([...indices.shape, count], dtype);
  },
  forward: ([indices], [count], { data }) => {
    const places = indices.data;
    for (let k = 0, at = 0; k < places.length; k++, at += count) {
      const place = places[k]!;
      if (place >= 0 && place < count) data[at + place] = 1;
    }
  },
  lower: ({ at, position, inputs: [indices], attributes: [, dtype] }, kernel) => {
    const index = at(0, kernel.Position.of(indices!.shape, position.axes.slice(0, -1)));
    const isHere = kernel.equal(index, position.axes.at(-1)!);
    return dtype === 'bool' ? isHere : kernel.convert(isHere, dtype);
  },
  pull: [notDifferentiable],
  batch: ({ inputs, attributes, apply }) => apply(inputs, attributes),
  samples: [{ shapes: [[2, 3]], dtypes: ['i32'], from: 0, to: 3, arguments: [4] }],
});
