/** The form of gelu with tanh, to a few units in the last place where it falls to the smallest numbers. */
import { productError } from './product-error.ts';
import { timesExponential } from './times-exponential.ts';

// 2 sqrt(2 / pi), and 0.044715 times that, each as the sum of two doubles
const linear = 1.5957691216057308;
const linearRest = -9.96930880911092e-17;
const cubic = 0.07135481627260025;
const cubicRest = -6.175149918155315e-19;

/** `x / (1 + e^-v)`, v = linear x + cubic x^3: that is `x (1 + tanh(v / 2)) / 2`. */
export function timesTanhShare(x: number): number {
  if (Math.abs(x) > 40) return x > 0 ? x : -0; // e^-|v| is less than the smallest double
  // The exponent as the sum of two doubles: the power is as sensitive to its error as it is large.
  const square = x * x;
  const part = cubic * square;
  const partRest = productError(cubic, square, part) + cubic * productError(x, x, square) + cubicRest * square;
  const factor = linear + part;
  const factorRest = linear - (factor - (factor - linear)) + (part - (factor - linear)) + partRest + linearRest;
  const v = x * factor;
  const vRest = productError(x, factor, v) + x * factorRest;
  const power = Math.exp(-Math.abs(v));
  if (x > 0) return x / (1 + (power - power * vRest));
  if (x > -1.2) return x / (1 + (1 - vRest) / power);
  // One large term, to which the rest is small
  const product = timesExponential(x, v);
  return product + product * (vRest - power / (1 + power));
}
