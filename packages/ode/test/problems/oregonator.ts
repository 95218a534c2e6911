/** The Belousov-Zhabotinsky reaction, with sharp waves. Field, Noyes, J. Chem. Phys. 60 (1974); Solving ODEs II, IV.10. */
import { type Problem, referenceOf } from './problem.ts';

const [s, w, q] = [77.27, 0.161, 8.375e-6];

export const oregonator: Problem = {
  name: 'oregonator',
  t: [0, 360],
  y0: [1, 2, 3],
  f: (_t, y, dy) => {
    dy[0] = s * (y[1]! + y[0]! * (1 - q * y[0]! - y[1]!));
    dy[1] = (y[2]! - (1 + y[0]!) * y[1]!) / s;
    dy[2] = w * (y[0]! - y[2]!);
  },
  jacobian: (_t, y, values) => {
    values[0] = s * (1 - 2 * q * y[0]! - y[1]!);
    values[1] = s * (1 - y[0]!);
    values[2] = 0;
    values[3] = -y[1]! / s;
    values[4] = -(1 + y[0]!) / s;
    values[5] = 1 / s;
    values[6] = w;
    values[7] = 0;
    values[8] = -w;
  },
  atol: (rtol) => 1e-6 * rtol,
  reference: referenceOf('oregonator'),
  // Mazzia, Magherini, Test Set for Initial Value Problem Solvers, release 2.4, OREGO.
  published: [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3],
};
