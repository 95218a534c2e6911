/** Exponentials, logarithms, powers and roots. */
import { type BinaryElementwiseOp, type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import { where } from './selection.ts';

/** `e^x`. */
export const exp: ElementwiseOp = defineElementwise({
  name: 'exp',
  value: Math.exp,
  slope: ({ output }) => output,
  slopeAt: (_, y) => y,
  samples: { from: -3, to: 3 },
});

/** `e^x - 1`, accurate near 0. */
export const expm1: ElementwiseOp = defineElementwise({
  name: 'expm1',
  value: Math.expm1,
  slope: ({ output }) => output.add(1),
  samples: { from: -3, to: 3 },
});

/** Natural logarithm; -infinity at 0, NaN below. */
export const log: ElementwiseOp = defineElementwise({
  name: 'log',
  value: Math.log,
  slope: ({ input }) => input.reciprocal(),
  slopeAt: (x) => 1 / x,
  samples: { from: 0.3, to: 4 },
});

/** `log(1 + x)`, accurate near 0. */
export const log1p: ElementwiseOp = defineElementwise({
  name: 'log1p',
  value: Math.log1p,
  slope: ({ input }) => input.add(1).reciprocal(),
  samples: { from: -0.7, to: 4 },
});

/** Square root; NaN below 0. Its slope at 0 is infinite. */
export const sqrt: ElementwiseOp = defineElementwise({
  name: 'sqrt',
  value: Math.sqrt,
  slope: ({ output }) => output.reciprocal().mul(0.5),
  slopeAt: (_, y) => (1 / y) * 0.5,
  samples: { from: 0.3, to: 4 },
});

/**
 * `x^y`. The slope in `x` is 0 where `y` is 0, also at `x = 0`; the slope in `y` is 0 where `x` is 0; NaN below.
 *
 * @example
 * pow(2, 3).item(); // 8
 */
export const pow: BinaryElementwiseOp = defineElementwise({
  name: 'pow',
  accepts: 'number',
  value: (x, y) => x ** y,
  integer: integerPower,
  slope: [
    // y x^(y-1), where y = 0 would give 0 * infinity at x = 0.
    ({ inputs: [x, y] }) => y.mul(x.pow(where(y.equal(0), 1, y.sub(1)))),
    ({ inputs: [x], output }) => where(x.equal(0), 1, x).log().mul(output),
  ],
  samples: { from: 0.4, to: 3 },
});

/** By repeated squaring, exact modulo 2^32; a negative exponent leaves only the powers of 1 and -1. */
function integerPower(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  for (let square = x, rest = y; rest > 0; rest = Math.floor(rest / 2), square = Math.imul(square, square)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
  }
  return result;
}
