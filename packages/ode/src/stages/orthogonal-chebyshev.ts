/** The coefficients of a step of rock4, from the zeros of its stability polynomial. */
import { factorDense, solveDense } from '../linear/dense-lu.ts';

/** What a stability polynomial is made from; see `rock4Zeros`. */
export interface PolynomialFacts {
  readonly stages: number;
  /** Length of the stability interval on the negative real axis. */
  readonly length: number;
  /** The origin of z is at x = 1 + beyond, the stability interval at [-1, 1]. */
  readonly beyond: number;
  /** Zeros 1 + re ± im i of the factor of degree 4. */
  readonly zeros: readonly (readonly [re: number, im: number])[];
}

/** A step: stages by a recurrence, then four that make the whole of order 4. */
export interface ChebyshevScheme {
  readonly length: number;
  /** g[j + 1] = own[j] g[j] + (1 - own[j]) g[j - 1] + slope[j] h f(g[j]), from g[0] = y on. */
  readonly own: Float64Array;
  readonly slope: Float64Array;
  /** Where the stages g[j] lie, in units of the step. */
  readonly nodes: Float64Array;
  /** Where the last four lie. */
  readonly finishNodes: readonly number[];
  /** Of each of the last four: weights of the slopes of those before it, added to the last g. */
  readonly finish: readonly (readonly number[])[];
  readonly weights: readonly number[];
  /** The error in units of h: weights of the last four slopes, and of the one at the end of the step. */
  readonly error: readonly number[];
}

/**
 * Elementary weights of the trees up to order 4, in the order of `trees` below: what multiplies the elementary
 * differentials in the expansion of a stage.
 */
type Weights = readonly number[];

/** tau, [tau], [tau^2], [[tau]], [tau^3], [tau, [tau]], [[tau^2]], [[[tau]]]. */
const trees = 8;

/** The same for the slope of a stage: the product over the branches at the root. */
function slopeWeights([a, b, c, d]: Weights): Weights {
  return [1, a!, a! * a!, b!, a! ** 3, a! * b!, c!, d!];
}

/** What they are for the solution: 1 over the density of the tree. */
const exact: Weights = [1, 1 / 2, 1 / 3, 1 / 6, 1 / 4, 1 / 8, 1 / 12, 1 / 24];

/**
 * Three terms suffice for the orthogonal factor, in internally stable stages; a method of four stages has the other factor
 * as its stability polynomial and is chosen so that both, one after the other, fulfil the conditions of order 4.
 *
 * Abdulle, "Fourth order Chebyshev methods with recurrence relation", SIAM J. Sci. Comput. 23 (2002), sections 3 and 4.
 */
export function chebyshevScheme(facts: PolynomialFacts): ChebyshevScheme {
  const { own, slope } = recurrence(facts);
  const count = own.length;
  const nodes = new Float64Array(count + 1);
  let before: Weights = Array<number>(trees).fill(0);
  let at: Weights = before;
  for (let j = 0; j < count; j++) {
    const added = slopeWeights(at);
    const next = at.map((value, k) => own[j]! * value + (1 - own[j]!) * before[k]! + slope[j]! * added[k]!);
    before = at;
    at = next;
    nodes[j + 1] = at[0]!;
  }
  return { length: facts.length, own, slope, nodes, ...finishing(at, facts.length) };
}

/** Orthogonal polynomials for w^2 / sqrt(1 - x^2) by Stieltjes' procedure, on nodes at which the sums are exact; each 1 at z = 0. */
function recurrence({ stages, beyond, zeros }: PolynomialFacts): Pick<ChebyshevScheme, 'own' | 'slope'> {
  const degree = stages - 4;
  const points = stages + 5;
  // Distances from 1, since all that matters for large s happens near it
  const x = Float64Array.from({ length: points }, (_, k) => -2 * Math.sin(((k + 0.5) * Math.PI) / (2 * points)) ** 2);
  const weight = x.map((v) => zeros.reduce((w, [re, im]) => w * ((v - re) ** 2 + im * im), 1) ** 2);
  const ratios: { readonly alpha: number; readonly beta: number }[] = [];
  let [p, pBefore] = [new Float64Array(points).fill(1), new Float64Array(points)];
  const size = (): number => Math.sqrt(p.reduce((sum, v, k) => sum + weight[k]! * v * v, 0));
  let beta = size();
  p = p.map((v) => v / beta);
  beta = 0;
  for (let j = 0; j < degree; j++) {
    const alpha = p.reduce((sum, v, k) => sum + weight[k]! * x[k]! * v * v, 0);
    ratios.push({ alpha, beta });
    const next = p.map((v, k) => (x[k]! - alpha) * v - beta * pBefore[k]!);
    pBefore = p;
    p = next;
    const norm = size();
    p = p.map((v) => v / norm);
    beta = norm;
  }
  // At the origin of z, where they are to be 1, and how fast the whole polynomial grows there
  const own = new Float64Array(degree);
  const slope = new Float64Array(degree);
  let [value, valueBefore, growth, growthBefore] = [1, 0, 0, 0];
  ratios.forEach(({ alpha, beta: b }, j) => {
    const next = (beyond - alpha) * value - b * valueBefore;
    const nextGrowth = (beyond - alpha) * growth + value - b * growthBefore;
    own[j] = ((beyond - alpha) * value) / next;
    slope[j] = value / next;
    // The norm of the next polynomial is the factor with which this one comes into the one after
    const norm = ratios[j + 1]?.beta ?? 1;
    [valueBefore, value] = [value, next / norm];
    [growthBefore, growth] = [growth, nextGrowth / norm];
  });
  const ofFactor = zeros.reduce((sum, [re, im]) => sum + (2 * (beyond - re)) / ((beyond - re) ** 2 + im * im), 0);
  const perStep = growth / value + ofFactor;
  return { own, slope: slope.map((v) => v / perStep) };
}

