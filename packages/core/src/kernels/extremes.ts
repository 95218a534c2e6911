/** Largest and smallest elements over axes, and where they are. The smallest is the largest of what has the other sign. */
import type { TypedArray } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import { type Fold, goesByRows, reduceOver, stretchesOf } from './reduce-loop.ts';

/** Which end of the numbers is looked for. */
export type Extreme = 'largest' | 'smallest';

type Sign = 1 | -1;

/** The extreme element over axes; NaN if there is one. */
export function extremeOver(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  extreme: Extreme,
  out: TypedArray,
): void {
  reduceOver(x, shape, axes, out, extreme === 'largest' ? largest : smallest);
}

const largest: Fold = {
  first: Number.NEGATIVE_INFINITY,
  run: (x, from, count, step) => largestOfRun(x, from, count, step, 1, Number.NEGATIVE_INFINITY),
  rows: (x, from, count, reached) => largestOfRows(x, from, count, reached, 1),
};

const smallest: Fold = {
  first: Number.NEGATIVE_INFINITY,
  run: (x, from, count, step) => -largestOfRun(x, from, count, step, -1, Number.NEGATIVE_INFINITY),
  rows: (x, from, count, reached) => {
    largestOfRows(x, from, count, reached, -1);
    for (let j = 0; j < reached.length; j++) reached[j] = -reached[j]!;
  },
};

/** The largest of `least` and of elements times `sign`, in four streams that do not wait for each other. */
function largestOfRun(x: TypedArray, from: number, count: number, step: number, sign: Sign, least: number): number {
  let a = least;
  let b = a;
  let c = a;
  let d = a;
  let at = from;
  for (let k = count >> 2; k > 0; k--, at += 4 * step) {
    const p = sign * x[at]!;
    const q = sign * x[at + step]!;
    const r = sign * x[at + 2 * step]!;
    const s = sign * x[at + 3 * step]!;
    // Seldom is there a larger one, and the processor guesses so.
    if (p < a && q < b && r < c && s < d) continue;
    a = Math.max(a, p);
    b = Math.max(b, q);
    c = Math.max(c, r);
    d = Math.max(d, s);
  }
  for (let k = count & 3; k > 0; k--, at += step) a = Math.max(a, sign * x[at]!);
  return Math.max(Math.max(a, b), Math.max(c, d));
}

function largestOfRows(x: TypedArray, from: number, count: number, reached: Float64Array, sign: Sign): void {
  const width = reached.length;
  let at = from;
  for (let k = count >> 1; k > 0; k--, at += 2 * width) {
    for (let j = 0; j < width; j++) {
      const a = sign * x[at + j]!;
      const b = sign * x[at + j + width]!;
      // Seldom is there a larger one, and the processor guesses so.
      if (!(a < reached[j]! && b < reached[j]!)) reached[j] = Math.max(reached[j]!, a, b);
    }
  }
  if (count & 1) for (let j = 0; j < width; j++) reached[j] = Math.max(reached[j]!, sign * x[at + j]!);
}

/** Where along the axes, which lie side by side, the extreme element is: the first of equal ones, or the first NaN. */
export function extremePlaces(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  extreme: Extreme,
  places: TypedArray,
): void {
  const sign = extreme === 'largest' ? 1 : -1;
  for (const stretch of stretchesOf(shape, axes)) {
    const { outer, count, inner } = stretch;
    for (let o = 0; o < outer; o++) {
      const from = o * count * inner;
      if (goesByRows(stretch)) places.set(placesInRows(x, from, count, inner, sign), o * inner);
      else for (let j = 0; j < inner; j++) places[o * inner + j] = placeInRun(x, from + j, count, inner, sign);
    }
  }
}

/** So many elements are searched for the largest at once, and only the best of such parts for its place. */
const PART = 128;

function placeInRun(x: TypedArray, from: number, count: number, step: number, sign: Sign): number {
  let best = Number.NEGATIVE_INFINITY;
  let part = 0;
  for (let start = 0; start < count && best === best; start += PART) {
    const here = largestOfRun(x, from + start * step, Math.min(PART, count - start), step, sign, best);
    if (here <= best) continue;
    best = here;
    part = start;
  }
  for (let place = part; ; place++) {
    const value = sign * x[from + place * step]!;
    if (value === best || value !== value) return place;
  }
}

function placesInRows(x: TypedArray, from: number, count: number, width: number, sign: Sign): Int32Array {
  const best = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  const places = new Int32Array(width);
  for (let k = 0, at = from; k < count; k++) {
    for (let j = 0; j < width; j++, at++) {
      const value = sign * x[at]!;
      // Not less or equal: larger, or NaN, after which nothing else counts.
      if (value <= best[j]! || best[j] !== best[j]) continue;
      best[j] = value;
      places[j] = k;
    }
  }
  return places;
}
