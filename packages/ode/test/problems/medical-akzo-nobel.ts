/**
 * Antibodies that penetrate a tissue: 400 unknowns, the two of a point side by side; the supply stops at t = 5.
 * Mazzia, Magherini, Test Set for Initial Value Problem Solvers, release 2.4, MEDAKZO.
 */
import { type Problem, referenceOf } from './problem.ts';

const points = 200;
const n = 2 * points;
const reaction = 100;

/** Drift and diffusion at point j, from the change of variable to zeta = x / (x + 4). */
const drift = Float64Array.from({ length: points }, (_, j) => ((2 * ((j + 1) / points - 1) ** 3) / 16) * (points / 2));
const diffusion = Float64Array.from({ length: points }, (_, j) => (((j + 1) / points - 1) ** 4 / 16) * points ** 2);

export const medicalAkzoNobel: Problem = {
  name: 'medical-akzo-nobel',
  t: [0, 20],
  y0: Array.from({ length: n }, (_, i) => i % 2),
  f: (t, y, dy) => {
    for (let j = 0; j < points; j++) {
      const i = 2 * j;
      const u = y[i]!;
      const left = j === 0 ? (t <= 5 ? 2 : 0) : y[i - 2]!;
      const right = j === points - 1 ? u : y[i + 2]!;
      const loss = reaction * u * y[i + 1]!;
      dy[i] = drift[j]! * (right - left) + diffusion[j]! * (left - 2 * u + right) - loss;
      dy[i + 1] = -loss;
    }
  },
  sparsity: { kind: 'banded', lower: 2, upper: 2 },
  jacobian: (_t, y, values) => {
    values.fill(0);
    for (let j = 0; j < points; j++) {
      const i = 2 * j;
      // Entry (i, j) is at (2 + i - j) n + j.
      values[2 * n + i] = -2 * diffusion[j]! - reaction * y[i + 1]!;
      values[n + i + 1] = -reaction * y[i]!;
      values[3 * n + i] = -reaction * y[i + 1]!;
      values[2 * n + i + 1] = -reaction * y[i]!;
      if (j > 0) values[4 * n + i - 2] = diffusion[j]! - drift[j]!;
      if (j < points - 1) values[i + 2] = drift[j]! + diffusion[j]!;
      else values[2 * n + i]! += drift[j]! + diffusion[j]!;
    }
  },
  atol: (rtol) => rtol,
  reference: referenceOf('medical-akzo-nobel'),
};
