/** Weighted sums over sliding windows, and their transposes. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { type Convolution, convolve, convolveToWeight, convolveTransposed } from '../kernels/convolution.ts';
import { inDtype } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import { type TensorLike, asTensors } from '../tensor/create.ts';
import { promote } from '../tensor/dtype.ts';
import { type Shape, sameShape, shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { folded, unfolded } from './merge-axes.ts';
import { Recent } from './recent.ts';
import {
  type Padding,
  type PerAxis,
  type SlidingWindow,
  channelsFirst,
  checkFits,
  checkFloat,
  countOf,
  inLayout,
  layoutOf,
  perAxis,
  slidingWindows,
  spanOf,
  spatialNames,
} from './sliding-window.ts';

type Pairs = readonly (readonly [before: number, after: number])[];
/** How windows lie over the spatial axes of x, an entry an axis, and the number of groups. */
type Windows = [stride: readonly number[], padding: Pairs, dilation: readonly number[], groups: number];
/** The extents of spatial axes: not to be seen from the two others where a stride leaves some elements out. */
type WithExtents = [...Windows, extents: Shape];

const attributeNames = ['stride', 'padding', 'dilation', 'groups'];

function numbersOf([stride, padding, dilation, groups]: Readonly<Windows>): Convolution {
  return { stride, padding, dilation, groups };
}

// Three ops from one trilinear form: each is the sum over what the two others share, and each is the pull of the others.
//
//     sum over n, o, c, j, q of  y[n, o, j] w[o, c, q] x[n, group of o, c, j stride + q dilation - padding before]

/** y `[n, o, ...]` from x `[n, c, ...]` and w `[o, c / groups, ...]`: `y[n, o, j] = sum over c, q of w x`. */
export const convolution: Op<[x: Tensor, weight: Tensor], Windows> = defineOp({
  name: 'convolution',
  attributeNames,
  infer: ([x, weight], [stride, padding, dilation]) => {
    const shape = [x.shape[0]!, weight.shape[0]!];
    for (let axis = 0; axis < stride.length; axis++) {
      const window = {
        size: weight.shape[axis + 2]!,
        stride: stride[axis]!,
        padding: padding[axis]!,
        dilation: dilation[axis]!,
      };
      shape.push(countOf(x.shape[axis + 2]!, window));
    }
    return specOf(shape, x.dtype);
  },
  forward: ([x, weight], windows, y) => convolve(x, weight, numbersOf(windows), y),
  pull: [
    ({ cotangent, inputs: [x, weight], attributes }) =>
      transposedConvolution(cotangent, weight, ...attributes, x.shape.slice(2)),
    ({ cotangent, inputs: [x, weight], attributes }) =>
      convolutionToWeight(x, cotangent, ...attributes, weight.shape.slice(2)),
  ],
  push: [
    ({ tangent, inputs: [, weight], attributes }) => convolution(tangent, weight, ...attributes),
    ({ tangent, inputs: [x], attributes }) => convolution(x, tangent, ...attributes),
  ],
  batch: ({ inputs: [x, weight], batched: [, ofWeight], repeated, size, attributes, apply }) =>
    ofWeight
      ? unfolded(apply([folded(repeated[0], 1), folded(repeated[1], 0)], batchOf(attributes, size)), size, 1)
      : unfolded(apply([folded(x, 0), weight], attributes), size, 0),
});

