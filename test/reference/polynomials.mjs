// The polynomials that elementary functions of the kernel language are made of, as what they stand for.

import * as real from './real.mjs';
import {
  add,
  divide,
  exactly,
  exp,
  expm1,
  half,
  log1p,
  multiply,
  one,
  square,
  squareRoot,
  subtract,
  two,
} from './real.mjs';

/** Half of log 2, and what rounding adds. */
const halfLn2 = 0.34658;

/** (log((1 + s) / (1 - s)) - 2 s) / s^3, t = s^2 */
const beyondTwice = (t) => {
  const s = squareRoot(t);
  return divide(subtract(log1p(divide(multiply(two, s), subtract(one, s))), multiply(two, s)), multiply(s, t));
};

/** e^(x^2) erfc(x) (x + k) for the x of t = (x - k) / (x + k) */
const scaledTail = (k) => (t) => {
  const x = divide(multiply(exactly(k), add(one, t)), subtract(one, t));
  return multiply(multiply(exp(square(x)), real.erfc(x)), add(x, exactly(k)));
};

/** @type {Record<string, import('./minimax.mjs').WantedByType & { text: string, terms: Record<'f32' | 'f64', number> }>} */
export const polynomials = {
  exponential: {
    text: 'e^t = 1 + t + t^2 p(t), relative to e^t - 1',
    of: (t) => divide(subtract(expm1(t), t), square(t)),
    weight: (t) => divide(square(t), expm1(t)),
    on: [-halfLn2, halfLn2],
    terms: { f32: 5, f64: 10 },
  },
  powerOfTwo: {
    text: '2^t = 1 + t p(t)',
    of: (t) => divide(expm1(multiply(t, real.ln2())), t),
    weight: (t) => t,
    on: [-0.5, 0.5],
    terms: { f32: 6, f64: 11 },
  },
  logarithm: {
    text: 'log((1 + s) / (1 - s)) = 2 s + s t p(t), t = s^2, relative to 2 s; for s up to (√2 - 1) / (√2 + 1)',
    of: beyondTwice,
    weight: (t) => multiply(half, t),
    on: [0, 0.02945],
    terms: { f32: 4, f64: 7 },
  },
  logarithmToTwo: {
    text: 'the same for s up to 1/3',
    of: beyondTwice,
    weight: (t) => multiply(half, t),
    on: [0, 0.11112],
    terms: { f32: 5, f64: 10 },
  },
  logarithmFromFifth: {
    text: '3/2 log((1 + s) / (1 - s)) = s (3 + t + t^2 p(t)), t = s^2',
    of: (t) => divide(subtract(multiply(exactly(1.5), beyondTwice(t)), one), t),
    weight: square,
    on: [0, 0.02945],
    terms: { f32: 3, f64: 7 },
  },
  sine: {
    text: 'sin r = r + r t p(t), t = r^2, relative to sin r',
    of: (t) => {
      const r = squareRoot(t);
      return divide(subtract(real.sinCos(r).sin, r), multiply(r, t));
    },
    weight: (t) => {
      const r = squareRoot(t);
      return divide(multiply(r, t), real.sinCos(r).sin);
    },
    on: [0, 0.6195],
    terms: { f32: 3, f64: 6 },
  },
  cosine: {
    text: 'cos r = 1 - t / 2 + t^2 p(t), t = r^2',
    of: (t) => divide(add(subtract(real.sinCos(squareRoot(t)).cos, one), multiply(half, t)), square(t)),
    weight: square,
    on: [0, 0.6195],
    terms: { f32: 3, f64: 6 },
  },
  tangent: {
    text: 'tan r = r + r t p(t), t = r^2, relative to r',
    of: (t) => {
      const r = squareRoot(t);
      const { sin, cos } = real.sinCos(r);
      return divide(subtract(divide(sin, cos), r), multiply(r, t));
    },
    weight: (t) => t,
    on: [0, 0.6195],
    terms: { f32: 6, f64: 14 },
  },
  errorFunction: {
    text: 'erf(x) = x + x p(t), t = x^2',
    of: (t) => subtract(divide(real.erf(squareRoot(t)), squareRoot(t)), one),
    weight: () => one,
    on: [0, 0.2501],
    terms: { f32: 5, f64: 9 },
  },
  errorFunctionTail: {
    text: 'e^(x^2) erfc(x) = p(t) / (x + k), t = (x - k) / (x + k), k = 2.5 (f32) or 4, relative, x up to 10.5 or 28.3',
    f32: { of: scaledTail(2.5), on: [-2 / 3, 0.616] },
    f64: { of: scaledTail(4), on: [-7 / 9, 0.7524] },
    terms: { f32: 9, f64: 20 },
  },
  hyperbolicSine: {
    text: 'sinh x = x + x t p(t), t = x^2, relative to sinh x',
    of: (t) => {
      const x = squareRoot(t);
      const sinh = multiply(half, subtract(expm1(x), expm1(real.negate(x))));
      return divide(subtract(sinh, x), multiply(x, t));
    },
    weight: (t) => t,
    on: [0, 1],
    terms: { f32: 3, f64: 7 },
  },
  arcsine: {
    text: 'asin s = s + s t p(t), t = s^2, relative to s',
    of: (t) => {
      const s = squareRoot(t);
      return divide(subtract(real.atan(divide(s, squareRoot(subtract(one, t)))), s), multiply(s, t));
    },
    weight: (t) => t,
    on: [0, 0.25],
    terms: { f32: 5, f64: 12 },
  },
  arctangent: {
    text: 'atan s = s + s t p(t), t = s^2, relative to s',
    of: (t) => divide(subtract(real.atan(squareRoot(t)), squareRoot(t)), multiply(squareRoot(t), t)),
    weight: (t) => t,
    on: [0, 0.2501],
    terms: { f32: 5, f64: 12 },
  },
  cubeRoot: {
    text: 'the cube root of t to some digits, relative',
    of: real.cubeRoot,
    on: [0.70710678, 1.41421357],
    terms: { f32: 4, f64: 8 },
  },
};
