/**
 * The three sums of a convolution, for any number of spatial axes. One relation joins an element of x, of the weight and
 * of y, and each kernel sums over what two of them share:
 *
 *     y[n, o, j]  joins  w[o, c, q]  and  x[n, c, i]  where  i = j stride + q dilation - padding before
 *
 * No window is copied out: the element of x under tap q of window j lies at the sum of where the window starts and how
 * far the tap is from there. So a product of matrices reads its right side through two tables (Dukhan 2019, "The
 * Indirect Convolution Algorithm"), and the cotangent of the weight is the same product with the tables swapped.
 */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sizeOf, stridesOf } from '../tensor/shape.ts';
import { convolveDirectly } from './direct-convolution.ts';

/** How windows lie over the spatial axes, an entry an axis, and the number of groups of channels. */
export interface Convolution {
  readonly stride: readonly number[];
  readonly padding: readonly (readonly [before: number, after: number])[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

export interface Operand {
  readonly data: TypedArray;
  readonly shape: Shape;
}

/** Fills y `[n, o, ...]`, zeros before, from x `[n, c, ...]` and the weight `[o, c / groups, ...]`. */
export function convolve(x: Operand, weight: Operand, convolution: Convolution, y: Operand): void {
  if (convolveDirectly('y', x, weight, y, convolution)) return;
  const { image, starts, taps } = tablesOf(x.shape, weight.shape, y.shape, convolution);
  const [batch = 0, outputs = 0] = y.shape;
  const rows = outputs / convolution.groups;
  const channels = weight.shape[1]!;
  const left = groupsOf(convolution, (g) =>
    packed(weight.data, g * rows * taps.length, rows, taps.length, steps(taps.length)),
  );
  const columns = steps(starts.length);
  for (let n = 0; n < batch; n++) {
    image.load(x.data, n);
    left.forEach((a, g) => {
      const at = (n * outputs + g * rows) * starts.length;
      const out = { data: y.data, at, stride: starts.length, columns };
      multiplyIndirect(a, rows, image.data, g * channels * image.size, starts, taps, out);
    });
  }
}

/** Fills the weight's cotangent `[o, c / groups, ...]` from x `[n, c, ...]` and y's cotangent `[n, o, ...]`. */
export function convolveToWeight(x: Operand, y: Operand, convolution: Convolution, weight: Operand): void {
  if (convolveDirectly('weight', x, weight, y, convolution)) return;
  const { image, starts, taps } = tablesOf(x.shape, weight.shape, y.shape, convolution);
  const [batch = 0, outputs = 0] = y.shape;
  const rows = outputs / convolution.groups;
  const channels = weight.shape[1]!;
  const inner = steps(starts.length);
  const columns = steps(taps.length);
  // One sum runs over all images, so it is kept in f64 until the last.
  const total = new Float64Array(weight.data.length);
  for (let n = 0; n < batch; n++) {
    image.load(x.data, n);
    for (let g = 0; g < convolution.groups; g++) {
      const a = packed(y.data, (n * outputs + g * rows) * starts.length, rows, starts.length, inner);
      const out = { data: total, at: g * rows * taps.length, stride: taps.length, columns };
      multiplyIndirect(a, rows, image.data, g * channels * image.size, taps, starts, out);
    }
  }
  weight.data.set(total);
}

/** Fills x's cotangent `[n, c, ...]`, zeros before, from y's cotangent `[n, o, ...]` and the weight. */
export function convolveTransposed(y: Operand, weight: Operand, convolution: Convolution, x: Operand): void {
  if (convolveDirectly('x', x, weight, y, convolution)) return;
  const [batch = 0, outputs = 0, ...extents] = y.shape;
  const [, rows = 0, ...kernel] = weight.shape;
  const [, channels = 0, ...result] = x.shape;
  const inner = outputs / convolution.groups;
  const taps = sizeOf(kernel);
  const phases = result.map((extent, axis) => phasesOf(extent, kernel[axis]!, axis, convolution));
  const image = new PaddedImage(
    outputs,
    extents,
    phases.map((along, axis) => reach(along, extents[axis]!)),
  );
  const kernelStrides = stridesOf(kernel);
  const resultStrides = stridesOf(result);
  const size = sizeOf(result);
  const parts = combinations(phases).map((along) => {
    const weightAt = sums([
      steps(inner, rows * taps),
      ...along.map(({ used }, axis) => scaled(used, kernelStrides[axis]!)),
    ]);
    return {
      starts: sums(along.map(({ count }, axis) => steps(count, image.strides[axis]!))),
      offsets: sums([
        steps(inner, image.size),
        ...along.map(({ first }, axis) =>
          scaled(
            first.map((j) => j + image.before[axis]!),
            image.strides[axis]!,
          ),
        ),
      ]),
      columns: sums(
        along.map(({ from, count }, axis) =>
          steps(count, convolution.stride[axis]! * resultStrides[axis]!, from * resultStrides[axis]!),
        ),
      ),
      left: groupsOf(convolution, (g) => packed(weight.data, g * inner * rows * taps, rows, taps, weightAt)),
    };
  });
  for (let n = 0; n < batch; n++) {
    image.load(y.data, n);
    for (const { starts, offsets, columns, left } of parts) {
      left.forEach((a, g) => {
        const out = { data: x.data, at: (n * channels + g * rows) * size, stride: size, columns };
        multiplyIndirect(a, rows, image.data, g * inner * image.size, starts, offsets, out);
      });
    }
  }
}

/**
 * Along one axis, positions i of x that meet the same taps: i = from, from + stride, ... Tap `used[k]` meets window
 * `first[k]` at the first of them, and the next window at each further one. So no product with a zero is made.
 */
interface Phase {
  readonly from: number;
  readonly count: number;
  readonly used: readonly number[];
  readonly first: readonly number[];
}

function phasesOf(extent: number, kernel: number, axis: number, { stride, padding, dilation }: Convolution): Phase[] {
  const [step, [before], apart] = [stride[axis]!, padding[axis]!, dilation[axis]!];
  return Array.from({ length: Math.min(step, extent) }, (_, from) => {
    const used = Array.from({ length: kernel }, (__, q) => q).filter((q) => (from + before - q * apart) % step === 0);
    return {
      from,
      count: Math.ceil((extent - from) / step),
      used,
      first: used.map((q) => (from + before - q * apart) / step),
    };
  });
}

/** How far the windows that phases meet lie outside of 0 .. extent. */
function reach(phases: readonly Phase[], extent: number): [before: number, after: number] {
  let [low, high] = [0, extent - 1];
  for (const { first, count } of phases) {
    for (const j of first) {
      low = Math.min(low, j);
      high = Math.max(high, j + count - 1);
    }
  }
  return [-low, high - extent + 1];
}

/** Where windows start in an image with its padding, and how far each tap (channel first) is from there. */
function tablesOf(
  x: Shape,
  weight: Shape,
  y: Shape,
  { stride, padding, dilation }: Convolution,
): { image: PaddedImage; starts: Int32Array; taps: Int32Array } {
  const [, channels = 0, ...extents] = x;
  const [, channelsEach = 0, ...kernel] = weight;
  const image = new PaddedImage(channels, extents, padding);
  return {
    image,
    starts: sums(y.slice(2).map((count, axis) => steps(count, stride[axis]! * image.strides[axis]!))),
    taps: sums([
      steps(channelsEach, image.size),
      ...kernel.map((count, axis) => steps(count, dilation[axis]! * image.strides[axis]!)),
    ]),
  };
}

/** One image of a batch in f64 with its padding around it, so that no loop asks whether it is inside. */
class PaddedImage {
  readonly data: Float64Array;
  /** Elements of a channel. */
  readonly size: number;
  /** Elements to skip for one step along each spatial axis. */
  readonly strides: readonly number[];
  readonly before: readonly number[];
  /** Where each row, a line along the last axis, begins. */
  private readonly rows: Int32Array;
  private readonly width: number;

  constructor(channels: number, extents: Shape, padding: Convolution['padding']) {
    const padded = extents.map((extent, axis) => padding[axis]![0] + extent + padding[axis]![1]);
    this.size = sizeOf(padded);
    this.strides = stridesOf(padded);
    this.before = padding.map(([before]) => before);
    this.data = new Float64Array(channels * this.size);
    this.width = extents.at(-1)!;
    this.rows = sums([
      steps(channels, this.size),
      ...extents.map((extent, axis) =>
        steps(axis === extents.length - 1 ? 1 : extent, this.strides[axis]!, this.before[axis]! * this.strides[axis]!),
      ),
    ]);
  }

  /** Takes image `n` of a batch; the padding stays zero. */
  load(batch: TypedArray, n: number): void {
    const { data, rows, width } = this;
    let from = n * rows.length * width;
    for (let row = 0; row < rows.length; row++) {
      const to = rows[row]!;
      for (let k = 0; k < width; k++) data[to + k] = batch[from++]!;
    }
  }
}

function groupsOf<T>({ groups }: Convolution, of: (group: number) => T): T[] {
  return Array.from({ length: groups }, (_, g) => of(g));
}

/** from, from + step, ... */
function steps(count: number, step = 1, from = 0): Int32Array {
  const out = new Int32Array(count);
  for (let k = 0; k < count; k++) out[k] = from + k * step;
  return out;
}

function scaled(numbers: readonly number[], by: number): Int32Array {
  return Int32Array.from(numbers, (number) => number * by);
}

/** All sums of one number of each list, the last list fastest. */
function sums(lists: readonly Int32Array[]): Int32Array {
  let out = new Int32Array(1);
  for (const list of lists) {
    const next = new Int32Array(out.length * list.length);
    let at = 0;
    for (const sum of out) for (const number of list) next[at++] = sum + number;
    out = next;
  }
  return out;
}

/** All choices of one entry of each list. */
function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (before, list) => before.flatMap((chosen) => list.map((entry) => [...chosen, entry])),
    [[]],
  );
}

