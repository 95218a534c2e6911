/** The largest element, or the average, of windows: what stands between convolutions. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import {
  type Grid,
  type Windows,
  averageOfGrid,
  averageOfLargest,
  averageOfWindows,
  maxOfWindows,
  shareAmongLargest,
  spreadOverWindows,
  windowsOf,
} from '../kernels/pooling.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op, Sample } from '../op/op.ts';
import { type TensorLike, asTensor, uniform } from '../tensor/create.ts';
import { type Shape, sameShape, shapeText } from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { folded, unfolded } from './merge-axes.ts';
import { Recent } from './recent.ts';
import {
  type Padding,
  type PerAxis,
  type SlidingWindow,
  channelsFirst,
  checkFits,
  countOf,
  inLayout,
  perAxis,
  slidingWindows,
} from './sliding-window.ts';

/** Along one axis: windows of one size, or parts that cover it, of unequal extent where their number does not divide it. */
type PoolWindow = SlidingWindow | { readonly parts: number };

function countAlong(window: PoolWindow, extent: number): number {
  return 'parts' in window ? window.parts : countOf(extent, window);
}

/** For each window along an axis, the positions it meets; what lies in the padding is left out. */
function positionsAlong(window: PoolWindow, extent: number): number[][] {
  return Array.from({ length: countAlong(window, extent) }, (_, j) => {
    if ('parts' in window) {
      const [start, stop] = [Math.floor((j * extent) / window.parts), Math.ceil(((j + 1) * extent) / window.parts)];
      return Array.from({ length: stop - start }, (__, k) => start + k);
    }
    const { size, stride, padding, dilation } = window;
    const first = j * stride - padding[0];
    return Array.from({ length: size }, (__, q) => first + q * dilation).filter((i) => i >= 0 && i < extent);
  });
}

interface Plane {
  readonly extents: Shape;
  readonly windows: readonly PoolWindow[];
}

/** Of planes that are not large. */
const known = /* @__PURE__ */ new Recent<Plane, Windows>(
  (a, b) => sameShape(a.extents, b.extents) && areSame(a.windows, b.windows),
);
const LARGE = 1 << 14;

function membersOf(extents: Shape, windows: readonly PoolWindow[]): Windows {
  const before = known.get({ extents, windows });
  if (before !== undefined) return before;
  const members = windowsOf(
    extents,
    windows.map((window, axis) => positionsAlong(window, extents[axis]!)),
  );
  return members.members.length < LARGE ? known.keep({ extents, windows }, members) : members;
}

function areSame(some: readonly PoolWindow[], others: readonly PoolWindow[]): boolean {
  return some.length === others.length && some.every((window, axis) => isSame(window, others[axis]!));
}

function isSame(a: PoolWindow, b: PoolWindow): boolean {
  if ('parts' in a || 'parts' in b) return 'parts' in a && 'parts' in b && a.parts === b.parts;
  return (
    a.size === b.size &&
    a.stride === b.stride &&
    a.dilation === b.dilation &&
    a.padding[0] === b.padding[0] &&
    a.padding[1] === b.padding[1]
  );
}

/** Of windows over one or two axes that reach into no padding; other windows need a table. */
function gridOf(extents: Shape, windows: readonly PoolWindow[]): Grid | undefined {
  const line = windows.at(-1);
  const stack = windows.length === 2 ? windows[0] : single;
  if (windows.length > 2 || line === undefined || stack === undefined) return undefined;
  if ('parts' in line || 'parts' in stack || !isWhole(line) || !isWhole(stack)) return undefined;
  const width = extents.at(-1)!;
  const height = windows.length === 2 ? extents[0]! : 1;
  return {
    size: height * width,
    rows: countOf(height, stack),
    columns: countOf(width, line),
    down: stack.stride * width,
    along: line.stride,
    elementDown: stack.dilation * width,
    elementAlong: line.dilation,
    height: stack.size * stack.dilation * width,
    width: line.size * line.dilation,
  };
}

const single: SlidingWindow = { size: 1, stride: 1, padding: [0, 0], dilation: 1 };

function isWhole({ padding }: SlidingWindow): boolean {
  return padding[0] === 0 && padding[1] === 0;
}

function pooled(x: Spec, windows: readonly PoolWindow[]): Spec {
  const [batch = 0, channels = 0, ...extents] = x.shape;
  return specOf([batch, channels, ...windows.map((window, axis) => countAlong(window, extents[axis]!))], x.dtype);
}

type Attributes = [windows: readonly PoolWindow[]];
const attributeNames = ['windows'];

