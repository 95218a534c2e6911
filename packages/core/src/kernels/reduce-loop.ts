/** Reductions of dense arrays over some axes. The order of additions depends on the shape alone. */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';

/** Neighbouring axes that go together: the array is read as `[outer, count, inner]`. */
interface Stretch {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/** The last axes go first, so that what is left stays dense: over axes 0 and 2 of `[2, 3, 4]`, to `[2, 3]`, to `[3]`. */
function stretchesOf(shape: Shape, axes: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  let inner = 1;
  for (let end = shape.length, start; end > 0; end = start) {
    const goes = axes.includes(end - 1);
    let size = 1;
    for (start = end; start > 0 && axes.includes(start - 1) === goes; start--) size *= shape[start - 1]!;
    if (goes) stretches.push({ outer: sizeOf(shape.slice(0, start)), count: size, inner });
    else inner *= size;
  }
  return stretches;
}

/** Reduces stretch after stretch. What stands in between is f64, which holds the numbers of every dtype. */
function reduce(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  out: TypedArray,
  along: (x: TypedArray, stretch: Stretch, out: TypedArray) => void,
): void {
  const stretches = stretchesOf(shape, axes);
  if (stretches.length === 0) out.set(x);
  let from = x;
  stretches.forEach((stretch, k) => {
    const to = k === stretches.length - 1 ? out : new Float64Array(stretch.outer * stretch.inner);
    along(from, stretch, to);
    from = to;
  });
}

/** As many numbers are added one after another; more are halved (Higham 1993: the error grows with the logarithm). */
const FEW = 32;

/** So few columns are summed one by one: they lie in the same piece of memory. */
const NARROW = 16;

/** Sums over axes, added by pairs of halves. */
export function sumOver(x: TypedArray, shape: Shape, axes: readonly number[], out: TypedArray): void {
  reduce(x, shape, axes, out, (from, stretch, to) => sumAlong(from, stretch, to, false));
}

/** Sums of squares over axes, in the same order. */
export function sumSquaresOver(x: TypedArray, shape: Shape, axes: readonly number[], out: TypedArray): void {
  // Over no axis at all, too, numbers are squared.
  if (axes.length === 0) for (let k = 0; k < x.length; k++) out[k] = x[k]! * x[k]!;
  else reduce(x, shape, axes, out, (from, stretch, to) => sumAlong(from, stretch, to, from === x));
}

function sumAlong(x: TypedArray, { outer, count, inner }: Stretch, out: TypedArray, squared: boolean): void {
  if (inner < NARROW) {
    for (let o = 0, to = 0; o < outer; o++) {
      for (let j = 0; j < inner; j++, to++) {
        const from = o * count * inner + j;
        out[to] = squared ? sumOfSquares(x, from, count, inner) : sumOfRun(x, from, count, inner);
      }
    }
    return;
  }
  // Rows are added to rows, in the order in which they lie in memory; each halving needs a row of sums more.
  const halvings = Math.max(0, Math.ceil(Math.log2(count / FEW)));
  const sums = Array.from({ length: 1 + halvings }, () => new Float64Array(inner));
  for (let o = 0; o < outer; o++) {
    sumRows(x, o * count * inner, count, sums, 0, squared);
    out.set(sums[0]!, o * inner);
  }
}

function sumOfRun(x: TypedArray, from: number, count: number, step: number): number {
  if (count > FEW) {
    const half = count >> 1;
    return sumOfRun(x, from, half, step) + sumOfRun(x, from + half * step, count - half, step);
  }
  let sum = 0;
  if (step === 1) for (let at = from; at < from + count; at++) sum += x[at]!;
  else for (let k = 0, at = from; k < count; k++, at += step) sum += x[at]!;
  return sum;
}

function sumOfSquares(x: TypedArray, from: number, count: number, step: number): number {
  if (count > FEW) {
    const half = count >> 1;
    return sumOfSquares(x, from, half, step) + sumOfSquares(x, from + half * step, count - half, step);
  }
  let sum = 0;
  for (let k = 0, at = from; k < count; k++, at += step) sum += x[at]! * x[at]!;
  return sum;
}

/** The sum of `count` rows goes to `sums[level]`; the levels above are free to use. */
function sumRows(
  x: TypedArray,
  from: number,
  count: number,
  sums: readonly Float64Array[],
  level: number,
  squared: boolean,
): void {
  const sum = sums[level]!;
  const inner = sum.length;
  if (count > FEW) {
    const half = count >> 1;
    sumRows(x, from, half, sums, level, squared);
    sumRows(x, from + half * inner, count - half, sums, level + 1, squared);
    const other = sums[level + 1]!;
    for (let j = 0; j < inner; j++) sum[j]! += other[j]!;
    return;
  }
  sum.fill(0);
  for (let k = 0, at = from; k < count; k++) {
    if (squared) for (let j = 0; j < inner; j++, at++) sum[j]! += x[at]! * x[at]!;
    else for (let j = 0; j < inner; j++, at++) sum[j]! += x[at]!;
  }
}

/** What `sumOver` gives where all elements are equal, to the bit. */
export function sumOfEqual(value: number, shape: Shape, axes: readonly number[]): number {
  return stretchesOf(shape, axes).reduce((sum, { count }) => repeated(sum, count), value);
}

function repeated(value: number, count: number): number {
  if (count > FEW) {
    const half = count >> 1;
    const first = repeated(value, half);
    return first + (count - half === half ? first : repeated(value, count - half));
  }
  let sum = 0;
  for (let k = 0; k < count; k++) sum += value;
  return sum;
}

/** Which end of the numbers is looked for. */
export type Extreme = 'largest' | 'smallest';

/** The extreme element over axes; the first NaN wins against everything. */
export function extremeOver(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  extreme: Extreme,
  out: TypedArray,
): void {
  reduce(x, shape, axes, out, (from, stretch, to) => findExtremes(from, stretch, extreme, to, undefined));
}

/** Where along the axes, which lie side by side, the extreme element is: the first of equal ones. */
export function extremePlaces(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  extreme: Extreme,
  places: TypedArray,
): void {
  for (const stretch of stretchesOf(shape, axes)) findExtremes(x, stretch, extreme, undefined, places);
}

function findExtremes(
  x: TypedArray,
  { outer, count, inner }: Stretch,
  extreme: Extreme,
  values: TypedArray | undefined,
  places: TypedArray | undefined,
): void {
  const sign = extreme === 'largest' ? 1 : -1;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) {
      let at = o * count * inner + j;
      let best = x[at]!;
      let place = 0;
      for (let k = 1; k < count && best === best; k++) {
        at += inner;
        const value = x[at]!;
        if (sign * value > sign * best || value !== value) {
          best = value;
          place = k;
        }
      }
      if (values !== undefined) values[o * inner + j] = best;
      if (places !== undefined) places[o * inner + j] = place;
    }
  }
}