/** x `[n, c, ...]` from y and w: `x[n, c, i] = sum over o and all j, q that meet i of w y`. */
export const transposedConvolution: Op<[y: Tensor, weight: Tensor], WithExtents> = defineOp({
  name: 'transposedConvolution',
  attributeNames: [...attributeNames, 'extents'],
  infer: ([y, weight], [, , , groups, extents]) =>
    specOf([y.shape[0]!, weight.shape[1]! * groups, ...extents], y.dtype),
  forward: ([y, weight], [...windows], x) => convolveTransposed(y, weight, numbersOf(windowsIn(windows)), x),
  pull: [
    ({ cotangent, inputs: [, weight], attributes }) => convolution(cotangent, weight, ...windowsIn(attributes)),
    ({ cotangent, inputs: [y, weight], attributes }) =>
      convolutionToWeight(cotangent, y, ...windowsIn(attributes), weight.shape.slice(2)),
  ],
  push: [
    ({ tangent, inputs: [, weight], attributes }) => transposedConvolution(tangent, weight, ...attributes),
    ({ tangent, inputs: [y], attributes }) => transposedConvolution(y, tangent, ...attributes),
  ],
  batch: ({ inputs: [y, weight], batched: [, ofWeight], repeated, size, attributes, apply }) =>
    ofWeight
      ? unfolded(apply([folded(repeated[0], 1), folded(repeated[1], 0)], batchOf(attributes, size)), size, 1)
      : unfolded(apply([folded(y, 0), weight], attributes), size, 0),
});

/** w `[o, c / groups, ...]` from x and y: `w[o, c, q] = sum over n, j of y x`. */
export const convolutionToWeight: Op<[x: Tensor, y: Tensor], WithExtents> = defineOp({
  name: 'convolutionToWeight',
  attributeNames: [...attributeNames, 'extents'],
  infer: ([x, y], [, , , groups, extents]) => specOf([y.shape[1]!, x.shape[1]! / groups, ...extents], x.dtype),
  forward: ([x, y], attributes, weight) => convolveToWeight(x, y, numbersOf(windowsIn(attributes)), weight),
  pull: [
    ({ cotangent, inputs: [x, y], attributes }) =>
      transposedConvolution(y, cotangent, ...windowsIn(attributes), x.shape.slice(2)),
    ({ cotangent, inputs: [x], attributes }) => convolution(x, cotangent, ...windowsIn(attributes)),
  ],
  push: [
    ({ tangent, inputs: [, y], attributes }) => convolutionToWeight(tangent, y, ...attributes),
    ({ tangent, inputs: [x], attributes }) => convolutionToWeight(x, tangent, ...attributes),
  ],
  batch: ({ repeated: [x, y], size, attributes, apply }) =>
    unfolded(apply([folded(x, 1), folded(y, 1)], batchOf(attributes, size)), size, 0),
});

function windowsIn([stride, padding, dilation, groups]: Readonly<WithExtents>): Windows {
  return [stride, padding, dilation, groups];
}

// A batch of x alone is a longer batch. Where each example has a weight of its own, examples are groups of channels that
// do not meet: then x and y hold them along the channels, and the weight along its outputs.

/** As many groups for each example. */
function batchOf<T extends Windows | WithExtents>(attributes: Readonly<T>, size: number): T {
  return attributes.with(3, attributes[3] * size) as T;
}

function attributesOf(windows: readonly SlidingWindow[], groups: number): Windows {
  return [
    windows.map(({ stride }) => stride),
    windows.map(({ padding }) => padding),
    windows.map(({ dilation }) => dilation),
    groups,
  ];
}

/** How a kernel slides over x. Layouts are those of x and of the result; the weight always has its channels first. */
export interface ConvolutionOptions<Layout extends string> {
  /** From one window to the next (1). */
  stride?: PerAxis;
  /** Zeros around x (none). */
  padding?: Padding;
  /** From one tap of the kernel to the next (1). */
  dilation?: PerAxis;
  /** Parts that the channels are cut into, each with its own part of the outputs (1). */
  groups?: number;
  /** Channels first unless said otherwise. */
  layout?: Layout;
}
export type Conv1dOptions = ConvolutionOptions<'NCW' | 'NWC'>;
export type Conv2dOptions = ConvolutionOptions<'NCHW' | 'NHWC'>;

/** The same for a transposed convolution. */
export interface TransposedOptions {
  /** How much larger than its smallest the result is, at the end of each axis: from 0 to `stride - 1` (0). */
  outputPadding?: PerAxis;
}
export type ConvTranspose1dOptions = Conv1dOptions & TransposedOptions;
export type ConvTranspose2dOptions = Conv2dOptions & TransposedOptions;

const optionNames = ['stride', 'padding', 'dilation', 'groups', 'layout'];

