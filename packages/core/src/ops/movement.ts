/** The same elements in another shape or order. */
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { gatherStrided } from '../kernels/movement.ts';
import { nextAxis, withRank } from '../op/batch.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op, OpDefinition } from '../op/op.ts';
import { sumTo } from '../op/define-elementwise.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import {
  type Shape,
  axesOf,
  axisOf,
  broadcastShapes,
  checkShape,
  sameShape,
  shapeText,
  sizeOf,
  stridesOf,
} from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Strided } from '../tensor/view.ts';

const same = ([value]: readonly number[]): number | undefined => value;

/** Where elements come from, and the kernel that copies them from there: two forms of one fact. */
export function byStrides<Attributes extends readonly unknown[]>(
  strided: (input: Strided, spec: Spec, attributes: Attributes) => Strided,
): Pick<OpDefinition<[x: Tensor], Attributes>, 'forward' | 'strided'> {
  return {
    strided,
    forward: ([x], attributes, { data, shape }) => {
      const { offset, strides } = strided(
        { offset: 0, strides: stridesOf(x.shape) },
        specOf(x.shape, x.dtype),
        attributes,
      );
      gatherStrided(data, shape, x.data, offset, strides);
    },
  };
}

/**
 * The same elements in the same order under another shape; one extent may be -1, "what is left".
 *
 * @throws ShapeError `size-mismatch`
 * @example
 * reshape([1, 2, 3, 4], [2, -1]).toArray(); // [[1, 2], [3, 4]]
 */
export const reshape: Op<[x: Tensor], [shape: Shape]> = defineOp({
  name: 'reshape',
  canonical: ([x], [shape]) => [completed(x, shape)],
  infer: ([x], [shape]) => specOf(shape, x.dtype),
  forward: ([x], _, { data }) => data.set(x.data),
  lower: ({ at, position, inputs: [x] }) => at(0, position.as(x!.shape)),
  alias: true,
  pull: [({ cotangent, inputs: [x] }) => cotangent.reshape(x.shape)],
  push: [({ tangent, attributes: [shape] }) => tangent.reshape(shape)],
  batch: ({ inputs, size, attributes: [shape], apply }) => apply(inputs, [[size, ...shape]]),
  samples: [
    { shapes: [[2, 3]], arguments: [[3, -1]] },
    { shapes: [[1]], arguments: [[]] },
  ],
});

/** The shape asked for, with -1 filled in. */
function completed(x: Spec, asked: Shape): Shape {
  if (!Array.isArray(asked)) checkShape('reshape', asked);
  const size = sizeOf(x.shape);
  const open = asked.filter((extent) => extent === -1).length;
  const known = open === 1 ? sizeOf(asked.map((extent) => (extent === -1 ? 1 : extent))) : 0;
  const shape =
    open === 1 ? asked.map((extent) => (extent === -1 ? (known === 0 ? 0 : size / known) : extent)) : [...asked];
  if (
    open > 1 ||
    (open === 1 && !Number.isInteger(size / Math.max(1, known))) ||
    (open === 0 && (checkShape('reshape', asked), sizeOf(shape) !== size))
  ) {
    throw new ShapeError({
      code: 'size-mismatch',
      problem: `${size} elements of shape ${shapeText(x.shape)} do not fill ${shapeText(asked)}${open > 1 ? ': only one extent may be -1' : ''}`,
      expected: size,
      received: asked,
    });
  }
  checkShape('reshape', shape);
  return shape;
}

/**
 * Reorders axes: axis i of the result is axis `order[i]` of `x`.
 *
 * @throws ArgumentError `not-a-permutation`
 * @example
 * permute([[1, 2], [3, 4]], [1, 0]).toArray(); // [[1, 3], [2, 4]]
 */
export const permute: Op<[x: Tensor], [order: readonly number[]]> = defineOp({
  name: 'permute',
  canonical: ([x], [order]) => {
    const isList: boolean = Array.isArray(order);
    const axes = isList ? order.map((axis) => axisOf('permute', axis, x.shape.length)) : [];
    if (!isList || axes.length !== x.shape.length || new Set(axes).size !== axes.length) {
      throw new ArgumentError({
        code: 'not-a-permutation',
        problem: `order ${isList ? shapeText(order) : String(order)} does not name each of the ${x.shape.length} axes once`,
        received: order,
        remedy: isList ? undefined : 'a list, such as [1, 0]',
      });
    }
    return [axes];
  },
  infer: ([x], [order]) =>
    specOf(
      order.map((axis) => x.shape[axis]!),
      x.dtype,
    ),
  ...byStrides<[order: readonly number[]]>(({ offset, strides }, _, [order]) => ({
    offset,
    strides: order.map((axis) => strides[axis]!),
  })),
  uniform: same,
  lower: ({ at, position, inputs: [x], attributes: [order] }, kernel) => {
    const axes = inverse(order).map((place) => position.axes[place]!);
    return at(0, kernel.Position.of(x!.shape, axes));
  },
  pull: [({ cotangent, attributes: [order] }) => cotangent.permute(inverse(order))],
  push: [({ tangent, attributes: [order] }) => tangent.permute(order)],
  batch: ({ inputs, attributes: [order], apply }) => apply(inputs, [[0, ...order.map(nextAxis)]]),
  samples: [{ shapes: [[2, 3, 4]], arguments: [[2, 0, 1]] }],
});

