// Polynomials whose largest error is about as small as can be, with coefficients that a dtype holds: least squares in real
// arithmetic, with more weight, step by step, where the error is largest (C. L. Lawson 1961), and coefficients rounded one
// after another, the others fitted anew each time.

import * as real from './real.mjs';

/**
 * @typedef {import('./real.mjs').Real} Real
 * @typedef {object} Wanted
 * @property {(t: Real) => Real} of the function
 * @property {(t: Real) => Real} [weight] what its error is multiplied with; the sign does not count. By default the inverse of
 *   the function
 * @property {readonly [from: number, to: number]} on the interval
 *
 * @typedef {Wanted | { f32: Wanted, f64: Wanted }} WantedByType
 */

const steps = 8;

/**
 * The coefficients of t^0, t^1, ... as numbers of the dtype, and the largest weighted error with them.
 *
 * @param {WantedByType} wanted
 * @param {number} terms how many
 * @param {'f32' | 'f64'} dtype
 * @returns {{ coefficients: number[], error: number }}
 */
export function minimax(wanted, terms, dtype) {
  const { of, weight, on } = { ...wanted, ...wanted[dtype] };
  const [from, to] = on;
  return real.atPrecision(224, () => {
    const count = 8 * (terms + 1);
    const points = Array.from({ length: count }, (_, k) => {
      // Dense at the ends, and an even number: symmetric intervals do not meet 0
      const t = real.exactly((from + to) / 2 - ((to - from) / 2) * Math.cos((Math.PI * (k + 0.5)) / count));
      const value = of(t);
      const basis = [weight === undefined ? real.divide(real.one, value) : weight(t)];
      while (basis.length < terms) basis.push(real.multiply(basis.at(-1), t));
      return { basis, rest: real.multiply(value, basis[0]) };
    });
    const coefficients = [];
    while (coefficients.length < terms) {
      const value = real.toNumber(fit(points)[0]);
      const rounded = dtype === 'f32' ? Math.fround(value) : value;
      coefficients.push(rounded);
      for (const point of points) {
        point.rest = real.subtract(point.rest, real.multiply(real.exactly(rounded), point.basis.shift()));
      }
    }
    return { coefficients, error: Math.max(...points.map(({ rest }) => Math.abs(real.toNumber(rest)))) };
  });
}

/** What to multiply the basis with, to come near the rest everywhere. */
function fit(points) {
  const size = points[0].basis.length;
  let emphasis = points.map(() => 1);
  let best = [];
  let smallest = Infinity;
  for (let step = 0; step < steps; step++) {
    const rows = Array.from({ length: size }, () => Array.from({ length: size + 1 }, () => real.zero));
    points.forEach(({ basis, rest }, k) => {
      for (let i = 0; i < size; i++) {
        const scaled = real.multiply(real.exactly(emphasis[k]), basis[i]);
        for (let j = 0; j <= i; j++) rows[i][j] = real.add(rows[i][j], real.multiply(scaled, basis[j]));
        rows[i][size] = real.add(rows[i][size], real.multiply(scaled, rest));
      }
    });
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) rows[j][i] = rows[i][j]; // symmetric
    const solution = solve(rows);
    const errors = points.map(({ basis, rest }) => {
      const sum = basis.reduce((total, b, k) => real.add(total, real.multiply(b, solution[k])), real.zero);
      return Math.abs(real.toNumber(real.subtract(rest, sum)));
    });
    const largest = Math.max(...errors);
    if (largest < smallest) [smallest, best] = [largest, solution];
    const raised = emphasis.map((e, k) => e * errors[k]);
    const total = raised.reduce((a, b) => a + b, 0);
    if (total === 0) break;
    emphasis = raised.map((e) => e / total);
  }
  return best;
}

/** Linear equations, by elimination with the largest pivot; the right side is the last column. */
function solve(rows) {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (real.isLess(real.absolute(rows[pivot][k]), real.absolute(rows[i][k]))) pivot = i;
    }
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = real.divide(rows[i][k], rows[k][k]);
      for (let j = k; j <= n; j++) rows[i][j] = real.subtract(rows[i][j], real.multiply(factor, rows[k][j]));
    }
  }
  const solution = [];
  for (let k = n - 1; k >= 0; k--) {
    let sum = rows[k][n];
    for (let j = k + 1; j < n; j++) sum = real.subtract(sum, real.multiply(rows[k][j], solution[j]));
    solution[k] = real.divide(sum, rows[k][k]);
  }
  return solution;
}
