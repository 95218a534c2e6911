/** Three reactions whose rates are nine powers of ten apart. Hairer, Wanner, Solving ODEs II, 2nd ed., IV.1, eq. (1.4). */
import { type Problem, referenceOf } from './problem.ts';

export const robertson: Problem = {
  name: 'robertson',
  t: [0, 1e11],
  y0: [1, 0, 0],
  f: (_t, y, dy) => {
    const a = 0.04 * y[0]!;
    const b = 1e4 * y[1]! * y[2]!;
    const c = 3e7 * y[1]! * y[1]!;
    dy[0] = b - a;
    dy[1] = a - b - c;
    dy[2] = c;
  },
  jacobian: (_t, y, values) => {
    values[0] = -0.04;
    values[1] = 1e4 * y[2]!;
    values[2] = 1e4 * y[1]!;
    values[3] = 0.04;
    values[4] = -1e4 * y[2]! - 6e7 * y[1]!;
    values[5] = -1e4 * y[1]!;
    values[6] = 0;
    values[7] = 6e7 * y[1]!;
    values[8] = 0;
  },
  atol: (rtol) => 1e-8 * rtol,
  reference: referenceOf('robertson'),
  // Mazzia, Magherini, Test Set for Initial Value Problem Solvers, release 2.4, ROBER.
  published: [0.2083340149701255e-7, 0.8333360770334713e-13, 0.999999979166505],
};
