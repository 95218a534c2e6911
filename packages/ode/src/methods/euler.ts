/** Euler's method. */
import { hermite } from '../dense/hermite.ts';
import type { Method } from '../method.ts';
import { explicitRungeKutta } from '../stages/explicit.ts';
import type { Tableau } from '../tableau.ts';

/** Euler, Institutionum calculi integralis I, 1768, section II, chapter 7. */
export const eulerTableau: Tableau = { name: 'euler', order: 1, nodes: [0], stages: [[]], weights: [1] };

/** First order, one evaluation a step of fixed length. */
export const euler: Method = explicitRungeKutta(eulerTableau, hermite);
