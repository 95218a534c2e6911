/** Backward differentiation of variable order, on backward differences. */
import type { DenseOutput, Method, MethodState } from '../method.ts';
import { type IterationMatrix, iterationMatrix } from '../linear/iteration-matrix.ts';
import { slopeAtStart } from '../linear/mass.ts';
import { type Newton, iterate, newtonFor, weighBy, weighedNorm } from '../newton.ts';
import { power } from '../power.ts';

const maxOrder = 5;

/** What the numerical differentiation formulas add to those of backward differentiation. Shampine, Reichelt, table 1. */
export const kappa: readonly number[] = [0, -0.185, -1 / 9, -0.0823, -0.0415, 0];

/** The sum of 1 / j, j = 1...k. */
export const gamma: Float64Array = new Float64Array(maxOrder + 1);
for (let k = 1; k <= maxOrder; k++) gamma[k] = gamma[k - 1]! + 1 / k;

/** (1 - kappa_k) gamma_k, by which the correction counts. */
export const alpha: Float64Array = gamma.map((sum, k) => (1 - kappa[k]!) * sum);

/** The local error in units of the next difference. */
export const errorConstant: Float64Array = gamma.map((sum, k) => kappa[k]! * sum + 1 / (k + 1));

/** Rows of differences: 0 up to the order, and two more that tell what the next orders would do. */
const rows = maxOrder + 3;

/** What Newton's iteration may leave, in units of the tolerance. */
const newtonTolerance = 0.02;
const maxIterations = 4;
/** Steps that a Jacobian serves before the next factorisation asks for a new one. */
const maxJacobianAge = 20;
/** By how much the step may have grown since. */
const maxStepGrowth = 2;
const minFactor = 0.2;
const maxFactor = 10;
/**
 * A step aims at this share of the error that would be accepted; the errors of its several hundred neighbours add up.
 * CVODE has 1 / 6 here; with 1 / 28 the errors at the end are below those of SciPy's BDF at less evaluations, and in
 * `auto` below twice those of LSODA.
 */
const bias = 28;
/** The next higher order has to promise more. */
const biasUp = 1.3 * bias;

export interface BdfState extends MethodState {
  /** Backward differences of y over `spacing`, difference k at `k * n`; y is the first row of them. */
  readonly differences: Float64Array;
  readonly rescaled: Float64Array;
  /** The step to which the differences belong, with its sign. */
  spacing: number;
  /** Accepted steps since the spacing changed. */
  equalSteps: number;
  readonly matrix: IterationMatrix;
  readonly newton: Newton;
  readonly predicted: Float64Array;
  readonly offset: Float64Array;
  jacobianAge: number;
  /** Whether a Jacobian is there, and the step for which it was filled. */
  linearized: boolean;
  linearizedStep: number;
  /** The shift with which its matrix is factored. */
  factoredShift: number;
  /** The order of the next attempt. */
  nextOrder: number;
}

/**
 * Orders 1 to 5, with the step held while it is good enough. Numerical differentiation formulas: of the orders 1 to 4,
 * errors are smaller by a quarter than those of plain backward differentiation, at about the same stability.
 *
 * Shampine, Reichelt, "The MATLAB ODE suite", SIAM J. Sci. Comput. 18 (1997), section 2. Change of step: Byrne,
 * Hindmarsh, ACM TOMS 1 (1975). Newton's iteration: Hairer, Wanner, Solving ODEs II, IV.8.
 */
