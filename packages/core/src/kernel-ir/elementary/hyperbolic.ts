/** Hyperbolic functions. */
import { type Expression, add, div, mul, sub } from '../expression.ts';
import { expm1OfRest, reduceByLn2 } from './exponential.ts';
import { atMost, formatOf, like, odd, ofType, powerOfTwo } from './float.ts';

/**
 * (1 - e^-2a) / (1 + e^-2a), a = |x|, where e^-2a = 2^n + 2^n (e^r - 1): both sides have one large term, which is exact.
 */
export function tanh(x: Expression): Expression {
  return odd(x, (size) => {
    const bounded = atMost(size, like(x, ofType(x, { f32: 10, f64: 20 }))); // there it rounds to 1
    const reduced = reduceByLn2(mul(bounded, like(x, -2)), formatOf(x).bias);
    const power = powerOfTwo(reduced.bits, x);
    const part = mul(power, expm1OfRest(reduced));
    const [less, more] = [sub(like(x, 1), power), add(like(x, 1), power)];
    const [above, below] = [sub(less, part), add(more, part)];
    const quotient = div(above, below);
    if (x.type === 'f32') return quotient;
    // What both sums lost in rounding, put back: else the result is just beyond 2 ulp where it is a little less than 1/2.
    const [aboveRest, belowRest] = [sub(sub(less, above), part), sub(part, sub(below, more))];
    return add(quotient, mul(sub(aboveRest, mul(quotient, belowRest)), like(x, 0.6))); // 1 / below, nearly, where it matters
  });
}
