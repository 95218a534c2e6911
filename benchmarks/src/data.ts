/** Numbers that look random and are the same everywhere. */

/** A hash of 32 bits (Wellons 2018, "lowbias32"). */
export function hash32(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The hash of place `index` in stream `seed`. */
export function hashAt(seed: number, index: number): number {
  return hash32((Math.imul(seed, 0x9e3779b9) + index) | 0);
}

/** `count` numbers in [-1, 1) that f32 holds exactly. */
export function numbers(seed: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (hashAt(seed, index) >>> 8) / 2 ** 23 - 1);
}
