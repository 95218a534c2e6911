/**
 * Two reactants that diffuse along a line: 500 unknowns, the two of a point side by side, so two diagonals on each side.
 * Hairer, Wanner, Solving ODEs II, 2nd ed., IV.1, eq. (1.6).
 */
import { type Problem, referenceOf } from './problem.ts';

const points = 250;
const n = 2 * points;
const rate = (points + 1) ** 2 / 50;

export const brusselator: Problem = {
  name: 'brusselator',
  t: [0, 10],
  y0: Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 + Math.sin((2 * Math.PI * (i / 2 + 1)) / (points + 1)) : 3)),
  f: (_t, y, dy) => {
    for (let i = 0; i < n; i += 2) {
      const u = y[i]!;
      const v = y[i + 1]!;
      const uLeft = i === 0 ? 1 : y[i - 2]!;
      const vLeft = i === 0 ? 3 : y[i - 1]!;
      const uRight = i === n - 2 ? 1 : y[i + 2]!;
      const vRight = i === n - 2 ? 3 : y[i + 3]!;
      const uuv = u * u * v;
      dy[i] = 1 + uuv - 4 * u + rate * (uLeft - 2 * u + uRight);
      dy[i + 1] = 3 * u - uuv + rate * (vLeft - 2 * v + vRight);
    }
  },
  sparsity: { kind: 'banded', lower: 2, upper: 2 },
  jacobian: (_t, y, values) => {
    values.fill(0);
    for (let j = 0; j < n; j += 2) {
      const u = y[j]!;
      const v = y[j + 1]!;
      // Entry (i, j) is at (2 + i - j) n + j.
      values[2 * n + j] = 2 * u * v - 4 - 2 * rate;
      values[3 * n + j] = 3 - 2 * u * v;
      values[n + j + 1] = u * u;
      values[2 * n + j + 1] = -u * u - 2 * rate;
      for (let k = j; k < j + 2; k++) {
        if (k >= 2) values[k] = rate;
        if (k < n - 2) values[4 * n + k] = rate;
      }
    }
  },
  atol: (rtol) => 1e-3 * rtol,
  reference: referenceOf('brusselator'),
};
