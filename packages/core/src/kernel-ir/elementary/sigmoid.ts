/** The logistic function. */
import { type Expression, abs, add, div, less, mul, select, sub } from '../expression.ts';
import { expOfMinus } from './exponential.ts';
import { like } from './float.ts';

/** `1 / (1 + e^-x)` and, below 0, `e^x / (1 + e^x)`. */
export function sigmoid(x: Expression): Expression {
  const power = expOfMinus(abs(x));
  const one = like(x, 1);
  const whole = add(one, power);
  const share = div(select(less(x, like(x, 0)), power, one), whole);
  if (x.type === 'f32') return share;
  // What the sum lost in rounding, put back: the result would be beyond 2 ulp.
  return sub(share, mul(share, sub(power, sub(whole, one))));
}
