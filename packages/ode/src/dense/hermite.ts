/** The cubic through both ends of a step with the slopes there: third order, and free. */
import type { DenseOutput } from '../method.ts';
import type { ExplicitState } from '../stages/explicit.ts';
import { copyInto } from './copy.ts';

/** For methods that have the slopes at both ends. */
export const hermite: DenseOutput<ExplicitState> = {
  order: 3,
  size: (n) => 4 * n,

  write({ y, candidate, k }, data, at) {
    const n = y.length;
    copyInto(data, at, y);
    copyInto(data, at + n, candidate);
    copyInto(data, at + 2 * n, k[0]!);
    copyInto(data, at + 3 * n, k.at(-1)!);
  },

  read: readCubic,
};

/** The same for methods that do not have the slopes at hand: they are evaluated where somebody reads. */
export const lazyHermite: DenseOutput = {
  order: 3,
  size: (n) => 4 * n,

  write({ y, candidate }, data, at) {
    const n = y.length;
    copyInto(data, at, y);
    copyInto(data, at + n, candidate);
  },

  finish({ n, f }, t, h, data, at) {
    const vector = (v: number): Float64Array => data.subarray(at + v * n, at + (v + 1) * n);
    f(t, vector(0), vector(2));
    f(t + h, vector(1), vector(3));
  },

  read: readCubic,
};

/** From values and slopes at both ends. Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.6, eq. (6.7). */
function readCubic(data: Float64Array, at: number, theta: number, h: number, y: Float64Array): void {
  const n = y.length;
  const rest = 1 - theta;
  // The basis polynomials of values and slopes at 0 and 1.
  const startValue = rest * rest * (1 + 2 * theta);
  const endValue = theta * theta * (3 - 2 * theta);
  const startSlope = h * theta * rest * rest;
  const endSlope = -h * theta * theta * rest;
  for (let i = 0; i < n; i++) {
    y[i] =
      startValue * data[at + i]! +
      endValue * data[at + n + i]! +
      startSlope * data[at + 2 * n + i]! +
      endSlope * data[at + 3 * n + i]!;
  }
}
