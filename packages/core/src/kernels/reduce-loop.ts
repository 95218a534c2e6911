/** Reductions of dense arrays over some axes. In which order elements are taken depends on the shape alone. */
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';

/**
 * How elements become one number. An op brings its loops written out: a call for each element would cost ten times as much.
 * Arrays come in four kinds, and V8 looks at the kind again for each element; loops that take several elements a turn,
 * into several results, are still as fast as one written for one kind.
 */
export interface Fold {
  /** What nothing gives. */
  readonly first: number;
  /** What `count` elements give, from `from` on and `step` apart; `group` is the number of the result that they go into. */
  run(x: TypedArray, from: number, count: number, step: number, group: number): number;
  /** Takes `count` rows, as long as `reached` and from `from` on, into what is reached; `group` as above, of column 0. */
  rows(x: TypedArray, from: number, count: number, reached: Float64Array, group: number): void;
}

/** Neighbouring axes that go together: the array is read as `[outer, count, inner]`. */
export interface Stretch {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/** The last axes go first, so that what is left stays dense: over axes 0 and 2 of `[2, 3, 4]`, to `[2, 3]`, to `[3]`. */
export function stretchesOf(shape: Shape, axes: readonly number[]): Stretch[] {
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

/** So few columns are taken one by one: they lie in the same piece of memory. More are taken a row at a time. */
export function goesByRows({ inner }: Stretch): boolean {
  return inner >= 16;
}

/**
 * Reduces stretch after stretch: the first by `fold`, and what it leaves by `further`. What stands in between is f64, which
 * holds the numbers of every dtype. Over no axis at all, each element is folded by itself.
 */
export function reduceOver(
  x: TypedArray,
  shape: Shape,
  axes: readonly number[],
  out: TypedArray,
  fold: Fold,
  further: Fold = fold,
): void {
  const stretches = stretchesOf(shape, axes);
  if (stretches.length === 0) stretches.push({ outer: x.length, count: 1, inner: 1 });
  let from = x;
  stretches.forEach((stretch, k) => {
    const to = k === stretches.length - 1 ? out : new Float64Array(stretch.outer * stretch.inner);
    reduceStretch(from, stretch, k === 0 ? fold : further, to);
    from = to;
  });
}

function reduceStretch(x: TypedArray, stretch: Stretch, fold: Fold, out: TypedArray): void {
  const { outer, count, inner } = stretch;
  if (goesByRows(stretch)) {
    const reached = new Float64Array(inner);
    for (let o = 0; o < outer; o++) {
      reached.fill(fold.first);
      fold.rows(x, o * count * inner, count, reached, o * inner);
      out.set(reached, o * inner);
    }
    return;
  }
  for (let o = 0, to = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++, to++) out[to] = fold.run(x, o * count * inner + j, count, inner, to);
  }
}
