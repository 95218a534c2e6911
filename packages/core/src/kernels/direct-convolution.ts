/**
 * The three sums of a small convolution over one or two axes, without the tables of convolution.ts (where it stands what
 * joins an element of x, of the weight and of y): these cost as much as some thousand products.
 *
 * Where windows lie side by side, a tap is moved over a whole plane at once: rows of y stand as far apart as those of x, and
 * between them lie places that are no window's.
 *
 *     x  . . . . .      y  . . . - -      so that element k of y meets element k + offset of x
 *        . . . . .         . . .
 *        . . . . .
 */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sameShape } from '../tensor/shape.ts';
import type { Convolution, Operand } from './convolution.ts';

/** Which of the three the two others are summed to. */
type Result = 'x' | 'weight' | 'y';

/** Up to so many products. */
const FEW = 8000;

// What is worked with is kept: to ask for memory would cost as much as the sums.
/** An image with its padding around it. */
const image = new Float64Array(2048);
/** A plane of y, with zeros before and after it. */
const plane = new Float64Array(1024);
/** The weight's cotangent, which is a sum over all images. */
const total = new Float64Array(1024);

/** Fills the array of `result`; false, with nothing done, where the convolution is not a small one. */
export function convolveDirectly(
  result: Result,
  x: Operand,
  weight: Operand,
  y: Operand,
  convolution: Convolution,
): boolean {
  const axes = x.shape.length - 2;
  const products = (y.data.length * weight.data.length) / Math.max(1, y.shape[1]!);
  if (axes < 1 || axes > 2 || products > FEW || weight.data.length > total.length) return false;
  const layout = layoutOf(x, weight, y, convolution);
  if (layout.size > image.length || layout.sizeOfPlane + 2 * layout.margin > plane.length) return false;
  sum(result, x, weight, y, layout);
  // A place that is no window's holds 0, and 0 times infinity is NaN: then row by row, which leaves these places out.
  const filled = result === 'x' ? x : weight;
  if (result !== 'y' && layout.pitch > layout.columns && hasNaN(filled.data)) {
    sum(result, x, weight, y, rowByRow(layout));
  }
  return true;
}

function hasNaN(data: TypedArray): boolean {
  for (let k = 0; k < data.length; k++) if (data[k] !== data[k]) return true;
  return false;
}

/** How x, with its padding, and y lie in memory while they are worked with. */
interface Layout {
  readonly batch: number;
  readonly channels: number;
  readonly outputs: number;
  /** Channels that an output is made from, and outputs that are made from the same. */
  readonly channelsEach: number;
  readonly outputsEach: number;
  /** x: without its padding, and where it begins. */
  readonly height: number;
  readonly width: number;
  readonly above: number;
  readonly before: number;
  /** With its padding: the length of a row, of a channel, and of all. */
  readonly row: number;
  readonly channel: number;
  readonly size: number;
  /** y: rows, columns, from one row to the next, and the length of all. */
  readonly rows: number;
  readonly columns: number;
  readonly pitch: number;
  readonly sizeOfPlane: number;
  /** Zeros before and after it: as far as a row of three taps reaches. */
  readonly margin: number;
  /** Runs of windows, how many each, and what a run and a window are in x. */
  readonly runs: number;
  readonly count: number;
  readonly down: number;
  readonly along: number;
  /** Taps, and from one to the next in x. */
  readonly tapRows: number;
  readonly tapColumns: number;
  readonly tapDown: number;
  readonly tapAlong: number;
}

/** What was worked out last, and what for: a network asks for the same again and again. */
let last: { of: readonly [x: Shape, weight: Shape, y: Shape, convolution: Convolution]; layout: Layout } | undefined;

function layoutOf(x: Operand, weight: Operand, y: Operand, convolution: Convolution): Layout {
  if (last !== undefined) {
    const { of, layout } = last;
    if (
      isSame(of[3], convolution) &&
      sameShape(of[0], x.shape) &&
      sameShape(of[1], weight.shape) &&
      sameShape(of[2], y.shape)
    )
      return layout;
  }
  const layout = newLayout(x, weight, y, convolution);
  last = { of: [x.shape, weight.shape, y.shape, convolution], layout };
  return layout;
}

