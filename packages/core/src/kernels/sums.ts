/** Sums by pairs: the error grows with the logarithm of the count (Higham 1993, The accuracy of floating point summation). */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, broadcastStrides, reducedShape, sizeOf } from '../tensor/shape.ts';
import { gatherStrided } from './movement.ts';
import { type NativeKernels, native } from './native.ts';
import { type Fold, goesByRows, reduceOver, stretchesOf } from './reduce-loop.ts';

/** So many elements are added in eight sums that do not wait for each other, and of more, parts of so many. */
const BLOCK = 256;

/** So many rows are added, four at a time, one after another. */
const FEW_ROWS = 64;

/** How many of `count` go into the first half: the largest power of 2 times `unit` that leaves something. */
function firstHalf(count: number, unit: number): number {
  let half = unit;
  while (2 * half < count) half *= 2;
  return half;
}

type Block = (x: TypedArray, from: number, count: number, step: number, group: number) => number;
type Rows = (x: TypedArray, from: number, count: number, step: number, sums: Float64Array, group: number) => void;

/** The fold that adds what `block` and `rows` make of parts, by pairs. */
function byPairs(block: Block, rows: Rows): Fold {
  const run: Block = (x, from, count, step, group) => {
    if (count <= BLOCK) return block(x, from, count, step, group);
    const half = firstHalf(count, BLOCK);
    return run(x, from, half, step, group) + run(x, from + half * step, count - half, step, group);
  };
  const addRows = (x: TypedArray, from: number, count: number, sums: Float64Array, group: number): void => {
    const step = sums.length;
    if (count <= FEW_ROWS) {
      rows(x, from, count, step, sums, group);
      return;
    }
    const half = firstHalf(count, FEW_ROWS);
    addRows(x, from, half, sums, group);
    const others = new Float64Array(step);
    addRows(x, from + half * step, count - half, others, group);
    for (let j = 0; j < step; j++) sums[j]! += others[j]!;
  };
  return { first: 0, run, rows: addRows };
}

const block: Block = (x, from, count, step) => {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  let at = from;
  for (let k = count >> 3; k > 0; k--, at += 8 * step) {
    a += x[at]!;
    b += x[at + step]!;
    c += x[at + 2 * step]!;
    d += x[at + 3 * step]!;
    e += x[at + 4 * step]!;
    f += x[at + 5 * step]!;
    g += x[at + 6 * step]!;
    h += x[at + 7 * step]!;
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let k = count & 7; k > 0; k--, at += step) sum += x[at]!;
  return sum;
};

const rows: Rows = (x, from, count, step, sums) => {
  const width = sums.length;
  let at = from;
  for (let k = count >> 2; k > 0; k--, at += 4 * step) {
    for (let j = 0; j < width; j++) {
      const i = at + j;
      sums[j]! += x[i]! + x[i + step]! + (x[i + 2 * step]! + x[i + 3 * step]!);
    }
  }
  for (let k = count & 3; k > 0; k--, at += step) for (let j = 0; j < width; j++) sums[j]! += x[at + j]!;
};

const plain = byPairs(block, rows);

/** Sums over axes. */
export function sumOver(x: TypedArray, shape: Shape, axes: readonly number[], out: TypedArray): void {
  // Over no axis at all a -0 stays one: it meets no 0.
  if (axes.length === 0) out.set(x);
  else reduceOver(x, shape, axes, out, plain);
}

/** What `sumOver` gives where all elements are equal, to the bit: the same loops, going on the spot. */
export function sumOfEqual(value: number, shape: Shape, axes: readonly number[]): number {
  return stretchesOf(shape, axes).reduce((sum, stretch) => {
    const one = Float64Array.of(sum);
    if (!goesByRows(stretch)) return repeated(stretch.count, BLOCK, (count) => block(one, 0, count, 0, 0));
    return repeated(stretch.count, FEW_ROWS, (count) => {
      const sums = new Float64Array(1);
      rows(one, 0, count, 0, sums, 0);
      return sums[0]!;
    });
  }, value);
}

/** The sum by pairs of parts of at most `unit`; what a part gives depends on its count alone. */
function repeated(count: number, unit: number, part: (count: number) => number): number {
  if (count <= unit) return part(count);
  const half = firstHalf(count, unit);
  // The first half is whole parts, by twos.
  return (half / unit) * part(unit) + repeated(count - half, unit, part);
}

/**
 * Sums over axes of the squares of the distances from `centres`, one for each result; without them, of the squares.
 */
export function sumSquaresOver(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  out: TypedArray,
  centres?: TypedArray,
): void {
  reduceOver(x, shape, axes, out, squares(centresOfFirst(shape, axes, centres)), plain);
}

/** A centre for each result of the first stretch, which further axes may have to share. */
function centresOfFirst(shape: Shape, axes: readonly number[], centres: TypedArray | undefined): Float64Array {
  const [{ outer, inner } = { outer: sizeOf(shape), inner: 1 }] = stretchesOf(shape, axes);
  const own = new Float64Array(outer * inner);
  if (centres?.length === own.length) own.set(centres);
  else if (centres !== undefined) {
    let last = axes.length - 1;
    while (last > 0 && axes[last - 1] === axes[last]! - 1) last--;
    const left = reducedShape(shape, axes.slice(last), true);
    gatherStrided(own, left, centres, 0, broadcastStrides(reducedShape(shape, axes, true), left));
  }
  return own;
}