interface Asked {
  readonly stride: PerAxis | undefined;
  readonly padding: Padding | undefined;
  readonly dilation: PerAxis | undefined;
  readonly groups: number | undefined;
  readonly x: Shape;
  readonly weight: Shape;
}

const known = /* @__PURE__ */ new Recent<Asked, Windows>(
  (a, b) =>
    isSameNumber(a.stride, b.stride) &&
    isSameNumber(a.padding, b.padding) &&
    isSameNumber(a.dilation, b.dilation) &&
    a.groups === b.groups &&
    sameShape(a.x, b.x) &&
    sameShape(a.weight, b.weight),
);

/** A list may hold other numbers by now. */
function isSameNumber(a: PerAxis | Padding | undefined, b: PerAxis | Padding | undefined): boolean {
  return a === b && typeof a !== 'object';
}

/** Checks that the kernel slides over x, and gives how. */
function windowsOf(
  x: Tensor,
  weight: Tensor,
  axes: number,
  options: ConvolutionOptions<string>,
  name: string,
): Windows {
  const groups = groupsOf(options.groups ?? 1, x.shape[1]!, weight.shape[0]!, 'outputs');
  checkChannels(x, weight, axes, groups, options, name);
  const extents = x.shape.slice(2);
  const windows = slidingWindows(extents, weight.shape.slice(2), options);
  checkFits('kernel', extents, windows, options);
  return attributesOf(windows, groups);
}

type Convolve<Options> = Composite<(x: TensorLike, weight: TensorLike, options?: Options) => Tensor>;

function defineConvolution(axes: number, samples: readonly Sampled[]): Convolve<ConvolutionOptions<string>> {
  const name = `conv${axes}d`;
  return composite(
    name,
    (likeX: TensorLike, likeWeight: TensorLike, options: ConvolutionOptions<string> = {}) => {
      checkOptions(name, options, optionNames);
      const [x, weight] = operands(name, axes, likeX, likeWeight, options);
      const { stride, padding, dilation, groups } = options;
      const asked = { stride, padding, dilation, groups, x: x.shape, weight: weight.shape };
      const attributes = known.get(asked) ?? known.keep(asked, windowsOf(x, weight, axes, options, name));
      // Nothing is left to be checked or taken apart, which the op's own door would do
      const [y] = convolution.definition.apply([x, weight], attributes);
      return inLayout(y!, axes, options.layout);
    },
    { samples },
  );
}

function defineTransposed(
  axes: number,
  samples: readonly Sampled[],
): Convolve<ConvolutionOptions<string> & TransposedOptions> {
  const name = `convTranspose${axes}d`;
  return composite(
    name,
    (likeY: TensorLike, likeWeight: TensorLike, options: ConvolutionOptions<string> & TransposedOptions = {}) => {
      checkOptions(name, options, [...optionNames, 'outputPadding']);
      const [y, weight] = operands(name, axes, likeY, likeWeight, options);
      const groups = groupsOf(options.groups ?? 1, y.shape[1]!, weight.shape[0]!, 'rows of the weight');
      if (y.shape[1] !== weight.shape[0]) refuseChannels(y, weight.shape[0]!, weight, axes, options, name);
      const [windows, extents] = transposedWindows(y.shape.slice(2), weight.shape.slice(2), options);
      return inLayout(
        transposedConvolution(y, weight, ...attributesOf(windows, groups), extents),
        axes,
        options.layout,
      );
    },
    { samples },
  );
}

type Sampled = NonNullable<Parameters<typeof composite>[2]>['samples'] extends readonly (infer S)[] | undefined
  ? S
  : never;