/** x `[n, c, ...]` to the largest element of each window. */
export const maxPool: Op<[x: Tensor], Attributes> = defineOp({
  name: 'maxPool',
  attributeNames,
  infer: ([x], [windows]) => pooled(x, windows),
  forward: ([x], [windows], { data }) => maxOfWindows(x.data, membersOf(x.shape.slice(2), windows), data),
  uniform: ([value]) => value,
  pull: [({ cotangent, inputs: [x], attributes }) => maxPoolPull(cotangent, x, ...attributes)],
  push: [({ tangent, inputs: [x], attributes }) => maxPoolPush(tangent, x, ...attributes)],
  batch: ({ inputs: [x], size, attributes, apply }) => unfolded(apply([folded(x, 0)], attributes), size, 0),
});

// The two derivatives of maxPool are linear in what flows and transposes of each other. Which element is largest does not
// move with a small change of x: in that slot their derivative is 0.

/** A number a window to the elements of x that are largest in it, ties sharing. */
export const maxPoolPull: Op<[cotangent: Tensor, x: Tensor], Attributes> = defineOp({
  name: 'maxPoolPull',
  attributeNames,
  infer: ([, x]) => x,
  forward: ([cotangent, x], [windows], { data }) =>
    shareAmongLargest(cotangent.data, x.data, membersOf(x.shape.slice(2), windows), data),
  pull: [
    ({ cotangent, inputs: [, x], attributes }) => maxPoolPush(cotangent, x, ...attributes),
    ({ inputs: [, x] }) => uniform(x.spec, 0),
  ],
  push: [
    ({ tangent, inputs: [, x], attributes }) => maxPoolPull(tangent, x, ...attributes),
    ({ output }) => uniform(output.spec, 0),
  ],
  batch: ({ repeated: [cotangent, x], size, attributes, apply }) =>
    unfolded(apply([folded(cotangent, 0), folded(x, 0)], attributes), size, 0),
});

/** Numbers beside the elements of x to their average over those that are largest in a window. */
export const maxPoolPush: Op<[tangent: Tensor, x: Tensor], Attributes> = defineOp({
  name: 'maxPoolPush',
  attributeNames,
  infer: ([, x], [windows]) => pooled(x, windows),
  forward: ([tangent, x], [windows], { data }) =>
    averageOfLargest(tangent.data, x.data, membersOf(x.shape.slice(2), windows), data),
  pull: [
    ({ cotangent, inputs: [, x], attributes }) => maxPoolPull(cotangent, x, ...attributes),
    ({ inputs: [, x] }) => uniform(x.spec, 0),
  ],
  push: [
    ({ tangent, inputs: [, x], attributes }) => maxPoolPush(tangent, x, ...attributes),
    ({ output }) => uniform(output.spec, 0),
  ],
  batch: ({ repeated: [tangent, x], size, attributes, apply }) =>
    unfolded(apply([folded(tangent, 0), folded(x, 0)], attributes), size, 0),
});

type AverageAttributes = [windows: readonly PoolWindow[], countIncludePadding: boolean];

/** What each window's sum is divided by. */
function divisorsOf({ ends }: Windows, windows: readonly PoolWindow[], countIncludePadding: boolean): Float64Array {
  const whole = windows.reduce((count, window) => count * ('parts' in window ? 1 : window.size), 1);
  return Float64Array.from(ends, (end, j) => (countIncludePadding ? whole : end - (ends[j - 1] ?? 0)));
}

/** x `[n, c, ...]` to the average of each window. */
export const averagePool: Op<[x: Tensor], AverageAttributes> = defineOp({
  name: 'averagePool',
  attributeNames: ['windows', 'countIncludePadding'],
  infer: ([x], [windows]) => pooled(x, windows),
  forward: ([x], [windows, countIncludePadding], { data }) => {
    const extents = x.shape.slice(2);
    const grid = gridOf(extents, windows);
    if (grid !== undefined) {
      averageOfGrid(x.data, grid, data);
      return;
    }
    const members = membersOf(extents, windows);
    averageOfWindows(x.data, members, divisorsOf(members, windows, countIncludePadding), data);
  },
  pull: [({ cotangent, inputs: [x], attributes }) => transposedAveragePool(cotangent, ...attributes, x.shape.slice(2))],
  push: [({ tangent, attributes }) => averagePool(tangent, ...attributes)],
  batch: ({ inputs: [x], size, attributes, apply }) => unfolded(apply([folded(x, 0)], attributes), size, 0),
});

