/** The three-stage Radau IIA method of order 5. */
import type { DenseOutput, Method, MethodState } from '../method.ts';
import { type IterationMatrix, iterationMatrix } from '../linear/iteration-matrix.ts';
import { multiplyMass } from '../linear/mass.ts';
import { weighBy, weighedNorm } from '../newton.ts';
import type { System } from '../system.ts';
import { power } from '../power.ts';
import { smallestAllowed } from '../tolerance.ts';

const root6 = Math.sqrt(6);

/** Hairer, Wanner, Solving ODEs II, 2nd ed., IV.5, table 5.6. */
export const nodes: readonly number[] = [(4 - root6) / 10, (4 + root6) / 10, 1];
export const coefficients: readonly (readonly number[])[] = [
  [(88 - 7 * root6) / 360, (296 - 169 * root6) / 1800, (-2 + 3 * root6) / 225],
  [(296 + 169 * root6) / 1800, (88 + 7 * root6) / 360, (-2 - 3 * root6) / 225],
  [(16 - root6) / 36, (16 + root6) / 36, 1 / 9],
];

/** The eigenvalues of the inverse of the coefficients: a real one and a pair re ± i im. IV.8, eq. (8.4). */
export const realEigenvalue: number = 3.637834252744496; // 3 + cbrt(9) - cbrt(3)
export const pairRe: number = 2.681082873627752; // 3 + (cbrt(3) - cbrt(9)) / 2
export const pairIm: number = 3.0504301992474105; // (3^(5/6) + 3^(7/6)) / 2

/** Columns that bring the inverse of the coefficients to [real] and [[re, -im], [im, re]]; and back. */
export const transformation: readonly (readonly number[])[] = transform();
export const inverseTransformation: readonly (readonly number[])[] = inverse3(transformation);

/** Weights of the stages' increments in the embedded formula of order 3, over the real eigenvalue. IV.8, eq. (8.17). */
export const errorWeights: readonly number[] = [(-13 - 7 * root6) / 3, (-13 + 7 * root6) / 3, -1 / 3];

const maxIterations = 6;
const minFactor = 0.2;
const maxFactor = 10;
/** Between these the step stays as it is, and with it the factored matrices. */
const mayShrink = 0.8;
const worthIt = 1.2;
const safetyFactor = 0.77;
/** A Jacobian is good for another step where corrections have shrunk by this factor. */
const goodRate = 1e-3;

export interface Radau5State extends MethodState {
  readonly matrix: IterationMatrix;
  /** f at the start of the step, `[n]`. */
  readonly dy: Float64Array;
  /** The stages less the start of the step, `[3][n]`, and transformed. */
  readonly z: readonly [Float64Array, Float64Array, Float64Array];
  readonly w: readonly [Float64Array, Float64Array, Float64Array];
  /** f at the stages, `[3][n]`; then the corrections. */
  readonly k: readonly [Float64Array, Float64Array, Float64Array];
  readonly stage: Float64Array;
  readonly product: Float64Array;
  readonly productIm: Float64Array;
  readonly weights: Float64Array;
  /** The increments of the last accepted step, `[3][n]`, and its length; 0 before the first. */
  readonly past: readonly [Float64Array, Float64Array, Float64Array];
  pastStep: number;
  /** Error norm and length of the last accepted step, for the controller. */
  pastErrorNorm: number;
  controlStep: number;
  jacobianAge: number;
  linearized: boolean;
  factoredStep: number;
  iterations: number;
  rate: number;
  /** theta / (1 - theta) of the last iteration: the error in units of the last correction. */
  errorFactor: number;
  rejected: boolean;
}

/**
 * Fifth order, stiffly accurate and L-stable: the choice for small tolerances, and where oscillations are stiff. One
 * real and one complex system an iteration; the error is estimated to order 3 and filtered by the real one.
 *
 * Hairer, Wanner, Solving ODEs II, 2nd ed., IV.8; the controller: Gustafsson, ACM TOMS 20 (1994), as there (8.25).
 */
