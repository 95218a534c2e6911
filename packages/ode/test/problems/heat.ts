/** Heat along a rod with cold ends, at 2,000 points: linear, three diagonals, and the solution of the lines is known. */
import { type Problem, referenceOf } from './problem.ts';

const n = 2000;
const rate = (n + 1) ** 2;

export const heat: Problem = {
  name: 'heat',
  t: [0, 0.1],
  y0: Array.from({ length: n }, (_, i) => {
    const x = (i + 1) / (n + 1);
    return Math.sin(Math.PI * x) + Math.sin(4 * Math.PI * x) / 2;
  }),
  f: (_t, y, dy) => {
    for (let i = 0; i < n; i++) {
      dy[i] = rate * ((i === 0 ? 0 : y[i - 1]!) - 2 * y[i]! + (i === n - 1 ? 0 : y[i + 1]!));
    }
  },
  sparsity: { kind: 'banded', lower: 1, upper: 1 },
  jacobian: (_t, _y, values) => {
    values.fill(rate);
    values.fill(-2 * rate, n, 2 * n);
    values[0] = 0;
    values[3 * n - 1] = 0;
  },
  atol: (rtol) => rtol,
  reference: referenceOf('heat'),
};