/** A number a window, divided among its elements: the transpose of averagePool. */
export const transposedAveragePool: Op<[y: Tensor], [...AverageAttributes, extents: Shape]> = defineOp({
  name: 'transposedAveragePool',
  attributeNames: ['windows', 'countIncludePadding', 'extents'],
  infer: ([y], [, , extents]) => specOf([y.shape[0]!, y.shape[1]!, ...extents], y.dtype),
  forward: ([y], [windows, countIncludePadding, extents], { data }) => {
    const members = membersOf(extents, windows);
    spreadOverWindows(y.data, members, divisorsOf(members, windows, countIncludePadding), data);
  },
  pull: [
    ({ cotangent, attributes: [windows, countIncludePadding] }) => averagePool(cotangent, windows, countIncludePadding),
  ],
  push: [({ tangent, attributes }) => transposedAveragePool(tangent, ...attributes)],
  batch: ({ inputs: [x], size, attributes, apply }) => unfolded(apply([folded(x, 0)], attributes), size, 0),
});

/** How the windows lie. */
export interface PoolOptions<Layout extends string> {
  /** From one window to the next (the size: windows side by side). */
  stride?: PerAxis;
  /** Room around x that windows may reach into (none). */
  padding?: Padding;
  /** From one element of a window to the next (1). */
  dilation?: PerAxis;
  /** Channels first unless said otherwise. */
  layout?: Layout;
}
export interface AverageOption {
  /** Divides by the size of the window, also where it reaches into the padding (false: by the elements it holds). */
  countIncludePadding?: boolean;
}
export interface AdaptiveOptions<Layout extends string> {
  /** Channels first unless said otherwise. */
  layout?: Layout;
}

type Layout1d = 'NCW' | 'NWC';
type Layout2d = 'NCHW' | 'NHWC';
export type MaxPool1dOptions = PoolOptions<Layout1d>;
export type MaxPool2dOptions = PoolOptions<Layout2d>;
export type AveragePool1dOptions = PoolOptions<Layout1d> & AverageOption;
export type AveragePool2dOptions = PoolOptions<Layout2d> & AverageOption;

type Pool<Options> = Composite<(x: TensorLike, size: PerAxis, options?: Options) => Tensor>;

function definePool<Options extends PoolOptions<string> & AverageOption>(
  name: string,
  axes: number,
  {
    options: more = [],
    apply,
    samples,
  }: {
    readonly options?: readonly string[];
    readonly apply: (x: Tensor, windows: readonly PoolWindow[], options: Options) => Tensor;
    readonly samples: readonly Sample[];
  },
): Pool<Options> {
  return composite(
    name,
    (like: TensorLike, size: PerAxis, options: Options = {} as Options) => {
      checkOptions(name, options, ['stride', 'padding', 'dilation', 'layout', ...more]);
      const x = channelsFirst(asTensor(like, name), axes, options.layout);
      const extents = x.shape.slice(2);
      const sizes = perAxis('size', size, axes);
      const windows = slidingWindows(extents, sizes, { ...options, stride: options.stride ?? sizes });
      checkFits('window', extents, windows, options);
      checkHold(extents, windows);
      return inLayout(apply(x, windows, options), axes, options.layout);
    },
    { samples },
  );
}

/** A window that lies in the padding alone has no largest element and no average. */
function checkHold(extents: Shape, windows: readonly PoolWindow[]): void {
  windows.forEach((window, axis) => {
    if (!('parts' in window) && isWhole(window)) return;
    const empty = positionsAlong(window, extents[axis]!).findIndex((positions) => positions.length === 0);
    if (empty < 0) return;
    const padding = 'parts' in window ? [0, 0] : window.padding;
    throw new ArgumentError({
      code: 'empty-window',
      problem: `window ${empty} along spatial axis ${axis} holds no element: the extent is ${extents[axis]}, the padding ${shapeText(padding)}`,
      received: window,
    });
  });
}

function defineAdaptive(
  name: string,
  axes: number,
  apply: (x: Tensor, windows: readonly PoolWindow[]) => Tensor,
  samples: readonly Sample[],
): Pool<AdaptiveOptions<string>> {
  return composite(
    name,
    (like: TensorLike, size: PerAxis, options: AdaptiveOptions<string> = {}) => {
      checkOptions(name, options, ['layout']);
      const x = channelsFirst(asTensor(like, name), axes, options.layout);
      const extents = x.shape.slice(2);
      const parts = perAxis('size', size, axes);
      if (extents.includes(0)) {
        throw new ShapeError({
          code: 'no-elements',
          problem: `x has no elements along a spatial axis: ${shapeText(extents)}`,
          received: extents,
        });
      }
      const windows = parts.map((count, axis) => partsOf(extents[axis]!, count));
      return inLayout(apply(x, windows), axes, options.layout);
    },
    { samples },
  );
}