function inverse(order: readonly number[]): number[] {
  const result = order.slice();
  order.forEach((axis, k) => (result[axis] = k));
  return result;
}

/** Swaps the last two axes. @example transpose([[1, 2], [3, 4]]).toArray(); // [[1, 3], [2, 4]] */
export function transpose(like: TensorLike): Tensor {
  const x = asTensor(like, 'transpose');
  if (x.rank < 2) {
    throw new ShapeError({
      code: 'rank-too-low',
      op: 'transpose',
      problem: `swaps the last two axes; the tensor has shape ${shapeText(x.shape)}`,
      expected: 2,
      received: x.rank,
      remedy: 'x.reshape([-1, 1]) for a column',
    });
  }
  const order = x.shape.map((_, axis) => axis);
  return x.permute([...order.slice(0, -2), x.rank - 1, x.rank - 2]);
}

/**
 * Repeats along new leading axes and along axes of extent 1 (NumPy's rule).
 *
 * @throws ShapeError `shape-mismatch`
 * @example
 * broadcastTo([1, 2], [2, 2]).toArray(); // [[1, 2], [1, 2]]
 */
export const broadcastTo: Op<[x: Tensor], [shape: Shape]> = defineOp({
  name: 'broadcastTo',
  canonical: ([x], [shape]) => {
    checkShape('broadcastTo', shape);
    const common = broadcastShapes(x.shape, shape);
    if (common === undefined || !sameShape(common, shape)) {
      throw new ShapeError({
        code: 'shape-mismatch',
        problem: `shape ${shapeText(x.shape)} does not broadcast to ${shapeText(shape)}; aligned at the last axis, extents must be equal or 1`,
        expected: shape,
        received: x.shape,
      });
    }
    return [shape];
  },
  infer: ([x], [shape]) => (sameShape(shape, x.shape) ? specOf(x.shape, x.dtype) : specOf(shape, x.dtype)),
  ...byStrides<[shape: Shape]>(({ offset, strides }, x, [shape]) => ({
    offset,
    strides: shape.map((_, axis) => {
      const from = axis - (shape.length - x.shape.length);
      return from < 0 || x.shape[from] === 1 ? 0 : strides[from]!;
    }),
  })),
  lower: ({ at, position, inputs: [x] }) => at(0, position.within(x!.shape)),
  uniform: same,
  pull: [({ cotangent, inputs: [x] }) => sumTo(cotangent, x.spec)],
  push: [({ tangent, attributes: [shape] }) => tangent.broadcastTo(shape)],
  batch: ({ inputs: [x], size, attributes: [shape], apply }) => apply([withRank(x, shape.length)], [[size, ...shape]]),
  samples: [
    { shapes: [[3, 1]], arguments: [[2, 3, 2]] },
    { shapes: [[]], arguments: [[2]] },
  ],
});

/** Adds an axis of extent 1 at `axis` (of the result). @example expandDims([1, 2], 0).shape; // [1, 2] */
export function expandDims(like: TensorLike, axis: number): Tensor {
  const x = asTensor(like, 'expandDims');
  const at = axisOf('expandDims', axis, x.rank + 1);
  return x.reshape([...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Removes axes of extent 1: all of them, or those named. @example squeeze([[1, 2]]).shape; // [2] */
export function squeeze(like: TensorLike, { axis }: { axis?: number | readonly number[] } = {}): Tensor {
  const x = asTensor(like, 'squeeze');
  const axes =
    axis === undefined
      ? axesOf('squeeze', undefined, x.rank).filter((a) => x.shape[a] === 1)
      : axesOf('squeeze', axis, x.rank);
  const wide = axes.find((a) => x.shape[a] !== 1);
  if (wide !== undefined) {
    throw new ShapeError({
      code: 'not-extent-1',
      op: 'squeeze',
      problem: `axis ${wide} has extent ${x.shape[wide]}, expected 1; shape ${shapeText(x.shape)}`,
      expected: 1,
      received: x.shape[wide],
    });
  }
  return x.reshape(x.shape.filter((_, a) => !axes.includes(a)));
}
