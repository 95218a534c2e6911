/** Numbers at which an elementary function may go wrong in one way and not in another. */
const units = { f32: 2 ** -23, f64: 2 ** -52 } as const;
const least = { f32: 2 ** -149, f64: 2 ** -1074 } as const;
const most = { f32: 2 ** 127, f64: 2 ** 1023 } as const;

/** Zeros, subnormal numbers, ones and what is next to them, halves, large numbers, infinities and no number. */
export function kindsOfNumbers(dtype: 'f32' | 'f64'): number[] {
  const some = [0, least[dtype], 1e-30, 1e-5, 0.1, 0.5, 1 - units[dtype], 1, 1 + units[dtype], 1.5, 2.5, 3, 10, 88.5];
  const sizes = [...some, 710, 1e5, 1e10, most[dtype], Infinity];
  const others = Array.from({ length: 40 }, (_, k) => 5 * Math.sin(12.9898 * (k + 1)) ** 3);
  return [...sizes, ...sizes.map((x) => -x), Number.NaN, ...others];
}