const ROWS = 4;

/** Rows of a matrix, four side by side and those left over one by one: what `multiplyIndirect` reads in order. */
function packed(x: TypedArray, at: number, rows: number, stride: number, inner: Int32Array): Float64Array {
  const length = inner.length;
  const out = new Float64Array(rows * length);
  const tiled = rows - (rows % ROWS);
  for (let row = 0; row < rows; row++) {
    const from = at + row * stride;
    const step = row < tiled ? ROWS : 1;
    let to = row < tiled ? (row - (row % ROWS)) * length + (row % ROWS) : row * length;
    for (let p = 0; p < length; p++, to += step) out[to] = x[from + inner[p]!]!;
  }
  return out;
}

/** Where the rows and columns of a product are added to. */
interface Target {
  readonly data: TypedArray;
  readonly at: number;
  /** From one row to the next. */
  readonly stride: number;
  /** Where each column lies in a row. */
  readonly columns: Int32Array;
}

/** Adds to `out[row, column]` the sum over p of `a[row, p] x[at + starts[column] + offsets[p]]`, in order, in f64. */
function multiplyIndirect(
  a: Float64Array,
  rows: number,
  x: Float64Array,
  at: number,
  starts: Int32Array,
  offsets: Int32Array,
  out: Target,
): void {
  const last = starts.length - 1;
  for (let j = 0; j <= last; j += 4) {
    // Where fewer than four columns are left, the last is computed again, and stored once.
    const s0 = at + starts[j]!;
    const s1 = at + starts[Math.min(j + 1, last)]!;
    const s2 = at + starts[Math.min(j + 2, last)]!;
    const s3 = at + starts[Math.min(j + 3, last)]!;
    let row = 0;
    for (; row + ROWS <= rows; row += ROWS) tile(a, row, x, s0, s1, s2, s3, offsets, out, j);
    for (; row < rows; row++) line(a, row, x, s0, s1, s2, s3, offsets, out, j);
  }
}

