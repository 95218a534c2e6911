/** Adams, Bashforth and Moulton's methods of orders 1 to 12 with steps and order that vary, in PECE mode. */
import type { DenseOutput, Method, MethodState } from '../method.ts';
import type { System } from '../system.ts';
import { errorNorm } from '../tolerance.ts';
import { copyInto } from '../dense/copy.ts';
import { power } from '../power.ts';

const maxOrder = 12;

/**
 * gamma*_j of the implicit Adams methods with equal steps: gamma*_m + gamma*_(m-1) / 2 + ... + gamma*_0 / (m + 1) = 0.
 * Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., III.1, eq. (1.10).
 */
const gammaStar: Float64Array = new Float64Array(maxOrder + 2);
gammaStar[0] = 1;
for (let m = 1; m < gammaStar.length; m++) {
  for (let j = 0; j < m; j++) gammaStar[m] = gammaStar[m]! - gammaStar[j]! / (m + 1 - j);
}

export interface AdamsState extends MethodState {
  /** Modified divided differences of the slopes, Phi_j(n); good up to `depth`. */
  readonly phi: Float64Array[];
  /** The same scaled for the step being tried, Phi*_j(n). */
  readonly star: Float64Array[];
  /** Phi_k(n + 1) from the slope at the prediction: what corrects it. */
  readonly correction: Float64Array;
  depth: number;
  /** The times of the steps so far, the last first. */
  readonly times: Float64Array;
  /** g_j of the step being tried: integrals of the Newton basis. */
  readonly g: Float64Array;
  /** The same for which they are computed. */
  readonly c: Float64Array;
  readonly lower: Float64Array;
  /** The order of the next attempt. */
  nextOrder: number;
  /** Norms of the errors that orders k - 2, k - 1, k and k + 1 make in the step last tried; infinite where not known. */
  errors: { twoLower: number; lower: number; higher: number };
  /** While order and step only grow, from order 1 on. */
  starting: boolean;
  /** Steps of the length of the last one, one behind the other. */
  equalSteps: number;
  /** Attempts rejected in a row. */
  failures: number;
}

/** The polynomial that the corrector integrates: exact at both ends, of the order of the step. */
const adamsDense: DenseOutput<AdamsState> = {
  order: maxOrder,
  /** The order, where the slopes lie, y, and the coefficients of the Newton basis. */
  size: (n) => 1 + maxOrder + (maxOrder + 2) * n,

  write({ order: k, t, h, times, y, star, correction }, data, at) {
    const n = y.length;
    data[at] = k;
    for (let j = 0; j < k; j++) data[at + 1 + j] = (t - times[j]!) / h;
    const vectors = at + 1 + maxOrder;
    copyInto(data, vectors, y);
    for (let j = 0; j <= k; j++) copyInto(data, vectors + (j + 1) * n, j < k ? star[j]! : correction);
  },

  read(data, at, theta, h, y) {
    const n = y.length;
    const k = data[at]!;
    const vectors = at + 1 + maxOrder;
    for (let i = 0; i < n; i++) y[i] = data[vectors + i]!;
    // The basis is the product of (tau + s_i) / (1 + s_i), i < j, by its coefficients; it is integrated from 0 to theta.
    const basis = [1];
    for (let j = 0; j <= k; j++) {
      let integral = 0;
      for (let p = basis.length - 1; p >= 0; p--) integral = theta * (integral + basis[p]! / (p + 1));
      const weight = h * integral;
      const start = vectors + (j + 1) * n;
      for (let i = 0; i < n; i++) y[i] = y[i]! + weight * data[start + i]!;
      const s = data[at + 1 + j]!;
      basis.push(0);
      for (let p = basis.length - 1; p >= 0; p--) basis[p] = (s * basis[p]! + (basis[p - 1] ?? 0)) / (1 + s);
    }
  },
};

/**
 * A predictor of order k from the last k slopes, corrected with the slope at the prediction to order k + 1. Two
 * evaluations a step whatever the order: for smooth problems whose right-hand side costs much.
 *
 * Shampine, Gordon, Computer Solution of Ordinary Differential Equations, 1975, chapters 5 to 7 and 10; the formulas as
 * in Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., III.5 and III.7.
 */
