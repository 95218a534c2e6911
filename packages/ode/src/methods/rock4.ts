/** The orthogonal Runge-Kutta-Chebyshev method of order 4: explicit, with as many stages as stability needs. */
import { hermite } from '../dense/hermite.ts';
import type { Method } from '../method.ts';
import { type Terms, combine, combineAlone, termsOf } from '../stages/combine.ts';
import type { ExplicitState } from '../stages/explicit.ts';
import { type ChebyshevScheme, chebyshevScheme } from '../stages/orthogonal-chebyshev.ts';
import { type SpectralRadius, estimateRadius, newSpectralRadius } from '../stages/spectral-radius.ts';
import { errorNorm, weightedNorm } from '../tolerance.ts';
import { rock4Zeros } from './rock4-zeros.ts';

/** Steps after which the spectral radius is estimated anew. */
const radiusLasts = 25;

interface Rock4State extends ExplicitState {
  readonly radius: SpectralRadius;
  /** Accepted steps since the estimate; infinite after a rejection, which an old estimate may have caused. */
  radiusAge: number;
  /** The states of the last two stages of the recurrence. k has the slope at y, four slopes after it, and the one at the end. */
  earlier: Float64Array;
  latest: Float64Array;
}

/**
 * Fourth order for systems with eigenvalues near the negative real axis, such as diffusion in some hundred unknowns: s
 * stages reach a step of 0.35 s^2 / (spectral radius). The radius is estimated on the way.
 *
 * The last four stages multiply rounding errors by (h radius)^4 / 100, so the product of step and radius stays below 5,000
 * for three digits, and below 500 for seven. For larger radii `rkc2` needs fewer evaluations.
 *
 * Abdulle, "Fourth order Chebyshev methods with recurrence relation", SIAM J. Sci. Comput. 23 (2002).
 */
export const rock4: Method<Rock4State> = {
  name: 'rock4',
  order: 4,
  errorOrder: 3,

  init: ({ n }, t, y, dy) => ({
    t,
    y: y.slice(),
    h: 0,
    candidate: new Float64Array(n),
    error: new Float64Array(n),
    errorNorm: 0,
    trouble: undefined,
    order: 4,
    k: Array.from({ length: 6 }, (_, j) => (j === 0 ? dy.slice() : new Float64Array(n))),
    stage: new Float64Array(n),
    spare: new Float64Array(n),
    radius: newSpectralRadius(n),
    radiusAge: Infinity,
    earlier: new Float64Array(n),
    latest: new Float64Array(n),
  }),

  attempt(system, state, h) {
    const { t, y, k, radius, stage, candidate, error } = state;
    const { n, f, tolerance } = system;
    state.h = h;
    state.trouble = undefined;
    if (state.radiusAge >= radiusLasts) {
      estimateRadius(system, radius, t, y, k[0]!);
      state.radiusAge = 0;
    }
    const reach = Math.abs(h) * radius.radius;
    const most = farthest(weightedNorm(y, y, tolerance));
    const scheme = reach > most ? undefined : schemeFor(reach);
    if (scheme === undefined) {
      // From which the control concludes how far it can go
      const ratio = reach / most;
      state.errorNorm = ratio * ratio * ratio * ratio;
      return;
    }
    const { own, slope, nodes, finishNodes, finish, weights, errorWeights } = scheme;
    const endSlope = k[5]!;
    let { earlier, latest } = state;
    earlier.set(y);
    latest.set(y);
    for (let j = 0; j < own.length; j++) {
      const dy = j === 0 ? k[0]! : endSlope;
      if (j > 0) f(t + h * nodes[j]!, latest, dy);
      const [a, b, c] = [own[j]!, 1 - own[j]!, h * slope[j]!];
      for (let i = 0; i < n; i++) earlier[i] = a * latest[i]! + b * earlier[i]! + c * dy[i]!;
      [earlier, latest] = [latest, earlier];
    }
    state.earlier = earlier;
    state.latest = latest;
    for (let i = 0; i < finish.length; i++) {
      combine(stage, latest, h, finish[i]!, k);
      f(t + h * finishNodes[i]!, stage, k[i + 1]!);
    }
    combine(candidate, latest, h, weights, k);
    f(t + h, candidate, endSlope);
    combineAlone(error, h, errorWeights, k);
    state.errorNorm = errorNorm(error, y, candidate, tolerance);
    if (!Number.isFinite(state.errorNorm)) state.trouble = 'non-finite';
    if (!(state.errorNorm <= 1)) state.radiusAge = Infinity;
  },

  accept(_system, state, tNext) {
    const { y, k } = state;
    state.t = tNext;
    state.y = state.candidate;
    state.candidate = y;
    [k[0], k[5]] = [k[5]!, k[0]!];
    state.radiusAge++;
  },

  dense: hermite,
};

/** A scheme with its sums made ready for the slopes that the state keeps. */
interface ReadyScheme extends Pick<ChebyshevScheme, 'own' | 'slope' | 'nodes' | 'finishNodes'> {
  readonly finish: readonly Terms[];
  readonly weights: Terms;
  readonly errorWeights: Terms;
}

/**
 * How far a polynomial may reach, given the size of y in units of the tolerance: its last factor, z^4 / 100 at the end, then
 * raises the rounding errors of y to a tenth of the tolerance.
 */
function farthest(size: number): number {
  return Math.min(rock4Zeros.at(-1)![1], Math.sqrt(Math.sqrt(30 / (Number.EPSILON * size))));
}

const schemes = new Map<number, ReadyScheme>();

/** The one with the fewest stages that is stable up to -`reach`, computed when it is first needed; none beyond the last. */
function schemeFor(reach: number): ReadyScheme | undefined {
  const row = rock4Zeros.find(([, length]) => length >= reach);
  if (row === undefined) return undefined;
  const [stages, length, beyond, re1, im1, re2, im2] = row;
  let scheme = schemes.get(stages);
  if (scheme === undefined) {
    const zeros = [
      [re1, im1],
      [re2, im2],
    ] as const;
    const { own, slope, nodes, finishNodes, finish, weights, error } = chebyshevScheme({
      stages,
      length,
      beyond,
      zeros,
    });
    // The first slope of the state is the one at y
    const terms = (row: readonly number[]): Terms => termsOf([0, ...row]);
    scheme = {
      own,
      slope,
      nodes,
      finishNodes,
      finish: finish.map(terms),
      weights: terms(weights),
      errorWeights: terms(error),
    };
    schemes.set(stages, scheme);
  }
  return scheme;
}