/** Parts of equal extent are windows side by side. */
function partsOf(extent: number, parts: number): PoolWindow {
  const size = extent / parts;
  return Number.isInteger(size) ? { size, stride: size, padding: [0, 0], dilation: 1 } : { parts };
}

const overlapping = { stride: 1, padding: 'same' };

const ofMax = {
  apply: (x: Tensor, windows: readonly PoolWindow[]) => maxPool(x, windows),
};
const ofAverage = {
  options: ['countIncludePadding'],
  apply: (x: Tensor, windows: readonly PoolWindow[], { countIncludePadding = false }: AverageOption) =>
    averagePool(x, windows, countIncludePadding),
};

const lineSamples: readonly Sample[] = [
  { shapes: [[2, 2, 4]], arguments: [2], distinct: 1e-2 },
  { shapes: [[1, 2, 5]], arguments: [3, overlapping], distinct: 1e-2 },
  { shapes: [[1, 5, 2]], arguments: [2, { stride: 3, dilation: 2, padding: [[1, 0]], layout: 'NWC' }], distinct: 1e-2 },
];
const planeSamples: readonly Sample[] = [
  { shapes: [[1, 2, 4, 4]], arguments: [2], distinct: 1e-2 },
  { shapes: [[2, 1, 3, 4]], arguments: [[2, 3], overlapping], distinct: 1e-2 },
  {
    shapes: [[1, 4, 3, 2]],
    arguments: [[2, 1], { padding: [1, 0], dilation: [2, 1], layout: 'NHWC' }],
    distinct: 1e-2,
  },
  { shapes: [[0, 1, 2, 2]], arguments: [2] },
];
const adaptiveLineSamples: readonly Sample[] = [
  { shapes: [[2, 1, 5]], arguments: [3], distinct: 1e-2 },
  { shapes: [[1, 4, 2]], arguments: [2, { layout: 'NWC' }], distinct: 1e-2 },
];
const adaptivePlaneSamples: readonly Sample[] = [
  { shapes: [[1, 2, 5, 4]], arguments: [[3, 2]], distinct: 1e-2 },
  { shapes: [[1, 2, 3, 2]], arguments: [1, { layout: 'NHWC' }], distinct: 1e-2 },
];

/**
 * The largest element of each window of `size` along the last axis of `x` `[batch, channels, width]`; NaN if there is one.
 * Elements that tie share the derivative, as in `max`. Windows lie side by side unless `stride` says otherwise, and see
 * nothing of a padding.
 *
 * @throws ShapeError `wrong-rank`, `kernel-too-large`; DtypeError `dtype-refused`; ArgumentError `bad-size`, `bad-stride`,
 *   `bad-padding`, `bad-dilation`, `empty-window`, `not-a-layout`, `unknown-option`
 * @example
 * maxPool1d([[[1, 3, 2, 4]]], 2).toArray(); // [[[3, 4]]]
 * maxPool1d([[[1, 3, 2, 4]]], 2, { stride: 1 }).toArray(); // [[[3, 3, 4]]]
 */
export const maxPool1d: Pool<MaxPool1dOptions> = definePool('maxPool1d', 1, { ...ofMax, samples: lineSamples });

/**
 * The largest element of each window of `size` (a number, or `[height, width]`) of `x` `[batch, channels, height, width]`;
 * NaN if there is one. Elements that tie share the derivative, as in `max`. Windows lie side by side unless `stride` says
 * otherwise, and see nothing of a padding.
 *
 * @throws what `maxPool1d` throws
 * @example
 * maxPool2d([[[[1, 2, 5, 6], [3, 4, 7, 8]]]], 2).toArray(); // [[[[4, 8]]]]
 * maxPool2d(ones([1, 3, 112, 112]), 3, { stride: 2, padding: 1 }).shape; // [1, 3, 56, 56]
 */
export const maxPool2d: Pool<MaxPool2dOptions> = definePool('maxPool2d', 2, { ...ofMax, samples: planeSamples });

