/** Lorenz' model of convection, short enough that an error grows by no more than a hundred. J. Atmos. Sci. 20 (1963). */
import { type Problem, referenceOf } from './problem.ts';

export const lorenz: Problem = {
  name: 'lorenz',
  t: [0, 5],
  y0: [1, 1, 1],
  f: (_t, w, dw) => {
    const [x, y, z] = [w[0]!, w[1]!, w[2]!];
    dw[0] = 10 * (y - x);
    dw[1] = x * (28 - z) - y;
    dw[2] = x * y - (8 * z) / 3;
  },
  atol: (rtol) => 1e-3 * rtol,
  reference: referenceOf('lorenz'),
};