function squares(centres: Float64Array): Fold {
  return byPairs(
    (x, from, count, step, group) => squaresInBlock(x, from, count, step, centres[group]!),
    (x, from, count, step, sums, group) => {
      const width = sums.length;
      let at = from;
      for (let k = count >> 2; k > 0; k--, at += 4 * step) {
        for (let j = 0; j < width; j++) {
          const centre = centres[group + j]!;
          const a = x[at + j]! - centre;
          const b = x[at + j + step]! - centre;
          const c = x[at + j + 2 * step]! - centre;
          const d = x[at + j + 3 * step]! - centre;
          sums[j]! += a * a + b * b + (c * c + d * d);
        }
      }
      for (let k = count & 3; k > 0; k--, at += step) {
        for (let j = 0; j < width; j++) sums[j]! += (x[at + j]! - centres[group + j]!) ** 2;
      }
    },
  );
}

function squaresInBlock(x: TypedArray, from: number, count: number, step: number, centre: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  let at = from;
  for (let k = count >> 3; k > 0; k--, at += 8 * step) {
    const p = x[at]! - centre;
    const q = x[at + step]! - centre;
    const r = x[at + 2 * step]! - centre;
    const s = x[at + 3 * step]! - centre;
    const t = x[at + 4 * step]! - centre;
    const u = x[at + 5 * step]! - centre;
    const v = x[at + 6 * step]! - centre;
    const w = x[at + 7 * step]! - centre;
    a += p * p;
    b += q * q;
    c += r * r;
    d += s * s;
    e += t * t;
    f += u * u;
    g += v * v;
    h += w * w;
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let k = count & 7; k > 0; k--, at += step) sum += (x[at]! - centre) ** 2;
  return sum;
}

/** So many products are added in eight sums: twice as many as plain sums take, as halving them costs a tenth of the time. */
const PRODUCTS = 512;

/** Products of doubles that a kernel of programs takes at once, where there is one, and from how many on it is asked. */
export const PRODUCTS_IN_BLOCK = 2048;
const MANY = 2 ** 14;

/** The sum of products of `count` elements each of two arrays, which lie side by side. */
export function sumOfProducts(a: TypedArray, atA: number, b: TypedArray, atB: number, count: number): number {
  // Two arrays of four kinds each: looking at the kinds would cost more than the products. So doubles have their own text.
  if (!(a instanceof Float64Array && b instanceof Float64Array)) return productsByPairs(a, atA, b, atB, count);
  const dot = count < MANY ? undefined : native.kernels?.dot;
  return doublesByPairs(a, atA, b, atB, count, dot);
}

function productsByPairs(a: TypedArray, atA: number, b: TypedArray, atB: number, count: number): number {
  if (count <= PRODUCTS) return products(a, atA, b, atB, count);
  const half = firstHalf(count, PRODUCTS);
  return productsByPairs(a, atA, b, atB, half) + productsByPairs(a, atA + half, b, atB + half, count - half);
}

function doublesByPairs(
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  count: number,
  dot: NativeKernels['dot'] | undefined,
): number {
  if (count === PRODUCTS_IN_BLOCK && dot !== undefined) return dot(a, atA, b, atB);
  if (count <= PRODUCTS) return productsOfDoubles(a, atA, b, atB, count);
  const half = firstHalf(count, PRODUCTS);
  return doublesByPairs(a, atA, b, atB, half, dot) + doublesByPairs(a, atA + half, b, atB + half, count - half, dot);
}

function productsOfDoubles(a: Float64Array, atA: number, b: Float64Array, atB: number, count: number): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let w = 0;
  let i = atA;
  let j = atB;
  // `| 0` says that no place is past 2^31, which V8 would else look at for each
  for (let k = count >> 3; k > 0; k--) {
    p += a[i]! * b[j]!;
    q += a[(i + 1) | 0]! * b[(j + 1) | 0]!;
    r += a[(i + 2) | 0]! * b[(j + 2) | 0]!;
    s += a[(i + 3) | 0]! * b[(j + 3) | 0]!;
    t += a[(i + 4) | 0]! * b[(j + 4) | 0]!;
    u += a[(i + 5) | 0]! * b[(j + 5) | 0]!;
    v += a[(i + 6) | 0]! * b[(j + 6) | 0]!;
    w += a[(i + 7) | 0]! * b[(j + 7) | 0]!;
    i = (i + 8) | 0;
    j = (j + 8) | 0;
  }
  let sum = p + q + (r + s) + (t + u + (v + w));
  for (let k = count & 7; k > 0; k--, i++, j++) sum += a[i]! * b[j]!;
  return sum;
}

function products(a: TypedArray, atA: number, b: TypedArray, atB: number, count: number): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let w = 0;
  let i = atA;
  let j = atB;
  for (let k = count >> 3; k > 0; k--, i += 8, j += 8) {
    p += a[i]! * b[j]!;
    q += a[i + 1]! * b[j + 1]!;
    r += a[i + 2]! * b[j + 2]!;
    s += a[i + 3]! * b[j + 3]!;
    t += a[i + 4]! * b[j + 4]!;
    u += a[i + 5]! * b[j + 5]!;
    v += a[i + 6]! * b[j + 6]!;
    w += a[i + 7]! * b[j + 7]!;
  }
  let sum = p + q + (r + s) + (t + u + (v + w));
  for (let k = count & 7; k > 0; k--, i++, j++) sum += a[i]! * b[j]!;
  return sum;
}
