/** Axes that a window slides along, in the words of callers and in numbers: for convolution and pooling. */
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import { isFloat } from '../tensor/dtype.ts';
import { type Shape, sameShape, shapeText } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { permute } from './movement.ts';

/** A number for every spatial axis, or one for each. */
export type PerAxis = number | readonly number[];

/**
 * What stands around the input, as if it were larger. `'valid'`: nothing. `'same'`: so much that there are
 * `ceil(extent / stride)` windows, one more behind than in front where it is odd (the rule of TensorFlow and JAX). A
 * number: as much on every side. A list: for each spatial axis a number, or a pair [before, after].
 */
export type Padding = 'valid' | 'same' | number | readonly (number | readonly [before: number, after: number])[];

/** A window along one axis: window j meets the elements `j stride + q dilation - before`, q = 0 .. size - 1. */
export interface SlidingWindow {
  readonly size: number;
  readonly stride: number;
  readonly padding: readonly [before: number, after: number];
  readonly dilation: number;
}

/** What a caller says of the windows besides their size. */
export interface SlidingOptions {
  readonly stride?: PerAxis | undefined;
  readonly padding?: Padding | undefined;
  readonly dilation?: PerAxis | undefined;
}

/** From the first element that a window meets to the last, both counted. */
export function spanOf({ size, dilation }: Pick<SlidingWindow, 'size' | 'dilation'>): number {
  return (size - 1) * dilation + 1;
}

/** How many windows fit. */
export function countOf(extent: number, window: SlidingWindow): number {
  const { padding } = window;
  return Math.floor((extent + padding[0] + padding[1] - spanOf(window)) / window.stride) + 1;
}

const none: SlidingWindow['padding'] = [0, 0];

/**
 * The windows that options describe, an entry a spatial axis.
 *
 * @param extents decide only what padding `'same'` is
 * @throws ArgumentError `bad-stride`, `bad-padding`, `bad-dilation`
 */
export function slidingWindows(
  extents: Shape,
  sizes: readonly number[],
  options: SlidingOptions,
): readonly SlidingWindow[] {
  const stride = perAxis('stride', options.stride ?? 1, extents.length);
  const dilation = perAxis('dilation', options.dilation ?? 1, extents.length);
  const axes = extents.length;
  return extents.map((extent, axis) => {
    const own = { size: sizes[axis]!, stride: stride[axis]!, padding: none, dilation: dilation[axis]! };
    if (options.padding !== undefined) own.padding = paddingOf(options.padding, axis, axes, extent, own);
    return own;
  });
}

/**
 * @param what the windows are called: kernel, window
 * @throws ShapeError `kernel-too-large` where no window fits along some axis
 */
export function checkFits(
  what: string,
  extents: Shape,
  windows: readonly SlidingWindow[],
  { padding }: SlidingOptions,
): void {
  if (windows.every((window, axis) => countOf(extents[axis]!, window) >= 1)) return;
  const padded = extents.map((extent, axis) => extent + windows[axis]!.padding[0] + windows[axis]!.padding[1]);
  const sizes = windows.map(({ size }) => size);
  const spans = windows.map(spanOf);
  throw new ShapeError({
    code: 'kernel-too-large',
    problem: `the ${what} ${shapeText(sizes)}${sameShape(spans, sizes) ? '' : `, which spans ${shapeText(spans)},`} is larger than the input ${shapeText(extents)}${sameShape(padded, extents) ? '' : `, which is ${shapeText(padded)} with its padding`}`,
    expected: padded,
    received: spans,
    // It makes room around any input that is not empty.
    remedy: padding === 'same' || extents.includes(0) ? undefined : "padding: 'same'",
  });
}

/** @throws ArgumentError `bad-<name>` for anything but whole numbers from `least` on, one or one an axis */
export function perAxis(name: string, given: PerAxis, axes: number, least = 1): readonly number[] {
  if (typeof given === 'number' && Number.isInteger(given) && given >= least) return Array<number>(axes).fill(given);
  const numbers: unknown = given;
  if (Array.isArray(numbers) && numbers.length === axes && numbers.every((n) => Number.isInteger(n) && n >= least)) {
    return [...(numbers as number[])];
  }
  throw new ArgumentError({
    code: `bad-${name}`,
    problem: `${name} is ${written(given)}; expected a whole number from ${least} on${axes === 1 ? '' : `, or a list of ${axes}`}`,
    expected: axes,
    received: given,
  });
}

