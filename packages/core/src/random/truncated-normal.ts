/**
 * Normally distributed numbers between bounds, by drawing from a simpler distribution that lies above and throwing away
 * what is too much (Robert 1995, "Simulation of truncated normal variables", Statistics and Computing 5). Exact also
 * where the bounds lie so far out that the distribution function is 1 in floating point.
 */
import type { TypedArray } from '../tensor/dtype.ts';
import { drawOf, purpose, threefry, unitFromWords } from './threefry.ts';

/** The next number in [0, 1). */
type Draw = () => number;

export function truncatedNormals(key0: number, key1: number, lower: number, upper: number, out: TypedArray): void {
  // Bounds below 0 are mirrored: the loops below know 0 between the bounds, or below both.
  const mirrored = upper < 0;
  const [from, to] = mirrored ? [-upper, -lower] : [lower, upper];
  const next = methodFor(from, to);
  const words = new Int32Array(2);
  for (let k = 0; k < out.length; k++) {
    let draws = 0;
    const draw: Draw = () => {
      threefry(key0, key1, k, drawOf(purpose.truncatedNormals, draws++), words);
      return unitFromWords(words);
    };
    out[k] = (mirrored ? -1 : 1) * next(draw);
  }
}

/** The way that throws away least. */
function methodFor(from: number, to: number): (draw: Draw) => number {
  if (from <= 0) return to - from > Math.sqrt(2 * Math.PI) ? fromNormal(from, to) : fromUniform(from, to, 0);
  const root = Math.hypot(from, 2);
  const rate = (from + root) / 2;
  const width = Math.exp(0.5 - from / (from + root)) / rate;
  return to > from + width ? fromExponential(from, to, rate) : fromUniform(from, to, from);
}

/** Normal numbers (Box, Muller 1958) until one lies between the bounds. */
function fromNormal(from: number, to: number): (draw: Draw) => number {
  return (draw) => {
    for (;;) {
      const x = Math.sqrt(-2 * Math.log1p(-draw())) * Math.cos(2 * Math.PI * draw());
      if (x >= from && x <= to) return x;
    }
  };
}

/** Even numbers, kept in proportion to the density, which is greatest at `peak`. */
function fromUniform(from: number, to: number, peak: number): (draw: Draw) => number {
  return (draw) => {
    for (;;) {
      const x = from + (to - from) * draw();
      if (draw() <= Math.exp(((peak - x) * (peak + x)) / 2)) return x;
    }
  };
}

/** Numbers that fall off from the lower bound at the rate that fits the tail best. */
function fromExponential(from: number, to: number, rate: number): (draw: Draw) => number {
  return (draw) => {
    for (;;) {
      const x = from - Math.log1p(-draw()) / rate;
      if (draw() <= Math.exp(-((x - rate) ** 2) / 2) && x <= to) return x;
    }
  };
}
