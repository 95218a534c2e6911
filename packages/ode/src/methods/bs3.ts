/** Bogacki and Shampine's pair of orders 3 and 2. */
import { hermite } from '../dense/hermite.ts';
import type { Method } from '../method.ts';
import { explicitRungeKutta } from '../stages/explicit.ts';
import type { Tableau } from '../tableau.ts';

/** Bogacki, Shampine, "A 3(2) pair of Runge-Kutta formulas", Appl. Math. Lett. 2 (1989). */
export const bs3Tableau: Tableau = {
  name: 'bs3',
  order: 3,
  nodes: [0, 1 / 2, 3 / 4, 1],
  stages: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  weights: [2 / 9, 1 / 3, 4 / 9, 0],
  estimate: { order: 2, weights: [-5 / 72, 1 / 12, 1 / 9, -1 / 8] },
};

/** Third order, three evaluations a step; the interpolant is the cubic through values and slopes. */
export const bs3: Method = explicitRungeKutta(bs3Tableau, hermite);
