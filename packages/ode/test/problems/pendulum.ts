/**
 * A pendulum of length 1 in Cartesian coordinates, let go at rest from the side: four differential equations, and the
 * twice differentiated constraint (index 1), which gives the tension. The reference is computed from the angle.
 */
import { type Problem, referenceOf } from './problem.ts';

const g = 9.81;

export const pendulum: Problem = {
  name: 'pendulum',
  t: [0, 5],
  y0: [1, 0, 0, 0, 0],
  mass: [0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].map((j) => (i === j && i < 4 ? 1 : 0))),
  f: (_t, w, dw) => {
    const [x, y, u, v, tension] = [w[0]!, w[1]!, w[2]!, w[3]!, w[4]!];
    dw[0] = u;
    dw[1] = v;
    dw[2] = -tension * x;
    dw[3] = -tension * y - g;
    dw[4] = u * u + v * v - tension * (x * x + y * y) - g * y;
  },
  jacobian: (_t, w, values) => {
    const [x, y, u, v, tension] = [w[0]!, w[1]!, w[2]!, w[3]!, w[4]!];
    values.fill(0);
    values[2] = 1;
    values[8] = 1;
    values[10] = -tension;
    values[14] = -x;
    values[16] = -tension;
    values[19] = -y;
    values[20] = -2 * tension * x;
    values[21] = -2 * tension * y - g;
    values[22] = 2 * u;
    values[23] = 2 * v;
    values[24] = -x * x - y * y;
  },
  atol: (rtol) => rtol,
  reference: referenceOf('pendulum'),
};