export const abm: Method<AdamsState> = {
  name: 'abm',
  order: maxOrder,
  errorOrder: 1,

  init: ({ n }, t, y, dy) => {
    const vectors = (count: number): Float64Array[] => Array.from({ length: count }, () => new Float64Array(n));
    const phi = vectors(maxOrder + 3);
    phi[0]!.set(dy);
    const times = new Float64Array(maxOrder + 3);
    times[0] = t;
    return {
      t,
      y: y.slice(),
      h: 0,
      candidate: new Float64Array(n),
      error: new Float64Array(n),
      errorNorm: 0,
      trouble: undefined,
      order: 1,
      phi,
      star: vectors(maxOrder + 2),
      correction: new Float64Array(n),
      depth: 0,
      times,
      g: new Float64Array(maxOrder + 2),
      c: new Float64Array(maxOrder + 3),
      lower: new Float64Array(n),
      nextOrder: 1,
      errors: { twoLower: Infinity, lower: Infinity, higher: Infinity },
      starting: true,
      equalSteps: 0,
      failures: 0,
    };
  },

  attempt(system, state, h) {
    const { t, y, candidate, correction, error, star, g, errors } = state;
    const { n, tolerance } = system;
    const k = state.nextOrder;
    state.order = k;
    prepare(state, h);

    candidate.set(y);
    for (let j = 0; j < k; j++) addTo(candidate, h * g[j]!, star[j]!);
    system.f(t + h, candidate, correction);
    for (let j = 0; j < k; j++) addTo(correction, -1, star[j]!);
    addTo(candidate, h * g[k]!, correction);

    const weight = h * (g[k]! - g[k - 1]!);
    for (let i = 0; i < n; i++) error[i] = weight * correction[i]!;
    state.h = h;
    state.errorNorm = errorNorm(error, y, candidate, tolerance);
    state.trouble = Number.isFinite(state.errorNorm) ? undefined : 'non-finite';
    errors.lower = k > 1 ? lowerError(system, state, h, k - 1) : Infinity;
    errors.twoLower = k > 2 ? lowerError(system, state, h, k - 2) : Infinity;
  },

  accept(system, state, tNext) {
    const { y, candidate, phi, star, times, order: k, h, errors, lower } = state;
    state.equalSteps = Math.abs(h - (times[0]! - times[1]!)) <= 1e-8 * Math.abs(h) ? state.equalSteps + 1 : 0;
    state.t = tNext;
    state.y = candidate;
    state.candidate = y;
    times.copyWithin(1, 0);
    times[0] = tNext;

    const known = Math.min(k, state.depth);
    system.f(tNext, candidate, phi[0]!);
    for (let j = 0; j <= known; j++) difference(phi[j + 1]!, phi[j]!, star[j]!);
    state.depth = known + 1;

    // Equal steps are what the constant assumes.
    errors.higher = Infinity;
    if (k < maxOrder && state.depth >= k + 1 && state.equalSteps >= k) {
      const weight = h * gammaStar[k + 1]!;
      for (let i = 0; i < lower.length; i++) lower[i] = weight * phi[k + 1]![i]!;
      errors.higher = errorNorm(lower, y, candidate, system.tolerance);
    }
  },

  nextStep(_system, state, accepted) {
    return Math.abs(state.h) * (accepted ? afterSuccess(state) : afterFailure(state));
  },

  dense: adamsDense,
};

/** The differences and integrals of a step of length h: eq. (5.9) to (5.14) of III.5. */
function prepare({ t, times, phi, star, g, c, order: k, depth }: AdamsState, h: number): void {
  const end = t + h;
  let beta = 1;
  for (let j = 0; j <= Math.min(k, depth); j++) {
    if (j > 0) beta *= (end - times[j - 1]!) / (t - times[j]!);
    const [from, into] = [phi[j]!, star[j]!];
    for (let i = 0; i < into.length; i++) into[i] = beta * from[i]!;
  }
  for (let q = 1; q <= k + 1; q++) c[q] = 1 / q;
  g[0] = 1;
  for (let j = 1; j <= k; j++) {
    const ratio = h / (end - times[j - 1]!);
    for (let q = 1; q <= k + 1 - j; q++) c[q] = c[q]! - c[q + 1]! * ratio;
    g[j] = c[1]!;
  }
}

/** The error that order `order` would make, from Phi_order(n + 1). III.7, eq. (7.5). */
function lowerError(system: System, state: AdamsState, h: number, order: number): number {
  const { correction, star, lower, order: k, y, candidate } = state;
  lower.set(correction);
  for (let j = k - 1; j >= order; j--) addTo(lower, 1, star[j]!);
  const weight = h * gammaStar[order]!;
  for (let i = 0; i < lower.length; i++) lower[i] = weight * lower[i]!;
  return errorNorm(lower, y, candidate, system.tolerance);
}

/** Whether order k - 1 is the better one. */
function prefersLower({ order: k, errorNorm: error, errors }: AdamsState): boolean {
  if (k === 2) return errors.lower <= error / 2;
  return k > 2 && Math.max(errors.lower, errors.twoLower) <= error;
}

/** Chooses the order of the next step and by how much it is longer: doubled, kept, or shortened a little. */
function afterSuccess(state: AdamsState): number {
  const { order: k, errors, errorNorm: error } = state;
  state.failures = 0;
  let chosen = error;
  state.nextOrder = k;
  if (prefersLower(state)) {
    state.starting = false;
    state.nextOrder = k - 1;
    chosen = errors.lower;
  } else if (state.starting && k < maxOrder) {
    state.nextOrder = k + 1;
    return 2;
  } else if (Number.isFinite(errors.higher)) {
    if (k > 1 && errors.lower <= Math.min(error, errors.higher)) {
      state.nextOrder = k - 1;
      chosen = errors.lower;
    } else if (errors.higher < (k === 1 ? error / 2 : error)) {
      state.nextOrder = k + 1;
      chosen = errors.higher;
    }
  }
  const order = state.nextOrder;
  if (chosen * 2 ** (order + 1) <= 0.5) return 2;
  if (chosen <= 0.5) return 1;
  return Math.max(0.5, Math.min(0.9, power(0.5 / chosen, 1 / (order + 1))));
}

function afterFailure(state: AdamsState): number {
  state.starting = false;
  state.failures++;
  if (state.trouble === undefined && prefersLower(state)) state.nextOrder = state.order - 1;
  if (state.failures < 3) return 0.5;
  // The slopes before say nothing about those ahead.
  state.nextOrder = 1;
  return Number.isFinite(state.errorNorm) ? Math.min(0.5, Math.sqrt(0.5 / state.errorNorm)) : 0.1;
}

function addTo(into: Float64Array, weight: number, vector: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + weight * vector[i]!;
}

function difference(into: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = a[i]! - b[i]!;
}