/** Lists are not changed: those of a convolution are its op's attributes. */
function isSame(a: Convolution, b: Convolution): boolean {
  return a.stride === b.stride && a.padding === b.padding && a.dilation === b.dilation && a.groups === b.groups;
}

function newLayout(
  x: Operand,
  weight: Operand,
  y: Operand,
  { stride, padding, dilation, groups }: Convolution,
): Layout {
  const isFlat = x.shape.length === 3;
  const last = isFlat ? 0 : 1;
  const [height, rows, tapRows] = isFlat ? [1, 1, 1] : [x.shape[2]!, y.shape[2]!, weight.shape[2]!];
  const [above, below] = isFlat ? [0, 0] : padding[0]!;
  const [width, columns, tapColumns] = [x.shape[last + 2]!, y.shape[last + 2]!, weight.shape[last + 2]!];
  const [before, after] = padding[last]!;
  const row = before + width + after;
  const channel = row * (above + height + below);
  const down = (isFlat ? 1 : stride[0]!) * row;
  const along = stride[last]!;
  const isDense = along === 1 && down === row;
  const pitch = isDense ? row : columns;
  const sizeOfPlane = Math.max(0, (rows - 1) * pitch + columns);
  return {
    batch: x.shape[0]!,
    channels: x.shape[1]!,
    outputs: y.shape[1]!,
    channelsEach: weight.shape[1]!,
    outputsEach: y.shape[1]! / groups,
    height,
    width,
    above,
    before,
    row,
    channel,
    size: channel * x.shape[1]!,
    rows,
    columns,
    pitch,
    sizeOfPlane,
    margin: 2 * dilation[last]!,
    runs: isDense ? 1 : rows,
    count: isDense ? sizeOfPlane : columns,
    down,
    along,
    tapRows,
    tapColumns,
    tapDown: (isFlat ? 1 : dilation[0]!) * row,
    tapAlong: dilation[last]!,
  };
}

function rowByRow(layout: Layout): Layout {
  return { ...layout, runs: layout.rows, count: layout.columns };
}

function sum(result: Result, x: Operand, weight: Operand, y: Operand, layout: Layout): void {
  const { batch, outputs, outputsEach, channelsEach, channel, size, sizeOfPlane, margin } = layout;
  clear(image, size);
  if (result === 'weight') clear(total, weight.data.length);
  for (let n = 0; n < batch; n++) {
    if (result !== 'x') copyImage(x.data, n, layout, false);
    else if (n > 0) clear(image, size);
    for (let o = 0, w = 0; o < outputs; o++) {
      clear(plane, sizeOfPlane + 2 * margin);
      if (result !== 'y') copyPlane(y.data, n * outputs + o, layout, false);
      const group = Math.floor(o / outputsEach) * channelsEach;
      for (let c = group; c < group + channelsEach; c++) {
        for (let u = 0; u < layout.tapRows; u++, w += layout.tapColumns) {
          const offset = c * channel + u * layout.tapDown;
          if (result === 'y') addToPlane(weight.data, w, offset, layout);
          else if (result === 'x') addToImage(weight.data, w, offset, layout);
          else addToTaps(w, offset, layout);
        }
      }
      if (result === 'y') copyPlane(y.data, n * outputs + o, layout, true);
    }
    if (result === 'x') copyImage(x.data, n, layout, true);
  }
  if (result === 'weight') for (let w = 0; w < weight.data.length; w++) weight.data[w] = total[w]!;
}

/** Written out: for so few numbers a call of `fill` takes longer. */
function clear(data: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) data[k] = 0;
}

/** Image `n` of x to where it is worked with, or back. */
function copyImage(
  x: TypedArray,
  n: number,
  { channels, channel, height, width, above, before, row }: Layout,
  back: boolean,
): void {
  let at = n * channels * height * width;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < height; i++) {
      const place = c * channel + (above + i) * row + before;
      if (back) for (let k = 0; k < width; k++, at++) x[at] = image[place + k]!;
      else for (let k = 0; k < width; k++, at++) image[place + k] = x[at]!;
    }
  }
}

