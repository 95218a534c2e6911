/** High irradiance responses of a plant: eight reactants. Schäfer, J. Math. Biol. 2 (1975); Solving ODEs II, IV.10. */
import { type Problem, referenceOf } from './problem.ts';

export const hires: Problem = {
  name: 'hires',
  t: [0, 321.8122],
  y0: [1, 0, 0, 0, 0, 0, 0, 0.0057],
  f: (_t, y, dy) => {
    const r = 280 * y[5]! * y[7]!;
    dy[0] = -1.71 * y[0]! + 0.43 * y[1]! + 8.32 * y[2]! + 0.0007;
    dy[1] = 1.71 * y[0]! - 8.75 * y[1]!;
    dy[2] = -10.03 * y[2]! + 0.43 * y[3]! + 0.035 * y[4]!;
    dy[3] = 8.32 * y[1]! + 1.71 * y[2]! - 1.12 * y[3]!;
    dy[4] = -1.745 * y[4]! + 0.43 * y[5]! + 0.43 * y[6]!;
    dy[5] = -r + 0.69 * y[3]! + 1.71 * y[4]! - 0.43 * y[5]! + 0.69 * y[6]!;
    dy[6] = r - 1.81 * y[6]!;
    dy[7] = -dy[6]!;
  },
  jacobian: (_t, y, values) => {
    values.fill(0);
    const at = (i: number, j: number, value: number): void => {
      values[8 * i + j] = value;
    };
    at(0, 0, -1.71);
    at(0, 1, 0.43);
    at(0, 2, 8.32);
    at(1, 0, 1.71);
    at(1, 1, -8.75);
    at(2, 2, -10.03);
    at(2, 3, 0.43);
    at(2, 4, 0.035);
    at(3, 1, 8.32);
    at(3, 2, 1.71);
    at(3, 3, -1.12);
    at(4, 4, -1.745);
    at(4, 5, 0.43);
    at(4, 6, 0.43);
    at(5, 3, 0.69);
    at(5, 4, 1.71);
    at(5, 5, -280 * y[7]! - 0.43);
    at(5, 6, 0.69);
    at(5, 7, -280 * y[5]!);
    at(6, 5, 280 * y[7]!);
    at(6, 6, -1.81);
    at(6, 7, 280 * y[5]!);
    at(7, 5, -280 * y[7]!);
    at(7, 6, 1.81);
    at(7, 7, -280 * y[5]!);
  },
  atol: (rtol) => 1e-4 * rtol,
  reference: referenceOf('hires'),
  // Mazzia, Magherini, Test Set for Initial Value Problem Solvers, release 2.4, HIRES.
  published: [
    0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2, 0.2386356198831331e-2,
    0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
  ],
};
