/**
 * The error function and what is made of it, to a few units in the last place, tails included.
 *
 * Rational approximations of W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969):
 * erf(x)/x up to 0.47, and e^(x^2) erfc(x) on both sides of 4.
 */
import { productError } from './product-error.ts';
import { timesExponential } from './times-exponential.ts';

const smallest = 0.46875;
const inverseSqrtPi = 0.5641895835477563;
const inverseSqrt2 = 0.7071067811865476;

const centreTop = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const centreBottom = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const middleTop = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const middleBottom = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const farTop = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const farBottom = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];

/** 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size > smallest)) return x * centre(x); // NaN too
  return x > 0 ? 1 - tail(size) : tail(size) - 1;
}

/** 1 - erf(x), to full precision where that difference has none left. */
export function erfc(x: number): number {
  if (x > smallest) return tail(x);
  return x < -smallest ? 2 - tail(-x) : 1 - x * centre(x);
}

/** x times the share of a normal distribution below x: `x (1 + erf(x / sqrt 2)) / 2`. */
export function timesNormalShare(x: number): number {
  const size = Math.abs(x) * inverseSqrt2;
  if (!(size > smallest)) return x * (0.5 + 0.5 * Math.sign(x) * size * centre(size)); // NaN too
  if (size > 28) return x > 0 ? x : -0;
  // The square of x itself: that of x / sqrt 2, rounded, would be off by as much as the square is large.
  const beyond = timesSquareExponential(0.5 * Math.abs(x) * scaledTail(size), x, 0.5);
  return x > 0 ? x - beyond : -beyond;
}

/** erf(x) / x for |x| up to 0.47. */
function centre(x: number): number {
  const square = x * x;
  return polynomial(centreTop, square) / polynomial(centreBottom, square);
}

/** erfc(x) for x above 0.47. */
function tail(x: number): number {
  return x > 28 ? 0 : timesSquareExponential(scaledTail(x), x, 1);
}

/** e^(x^2) erfc(x) for x above 0.47: it falls like 1/x. */
function scaledTail(x: number): number {
  if (x <= 4) return polynomial(middleTop, x) / polynomial(middleBottom, x);
  const z = 1 / (x * x);
  return (inverseSqrtPi - (z * polynomial(farTop, z)) / polynomial(farBottom, z)) / x;
}

/** factor e^(-x^2 scale), where what the square loses in rounding is put back: the power is as sensitive as it is large. */
function timesSquareExponential(factor: number, x: number, scale: 1 | 0.5): number {
  const square = x * x;
  const rounded = timesExponential(factor, -scale * square);
  return rounded - rounded * (scale * productError(x, x, square));
}

/** Coefficients from the highest power down (Horner). */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[0]!;
  for (let k = 1; k < coefficients.length; k++) sum = sum * x + coefficients[k]!;
  return sum;
}
