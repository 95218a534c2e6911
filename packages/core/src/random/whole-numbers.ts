/** Whole numbers of a range, none likelier than another. */
import type { TypedArray } from '../tensor/dtype.ts';
import { drawOf, purpose, threefry } from './threefry.ts';

/**
 * Fills `out` with numbers from `min` up to and without `max`. The remainder of 32 bits would favour small numbers where
 * the range does not divide 2^32: words beyond the last full range are drawn again.
 */
export function wholeNumbers(key0: number, key1: number, min: number, max: number, out: TypedArray): void {
  const range = max - min;
  const limit = 2 ** 32 - (2 ** 32 % range);
  const words = new Int32Array(2);
  for (let k = 0; k < out.length; k++) {
    let word = limit;
    for (let draw = 0; word >= limit; draw++) {
      threefry(key0, key1, k, drawOf(purpose.wholeNumbers, draw), words);
      word = words[0]! >>> 0;
      if (word >= limit) word = words[1]! >>> 0;
    }
    out[k] = min + (word % range);
  }
}
