/** Brownian paths that refine: halving the step adds points between those that there are, and moves none of them. */
import { type Tensor, random } from '@edgewise/core';

/** Levels of halving: 2^30 steps. */
const maxLevels = 30;

/**
 * W on `[from, to]`, W(from) = 0, in m independent components, at 2^level equal steps: the end by one normal number, and
 * then each middle from its two neighbours by a Brownian bridge. The normal numbers of a level are those of a key of its
 * own, one a place, so a finer path agrees with a coarser one where both have points.
 *
 * Lévy's construction; Karatzas, Shreve, Brownian Motion and Stochastic Calculus, 2nd ed., section 2.3.
 */
export class BrownianPath {
  readonly from: number;
  readonly to: number;
  readonly m: number;
  readonly #keys: readonly Tensor[];
  /** W at the points of the finest level so far, `[2^level + 1, m]`. */
  #points: Float64Array;
  #level = 0;

  constructor(key: Tensor, from: number, to: number, m: number) {
    this.from = from;
    this.to = to;
    this.m = m;
    this.#keys = random.split(key, maxLevels + 1);
    this.#points = new Float64Array(2 * m);
    const spread = Math.sqrt(Math.abs(to - from));
    normals(this.#keys[0]!, m).forEach((z, c) => (this.#points[m + c] = spread * z));
  }

  /** The number of halvings after which steps are at most `dt` long, and the path refined that far. */
  refine(dt: number): number {
    const span = Math.abs(this.to - this.from);
    // A step that is a power of two of the span up to rounding is that.
    const level = Math.min(maxLevels, Math.max(0, Math.ceil(Math.log2(span / dt) - 1e-9)));
    while (this.#level < level) this.#halve();
    return level;
  }

  /** Writes W(t); between points of the finest level, on the straight line. */
  read(t: number, w: Float64Array): void {
    const { m } = this;
    const count = 2 ** this.#level;
    const place = Math.min(count, Math.max(0, ((t - this.from) / (this.to - this.from)) * count));
    // Times of steps are sums, off by a few rounding units.
    const nearest = Math.round(place);
    const exact = Math.abs(place - nearest) < 1e-6;
    const left = exact ? nearest : Math.floor(place);
    const share = exact ? 0 : place - left;
    for (let c = 0; c < m; c++) {
      const a = this.#points[left * m + c]!;
      w[c] = share === 0 ? a : a + share * (this.#points[(left + 1) * m + c]! - a);
    }
  }

  #halve(): void {
    const { m } = this;
    const count = 2 ** this.#level;
    const finer = new Float64Array((2 * count + 1) * m);
    const z = normals(this.#keys[this.#level + 1]!, count * m);
    // The middle of a bridge over a length h has variance h / 4 around the mean of its ends.
    const spread = Math.sqrt(Math.abs(this.to - this.from) / count) / 2;
    for (let k = 0; k < count; k++) {
      for (let c = 0; c < m; c++) {
        const a = this.#points[k * m + c]!;
        const b = this.#points[(k + 1) * m + c]!;
        finer[2 * k * m + c] = a;
        finer[(2 * k + 1) * m + c] = (a + b) / 2 + spread * z[k * m + c]!;
      }
    }
    finer.set(this.#points.subarray(count * m), 2 * count * m);
    this.#points = finer;
    this.#level++;
  }
}

function normals(key: Tensor, count: number): Float64Array {
  return random.normal(key, [count], { dtype: 'f64' }).data as Float64Array;
}