/** Both sides of one dtype, x with its channels first. */
function operands(
  name: string,
  axes: number,
  likeX: TensorLike,
  likeWeight: TensorLike,
  { layout }: ConvolutionOptions<string>,
): [x: Tensor, weight: Tensor] {
  const [given, weight] = asTensors([likeX, likeWeight], name);
  const x = channelsFirst(given!, axes, layout);
  checkFloat(weight!, 'weight');
  if (weight!.rank !== axes + 2) {
    throw new ShapeError({
      code: 'wrong-rank',
      problem: `the weight has shape ${shapeText(weight!.shape)}; expected ${weightText(name, axes)}`,
      expected: axes + 2,
      received: weight!.rank,
    });
  }
  if (weight!.shape.includes(0, 2)) {
    throw new ShapeError({
      code: 'empty-kernel',
      problem: `the kernel of a weight ${shapeText(weight!.shape)}, ${weightText(name, axes)}, has no elements`,
      received: weight!.shape,
    });
  }
  const dtype = promote(x.dtype, weight!.dtype);
  return [inDtype(x, dtype), inDtype(weight!, dtype)];
}

function weightText(name: string, axes: number): string {
  const channels = name.startsWith('convTranspose') ? 'in, out / groups' : 'out, in / groups';
  return `[${channels}, ${spatialNames(axes)}]`;
}

function groupsOf(groups: number, channels: number, outputs: number, outputsAre: string): number {
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ArgumentError({
      code: 'bad-groups',
      problem: `groups is ${String(groups)}; expected a whole number from 1 on`,
      received: groups,
    });
  }
  if (channels % groups === 0 && outputs % groups === 0) return groups;
  throw new ShapeError({
    code: 'groups-do-not-divide',
    problem: `${groups} groups do not divide ${channels % groups === 0 ? `${outputs} ${outputsAre}` : `${channels} channels`}`,
    expected: groups,
    received: channels % groups === 0 ? outputs : channels,
  });
}

function checkChannels(
  x: Tensor,
  weight: Tensor,
  axes: number,
  groups: number,
  options: ConvolutionOptions<string>,
  name: string,
): void {
  const expected = weight.shape[1]! * groups;
  if (x.shape[1] !== expected) refuseChannels(x, expected, weight, axes, { ...options, groups }, name);
}

function refuseChannels(
  x: Tensor,
  expected: number,
  weight: Tensor,
  axes: number,
  options: ConvolutionOptions<string>,
  name: string,
): never {
  const { first, name: layout, other } = layoutOf(axes, options.layout);
  const [batch = 0, channels = 0, ...extents] = x.shape;
  const given = first ? x.shape : [batch, ...extents, channels];
  // Read the other way round, the channels stand at the other end.
  const otherwise = first ? extents.at(-1) : extents[0];
  const groups = options.groups ?? 1;
  throw new ShapeError({
    code: 'shape-mismatch',
    problem: `x ${shapeText(given)}, read as ${layout}, has ${channels} channels; the weight ${shapeText(weight.shape)}, ${weightText(name, axes)}${groups === 1 ? '' : ` with ${groups} groups`}, expects ${expected}`,
    expected,
    received: channels,
    remedy: otherwise === expected ? `${name}(x, weight, { layout: '${other}' })` : undefined,
  });
}

/** The windows of the convolution whose transpose is meant, and the extents that it is applied to. */
function transposedWindows(
  counts: Shape,
  kernel: Shape,
  options: ConvolutionOptions<string> & TransposedOptions,
): [windows: readonly SlidingWindow[], extents: Shape] {
  if (counts.includes(0)) {
    throw new ShapeError({
      code: 'no-elements',
      problem: `x has no elements along a spatial axis: ${shapeText(counts)}`,
      received: counts,
    });
  }
  const stride = perAxis('stride', options.stride ?? 1, counts.length);
  const more = perAxis('outputPadding', options.outputPadding ?? 0, counts.length, 0);
  if (more.some((extra, axis) => extra >= stride[axis]!)) {
    throw new ArgumentError({
      code: 'bad-outputPadding',
      problem: `outputPadding ${shapeText(more)} is not below stride ${shapeText(stride)}: no convolution with this stride gives ${shapeText(counts)}`,
      expected: stride,
      received: options.outputPadding,
    });
  }
  if (options.padding === 'same') {
    if (options.outputPadding !== undefined) {
      throw new ArgumentError({
        code: 'bad-outputPadding',
        problem: "outputPadding has no meaning beside padding 'same', which gives extents times stride",
        received: options.outputPadding,
      });
    }
    const extents = counts.map((count, axis) => count * stride[axis]!);
    return [slidingWindows(extents, kernel, options), extents];
  }
  const windows = slidingWindows(counts, kernel, options);
  const extents = counts.map((count, axis) => {
    const { padding } = windows[axis]!;
    return (count - 1) * stride[axis]! + spanOf(windows[axis]!) - padding[0] - padding[1] + more[axis]!;
  });
  if (extents.some((extent) => extent < 0)) {
    throw new ShapeError({
      code: 'bad-padding',
      problem: `the padding is larger than what it is taken from: the result would have extents ${shapeText(extents)}`,
      received: options.padding,
    });
  }
  return [windows, extents];
}

