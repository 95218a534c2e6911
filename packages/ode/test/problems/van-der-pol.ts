/** An oscillator that is damped far out and driven near zero. Van der Pol, Philosophical Magazine 2 (1926). */
import { type Problem, referenceOf } from './problem.ts';

function vanDerPol(mu: number): Pick<Problem, 'y0' | 'f' | 'jacobian' | 'atol'> {
  return {
    y0: [2, 0],
    f: (_t, y, dy) => {
      dy[0] = y[1]!;
      dy[1] = mu * (1 - y[0]! * y[0]!) * y[1]! - y[0]!;
    },
    jacobian: (_t, y, values) => {
      values[0] = 0;
      values[1] = 1;
      values[2] = -2 * mu * y[0]! * y[1]! - 1;
      values[3] = mu * (1 - y[0]! * y[0]!);
    },
    atol: (rtol) => 1e-3 * rtol,
  };
}

/** Not stiff. */
export const vanDerPol1: Problem = {
  ...vanDerPol(1),
  name: 'van-der-pol-1',
  t: [0, 20],
  reference: referenceOf('van-der-pol-1'),
};

/** Stiff for most of the time, and a few jumps between. */
export const vanDerPol1000: Problem = {
  ...vanDerPol(1000),
  name: 'van-der-pol-1000',
  t: [0, 2000],
  reference: referenceOf('van-der-pol-1000'),
  // Mazzia, Magherini, Test Set for Initial Value Problem Solvers, release 2.4, VDPOL, at epsilon = mu^-2 and time 2 mu.
  published: [1.706167732170483, -0.8928097010247975e-3],
};
