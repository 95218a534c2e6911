// Writes src/methods/rock4-zeros.ts: for each number of stages, the four complex zeros of the stability polynomial of
// rock4, from their definition.
//
//   node packages/ode/test/reference/write-rock4-zeros.mjs
//
// The polynomial is R(z) = w(x) P(x), x = a + z/d, of degree s. w has two pairs of complex zeros, and P of degree s - 4 is
// orthogonal with respect to w^2 / sqrt(1 - x^2) on [-1, 1], which makes w P oscillate between nearly equal bounds there
// (Bernstein). a is where it has grown to 1 if these bounds are 0.95, and R'(0) = 1 gives d. That R'' = R''' = R'''' = 1 at
// z = 0 are three conditions on the four numbers that w has; of what they leave, the stability interval of length d (1 + a)
// is the longest. Abdulle, "Fourth order Chebyshev methods with recurrence relation", SIAM J. Sci. Comput. 23 (2002).

import { writeFileSync } from 'node:fs';

const damping = 0.95;
/** Beyond, rounding is in the way: the last factor of the polynomial grows with the eighth power. */
const longestTable = 200;

/** Zeros in the plane of z hardly depend on s; these are for x, which is counted from 1 on: all that matters is near it. */
function quadratics(zeros, s) {
  const scale = 2 / (0.35 * s * s);
  return [zeros.slice(0, 2), zeros.slice(2)].map(([re, im]) => [re * scale, (im * scale) ** 2]);
}

/** cos(angle) - 1. */
function below(angle) {
  return -2 * Math.sin(angle / 2) ** 2;
}

function recurrence(factors, s) {
  const points = s + 5;
  const x = Float64Array.from({ length: points }, (_, k) => below(((k + 0.5) * Math.PI) / points));
  const weight = x.map((v) => factors.reduce((w, [re, square]) => w * ((v - re) ** 2 + square), 1) ** 2);
  let before = new Float64Array(points);
  let p = new Float64Array(points).fill(1);
  const size = () => Math.sqrt(p.reduce((sum, v, k) => sum + weight[k] * v * v, 0));
  let beta = size();
  p = p.map((v) => v / beta);
  const [alphas, betas] = [[], []];
  beta = 0;
  for (let j = 0; j < s - 4; j++) {
    const alpha = p.reduce((sum, v, k) => sum + weight[k] * x[k] * v * v, 0);
    alphas.push(alpha);
    betas.push(beta);
    const next = p.map((v, k) => (x[k] - alpha) * v - beta * before[k]);
    before = p;
    p = next;
    beta = size();
    p = p.map((v) => v / beta);
  }
  return { alphas, betas: [...betas, 1] };
}

/** w P and its first four Taylor coefficients. */
function taylor(factors, { alphas, betas }, x) {
  let before = [0, 0, 0, 0, 0];
  let p = [1, 0, 0, 0, 0];
  alphas.forEach((alpha, j) => {
    const next = p.map((v, k) => ((x - alpha) * v + (p[k - 1] ?? 0) - betas[j] * before[k]) / (betas[j + 1] || 1));
    before = p;
    p = next;
  });
  for (const [re, square] of factors) {
    const q = [(x - re) ** 2 + square, 2 * (x - re), 1];
    p = p.map((_, k) => q.reduce((sum, c, i) => sum + c * (p[k - i] ?? 0), 0));
  }
  return p;
}