/**
 * Convolution of `x` `[batch, channels, width]` with `weight` `[out, channels / groups, width]`, as networks mean it: the
 * kernel is not flipped.
 *
 *     y[n, o, j] = sum over c, q of  weight[o, c, q] x[n, c, j stride + q dilation - padding before]
 *
 * with zeros in the padding. With groups, outputs of one group see the channels of that group. The result has
 * `floor((width + padding - (kernel - 1) dilation - 1) / stride) + 1` entries along its last axis.
 *
 * @param options.layout of `x` and the result, `'NCW'` unless `'NWC'`; the weight stays as it is
 * @throws ShapeError `wrong-rank`, `shape-mismatch`, `groups-do-not-divide`, `kernel-too-large`, `empty-kernel`;
 *   DtypeError `dtype-refused`; ArgumentError `bad-stride`, `bad-padding`, `bad-dilation`, `bad-groups`, `not-a-layout`,
 *   `unknown-option`
 * @example
 * conv1d([[[1, 2, 3, 4]]], [[[1, -1]]]).toArray(); // [[[-1, -1, -1]]]
 * conv1d([[[1, 2, 3, 4]]], [[[1, 1, 1]]], { padding: 'same', stride: 2 }).toArray(); // [[[6, 7]]]
 */
export const conv1d: Convolve<Conv1dOptions> = defineConvolution(1, [
  {
    shapes: [
      [2, 2, 5],
      [3, 2, 2],
    ],
  },
  {
    shapes: [
      [1, 4, 6],
      [2, 2, 3],
    ],
    arguments: [{ stride: 2, padding: 'same', groups: 2 }],
  },
  {
    shapes: [
      [1, 5, 1],
      [2, 1, 2],
    ],
    arguments: [{ dilation: 2, padding: [[0, 1]], layout: 'NWC' }],
  },
  {
    shapes: [
      [0, 1, 3],
      [1, 1, 2],
    ],
  },
]);

/**
 * Convolution of `x` `[batch, channels, height, width]` with `weight` `[out, channels / groups, height, width]`, as
 * networks mean it: the kernel is not flipped.
 *
 *     y[n, o, j, l] = sum over c, q, r of  weight[o, c, q, r] x[n, c, j stride + q dilation - padding before, ...]
 *
 * with zeros in the padding. With groups, outputs of one group see the channels of that group; as many groups as
 * channels make a depthwise convolution. Along each axis the result has
 * `floor((extent + padding - (kernel - 1) dilation - 1) / stride) + 1` entries, and `ceil(extent / stride)` where padding
 * is `'same'`.
 *
 * @param options.layout of `x` and the result, `'NCHW'` unless `'NHWC'`; the weight stays as it is
 * @throws ShapeError `wrong-rank`, `shape-mismatch`, `groups-do-not-divide`, `kernel-too-large`, `empty-kernel`;
 *   DtypeError `dtype-refused`; ArgumentError `bad-stride`, `bad-padding`, `bad-dilation`, `bad-groups`, `not-a-layout`,
 *   `unknown-option`
 * @example
 * const edges = [[[[1, 0], [0, -1]]]];
 * conv2d([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]], edges).toArray(); // [[[[-4, -4], [-4, -4]]]]
 * conv2d(ones([32, 28, 28, 1]), ones([8, 1, 5, 5]), { stride: 2, padding: 'same', layout: 'NHWC' }).shape; // [32, 14, 14, 8]
 */
