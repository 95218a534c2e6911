/** The controllers there are. */
import type { Controller } from './controller.ts';

/**
 * The elementary controller: only the error of the last step counts. Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed.,
 * II.4, eq. (4.13); safety and limits as in SciPy's `solve_ivp`.
 */
export const integral: Controller = {
  name: 'I',
  exponents: [1, 0, 0],
  safety: 0.9,
  minFactor: 0.2,
  maxFactor: 10,
};

/**
 * Proportional and integral: the error of the step before counts too, which calms steps that stability bounds.
 * Gustafsson, "Control theoretic techniques for stepsize selection in explicit Runge-Kutta methods", ACM TOMS 17 (1991):
 * 0.7 and 0.4.
 */
export const proportionalIntegral: Controller = { ...integral, name: 'PI', exponents: [0.7, -0.4, 0] };

/**
 * With a differential part: three errors count. Kennedy, Carpenter, Lewis, "Low-storage, explicit Runge-Kutta schemes for
 * the compressible Navier-Stokes equations", Appl. Numer. Math. 35 (2000), section 4: 0.49, 0.34 and 0.10.
 */
export const proportionalIntegralDerivative: Controller = { ...integral, name: 'PID', exponents: [0.49, -0.34, 0.1] };

/** By the names that the option `controller` takes. */
export const controllers: Readonly<Record<'I' | 'PI' | 'PID', Controller>> = {
  I: integral,
  PI: proportionalIntegral,
  PID: proportionalIntegralDerivative,
};