/**
 * The average of each window of `size` along the last axis of `x` `[batch, channels, width]`. Windows lie side by side
 * unless `stride` says otherwise.
 *
 * @param options.countIncludePadding divides by `size` also where a window reaches into the padding; otherwise (false) by
 *   the number of elements that it holds, so that the average of equal elements is that element at the border too
 * @throws what `maxPool1d` throws
 * @example
 * averagePool1d([[[1, 3, 2, 4]]], 2).toArray(); // [[[2, 3]]]
 * averagePool1d([[[6, 6]]], 3, { stride: 1, padding: 1 }).toArray(); // [[[6, 6]]]
 * averagePool1d([[[6, 6]]], 3, { stride: 1, padding: 1, countIncludePadding: true }).toArray(); // [[[4, 4]]]
 */
export const averagePool1d: Pool<AveragePool1dOptions> = definePool('averagePool1d', 1, {
  ...ofAverage,
  samples: [...lineSamples, { shapes: [[1, 1, 3]], arguments: [2, { padding: 1, countIncludePadding: true }] }],
});

/**
 * The average of each window of `size` (a number, or `[height, width]`) of `x` `[batch, channels, height, width]`. Windows
 * lie side by side unless `stride` says otherwise.
 *
 * @param options.countIncludePadding divides by the size also where a window reaches into the padding; otherwise (false)
 *   by the number of elements that it holds, so that the average of equal elements is that element at the border too
 * @throws what `maxPool1d` throws
 * @example
 * averagePool2d([[[[1, 2, 5, 6], [3, 4, 7, 8]]]], 2).toArray(); // [[[[2.5, 6.5]]]]
 */
export const averagePool2d: Pool<AveragePool2dOptions> = definePool('averagePool2d', 2, {
  ...ofAverage,
  samples: [...planeSamples, { shapes: [[1, 1, 3, 3]], arguments: [2, { padding: 1, countIncludePadding: true }] }],
});

/**
 * The largest element of each of `size` parts of the last axis of `x` `[batch, channels, width]`. Part j goes from
 * `floor(j width / size)` to `ceil((j + 1) width / size)`, so parts overlap where their number does not divide the width.
 *
 * @throws ShapeError `wrong-rank`, `no-elements`; DtypeError `dtype-refused`; ArgumentError `bad-size`, `not-a-layout`
 * @example
 * adaptiveMaxPool1d([[[1, 5, 2, 4, 3]]], 2).toArray(); // [[[5, 4]]]
 */
export const adaptiveMaxPool1d: Pool<AdaptiveOptions<Layout1d>> = defineAdaptive(
  'adaptiveMaxPool1d',
  1,
  ofMax.apply,
  adaptiveLineSamples,
);

/**
 * The largest element of each of `size` (a number, or `[height, width]`) parts of `x` `[batch, channels, height, width]`.
 * Part j of an axis goes from `floor(j extent / size)` to `ceil((j + 1) extent / size)`.
 *
 * @throws what `adaptiveMaxPool1d` throws
 * @example
 * adaptiveMaxPool2d([[[[1, 2], [3, 4], [6, 5]]]], [2, 1]).toArray(); // [[[[4], [6]]]]
 */
export const adaptiveMaxPool2d: Pool<AdaptiveOptions<Layout2d>> = defineAdaptive(
  'adaptiveMaxPool2d',
  2,
  ofMax.apply,
  adaptivePlaneSamples,
);

/**
 * The average of each of `size` parts of the last axis of `x` `[batch, channels, width]`, whatever its extent: a size of 1
 * gives the mean. Part j goes from `floor(j width / size)` to `ceil((j + 1) width / size)`.
 *
 * @throws what `adaptiveMaxPool1d` throws
 * @example
 * adaptiveAveragePool1d([[[1, 5, 3, 4, 2]]], 2).toArray(); // [[[3, 3]]]
 */
export const adaptiveAveragePool1d: Pool<AdaptiveOptions<Layout1d>> = defineAdaptive(
  'adaptiveAveragePool1d',
  1,
  (x, windows) => averagePool(x, windows, false),
  adaptiveLineSamples,
);

/**
 * The average of each of `size` (a number, or `[height, width]`) parts of `x` `[batch, channels, height, width]`, whatever
 * its extents: a size of 1 gives the mean of each channel. Part j of an axis goes from `floor(j extent / size)` to
 * `ceil((j + 1) extent / size)`.
 *
 * @throws what `adaptiveMaxPool1d` throws
 * @example
 * adaptiveAveragePool2d([[[[1, 2], [3, 4], [5, 6]]]], 1).toArray(); // [[[[3.5]]]]
 */
export const adaptiveAveragePool2d: Pool<AdaptiveOptions<Layout2d>> = defineAdaptive(
  'adaptiveAveragePool2d',
  2,
  (x, windows) => averagePool(x, windows, false),
  adaptivePlaneSamples,
);