/** The same for a plane of y. */
function copyPlane(y: TypedArray, number: number, { rows, columns, pitch, margin }: Layout, back: boolean): void {
  let at = number * rows * columns;
  for (let j = 0; j < rows; j++) {
    const place = margin + j * pitch;
    if (back) for (let k = 0; k < columns; k++, at++) y[at] = plane[place + k]!;
    else for (let k = 0; k < columns; k++, at++) plane[place + k] = y[at]!;
  }
}

// A row of taps, from `weight[w]` on, whose first lies `offset` from the start of a window. Three taps together, as long as
// what the second meets at a window is what the first meets at the next one: then of three elements two are known.

function addToPlane(
  weight: TypedArray,
  w: number,
  offset: number,
  { tapColumns, tapAlong, runs, count, down, along, pitch, margin }: Layout,
): void {
  let v = 0;
  for (; tapAlong === along && v + 3 <= tapColumns; v += 3) {
    const p = weight[w + v]!;
    const q = weight[w + v + 1]!;
    const r = weight[w + v + 2]!;
    for (let run = 0; run < runs; run++) {
      let i = offset + (v + 2) * tapAlong + run * down;
      let first = image[i - 2 * along]!;
      let second = image[i - along]!;
      for (let k = margin + run * pitch, end = k + count; k < end; k++, i += along) {
        const third = image[i]!;
        plane[k]! += p * first + q * second + r * third;
        first = second;
        second = third;
      }
    }
  }
  for (; v < tapColumns; v++) {
    const p = weight[w + v]!;
    for (let run = 0; run < runs; run++) {
      let i = offset + v * tapAlong + run * down;
      for (let k = margin + run * pitch, end = k + count; k < end; k++, i += along) plane[k]! += p * image[i]!;
    }
  }
}

function addToImage(
  weight: TypedArray,
  w: number,
  offset: number,
  { tapColumns, tapAlong, runs, count, down, along, pitch, margin }: Layout,
): void {
  let v = 0;
  // Each element of x from three of y, where all of y is one run
  for (; runs === 1 && along === 1 && tapAlong === 1 && v + 3 <= tapColumns; v += 3) {
    const p = weight[w + v]!;
    const q = weight[w + v + 1]!;
    const r = weight[w + v + 2]!;
    let second = 0;
    let third = 0;
    let k = margin;
    for (let i = offset + v, end = i + count + margin; i < end; i++, k++) {
      const first = plane[k]!;
      image[i]! += p * first + q * second + r * third;
      third = second;
      second = first;
    }
  }
  for (; v < tapColumns; v++) {
    const p = weight[w + v]!;
    for (let run = 0; run < runs; run++) {
      let i = offset + v * tapAlong + run * down;
      for (let k = margin + run * pitch, end = k + count; k < end; k++, i += along) image[i]! += p * plane[k]!;
    }
  }
}

function addToTaps(
  w: number,
  offset: number,
  { tapColumns, tapAlong, runs, count, down, along, pitch, margin }: Layout,
): void {
  let v = 0;
  for (; tapAlong === along && v + 3 <= tapColumns; v += 3) {
    let p = 0;
    let q = 0;
    let r = 0;
    for (let run = 0; run < runs; run++) {
      let i = offset + (v + 2) * tapAlong + run * down;
      let k = margin + run * pitch;
      const end = k + count;
      let first = image[i - 2 * along]!;
      let second = image[i - along]!;
      // Two windows a step
      for (; k + 2 <= end; k += 2, i += 2 * along) {
        const left = plane[k]!;
        const right = plane[k + 1]!;
        const third = image[i]!;
        const fourth = image[i + along]!;
        p = p + left * first + right * second;
        q = q + left * second + right * third;
        r = r + left * third + right * fourth;
        first = third;
        second = fourth;
      }
      if (k < end) {
        const last = plane[k]!;
        p += last * first;
        q += last * second;
        r += last * image[i]!;
      }
    }
    total[w + v]! += p;
    total[w + v + 1]! += q;
    total[w + v + 2]! += r;
  }
  for (; v < tapColumns; v++) {
    let p = 0;
    for (let run = 0; run < runs; run++) {
      let i = offset + v * tapAlong + run * down;
      for (let k = margin + run * pitch, end = k + count; k < end; k++, i += along) p += plane[k]! * image[i]!;
    }
    total[w + v]! += p;
  }
}