/** What zeros make of it: `order` is to be all zeros. */
function shapeOf(zeros, s) {
  const factors = quadratics(zeros, s);
  const three = recurrence(factors, s);
  let bound = 0;
  // The bounds are the same but near 1, where w changes
  for (let k = 0; k <= 24 * Math.min(s, 60); k++) {
    const x = below((k * Math.PI) / (24 * s));
    let [before, p] = [0, 1];
    for (let j = 0; j < s - 4; j++) {
      [before, p] = [p, ((x - three.alphas[j]) * p - three.betas[j] * before) / (three.betas[j + 1] || 1)];
    }
    bound = Math.max(bound, Math.abs(factors.reduce((w, [re, square]) => w * ((x - re) ** 2 + square), p)));
  }
  let beyond = 0;
  for (let k = 0; k < 100; k++) {
    const [value, slope] = taylor(factors, three, beyond);
    const move = (value - bound / damping) / slope;
    beyond -= move;
    if (Math.abs(move) < 1e-15 * beyond) break;
  }
  const r = taylor(factors, three, beyond);
  const d = r[1] / r[0];
  const order = [2, 3, 4].map((k) => (r[k] / r[0] / d ** k) * [1, 1, 2, 6, 24][k] - 1);
  return { beyond, length: d * (2 + beyond), order };
}

/** Newton's iteration for the first three numbers, the last one given. */
function solved(start, last, s) {
  let zeros = [...start.slice(0, 3), last];
  for (let k = 0; k < 12; k++) {
    const { order } = shapeOf(zeros, s);
    if (Math.max(...order.map(Math.abs)) < 1e-10) return zeros;
    const columns = [0, 1, 2].map((j) => {
      const h = 1e-6;
      const moved = zeros.map((v, i) => (i === j ? v + h : v));
      return shapeOf(moved, s).order.map((v, i) => (v - order[i]) / h);
    });
    const det = (a, b, c) =>
      a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1]);
    const all = det(...columns);
    const step = [0, 1, 2].map((j) => det(...columns.map((column, i) => (i === j ? order : column))) / all);
    if (!step.every((v) => Math.abs(v) < 1)) return undefined;
    zeros = zeros.map((v, i) => v - (step[i] ?? 0));
  }
  return undefined;
}

/** Lowers the last number as far as the conditions can be met: the interval gets longer on the way. */
function longest(start, s) {
  let zeros = solved(start, start[3] + 0.1, s) ?? solved(start, start[3] + 0.3, s);
  if (zeros === undefined) throw new Error(`no zeros for ${s} stages`);
  for (let step = 0.1; step > 1e-3;) {
    const next = solved(zeros, zeros[3] - step, s);
    if (next !== undefined && shapeOf(next, s).length > shapeOf(zeros, s).length) zeros = next;
    else step /= 2;
  }
  return zeros;
}

const counts = [10, 9, 8, 7, 6, 5];
for (let s = 11; s <= longestTable; s = Math.max(s + 1, Math.round(s * 1.06))) counts.push(s);
const rows = new Map();
let zeros = [-2.55, 1.4, -0.2234, 3.7];
for (const s of counts) {
  if (s === 11) zeros = rows.get(10).zeros;
  zeros = longest(zeros, s);
  rows.set(s, { zeros, ...shapeOf(zeros, s) });
  console.log(s, zeros, rows.get(s).length / s ** 2);
}
const lines = [...rows]
  .sort(([s], [other]) => s - other)
  .map(([s, { zeros: own, beyond, length }]) => {
    const scale = 2 / (0.35 * s * s);
    // Beyond its interval a polynomial grows at once, so the length is rounded down
    const numbers = [
      (length * (1 - 1e-5)).toPrecision(6),
      ...[beyond, ...own.map((v) => v * scale)].map((v) => v.toPrecision(15)),
    ];
    return `  [${[s, ...numbers.map(Number)].join(', ')}],`;
  });
writeFileSync(
  new URL('../../src/methods/rock4-zeros.ts', import.meta.url),
  `/**
 * The stability polynomials of rock4, a row for each number of stages: stages; length of the stability interval; how far
 * beyond 1 the origin of z lies; and re, im, re, im of the zeros, re from 1 on.
 *
 * Written by test/reference/write-rock4-zeros.mjs.
 */
export const rock4Zeros: readonly (readonly [
  stages: number,
  length: number,
  beyond: number,
  re1: number,
  im1: number,
  re2: number,
  im2: number,
])[] = [
${lines.join('\n')}
];
`,
);
