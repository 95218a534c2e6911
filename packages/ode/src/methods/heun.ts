/** Heun's method of order 2, the trapezoidal rule with an Euler step in it. */
import { hermite } from '../dense/hermite.ts';
import type { Method } from '../method.ts';
import { explicitRungeKutta } from '../stages/explicit.ts';
import type { Tableau } from '../tableau.ts';

/** Heun, "Neue Methoden zur approximativen Integration", Z. Math. Phys. 45 (1900). */
export const heunTableau: Tableau = {
  name: 'heun',
  order: 2,
  nodes: [0, 1],
  stages: [[], [1]],
  weights: [1 / 2, 1 / 2],
};

/** Second order, two evaluations a step of fixed length. */
export const heun: Method = explicitRungeKutta(heunTableau, hermite);
