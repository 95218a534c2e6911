/** The leapfrog method, also named after Störmer and Verlet. */
import type { Method } from '../method.ts';
import { leapfrogSteps } from '../stages/symplectic.ts';

/**
 * Second order, symplectic and reversible: over long times the energy of a mechanical system does not drift. Steps of
 * fixed length, two evaluations each.
 *
 * Verlet, "Computer experiments on classical fluids", Phys. Rev. 159 (1967); Hairer, Lubich, Wanner, "Geometric numerical
 * integration illustrated by the Störmer-Verlet method", Acta Numerica 12 (2003).
 */
export const leapfrog: Method = leapfrogSteps('leapfrog', 2, [1]);
