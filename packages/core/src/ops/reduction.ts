/** From many elements to fewer, along axes. */
import { checkOptions } from '../errors/check-options.ts';
import { ShapeError } from '../errors/edgewise-error.ts';
import { type Extreme, extremeOver, extremePlaces } from '../kernels/extremes.ts';
import { sumOfEqual, sumOver } from '../kernels/sums.ts';
import { nextAxis } from '../op/batch.ts';
import { checkAccepts, inDtype } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, type OpDefinition, type Sample, notDifferentiable } from '../op/op.ts';
import { type TensorLike, asTensor, uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { axesOf, axisOf, reducedShape, shapeText } from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { where } from './selection.ts';

/** Which axes go (all of them unless said otherwise), and whether they stay with extent 1. */
export interface ReduceOptions {
  axis?: number | readonly number[];
  keepDims?: boolean;
}

export type Reduction = Op<
  [x: Tensor],
  [axes: readonly number[], keepDims: boolean],
  [Tensor],
  [options?: ReduceOptions]
>;
export type ReductionDefinition = OpDefinition<
  [x: Tensor],
  [axes: readonly number[], keepDims: boolean],
  [Tensor],
  [options?: ReduceOptions]
>;

export const samples: readonly Sample<[options?: ReduceOptions]>[] = [
  { shapes: [[2, 3]] },
  { shapes: [[2, 3, 2]], arguments: [{ axis: 1 }] },
  { shapes: [[2, 3, 2]], arguments: [{ axis: [0, -1], keepDims: true }] },
  { shapes: [[]] },
];

export const attributeNames: readonly string[] = ['axis', 'keepDims'];

export function canonical(
  name: string,
  accepts: 'number' | 'any' = 'number',
): NonNullable<ReductionDefinition['canonical']> {
  return ([x], [options = {}]) => {
    checkOptions(name, options, ['axis', 'keepDims']);
    checkAccepts(name, accepts, x.dtype);
    return [axesOf(name, options.axis, x.shape.length), options.keepDims ?? false];
  };
}

export const infer: ReductionDefinition['infer'] = ([x], [axes, keepDims]) =>
  specOf(reducedShape(x.shape, axes, keepDims), x.dtype);

/** Of a batch, the same axes of each example are reduced. */
export const batch: NonNullable<ReductionDefinition['batch']> = ({ inputs, attributes: [axes, keepDims], apply }) =>
  apply(inputs, [axes.map(nextAxis), keepDims]);

/** A reduced value spread over what it was reduced from. */
export function spread(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return reduced.reshape(reducedShape(x.shape, axes, true)).broadcastTo(x.shape);
}

/**
 * Sum over axes, added by pairs (error grows with the logarithm of the count). The sum of nothing is 0.
 *
 * @throws ArgumentError `axis-out-of-range`, `axis-twice`, `unknown-option`
 * @example
 * sum([[1, 2], [3, 4]], { axis: 0 }).toArray(); // [4, 6]
 */
export const sum: Reduction = defineOp({
  name: 'sum',
  attributeNames,
  canonical: canonical('sum'),
  infer,
  forward: ([x], [axes], { data }) => sumOver(x.data, x.shape, axes, data),
  lower: (context, kernel) => kernel.reduceAlong('add', context, ...context.attributes),
  uniform: ([value], [axes], [x]) => sumOfEqual(value!, x.shape, axes),
  pull: [({ cotangent, inputs: [x], attributes: [axes] }) => spread(cotangent, x, axes)],
  push: [({ tangent, attributes: [axes, keepDims] }) => sum(tangent, { axis: axes, keepDims })],
  batch,
  reads: 'sums',
  samples,
});

/** Mean over axes. @example mean([[1, 2], [3, 4]], { axis: 1 }).toArray(); // [1.5, 3.5] */
export const mean: Composite<(x: TensorLike, options?: ReduceOptions) => Tensor> = composite(
  'mean',
  (like: TensorLike, options: ReduceOptions = {}) => {
    checkOptions('mean', options, ['axis', 'keepDims']);
    const given = asTensor(like, 'mean');
    checkAccepts('mean', 'number', given.dtype);
    // The sum of whole numbers may not be one of 32 bits
    const x = inDtype(given, isFloat(given.dtype) ? given.dtype : 'f32');
    let count = 1;
    for (const axis of axesOf('mean', options.axis, x.rank)) count *= x.shape[axis]!;
    if (count === 0)
      throw new ShapeError({
        code: 'no-elements',
        op: 'mean',
        problem: `the mean of no elements, shape ${shapeText(x.shape)}`,
        received: x.shape,
      });
    return x.sum(options).div(count);
  },
  { samples: samples as readonly Sample[] },
);

/** max and min differ in what they look for. */
function defineExtreme(name: string, extreme: Extreme): Reduction {
  const op: Reduction = defineOp({
    name,
    attributeNames,
    canonical: canonical(name),
    infer: (inputs, attributes) => {
      checkNotEmpty(name, inputs[0], attributes[0]);
      return infer(inputs, attributes);
    },
    forward: ([x], [axes], { data }) => extremeOver(x.data, x.shape, axes, extreme, data),
    lower: (context, kernel) =>
      kernel.reduceAlong(extreme === 'largest' ? 'max' : 'min', context, ...context.attributes),
    uniform: ([value]) => value,
    // Ties share: the derivative must not depend on which of two equal elements is named.
    pull: [
      ({ cotangent, inputs: [x], output, attributes: [axes] }) =>
        shareOfTies(x, output, axes).mul(spread(cotangent, x, axes)),
    ],
    push: [
      ({ tangent, inputs: [x], output, attributes: [axes, keepDims] }) =>
        shareOfTies(x, output, axes).mul(tangent).sum({ axis: axes, keepDims }),
    ],
    batch,
    samples: samples.map((sample) => ({ ...sample, distinct: 1e-2 })),
  });
  return op;
}

/** 1 divided by the number of elements that reach the extreme, at each that does. */
function shareOfTies(x: Tensor, extreme: Tensor, axes: readonly number[]): Tensor {
  const reaches = x.equal(spread(extreme, x, axes)).cast(x.dtype);
  return reaches.div(reaches.sum({ axis: axes, keepDims: true }).maximum(1));
}

export function checkNotEmpty(name: string, x: Spec, axes: readonly number[]): void {
  if (!axes.some((axis) => x.shape[axis] === 0)) return;
  throw new ShapeError({
    code: 'no-elements',
    op: name,
    problem: `the ${name} of no elements, shape ${shapeText(x.shape)}`,
    received: x.shape,
  });
}

/** Largest element along axes; NaN if there is one. Ties share the derivative. @example max([3, 1]).item(); // 3 */
export const max: Reduction = defineExtreme('max', 'largest');

/** Smallest element along axes; NaN if there is one. Ties share the derivative. @example min([3, 1]).item(); // 1 */
export const min: Reduction = defineExtreme('min', 'smallest');

export interface ArgOptions {
  /** The axis; without it, the position in the flat order of elements. */
  axis?: number;
  /** Whether the axis (all axes, where none is named) stays with extent 1. */
  keepDims?: boolean;
}

type ArgExtreme = Op<[x: Tensor], [axes: readonly number[], keepDims: boolean], [Tensor], [options?: ArgOptions]>;

function defineArgExtreme(name: string, extreme: Extreme): ArgExtreme {
  return defineOp<[x: Tensor], [axes: readonly number[], keepDims: boolean], [Tensor], [options?: ArgOptions]>({
    name,
    attributeNames,
    canonical: ([x], [options = {}]) => {
      checkOptions(name, options, ['axis', 'keepDims']);
      const axes =
        options.axis === undefined
          ? axesOf(name, undefined, x.shape.length)
          : [axisOf(name, options.axis, x.shape.length)];
      return [axes, options.keepDims ?? false];
    },
    infer: ([x], [axes, keepDims]) => {
      checkNotEmpty(name, x, axes);
      return specOf(reducedShape(x.shape, axes, keepDims), 'i32');
    },
    forward: ([x], [axes], { data }) => extremePlaces(x.data, x.shape, axes, extreme, data),
    pull: [notDifferentiable],
    batch,
    samples: [
      { shapes: [[3, 4]], arguments: [{ axis: 1 }], distinct: 1e-2 },
      { shapes: [[3, 4]], arguments: [{ axis: 0, keepDims: true }], distinct: 1e-2 },
    ],
  });
}

/** Position (i32) of the largest element, the first of equals. @example argMax([1, 3, 2]).item(); // 1 */
export const argMax: ArgExtreme = defineArgExtreme('argMax', 'largest');

/** Position (i32) of the smallest element, the first of equals. @example argMin([1, 3, 2]).item(); // 0 */
export const argMin: ArgExtreme = defineArgExtreme('argMin', 'smallest');

/** The largest element, by which e^x is kept in range. It cancels in the result, so no derivative passes. */
function topOf(x: Tensor, axes: readonly number[]): Tensor {
  const shape = reducedShape(x.shape, axes, true);
  // Of no elements there is none, and nothing to keep in range
  if (axes.some((axis) => x.shape[axis] === 0)) return uniform(specOf(shape, x.dtype), 0);
  return x.max({ axis: axes, keepDims: true }).stopGradient();
}

/** Elements less the largest. Beside an infinite one there are no shares: all become NaN; where all are -infinity too. */
function lessTheLargest(x: Tensor, axis: number): Tensor {
  return x.sub(topOf(x, [axis]));
}

/**
 * `log(sum(e^x))` along axes, without overflow. Of nothing, -infinity.
 *
 * @example
 * logSumExp([1000, 1000]).item(); // 1000.69
 */
export const logSumExp: Composite<(x: TensorLike, options?: ReduceOptions) => Tensor> = composite(
  'logSumExp',
  (like: TensorLike, options: ReduceOptions = {}) => {
    checkOptions('logSumExp', options, ['axis', 'keepDims']);
    const x = asTensor(like, 'logSumExp');
    checkAccepts('logSumExp', 'float', x.dtype);
    const axes = axesOf('logSumExp', options.axis, x.rank);
    const top = topOf(x, axes);
    // Infinities less infinities would give NaN
    const shift = where(top.abs().less(Number.POSITIVE_INFINITY), top, 0);
    const result = x.sub(shift).exp().sum({ axis: axes, keepDims: true }).log().add(shift);
    return result.reshape(reducedShape(x.shape, axes, options.keepDims ?? false));
  },
  { samples: samples as readonly Sample[] },
);

/**
 * `e^x / sum(e^x)` along one axis (the last): shares that add up to 1. NaN, all of them, where an element is NaN or
 * +infinity, or each is -infinity.
 *
 * @example
 * softmax([0, 0]).toArray(); // [0.5, 0.5]
 */
export const softmax: Composite<(x: TensorLike, options?: { axis?: number }) => Tensor> = composite(
  'softmax',
  (like: TensorLike, options: { axis?: number } = {}) => {
    checkOptions('softmax', options, ['axis']);
    const x = asTensor(like, 'softmax');
    const axis = axisOf('softmax', options.axis ?? -1, x.rank);
    const powers = lessTheLargest(x, axis).exp();
    return powers.div(powers.sum({ axis, keepDims: true }));
  },
  { samples: [{ shapes: [[2, 3]] }, { shapes: [[2, 3]], arguments: [{ axis: 0 }] }] },
);

/** `log(softmax(x))` along one axis (the last), accurate where softmax rounds to 0. @example logSoftmax([0, 0]).toArray(); // [-0.69315, -0.69315] */
export const logSoftmax: Composite<(x: TensorLike, options?: { axis?: number }) => Tensor> = composite(
  'logSoftmax',
  (like: TensorLike, options: { axis?: number } = {}) => {
    checkOptions('logSoftmax', options, ['axis']);
    const x = asTensor(like, 'logSoftmax');
    const axis = axisOf('logSoftmax', options.axis ?? -1, x.rank);
    // The shift goes first: what is left is small, and the difference keeps its digits.
    const shifted = lessTheLargest(x, axis);
    return shifted.sub(shifted.exp().sum({ axis, keepDims: true }).log());
  },
  { samples: [{ shapes: [[2, 3]] }, { shapes: [[2, 3]], arguments: [{ axis: 0 }] }] },
);
