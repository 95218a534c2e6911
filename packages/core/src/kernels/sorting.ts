/** Order of elements. Equal ones keep their order, and NaN stands last. */
import type { TypedArray } from '../tensor/dtype.ts';

/** Whether `a` may stand before `b` in rising order: NaN last, and equal to itself. */
function inOrder(a: number, b: number): boolean {
  return a <= b || b !== b;
}

/** Below this, inserting is faster than merging. */
const RUN = 8;

/**
 * The order in which the elements of a lane rise (or fall): numbers 0 to `count - 1`, written to `order`. Merges runs of
 * growing length (stable, n log n comparisons at worst).
 *
 * @param descending falls in place of rising; equal elements keep their order all the same, and NaN stands last
 */
export function argSortLane(
  x: TypedArray,
  start: number,
  step: number,
  count: number,
  descending: boolean,
  order: Int32Array,
): void {
  const keys = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const key = x[start + k * step]!;
    keys[k] = descending ? -key : key;
    order[k] = k;
  }
  for (let from = 0; from < count; from += RUN) {
    const to = Math.min(from + RUN, count);
    for (let k = from + 1; k < to; k++) {
      const moved = order[k]!;
      const key = keys[moved]!;
      let at = k;
      for (; at > from && !inOrder(keys[order[at - 1]!]!, key); at--) order[at] = order[at - 1]!;
      order[at] = moved;
    }
  }
  let source: Int32Array = order;
  let target: Int32Array = new Int32Array(count);
  for (let width = RUN; width < count; width *= 2) {
    for (let from = 0; from < count; from += 2 * width) {
      merge(keys, source, target, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
    }
    [source, target] = [target, source];
  }
  if (source !== order) order.set(source);
}

function merge(
  keys: Float64Array,
  source: Int32Array,
  target: Int32Array,
  from: number,
  mid: number,
  to: number,
): void {
  let left = from;
  let right = mid;
  for (let at = from; at < to; at++) {
    const takeLeft = right >= to || (left < mid && inOrder(keys[source[left]!]!, keys[source[right]!]!));
    target[at] = takeLeft ? source[left++]! : source[right++]!;
  }
}

/**
 * The positions of the `k` largest elements of a lane, largest first, the first of equals first; NaN counts as largest,
 * as for max. Keeps the best so far in a heap whose root is the worst of them.
 */
export function topOfLane(x: TypedArray, start: number, step: number, count: number, k: number): Int32Array {
  const heap = new Int32Array(k);
  if (k === 0) return heap;
  const value = (position: number): number => x[start + position * step]!;
  /** Whether the element at `a` belongs before that at `b`. */
  const before = (a: number, b: number): boolean => {
    const [p, q] = [value(a), value(b)];
    if (p !== p || q !== q) return p !== p && (q === q || a < b);
    return p > q || (p === q && a < b);
  };
  const sink = (at: number, size: number): void => {
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < size && before(heap[worst]!, heap[child]!)) worst = child;
      }
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  };
  for (let position = 0; position < k; position++) heap[position] = position;
  for (let at = (k >> 1) - 1; at >= 0; at--) sink(at, k);
  for (let position = k; position < count; position++) {
    if (!before(position, heap[0]!)) continue;
    heap[0] = position;
    sink(0, k);
  }
  // Taking the worst away again and again leaves the best in front.
  for (let size = k - 1; size > 0; size--) {
    [heap[0], heap[size]] = [heap[size]!, heap[0]!];
    sink(0, size);
  }
  return heap;
}

/** How many of the sorted elements come before `value`; with `right`, also those equal to it. */
export function countBefore(sorted: TypedArray, value: number, right: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    const here = sorted[mid]!;
    const goesBefore = right ? inOrder(here, value) : !inOrder(value, here);
    if (goesBefore) low = mid + 1;
    else high = mid;
  }
  return low;
}
