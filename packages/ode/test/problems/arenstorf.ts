/** A satellite between earth and moon, once around. Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.0, eq. (0.1). */
import { type Problem, referenceOf } from './problem.ts';

const mu = 0.012277471;
const rest = 1 - mu;

export const arenstorf: Problem = {
  name: 'arenstorf',
  t: [0, 17.065216560157964],
  y0: [0.994, 0, 0, -2.0015851063790824],
  f: (_t, y, dy) => {
    const [x, z, u, v] = [y[0]!, y[1]!, y[2]!, y[3]!];
    const earth = ((x + mu) * (x + mu) + z * z) ** 1.5;
    const moon = ((x - rest) * (x - rest) + z * z) ** 1.5;
    dy[0] = u;
    dy[1] = v;
    dy[2] = x + 2 * v - (rest * (x + mu)) / earth - (mu * (x - rest)) / moon;
    dy[3] = z - 2 * u - (rest * z) / earth - (mu * z) / moon;
  },
  atol: (rtol) => 1e-3 * rtol,
  reference: referenceOf('arenstorf'),
};
