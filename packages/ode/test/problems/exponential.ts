/** Decay at rate 1. */
import { type Problem, referenceOf } from './problem.ts';

export const exponential: Problem = {
  name: 'exponential',
  t: [0, 5],
  y0: [1],
  f: (_t, y, dy) => {
    dy[0] = -y[0]!;
  },
  jacobian: (_t, _y, values) => {
    values[0] = -1;
  },
  atol: (rtol) => 1e-3 * rtol,
  reference: referenceOf('exponential'),
};