export const radau5: Method<Radau5State> = {
  name: 'radau5',
  order: 5,
  errorOrder: 3,
  takesMass: true,

  init(system, t, y, dy) {
    const { n } = system;
    const three = (): [Float64Array, Float64Array, Float64Array] => [
      new Float64Array(n),
      new Float64Array(n),
      new Float64Array(n),
    ];
    return {
      t,
      y: y.slice(),
      h: 0,
      candidate: new Float64Array(n),
      error: new Float64Array(n),
      errorNorm: 0,
      trouble: undefined,
      order: 5,
      matrix: iterationMatrix(system),
      dy: dy.slice(),
      z: three(),
      w: three(),
      k: three(),
      stage: new Float64Array(n),
      product: new Float64Array(n),
      productIm: new Float64Array(n),
      weights: new Float64Array(n),
      past: three(),
      pastStep: 0,
      pastErrorNorm: 0,
      controlStep: 0,
      jacobianAge: 0,
      linearized: false,
      factoredStep: NaN,
      iterations: 0,
      rate: 1,
      errorFactor: 1,
      rejected: false,
    };
  },

  attempt(system, state, h) {
    const { matrix, y, candidate, z } = state;
    const { n } = system;
    state.h = h;
    weighBy(state.weights, y, system);
    for (;;) {
      const fresh = !state.linearized;
      if (fresh) {
        matrix.linearize(state.t, y, state.dy);
        state.linearized = true;
        state.jacobianAge = 0;
      }
      if (fresh || state.factoredStep !== h) {
        if (!matrix.factor(realEigenvalue / h) || !matrix.factorComplex(pairRe / h, pairIm / h)) {
          state.trouble = matrix.troubleInFactor();
          state.linearized = false;
          return;
        }
        state.factoredStep = h;
      }
      predict(state, h);
      const outcome = iterate(system, state, h);
      if (outcome === 'converged') break;
      if (outcome === 'non-finite' || fresh || state.jacobianAge === 0) {
        state.trouble = outcome === 'non-finite' ? 'non-finite' : 'newton-stagnated';
        return;
      }
      state.linearized = false;
    }
    state.trouble = undefined;
    const last = z[2];
    for (let i = 0; i < n; i++) candidate[i] = y[i]! + last[i]!;
    estimate(system, state, h);
  },

  accept(system, state, tNext) {
    const { y, candidate, z, past } = state;
    state.pastStep = state.h;
    for (let s = 0; s < 3; s++) past[s as 0 | 1 | 2].set(z[s as 0 | 1 | 2]);
    state.t = tNext;
    state.y = candidate;
    state.candidate = y;
    state.jacobianAge++;
    system.f(tNext, candidate, state.dy);
  },

  nextStep(_system, state, accepted) {
    const { h, iterations } = state;
    // An error of 0 says nothing of how far it stays so.
    const errorNorm = Math.max(state.errorNorm, 1e-10);
    if (state.trouble !== undefined) {
      state.rejected = true;
      return h / 2;
    }
    const safety = (safetyFactor * (2 * maxIterations + 1)) / (2 * maxIterations + iterations);
    const byError = power(errorNorm, -0.25);
    if (!accepted) {
      state.rejected = true;
      return h * Math.max(minFactor, safety * byError);
    }
    // The controller looks at how the error has changed since the last step, and takes the more careful of two answers.
    const before = state.controlStep;
    const predictive = before === 0 ? 1 : (h / before) * power(state.pastErrorNorm / errorNorm, 0.25);
    const factor = Math.min(maxFactor, safety * Math.min(1, predictive) * byError);
    state.controlStep = h;
    state.pastErrorNorm = errorNorm;
    state.rejected = false;
    const renew = iterations > 2 && state.rate > goodRate;
    if (renew) state.linearized = false;
    return !renew && factor > mayShrink && factor < worthIt ? h : h * factor;
  },

  dense: denseOutput(),
};

/** The last step's polynomial where this step's stages are; zeros before there is one. IV.8, eq. (8.5). */
function predict({ z, w, past, pastStep }: Radau5State, h: number): void {
  const n = z[0].length;
  if (pastStep === 0) {
    for (let s = 0; s < 3; s++) {
      z[s as 0 | 1 | 2].fill(0);
      w[s as 0 | 1 | 2].fill(0);
    }
    return;
  }
  const ratio = h / pastStep;
  const p1 = past[0];
  const p2 = past[1];
  const p3 = past[2];
  // Lagrange's basis at the nodes 0, c1, c2, 1 of the last step, seen from its end.
  for (let s = 0; s < 3; s++) {
    const theta = 1 + ratio * nodes[s]!;
    const b1 = basis(0, theta);
    const b2 = basis(1, theta);
    const b3 = basis(2, theta) - 1;
    const increment = z[s as 0 | 1 | 2];
    for (let i = 0; i < n; i++) increment[i] = b1 * p1[i]! + b2 * p2[i]! + b3 * p3[i]!;
  }
  for (let s = 0; s < 3; s++) {
    const row = inverseTransformation[s]!;
    const into = w[s as 0 | 1 | 2];
    for (let i = 0; i < n; i++) into[i] = row[0]! * z[0][i]! + row[1]! * z[1][i]! + row[2]! * z[2][i]!;
  }
}