export const conv2d: Convolve<Conv2dOptions> = defineConvolution(2, [
  {
    shapes: [
      [2, 1, 3, 4],
      [2, 1, 2, 2],
    ],
  },
  {
    shapes: [
      [1, 2, 4, 3],
      [2, 1, 3, 2],
    ],
    arguments: [{ stride: [2, 1], padding: 'same', groups: 2 }],
  },
  {
    shapes: [
      [1, 4, 3, 2],
      [1, 2, 2, 1],
    ],
    arguments: [{ dilation: [2, 1], padding: [1, [0, 1]], layout: 'NHWC' }],
  },
  {
    shapes: [
      [2, 3, 2, 2],
      [2, 3, 1, 1],
    ],
  },
  {
    shapes: [
      [0, 1, 2, 2],
      [1, 1, 1, 1],
    ],
  },
]);

/**
 * The transpose of `conv1d` with the same options: what pulls a cotangent of its result back to its input. `x`
 * `[batch, channels, width]`, `weight` `[channels, out / groups, width]`.
 *
 *     y[n, o, j stride + q dilation - padding before] += weight[c, o, q] x[n, c, j]
 *
 * The result has `(width - 1) stride + (kernel - 1) dilation + 1 - padding + outputPadding` entries along its last axis,
 * and `width stride` where padding is `'same'`.
 *
 * @param options.outputPadding tells apart the extents from which a stride leads to the same count; below `stride`
 * @throws what `conv1d` throws; ArgumentError `bad-outputPadding`
 * @example
 * convTranspose1d([[[1, 2]]], [[[1, 10, 100]]], { stride: 2 }).toArray(); // [[[1, 10, 102, 20, 200]]]
 */
export const convTranspose1d: Convolve<ConvTranspose1dOptions> = defineTransposed(1, [
  {
    shapes: [
      [2, 2, 3],
      [2, 1, 2],
    ],
  },
  {
    shapes: [
      [1, 3, 2],
      [2, 1, 3],
    ],
    arguments: [{ stride: 2, padding: 1, outputPadding: 1, groups: 2, layout: 'NWC' }],
  },
]);

/**
 * The transpose of `conv2d` with the same options: what pulls a cotangent of its result back to its input (also called
 * deconvolution). `x` `[batch, channels, height, width]`, `weight` `[channels, out / groups, height, width]`.
 *
 *     y[n, o, j stride + q dilation - padding before, ...] += weight[c, o, q, r] x[n, c, j, l]
 *
 * Along each axis the result has `(extent - 1) stride + (kernel - 1) dilation + 1 - padding + outputPadding` entries, and
 * `extent stride` where padding is `'same'`.
 *
 * @param options.outputPadding tells apart the extents from which a stride leads to the same count; below `stride`
 * @throws what `conv2d` throws; ArgumentError `bad-outputPadding`
 * @example
 * convTranspose2d([[[[1, 2]]]], [[[[1, 10]]]], { stride: [1, 2] }).toArray(); // [[[[1, 10, 2, 20]]]]
 * convTranspose2d(ones([1, 8, 7, 7]), ones([8, 3, 4, 4]), { stride: 2, padding: 'same' }).shape; // [1, 3, 14, 14]
 */
export const convTranspose2d: Convolve<ConvTranspose2dOptions> = defineTransposed(2, [
  {
    shapes: [
      [1, 2, 2, 2],
      [2, 2, 2, 3],
    ],
  },
  {
    shapes: [
      [1, 2, 2, 2],
      [2, 1, 3, 2],
    ],
    arguments: [{ stride: [2, 3], padding: [1, [0, 1]], outputPadding: [1, 0], groups: 2 }],
  },
  {
    shapes: [
      [1, 2, 2, 2],
      [2, 1, 2, 2],
    ],
    arguments: [{ stride: 2, padding: 'same', dilation: 2, layout: 'NHWC' }],
  },
]);
