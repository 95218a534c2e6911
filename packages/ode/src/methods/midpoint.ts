/** The explicit midpoint rule. */
import { hermite } from '../dense/hermite.ts';
import type { Method } from '../method.ts';
import { explicitRungeKutta } from '../stages/explicit.ts';
import type { Tableau } from '../tableau.ts';

/** Runge, "Über die numerische Auflösung von Differentialgleichungen", Math. Ann. 46 (1895). */
export const midpointTableau: Tableau = {
  name: 'midpoint',
  order: 2,
  nodes: [0, 1 / 2],
  stages: [[], [1 / 2]],
  weights: [0, 1],
};

/** Second order, two evaluations a step of fixed length. */
export const midpoint: Method = explicitRungeKutta(midpointTableau, hermite);
