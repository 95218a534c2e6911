/** Tsitouras' pair of orders 5 and 4: smaller errors than dopri5's at the same work. */
import { polynomial } from '../dense/polynomial.ts';
import type { Method } from '../method.ts';
import { explicitRungeKutta } from '../stages/explicit.ts';
import type { Tableau } from '../tableau.ts';

/**
 * Tsitouras, "Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption", Comput. Math.
 * Appl. 62 (2011), table 1, with the sign of the last weight of the estimate as the conditions of order 4 have it.
 */
export const tsit5Tableau: Tableau = {
  name: 'tsit5',
  order: 5,
  nodes: [0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1],
  stages: [
    [],
    [0.161],
    [-0.008480655492356989, 0.335480655492357],
    [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
    [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
    [5.86145544294642, -12.920969317847108, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
    [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774],
  ],
  weights: [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774, 0],
  estimate: {
    order: 4,
    weights: [
      0.0017800110522257712,
      0.0008164344596567469,
      -0.007880878010261995,
      0.14471100717326296,
      -0.5823571654525552,
      0.45808210592918697,
      -1 / 66,
    ],
  },
};

/** Weights of the slopes as polynomials in theta: of theta to theta^4, a row a slope. The same paper, section 4. */
export const tsit5Interpolant: readonly (readonly number[])[] = [
  [1, -2.763706197274826, 2.9132554618219126, -1.0530884977290216],
  [0, 0.1317, -0.2234, 0.1017],
  [0, 3.9302962368947516, -5.941033872131505, 2.490627285651253],
  [0, -12.411077166933676, 30.33818863028232, -16.548102889244902],
  [0, 37.50931341651104, -88.1789048947664, 47.37952196281928],
  [0, -27.896526289197286, 65.09189467479366, -34.87065786149661],
  [0, 1.5, -4, 2.5],
];

/** Fifth order, six evaluations a step, error estimated by a fourth-order result; interpolant of order 4. */
export const tsit5: Method = explicitRungeKutta(tsit5Tableau, polynomial(4, tsit5Interpolant));