/** Four stages that bring what the recurrence has reached, with elementary weights `at`, to order 4. */
function finishing(at: Weights, length: number): Omit<ChebyshevScheme, 'length' | 'own' | 'slope' | 'nodes'> {
  const p = at[0]!;
  const span = 1 - p;
  // As in Kutta's 3/8 rule, with the second node left for the last condition
  const [third, fourth] = [span / 3, (2 * span) / 3];
  const attempt = (second: number): { off: number; b: number[]; a: number[][] } => {
    const c = [0, second, third, fourth];
    const absolute = c.map((node) => p + node);
    const b = solveLinear(
      [0, 1, 2, 3].map((power) => absolute.map((node) => node ** power)),
      [1 - p, exact[1]! - at[1]!, exact[2]! - at[2]!, exact[4]! - at[4]!],
    );
    // u = at[1] + p c + X, v = at[2] + p^2 c + 2 p X + V, x = at[3] + at[1] c + p X + Z, with X, V, Z the sums over a of c,
    // c^2 and X: what the trees of height 2 and 3 demand of the sums of b X, b c X, b V and b Z
    const sum = (of: (i: number) => number): number => b.reduce((total, weight, i) => total + weight * of(i), 0);
    const bX = exact[3]! - at[3]! - sum((i) => at[1]! + p * c[i]!);
    const bCX = exact[5]! - at[5]! - sum((i) => absolute[i]! * (at[1]! + p * c[i]!)) - p * bX;
    const bV = exact[6]! - at[6]! - sum((i) => at[2]! + p * p * c[i]!) - 2 * p * bX;
    const bZ = exact[7]! - at[7]! - sum((i) => at[3]! + at[1]! * c[i]!) - p * bX;
    const fourthX = (bCX - third * bX) / (fourth - third);
    const a32 = (bX - fourthX) / (b[2]! * second);
    const a43 = (bV - second * bX) / (b[3]! * third * (third - second));
    const a42 = (fourthX / b[3]! - a43 * third) / second;
    const a = [[], [second], [third - a32, a32], [fourth - a42 - a43, a42, a43]];
    return { off: b[3]! * a43 * a32 * second - bZ, b, a };
  };
  const second = rootOf((node) => attempt(node).off, -span / 2);
  const { b, a } = attempt(second);

  // An estimate of order 3 from these four and the slope at the end, whose weight keeps it bounded over the interval
  const last = 1 / length;
  const nodes = [0, second, third, fourth].map((node) => p + node);
  const reached = a.map((row) => at[1]! + row.reduce((total, weight, j) => total + weight * nodes[j]!, 0));
  const difference = solveLinear(
    [nodes.map(() => 1), nodes, nodes.map((node) => node * node), reached],
    [-last, -last, -last, -last / 2],
  );
  return { finishNodes: nodes, finish: a, weights: b, error: [...difference.map((v) => -v), -last] };
}

/** The secant method, up to rounding. */
function rootOf(f: (x: number) => number, start: number): number {
  let [x, before] = [start, start * 1.01];
  let valueBefore = f(before);
  for (let k = 0; k < 50; k++) {
    const value = f(x);
    if (value === 0 || value === valueBefore) break;
    const step = (value * (x - before)) / (value - valueBefore);
    if (!(Math.abs(step) > 1e-16 * Math.abs(x))) break;
    [before, valueBefore] = [x, value];
    x -= step;
  }
  return x;
}

function solveLinear(rows: readonly (readonly number[])[], right: readonly number[]): number[] {
  const matrix = Float64Array.from(rows.flat());
  const x = Float64Array.from(right);
  const pivots = new Int32Array(x.length);
  factorDense(matrix, x.length, pivots);
  solveDense(matrix, x.length, pivots, x);
  return [...x];
}
