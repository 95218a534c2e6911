/** The logistic function, and what its logarithm and its integral are. They share e^-|x|. */
import { type Expression, abs, add, div, less, mul, select, sub } from '../expression.ts';
import { expOfMinusAndRest } from './exponential.ts';
import { like, polynomial } from './float.ts';

/** `1 / (1 + e^-x)` and, below 0, `e^x / (1 + e^x)`. */
export function sigmoid(x: Expression): Expression {
  const { power, lost } = expOfMinusAndRest(abs(x));
  const [zero, one] = [like(x, 0), like(x, 1)];
  const whole = add(one, power);
  const isBelow = less(x, zero);
  const share = div(select(isBelow, power, one), whole);
  if (x.type === 'f32') return share;
  // What the power and the sum lost in rounding, put back: the result would be beyond 2 ulp.
  return add(share, mul(share, sub(select(isBelow, lost, zero), sub(power, sub(whole, one)))));
}

/** `log(1 + e^x)`: `max(x, 0) + log(1 + e^-|x|)`. */
export function softplus(x: Expression): Expression {
  const zero = like(x, 0);
  return add(select(less(x, zero), zero, x), softplusOfMinus(abs(x)));
}

/** `log(sigmoid(x))`: `min(x, 0) - log(1 + e^-|x|)`. */
export function logSigmoid(x: Expression): Expression {
  const zero = like(x, 0);
  return sub(select(less(zero, x), zero, x), softplusOfMinus(abs(x)));
}

/** log(1 + e^-x) for x from 0 on: log(1 + p) = p - s (p - R(s^2)), s = p / (2 + p). */
function softplusOfMinus(x: Expression): Expression {
  const { power, lost } = expOfMinusAndRest(x);
  const s = div(power, add(power, like(x, 2)));
  const t = mul(s, s);
  const curve = sub(power, mul(t, polynomial('logarithmToTwo', t)));
  // What e^-x lost in rounding counts s times 1.5, or so: without, f64 would be beyond 2 ulp where the result is nearly 1/2.
  const inner = x.type === 'f32' ? curve : sub(curve, mul(lost, like(x, 1.5)));
  return sub(power, mul(s, inner));
}
