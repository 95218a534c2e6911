/** The cubic through both ends of a step with the slopes there: third order, and free. */
import type { DenseOutput } from '../method.ts';
import type { ExplicitState } from '../stages/explicit.ts';
import { copyInto } from './copy.ts';

/** Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.6, eq. (6.7). */
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

  read(data, at, theta, h, y) {
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
  },
};
