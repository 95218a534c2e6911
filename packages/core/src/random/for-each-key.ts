/** Several keys, one after the other: what each gives alone. */
import type { TypedArray } from '../tensor/dtype.ts';

/** Calls `draw` with the words of each key and the part of `out` that belongs to it. */
export function forEachKey(
  keys: ArrayLike<number>,
  out: TypedArray,
  draw: (key0: number, key1: number, out: TypedArray) => void,
): void {
  const count = keys.length / 2;
  const size = out.length / count;
  for (let k = 0; k < count; k++) {
    draw(keys[2 * k]!, keys[2 * k + 1]!, count === 1 ? out : out.subarray(k * size, (k + 1) * size));
  }
}
