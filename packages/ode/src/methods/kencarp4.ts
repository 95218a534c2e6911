/** Kennedy and Carpenter's ESDIRK method of order 4. */
import type { Method } from '../method.ts';
import { type EsdirkState, type EsdirkTableau, esdirk } from '../stages/esdirk.ts';

const weights = [82889 / 524892, 0, 15625 / 83664, 69875 / 102672, -2260 / 8211, 1 / 4];
const embedded = [
  4586570599 / 29645900160,
  0,
  178811875 / 945068544,
  814220225 / 1159782912,
  -3700637 / 11593932,
  61727 / 225920,
];

/**
 * ARK4(3)6L[2]SA, the implicit part. Kennedy, Carpenter, "Additive Runge-Kutta schemes for convection-diffusion-reaction
 * equations", Appl. Numer. Math. 44 (2003), appendix C.
 */
export const kencarp4Tableau: EsdirkTableau = {
  name: 'kencarp4',
  order: 4,
  errorOrder: 3,
  gamma: 1 / 4,
  nodes: [0, 1 / 2, 83 / 250, 31 / 50, 17 / 20, 1],
  stages: [
    [],
    [1 / 4],
    [8611 / 62500, -1743 / 31250],
    [5012029 / 34652500, -654441 / 2922500, 174375 / 388108],
    [15267082809 / 155376265600, -71443401 / 120774400, 730878875 / 902184768, 2285395 / 8070912],
    [82889 / 524892, 0, 15625 / 83664, 69875 / 102672, -2260 / 8211],
  ],
  errorWeights: weights.map((weight, s) => weight - embedded[s]!),
  interpolantOrder: 3,
  interpolant: [
    [6943876665148 / 7220017795957, -54480133 / 30881146, 6818779379841 / 7100303317025],
    [0, 0, 0],
    [7640104374378 / 9702883013639, -11436875 / 14766696, 2173542590792 / 12501825683035],
    [-20649996744609 / 7521556579894, 174696575 / 18121608, -31592104683404 / 5083833661969],
    [8854892464581 / 2390941311638, -12120380 / 966161, 61146701046299 / 7138195549469],
    [-11397109935349 / 6675773540249, 3843 / 706, -17219254887155 / 4939391667607],
  ],
};

/** Fourth order, L-stable, five stages that share one matrix: for large systems at moderate tolerances. */
export const kencarp4: Method<EsdirkState> = esdirk(kencarp4Tableau);