/** Four rows by four columns. */
function tile(
  a: Float64Array,
  row: number,
  x: Float64Array,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
  offsets: Int32Array,
  { data, at, stride, columns }: Target,
  j: number,
): void {
  let c00 = 0,
    c01 = 0,
    c02 = 0,
    c03 = 0;
  let c10 = 0,
    c11 = 0,
    c12 = 0,
    c13 = 0;
  let c20 = 0,
    c21 = 0,
    c22 = 0,
    c23 = 0;
  let c30 = 0,
    c31 = 0,
    c32 = 0,
    c33 = 0;
  const inner = offsets.length;
  for (let p = 0, i = row * inner; p < inner; p++, i += ROWS) {
    const offset = offsets[p]!;
    const b0 = x[s0 + offset]!,
      b1 = x[s1 + offset]!,
      b2 = x[s2 + offset]!,
      b3 = x[s3 + offset]!;
    const a0 = a[i]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[i + 1]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[i + 2]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[i + 3]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  const r0 = at + row * stride;
  const r1 = r0 + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  const t0 = columns[j]!;
  data[r0 + t0]! += c00;
  data[r1 + t0]! += c10;
  data[r2 + t0]! += c20;
  data[r3 + t0]! += c30;
  if (j + 1 >= columns.length) return;
  const t1 = columns[j + 1]!;
  data[r0 + t1]! += c01;
  data[r1 + t1]! += c11;
  data[r2 + t1]! += c21;
  data[r3 + t1]! += c31;
  if (j + 2 >= columns.length) return;
  const t2 = columns[j + 2]!;
  data[r0 + t2]! += c02;
  data[r1 + t2]! += c12;
  data[r2 + t2]! += c22;
  data[r3 + t2]! += c32;
  if (j + 3 >= columns.length) return;
  const t3 = columns[j + 3]!;
  data[r0 + t3]! += c03;
  data[r1 + t3]! += c13;
  data[r2 + t3]! += c23;
  data[r3 + t3]! += c33;
}

/** One row by four columns. */
function line(
  a: Float64Array,
  row: number,
  x: Float64Array,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
  offsets: Int32Array,
  { data, at, stride, columns }: Target,
  j: number,
): void {
  let c0 = 0,
    c1 = 0,
    c2 = 0,
    c3 = 0;
  const inner = offsets.length;
  for (let p = 0, i = row * inner; p < inner; p++, i++) {
    const offset = offsets[p]!;
    const value = a[i]!;
    c0 += value * x[s0 + offset]!;
    c1 += value * x[s1 + offset]!;
    c2 += value * x[s2 + offset]!;
    c3 += value * x[s3 + offset]!;
  }
  const to = at + row * stride;
  data[to + columns[j]!]! += c0;
  if (j + 1 < columns.length) data[to + columns[j + 1]!]! += c1;
  if (j + 2 < columns.length) data[to + columns[j + 2]!]! += c2;
  if (j + 3 < columns.length) data[to + columns[j + 3]!]! += c3;
}