/** The polynomial of degree 3 that is 1 at the node, and 0 at the other ones and at 0. */
function basis(node: 0 | 1 | 2, theta: number): number {
  const own = nodes[node]!;
  let product = theta / own;
  for (let s = 0; s < 3; s++) if (s !== node) product *= (theta - nodes[s]!) / (own - nodes[s]!);
  return product;
}

/** Newton's iteration on the transformed increments: IV.8, eq. (8.12) to (8.14), and (8.10) for when to stop. */
function iterate(system: System, state: Radau5State, h: number): 'converged' | 'diverged' | 'non-finite' {
  const { matrix, t, y, z, w, k, stage, product, productIm, weights } = state;
  const { n, mass, statistics } = system;
  const [z1, z2, z3] = z;
  const [w1, w2, w3] = w;
  const [k1, k2, k3] = k;
  const [t1, t2] = transformation as [number[], number[], number[]];
  const [r1, r2, r3] = inverseTransformation as [number[], number[], number[]];
  const [t11, t12, t13] = t1 as [number, number, number];
  const [t21, t22, t23] = t2 as [number, number, number];
  const real = realEigenvalue / h;
  const re = pairRe / h;
  const im = pairIm / h;
  const tolerance = newtonTolerance(system);
  state.errorFactor = power(Math.max(state.errorFactor, Number.EPSILON), 0.8);
  let before = 0;
  for (let iteration = 1; ; iteration++) {
    for (let i = 0; i < n; i++) stage[i] = y[i]! + z1[i]!;
    system.f(t + nodes[0]! * h, stage, k1);
    for (let i = 0; i < n; i++) stage[i] = y[i]! + z2[i]!;
    system.f(t + nodes[1]! * h, stage, k2);
    for (let i = 0; i < n; i++) stage[i] = y[i]! + z3[i]!;
    system.f(t + h, stage, k3);
    statistics.newtonIterations++;
    state.iterations = iteration;

    for (let i = 0; i < n; i++) {
      const a = k1[i]!;
      const b = k2[i]!;
      const c = k3[i]!;
      k1[i] = r1[0]! * a + r1[1]! * b + r1[2]! * c;
      k2[i] = r2[0]! * a + r2[1]! * b + r2[2]! * c;
      k3[i] = r3[0]! * a + r3[1]! * b + r3[2]! * c;
    }
    if (mass === undefined) {
      for (let i = 0; i < n; i++) {
        k1[i]! -= real * w1[i]!;
        k2[i]! -= re * w2[i]! - im * w3[i]!;
        k3[i]! -= re * w3[i]! + im * w2[i]!;
      }
    } else {
      multiplyMass(mass, w1, product);
      for (let i = 0; i < n; i++) k1[i]! -= real * product[i]!;
      multiplyMass(mass, w2, product);
      multiplyMass(mass, w3, productIm);
      for (let i = 0; i < n; i++) {
        k2[i]! -= re * product[i]! - im * productIm[i]!;
        k3[i]! -= re * productIm[i]! + im * product[i]!;
      }
    }
    if (!matrix.solve(k1) || !matrix.solveComplex(k2, k3)) return 'diverged';

    let sum = 0;
    for (let i = 0; i < n; i++) {
      const weight = weights[i]!;
      const a = k1[i]! * weight;
      const b = k2[i]! * weight;
      const c = k3[i]! * weight;
      sum += a * a + b * b + c * c;
    }
    const size = Math.sqrt(sum / Math.max(3 * n, 1));
    if (!(size < Infinity)) return 'non-finite';
    if (iteration > 1) {
      const rate = size / before;
      state.rate = rate;
      if (rate >= 1 || (power(rate, maxIterations - iteration) / (1 - rate)) * size > tolerance) return 'diverged';
      state.errorFactor = rate / (1 - rate);
    }
    for (let i = 0; i < n; i++) {
      const a = (w1[i]! += k1[i]!);
      const b = (w2[i]! += k2[i]!);
      const c = (w3[i]! += k3[i]!);
      z1[i] = t11 * a + t12 * b + t13 * c;
      z2[i] = t21 * a + t22 * b + t23 * c;
      z3[i] = a + b;
    }
    if (size === 0 || state.errorFactor * size <= tolerance) return 'converged';
    if (iteration === maxIterations) return 'diverged';
    before = size;
  }
}

