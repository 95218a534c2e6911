/** Euler's method with noise. */
import type { Method } from '../method.ts';
import { noisyMethod } from '../noise/diagonal.ts';

/**
 * y + f h + g dW, for dy = f dt + g dW in Itô's sense, each component with a Wiener process of its own. Strong order 1/2,
 * weak order 1; of order 1 in both where g does not depend on y.
 *
 * Maruyama, "Continuous Markov processes and stochastic equations", Rend. Circ. Mat. Palermo 4 (1955); Kloeden, Platen,
 * Numerical Solution of Stochastic Differential Equations, section 10.2.
 */
export const eulerMaruyama: Method = noisyMethod('eulerMaruyama', 0.5, (_system, state, h) => {
  const { y, slope, noise, increment, candidate } = state;
  for (let i = 0; i < y.length; i++) candidate[i] = y[i]! + h * slope[i]! + noise[i]! * increment[i]!;
});
