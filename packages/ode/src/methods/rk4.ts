/** The classical Runge-Kutta method. */
import { hermite } from '../dense/hermite.ts';
import type { Method } from '../method.ts';
import { explicitRungeKutta } from '../stages/explicit.ts';
import type { Tableau } from '../tableau.ts';

/** Kutta, "Beitrag zur näherungsweisen Integration totaler Differentialgleichungen", Z. Math. Phys. 46 (1901). */
export const rk4Tableau: Tableau = {
  name: 'rk4',
  order: 4,
  nodes: [0, 1 / 2, 1 / 2, 1],
  stages: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
};

/** Fourth order, four evaluations a step of fixed length. */
export const rk4: Method = explicitRungeKutta(rk4Tableau, hermite);
