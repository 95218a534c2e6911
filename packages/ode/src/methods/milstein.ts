/** Milstein's method without derivatives. */
import type { Method } from '../method.ts';
import { noisyMethod } from '../noise/diagonal.ts';

/**
 * y + f h + g dW + g g' (dW^2 - h) / 2 with g g' from a difference over sqrt(h), for dy = f dt + g dW in Itô's sense,
 * where component i of g depends on component i of y alone. Strong order 1.
 *
 * Milstein, "Approximate integration of stochastic differential equations", Theory Probab. Appl. 19 (1974); Kloeden,
 * Platen, Numerical Solution of Stochastic Differential Equations, section 11.1, eq. (1.7).
 */
export const milstein: Method = noisyMethod('milstein', 1, (system, state, h) => {
  const { t, y, slope, noise, increment, candidate, spare, secondNoise } = state;
  const length = Math.abs(h);
  const root = Math.sqrt(length);
  for (let i = 0; i < y.length; i++) spare[i] = y[i]! + h * slope[i]! + root * noise[i]!;
  system.noise!.diffusion(t, spare, secondNoise);
  for (let i = 0; i < y.length; i++) {
    const w = increment[i]!;
    const correction = ((secondNoise[i]! - noise[i]!) * (w * w - length)) / (2 * root);
    candidate[i] = y[i]! + h * slope[i]! + noise[i]! * w + correction;
  }
});