export const bdf: Method<BdfState> = {
  name: 'bdf',
  order: maxOrder,
  errorOrder: 1,
  takesMass: true,

  init(system, t, y, dy) {
    const { n } = system;
    const differences = new Float64Array(rows * n);
    differences.set(y);
    const state: BdfState = {
      t,
      y: differences.subarray(0, n),
      h: 0,
      candidate: new Float64Array(n),
      error: new Float64Array(n),
      errorNorm: 0,
      trouble: undefined,
      order: 1,
      differences,
      rescaled: new Float64Array(rows * n),
      spacing: 1,
      equalSteps: 0,
      matrix: iterationMatrix(system),
      newton: newtonFor(n),
      predicted: new Float64Array(n),
      offset: new Float64Array(n),
      jacobianAge: 0,
      linearized: false,
      linearizedStep: NaN,
      factoredShift: NaN,
      nextOrder: 1,
    };
    slopeAtStart(system, dy, differences.subarray(n, 2 * n));
    return state;
  },

  attempt(system, state, h) {
    const { newton, matrix, candidate, predicted, offset, error } = state;
    const { n } = system;
    const order = state.nextOrder;
    state.order = order;
    if (h !== state.spacing) rescale(state, n, h);
    state.h = h;
    predict(state, n, order);
    weighBy(newton.weights, predicted, system);
    const shift = alpha[order]! / h;
    const tNew = state.t + h;

    for (;;) {
      const fresh = !state.linearized || (state.factoredShift !== shift && isOld(state, h));
      if (fresh) {
        system.f(tNew, predicted, newton.dy);
        matrix.linearize(tNew, predicted, newton.dy);
        state.linearized = true;
        state.linearizedStep = h;
        state.jacobianAge = 0;
      }
      if (fresh || state.factoredShift !== shift) {
        newton.errorFactor = 1;
        if (!matrix.factor(shift)) {
          state.trouble = matrix.troubleInFactor();
          state.linearized = false;
          return;
        }
        state.factoredShift = shift;
      }
      newton.y.set(predicted);
      const outcome = iterate(system, matrix, newton, tNew, shift, offset, newtonTolerance, maxIterations);
      if (outcome === 'converged') break;
      if (outcome === 'non-finite' || fresh) {
        state.trouble = outcome === 'non-finite' ? 'non-finite' : 'newton-stagnated';
        return;
      }
      state.linearized = false;
    }

    state.trouble = undefined;
    const constant = errorConstant[order]!;
    const { correction, y } = newton;
    for (let i = 0; i < n; i++) {
      candidate[i] = y[i]!;
      error[i] = constant * correction[i]!;
    }
    weighBy(newton.weights, candidate, system);
    state.errorNorm = constant * weighedNorm(newton.weights, correction);
  },

  accept(system, state, tNext) {
    const { differences, newton } = state;
    const { n } = system;
    const order = state.order;
    const { correction } = newton;
    state.t = tNext;
    state.equalSteps++;
    state.jacobianAge++;
    const top = (order + 1) * n;
    for (let i = 0; i < n; i++) {
      const d = correction[i]!;
      differences[top + n + i] = d - differences[top + i]!;
      differences[top + i] = d;
      let above = d;
      for (let at = top - n + i; at >= 0; at -= n) {
        above += differences[at]!;
        differences[at] = above;
      }
    }
  },

  nextStep(system, state, accepted) {
    const { order, errorNorm, h, newton, differences } = state;
    if (state.trouble !== undefined) {
      state.equalSteps = 0;
      return h / 2;
    }
    if (!accepted) {
      state.equalSteps = 0;
      return h * Math.max(minFactor, power(bias * errorNorm, -1 / (order + 1)));
    }
    if (state.equalSteps <= order) return h;
    const { n } = system;
    // The differences that the neighbouring orders would have as their errors.
    const below =
      order > 1 ? errorConstant[order - 1]! * weighedNorm(newton.weights, differences, order * n) : Infinity;
    const above =
      order < maxOrder
        ? errorConstant[order + 1]! * weighedNorm(newton.weights, differences, (order + 2) * n)
        : Infinity;
    const same = power(bias * errorNorm, -1 / (order + 1));
    const lower = power(bias * below, -1 / order);
    const higher = power(biasUp * above, -1 / (order + 2));
    const best = Math.max(same, lower, higher);
    if (best === lower && lower > same) state.nextOrder = order - 1;
    else if (best === higher && higher > same) state.nextOrder = order + 1;
    return h * Math.min(maxFactor, best);
  },

  dense: denseOutput(),
};

