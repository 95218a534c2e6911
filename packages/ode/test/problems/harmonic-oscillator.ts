/** A mass on a spring, about three times around. */
import { type Problem, referenceOf } from './problem.ts';

export const harmonicOscillator: Problem = {
  name: 'harmonic-oscillator',
  t: [0, 20],
  y0: [1, 0],
  f: (_t, y, dy) => {
    dy[0] = y[1]!;
    dy[1] = -y[0]!;
  },
  jacobian: (_t, _y, values) => {
    values.set([0, 1, -1, 0]);
  },
  atol: (rtol) => 1e-3 * rtol,
  reference: referenceOf('harmonic-oscillator'),
};
