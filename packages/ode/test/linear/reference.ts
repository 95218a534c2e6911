/** Slow, obvious linear algebra on nested arrays, real and complex. */

export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const times = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
});

/** A b, term by term. */
export function product(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  return a.map((row) => row.reduce((sum, value, j) => sum + value * b[j]!, 0));
}

export function complexProduct(a: readonly (readonly Complex[])[], b: readonly Complex[]): Complex[] {
  return a.map((row) =>
    row.reduce(
      (sum, value, j) => {
        const term = times(value, b[j]!);
        return { re: sum.re + term.re, im: sum.im + term.im };
      },
      { re: 0, im: 0 },
    ),
  );
}

/** Numbers between -1 and 1 from a seed: a linear congruential generator (Numerical Recipes, "quick and dirty"). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** A random matrix with entries in a band; the whole of it where the band is as wide. */
export function randomBand(n: number, lower: number, upper: number, next: () => number): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => (i - j <= lower && j - i <= upper ? next() : 0)),
  );
}

export function largest(values: readonly number[]): number {
  return Math.max(...values.map(Math.abs));
}
