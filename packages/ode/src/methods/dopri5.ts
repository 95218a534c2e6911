/** Dormand and Prince's pair of orders 5 and 4, with Shampine's interpolant. */
import { polynomial } from '../dense/polynomial.ts';
import type { Method } from '../method.ts';
import { explicitRungeKutta } from '../stages/explicit.ts';
import type { Tableau } from '../tableau.ts';

/** Dormand, Prince, "A family of embedded Runge-Kutta formulae", J. Comp. Appl. Math. 6 (1980), table 2 (RK5(4)7M). */
export const dopri5Tableau: Tableau = {
  name: 'dopri5',
  order: 5,
  nodes: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  stages: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  weights: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
  estimate: {
    order: 4,
    weights: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
  },
};

/**
 * Weights of the slopes as polynomials in theta: of theta, theta^2, theta^3 and theta^4, a row a slope.
 *
 * Shampine, "Some practical Runge-Kutta formulas", Math. Comp. 46 (1986), the member with optimal c_6 = 0.5 of the
 * free fourth-order family.
 */
export const dopri5Interpolant: readonly (readonly number[])[] = [
  [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
  [0, 0, 0, 0],
  [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
  [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
  [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
  [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
  [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
];

/** Fifth order, six evaluations a step, error estimated by a fourth-order result; interpolant of order 4. */
export const dopri5: Method = explicitRungeKutta(dopri5Tableau, polynomial(4, dopri5Interpolant));
