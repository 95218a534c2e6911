/** A planet on an ellipse of eccentricity 0.6, from its nearest point, about three times around. */
import { type Problem, referenceOf } from './problem.ts';

export const kepler: Problem = {
  name: 'kepler',
  t: [0, 20],
  y0: [0.4, 0, 0, 2],
  f: (_t, y, dy) => {
    const cube = (y[0]! * y[0]! + y[1]! * y[1]!) ** 1.5;
    dy[0] = y[2]!;
    dy[1] = y[3]!;
    dy[2] = -y[0]! / cube;
    dy[3] = -y[1]! / cube;
  },
  atol: (rtol) => 1e-3 * rtol,
  reference: referenceOf('kepler'),
};

/** Kinetic and potential energy, which stays what it is. */
export function keplerEnergy(y: Float64Array): number {
  return (y[2]! * y[2]! + y[3]! * y[3]!) / 2 - 1 / Math.hypot(y[0]!, y[1]!);
}
