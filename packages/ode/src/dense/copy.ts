/** Writes `from` into `data` from `at` on. `set` costs more than the copy where there are only a few numbers. */
export function copyInto(data: Float64Array, at: number, from: Float64Array): void {
  const n = from.length;
  if (n > 64) data.set(from, at);
  else for (let i = 0; i < n; i++) data[at + i] = from[i]!;
}
