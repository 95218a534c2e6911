/** The Runge-Kutta-Chebyshev method of order 2: explicit, with as many stages as stability needs. */
import { hermite } from '../dense/hermite.ts';
import type { Method } from '../method.ts';
import type { ExplicitState } from '../stages/explicit.ts';
import { type SpectralRadius, estimateRadius, newSpectralRadius } from '../stages/spectral-radius.ts';
import { errorNorm } from '../tolerance.ts';

/** How much the stability polynomial is damped. */
const damping = 2 / 13;
/** Steps after which the spectral radius is estimated anew. */
const radiusLasts = 25;

interface ChebyshevState extends ExplicitState {
  readonly radius: SpectralRadius;
  /** Accepted steps since the estimate; infinite after a rejection, which an old estimate may have caused. */
  radiusAge: number;
  /** The states of the last two stages. */
  earlier: Float64Array;
  latest: Float64Array;
}

/**
 * Second order for systems with eigenvalues near the negative real axis, such as diffusion in many unknowns: s stages
 * reach a step of 0.65 s^2 / (spectral radius), where an ordinary method of s stages reaches about s. The radius is
 * estimated on the way.
 *
 * Sommeijer, Shampine, Verwer, "RKC: an explicit solver for parabolic PDEs", J. Comput. Appl. Math. 88 (1997).
 */
export const rkc2: Method<ChebyshevState> = {
  name: 'rkc2',
  order: 2,
  errorOrder: 2,

  init: (system, t, y, dy) => {
    const { n } = system;
    return {
      t,
      y: y.slice(),
      h: 0,
      candidate: new Float64Array(n),
      error: new Float64Array(n),
      errorNorm: 0,
      trouble: undefined,
      order: 2,
      k: [dy.slice(), new Float64Array(n)],
      stage: new Float64Array(n),
      spare: new Float64Array(n),
      radius: newSpectralRadius(n),
      radiusAge: Infinity,
      earlier: new Float64Array(n),
      latest: new Float64Array(n),
    };
  },

  attempt(system, state, h) {
    const { t, y, k, radius, error } = state;
    const [slope, endSlope] = [k[0]!, k[1]!];
    const { n, f, tolerance } = system;
    if (state.radiusAge >= radiusLasts) {
      estimateRadius(system, radius, t, y, slope);
      state.radiusAge = 0;
    }
    // Eq. (2.4): the stability boundary is about 0.653 (s^2 - 1).
    const stages = Math.max(2, 1 + Math.floor(Math.sqrt(1 + 1.54 * Math.abs(h) * radius.radius)));

    // Chebyshev polynomials at w0 with first and second derivatives, by their recurrences; eq. (2.2) to (2.5).
    const w0 = 1 + damping / stages ** 2;
    const root = Math.sqrt(w0 * w0 - 1);
    const angle = stages * Math.log(w0 + root);
    const w1 = (Math.sinh(angle) * (w0 * w0 - 1)) / (Math.cosh(angle) * stages * root - w0 * Math.sinh(angle));
    let b = 1 / (2 * w0) ** 2;
    let [bBefore, bTwoBefore] = [b, b];
    let [z, zBefore, dz, dzBefore, ddz, ddzBefore] = [w0, 1, 1, 0, 0, 0];
    let c = 0;
    let [cBefore, cTwoBefore] = [w1 * b, 0];
    let { earlier, latest, candidate: next } = state;
    earlier.set(y);
    for (let i = 0; i < n; i++) latest[i] = y[i]! + h * w1 * b * slope[i]!;
    for (let j = 2; j <= stages; j++) {
      const zNext = 2 * w0 * z - zBefore;
      const dzNext = 2 * w0 * dz - dzBefore + 2 * z;
      const ddzNext = 2 * w0 * ddz - ddzBefore + 4 * dz;
      b = ddzNext / dzNext ** 2;
      const rest = 1 - z * bBefore;
      const mu = (2 * w0 * b) / bBefore;
      const nu = -b / bTwoBefore;
      const muSlope = (mu * w1) / w0;
      const gamma = -muSlope * rest;
      f(t + h * cBefore, latest, endSlope);
      const own = 1 - mu - nu;
      for (let i = 0; i < n; i++) {
        next[i] = mu * latest[i]! + nu * earlier[i]! + own * y[i]! + h * (muSlope * endSlope[i]! + gamma * slope[i]!);
      }
      c = mu * cBefore + nu * cTwoBefore + muSlope + gamma;
      [earlier, latest, next] = [latest, next, earlier];
      [bTwoBefore, bBefore] = [bBefore, b];
      [cTwoBefore, cBefore] = [cBefore, c];
      [zBefore, z, dzBefore, dz, ddzBefore, ddz] = [z, zNext, dz, dzNext, ddz, ddzNext];
    }
    // The last stage is the result; the other two arrays are scratch.
    state.candidate = latest;
    state.latest = next;
    state.earlier = earlier;
    f(t + h, latest, endSlope);
    for (let i = 0; i < n; i++) {
      error[i] = 0.8 * (y[i]! - latest[i]!) + 0.4 * h * (slope[i]! + endSlope[i]!);
    }
    state.h = h;
    state.errorNorm = errorNorm(error, y, latest, tolerance);
    state.trouble = Number.isFinite(state.errorNorm) ? undefined : 'non-finite';
    if (state.errorNorm > 1 || state.trouble !== undefined) state.radiusAge = Infinity;
  },

  accept(_system, state, tNext) {
    const { y, k } = state;
    state.t = tNext;
    state.y = state.candidate;
    state.candidate = y;
    [k[0], k[1]] = [k[1]!, k[0]!];
    state.radiusAge++;
  },

  dense: hermite,
};