/**
 * Whether the Jacobian should not serve another factorisation. One of a fast phase can make slow corrections look small,
 * and so pass as converged what is not; after it, steps grow.
 */
function isOld({ jacobianAge, linearizedStep }: BdfState, h: number): boolean {
  return jacobianAge >= maxJacobianAge || Math.abs(h) > maxStepGrowth * Math.abs(linearizedStep);
}

/** The polynomial of the past at the next time, and the part of the formula that does not depend on the correction. */
function predict({ differences, predicted, offset }: BdfState, n: number, order: number): void {
  const share = 1 / alpha[order]!;
  const end = (order + 1) * n;
  for (let i = 0; i < n; i++) {
    let sum = differences[i]!;
    let weighted = 0;
    for (let at = n + i, k = 1; at < end; at += n, k++) {
      const difference = differences[at]!;
      sum += difference;
      weighted += gamma[k]! * difference;
    }
    predicted[i] = sum;
    offset[i] = weighted * share;
  }
}

const side = maxOrder + 1;

/** R(1), and room for R(r) and their product: entry (i, j) at `i * side + j`. */
const atUnitRatio = new Float64Array(side * side);
const atRatio = new Float64Array(side * side);
const change = new Float64Array(side * side);
fillChange(atUnitRatio, side, 1);

/**
 * Brings the differences of the orders in use to another spacing: they are those of the same polynomial. With
 * R(r)_ij = product over m = 1...i of (m - 1 - r j) / m, they are multiplied by R(r) R(1).
 *
 * Shampine, Reichelt, section 2.1.
 */
function rescale(state: BdfState, n: number, h: number): void {
  const { differences, rescaled, nextOrder } = state;
  const width = nextOrder + 1;
  fillChange(atRatio, width, h / state.spacing);
  state.equalSteps = 0;
  state.spacing = h;
  for (let i = 1; i < width; i++) {
    for (let j = 1; j < width; j++) {
      let weight = 0;
      for (let k = 0; k < width; k++) weight += atRatio[j * side + k]! * atUnitRatio[k * side + i]!;
      change[i * side + j] = weight;
    }
  }
  const end = width * n;
  for (let c = 0; c < n; c++) {
    for (let i = 1; i < width; i++) {
      let sum = 0;
      for (let at = n + c, j = 1; at < end; at += n, j++) sum += change[i * side + j]! * differences[at]!;
      rescaled[i * n + c] = sum;
    }
  }
  for (let at = n; at < end; at++) differences[at] = rescaled[at]!;
}

function fillChange(matrix: Float64Array, width: number, ratio: number): void {
  for (let j = 0; j < width; j++) {
    let product = 1;
    matrix[j] = 1;
    for (let i = 1; i < width; i++) {
      product *= j === 0 ? 0 : (i - 1 - ratio * j) / i;
      matrix[i * side + j] = product;
    }
  }
}

/** The polynomial through the points that the formula uses: order, then the differences at the end of the step. */
function denseOutput(): DenseOutput<BdfState> {
  return {
    order: 1,
    size: (n) => 1 + (maxOrder + 1) * n,

    write({ differences, newton: { correction }, order }, data, at) {
      const n = correction.length;
      data[at] = order;
      for (let i = 0; i < n; i++) {
        let above = correction[i]!;
        for (let k = order; k >= 0; k--) {
          above += differences[k * n + i]!;
          data[at + 1 + k * n + i] = above;
        }
      }
    },

    read(data, at, theta, _h, y) {
      const n = y.length;
      const order = data[at]!;
      const first = at + 1;
      for (let i = 0; i < n; i++) y[i] = data[first + i]!;
      let weight = 1;
      for (let k = 1; k <= order; k++) {
        weight *= (theta - 1 + k - 1) / k;
        for (let i = 0; i < n; i++) y[i]! += weight * data[first + k * n + i]!;
      }
    },
  };
}