function paddingOf(
  padding: Padding,
  axis: number,
  axes: number,
  extent: number,
  window: Pick<SlidingWindow, 'size' | 'stride' | 'dilation'>,
): readonly [number, number] {
  if (padding === 'valid') return none;
  if (padding === 'same') {
    const total = Math.max(0, (Math.ceil(extent / window.stride) - 1) * window.stride + spanOf(window) - extent);
    const before = Math.floor(total / 2);
    return [before, total - before];
  }
  const own: unknown =
    typeof padding === 'number'
      ? padding
      : Array.isArray(padding) && padding.length === axes
        ? padding[axis]
        : undefined;
  const pair: unknown = typeof own === 'number' ? [own, own] : own;
  if (Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0)) {
    return [pair[0] as number, pair[1] as number];
  }
  throw new ArgumentError({
    code: 'bad-padding',
    problem: `padding is ${written(padding)}; expected 'valid', 'same', a whole number from 0 on, or a list of ${axes === 1 ? 'one number or pair' : `${axes} numbers or pairs`}`,
    received: padding,
    remedy: isPair(padding) && axes === 1 ? `padding: [[${padding.join(', ')}]]` : undefined,
  });
}

function isPair(padding: Padding): padding is readonly [number, number] {
  return Array.isArray(padding) && padding.length === 2 && padding.every((n) => Number.isInteger(n) && Number(n) >= 0);
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** The names of layouts, channels first and channels last, by the number of spatial axes. */
const layouts = [
  ['NCW', 'NWC'],
  ['NCHW', 'NHWC'],
] as const;
const axisNames = [['width'], ['height', 'width']] as const;

/** What stands for the axes of x in messages. */
export function layoutOf(axes: number, layout: string | undefined): { first: boolean; name: string; other: string } {
  const [first, last] = layouts[axes - 1]!;
  if (layout === undefined || layout === first) return { first: true, name: first, other: last };
  if (layout === last) return { first: false, name: last, other: first };
  throw new ArgumentError({
    code: 'not-a-layout',
    problem: `no layout named ${written(layout)}; the layouts are '${first}' (default) and '${last}'`,
    expected: [first, last],
    received: layout,
  });
}

export function spatialNames(axes: number): string {
  return axisNames[axes - 1]!.join(', ');
}

/**
 * `x` as `[n, c, ...]`, from whatever layout it has.
 *
 * @throws ShapeError `wrong-rank`, DtypeError `dtype-refused`, ArgumentError `not-a-layout`
 */
export function channelsFirst(x: Tensor, axes: number, layout: string | undefined): Tensor {
  const { first, name } = layoutOf(axes, layout);
  checkFloat(x, 'x');
  if (x.rank !== axes + 2) {
    throw new ShapeError({
      code: 'wrong-rank',
      problem: `x has shape ${shapeText(x.shape)}; expected ${first ? `[batch, channels, ${spatialNames(axes)}]` : `[batch, ${spatialNames(axes)}, channels]`} (layout '${name}')`,
      expected: axes + 2,
      received: x.rank,
      remedy: x.rank === axes + 1 ? 'x.expandDims(0) for a batch of one' : undefined,
    });
  }
  if (first) return x;
  return permute(x, [0, axes + 1, ...Array.from({ length: axes }, (_, k) => k + 1)]);
}

/** A result `[n, c, ...]` in the layout that x had. */
export function inLayout(y: Tensor, axes: number, layout: string | undefined): Tensor {
  if (layout === undefined || layoutOf(axes, layout).first) return y;
  return permute(y, [0, ...Array.from({ length: axes }, (_, k) => k + 2), 1]);
}

export function checkFloat({ dtype }: Tensor, name: string): void {
  if (isFloat(dtype)) return;
  throw new DtypeError({
    code: 'dtype-refused',
    problem: `${name} is ${dtype}; expected f32 or f64`,
    expected: 'float',
    received: dtype,
    remedy: `${name}.cast('f32')`,
  });
}
