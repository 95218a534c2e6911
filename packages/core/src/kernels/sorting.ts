/** Order of elements. Equal ones keep their order, and NaN stands last. */
import type { TypedArray } from '../tensor/dtype.ts';

/** Whether `a` may stand before `b` in rising order: NaN last, and equal to itself. */
function inOrder(a: number, b: number): boolean {
  return a <= b || b !== b;
}

/** Below this, inserting is faster than merging. */
const RUN = 8;

/** From so many elements on, dealing them out by their digits is faster than comparing them. */
const WORTH_DEALING = 256;

/** Fewer elements are dealt out faster by digits of 8 bits than by those of 11, of which each round looks through all values. */
const FEW = 4096;

/** The order of the elements of lanes of one length, one lane after another: what it works with is made once. */
export class LaneSorter {
  private readonly keys: Float64Array;
  private readonly order: Int32Array;
  private readonly spare: Int32Array;
  private readonly words: Uint32Array;
  private readonly spareWords: Uint32Array;
  private readonly digitBits: number;
  private readonly digits: number;
  /** By the value of a digit. */
  private readonly places: Int32Array;

  constructor(count: number) {
    const deals = count >= WORTH_DEALING;
    this.keys = new Float64Array(count);
    this.order = new Int32Array(count);
    this.spare = new Int32Array(count);
    this.words = new Uint32Array(deals ? count : 0);
    this.spareWords = new Uint32Array(deals ? count : 0);
    this.digitBits = count < FEW ? 8 : 11;
    this.digits = Math.ceil(32 / this.digitBits);
    this.places = new Int32Array(deals ? 1 << this.digitBits : 0);
  }

  /**
   * The order in which the elements rise (or fall), numbers 0 to count - 1. Stable. The list is written again by the next
   * call.
   *
   * @param descending falls in place of rising; equal elements keep their order all the same, and NaN stands last
   */
  orderOf(x: TypedArray, start: number, step: number, descending: boolean): Int32Array {
    const { keys, order } = this;
    const sign = descending ? -1 : 1;
    for (let k = 0, at = start; k < keys.length; k++, at += step) {
      keys[k] = sign * x[at]! + 0; // -0 becomes 0: they are equal
      order[k] = k;
    }
    if (keys.length < WORTH_DEALING) mergeSort(keys, order, this.spare, 0, keys.length);
    else this.dealByDigits();
    return order;
  }

  /**
   * Sorts by the upper words of the keys, a digit at a time from the least (Knuth, The Art of Computer Programming 3, 5.2.5),
   * and those that have the upper word in common by merging.
   */
  private dealByDigits(): void {
    const { keys, order, places, digits, digitBits } = this;
    const count = keys.length;
    let [words, otherWords] = [this.words, this.spareWords];
    let [from, to] = [order, this.spare];
    writeRisingWords(keys, words);
    const values = 1 << digitBits;
    for (let digit = 0; digit < digits; digit++) {
      const shift = digit * digitBits;
      places.fill(0, 0, values);
      for (let k = 0; k < count; k++) places[(words[k]! >>> shift) & (values - 1)]!++;
      // Nothing moves where all have this digit in common.
      if (places[(words[0]! >>> shift) & (values - 1)] === count) continue;
      for (let value = 0, place = 0; value < values; value++) {
        const size = places[value]!;
        places[value] = place;
        place += size;
      }
      for (let k = 0; k < count; k++) {
        const word = words[k]!;
        const place = places[(word >>> shift) & (values - 1)]!++;
        otherWords[place] = word;
        to[place] = from[k]!;
      }
      [words, otherWords] = [otherWords, words];
      [from, to] = [to, from];
    }
    if (from !== order) order.set(from);
    for (let first = 0, end: number; first < count; first = end) {
      for (end = first + 1; end < count && words[end] === words[first]; end++);
      if (end > first + 1) mergeSort(keys, order, this.spare, first, end);
    }
  }
}

/** Upper words of the keys, so changed that they rise as whole numbers where the keys rise, with NaN last. */
function writeRisingWords(keys: Float64Array, words: Uint32Array): void {
  const halves = new Uint32Array(keys.buffer);
  const upper = isLittleEndian ? 1 : 0;
  for (let k = 0; k < words.length; k++) {
    const word = halves[2 * k + upper]!;
    // The sign comes first, and of negative numbers the larger in size is the smaller one.
    if (keys[k] !== keys[k]) words[k] = 0xffffffff;
    else words[k] = word >>> 31 === 1 ? ~word : word | 0x80000000;
  }
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Sorts a part of `order` by merging runs of growing length (n log n comparisons at worst). */
function mergeSort(keys: Float64Array, order: Int32Array, spare: Int32Array, first: number, end: number): void {
  for (let from = first; from < end; from += RUN) {
    const to = Math.min(from + RUN, end);
    for (let k = from + 1; k < to; k++) {
      const moved = order[k]!;
      const key = keys[moved]!;
      let at = k;
      for (; at > from && !inOrder(keys[order[at - 1]!]!, key); at--) order[at] = order[at - 1]!;
      order[at] = moved;
    }
  }
  const count = end - first;
  if (count <= RUN) return;
  const part = order.subarray(first, end);
  let source: Int32Array = part;
  let target: Int32Array = spare.subarray(first, end);
  for (let width = RUN; width < count; width *= 2) {
    for (let from = 0; from < count; from += 2 * width) {
      merge(keys, source, target, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
    }
    [source, target] = [target, source];
  }
  if (source !== part) part.set(source);
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
