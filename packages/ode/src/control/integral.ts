/** The elementary controller: only the error of the last step counts. */
import type { Controller } from './controller.ts';

/** Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.4, eq. (4.13); safety and limits as in SciPy's `solve_ivp`. */
export const integral: Controller = {
  name: 'I',
  exponents: [1, 0, 0],
  safety: 0.9,
  minFactor: 0.2,
  maxFactor: 10,
};