/** Far enough below the tolerance not to show in the result, which is better than the estimate, and above rounding. */
function newtonTolerance({ tolerance: { rtol } }: System): number {
  return Math.max((6 * Number.EPSILON) / rtol, 0.3 * Math.min(0.03, Math.sqrt(rtol)));
}

/** IV.8, eq. (8.19); where the step begins or was rejected, and would be again, the second filter (8.20). */
function estimate(system: System, state: Radau5State, h: number): void {
  const { matrix, t, y, dy, z, error, candidate, stage, product, weights } = state;
  const { n } = system;
  const [z1, z2, z3] = z;
  const [e1, e2, e3] = errorWeights as [number, number, number];
  for (let i = 0; i < n; i++) stage[i] = (e1 * z1[i]! + e2 * z2[i]! + e3 * z3[i]!) / h;
  multiplyMass(system.mass, stage, product);
  for (let i = 0; i < n; i++) error[i] = dy[i]! + product[i]!;
  matrix.solve(error);
  for (let i = 0; i < n; i++) {
    const size = Math.max(Math.abs(y[i]!), Math.abs(candidate[i]!));
    weights[i] = 1 / Math.max(system.tolerance.atol[i]! + system.tolerance.rtol * size, smallestAllowed);
  }
  state.errorNorm = weighedNorm(weights, error);
  if (state.errorNorm > 1 && (state.rejected || state.pastStep === 0)) {
    for (let i = 0; i < n; i++) stage[i] = y[i]! + error[i]!;
    system.f(t, stage, error);
    for (let i = 0; i < n; i++) error[i]! += product[i]!;
    matrix.solve(error);
    state.errorNorm = weighedNorm(weights, error);
  }
  if (!Number.isFinite(state.errorNorm)) state.trouble = 'non-finite';
}

/** The collocation polynomial: y, then the increments of the three stages. */
function denseOutput(): DenseOutput<Radau5State> {
  return {
    order: 3,
    size: (n) => 4 * n,

    write({ y, z }, data, at) {
      const n = y.length;
      data.set(y, at);
      data.set(z[0], at + n);
      data.set(z[1], at + 2 * n);
      data.set(z[2], at + 3 * n);
    },

    read(data, at, theta, _h, y) {
      const n = y.length;
      const b1 = basis(0, theta);
      const b2 = basis(1, theta);
      const b3 = basis(2, theta);
      for (let i = 0; i < n; i++) {
        y[i] = data[at + i]! + b1 * data[at + n + i]! + b2 * data[at + 2 * n + i]! + b3 * data[at + 3 * n + i]!;
      }
    },
  };
}

/**
 * The eigenvectors of the inverse of the coefficients, scaled to end in 1, and the real and negative imaginary part of
 * the pair's, to end in 1 and 0. An eigenvector of A for 1 / mu is (c, c^2, ...) combined; here it is found as the null
 * vector of A - 1 / mu by Cramer's rule.
 */
function transform(): number[][] {
  const real = nullVector(1 / realEigenvalue, 0);
  const size = pairRe * pairRe + pairIm * pairIm;
  const pair = nullVector(pairRe / size, -pairIm / size);
  return [0, 1, 2].map((i) => [real[i]![0], pair[i]![0], -pair[i]![1]]);
}

/** The vector v with last component 1 and (A - lambda) v = 0, complex: from the first two rows. */
function nullVector(re: number, im: number): [re: number, im: number][] {
  const [[a, b, c], [d, e, f]] = coefficients as [[number, number, number], [number, number, number]];
  // [[a - l, b], [d, e - l]] (v1, v2) = (-c, -f)
  const determinant: [number, number] = [(a - re) * (e - re) - im * im - b * d, -im * (a - re) - im * (e - re)];
  const first: [number, number] = [-c * (e - re) + b * f, c * im];
  const second: [number, number] = [-f * (a - re) + d * c, f * im];
  return [divide(first, determinant), divide(second, determinant), [1, 0]];
}

function divide([a, b]: [number, number], [c, d]: [number, number]): [re: number, im: number] {
  const size = c * c + d * d;
  return [(a * c + b * d) / size, (b * c - a * d) / size];
}

/** The inverse of a 3 by 3 matrix by cofactors. */
function inverse3(m: readonly (readonly number[])[]): number[][] {
  const cofactor = (i: number, j: number): number => {
    const [p, q] = [(i + 1) % 3, (i + 2) % 3];
    const [r, s] = [(j + 1) % 3, (j + 2) % 3];
    return m[p]![r]! * m[q]![s]! - m[p]![s]! * m[q]![r]!;
  };
  const determinant = m[0]!.reduce((sum, value, j) => sum + value * cofactor(0, j), 0);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant));
}
