/** Exponentials, logarithms, powers and roots. */
import { type BinaryElementwiseOp, type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { where } from './selection.ts';

/** `e^x`. @example exp([0, 1]).toArray(); // [1, 2.71828] */
export const exp: ElementwiseOp = defineElementwise({
  name: 'exp',
  value: Math.exp,
  lower: (x, kernel) => kernel.exp(x),
  slope: ({ output }) => output,
  samples: { from: -3, to: 3 },
});

/** `2^x`; whole powers are exact. @example exp2([3, -1]).toArray(); // [8, 0.5] */
export const exp2: ElementwiseOp = defineElementwise({
  name: 'exp2',
  value: (x) => 2 ** x,
  lower: (x, kernel) => kernel.exp2(x),
  slope: ({ output }) => output.mul(Math.LN2),
  samples: { from: -3, to: 3 },
});

/** `e^x - 1`, accurate near 0. @example expm1(tensor(1e-20, { dtype: 'f64' })).item(); // 1e-20 */
export const expm1: ElementwiseOp = defineElementwise({
  name: 'expm1',
  value: Math.expm1,
  lower: (x, kernel) => kernel.expm1(x),
  slope: ({ output }) => output.add(1),
  samples: { from: -3, to: 3 },
});

/** Natural logarithm; -infinity at 0, NaN below. @example log([1, 0]).toArray(); // [0, -Infinity] */
export const log: ElementwiseOp = defineElementwise({
  name: 'log',
  value: Math.log,
  lower: (x, kernel) => kernel.log(x),
  slope: ({ input }) => input.reciprocal(),
  slopeAt: (x) => 1 / x,
  samples: { from: 0.3, to: 4 },
});

/** Logarithm to base 2, exact at powers of two; -infinity at 0, NaN below. @example log2([8, 0.5]).toArray(); // [3, -1] */
export const log2: ElementwiseOp = defineElementwise({
  name: 'log2',
  value: Math.log2,
  lower: (x, kernel) => kernel.log2(x),
  slope: ({ input }) => input.reciprocal().mul(Math.LOG2E),
  samples: { from: 0.3, to: 4 },
});

/** Logarithm to base 10, exact at powers of ten; -infinity at 0, NaN below. @example log10([1000, 0.1]).toArray(); // [3, -1] */
export const log10: ElementwiseOp = defineElementwise({
  name: 'log10',
  value: Math.log10,
  lower: (x, kernel) => kernel.log10(x),
  slope: ({ input }) => input.reciprocal().mul(Math.LOG10E),
  samples: { from: 0.3, to: 4 },
});

/** `log(1 + x)`, accurate near 0. @example log1p(tensor(1e-20, { dtype: 'f64' })).item(); // 1e-20 */
export const log1p: ElementwiseOp = defineElementwise({
  name: 'log1p',
  value: Math.log1p,
  lower: (x, kernel) => kernel.log1p(x),
  slope: ({ input }) => input.add(1).reciprocal(),
  samples: { from: -0.7, to: 4 },
});

/** Square root; NaN below 0. Its slope at 0 is infinite. @example sqrt([4, 9]).toArray(); // [2, 3] */
export const sqrt: ElementwiseOp = defineElementwise({
  name: 'sqrt',
  value: Math.sqrt,
  lower: (x, kernel) => kernel.sqrt(x),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.sqrt(x[k]!);
  },
  slope: ({ output }) => output.reciprocal().mul(0.5),
  slopeAt: (_, y) => (1 / y) * 0.5,
  samples: { from: 0.3, to: 4 },
});

/** `1 / sqrt(x)`; infinity at 0, NaN below. @example rsqrt([4, 0.25]).toArray(); // [0.5, 2] */
export const rsqrt: ElementwiseOp = defineElementwise({
  name: 'rsqrt',
  value: (x) => 1 / Math.sqrt(x),
  lower: (x, kernel) => kernel.div(kernel.constant(1, x.type), kernel.sqrt(x)),
  slope: ({ output }) => output.square().mul(output).mul(-0.5),
  samples: { from: 0.3, to: 4 },
});

/** Cube root, of negative numbers too. Its slope at 0 is infinite. @example cbrt([27, -8]).toArray(); // [3, -2] */
export const cbrt: ElementwiseOp = defineElementwise({
  name: 'cbrt',
  value: Math.cbrt,
  lower: (x, kernel) => kernel.cbrt(x),
  slope: ({ output }) => output.reciprocal().square().div(3), // 1 / (3 y^2) has a slope of 0 * infinity at infinity
  samples: { from: 0.3, to: 4 },
});

/**
 * `sqrt(x^2 + y^2)`, where the squares alone would overflow or vanish too. Infinite where one of them is, even beside NaN
 * (IEEE 754). At 0, 0 both slopes are 0; so they are where a side is infinite.
 *
 * @example
 * hypot(3, 4).item(); // 5
 */
export const hypot: BinaryElementwiseOp = defineElementwise({
  name: 'hypot',
  value: hypotenuse,
  lower: (x, y, kernel) => kernel.hypot(x, y),
  slope: [({ inputs: [x, y] }) => sideShare(x, y), ({ inputs: [x, y] }) => sideShare(y, x)],
  samples: { from: 0.3, to: 3 },
});

function hypotenuse(x: number, y: number): number {
  const [low, high] = Math.abs(x) < Math.abs(y) ? [Math.abs(x), Math.abs(y)] : [Math.abs(y), Math.abs(x)];
  const scale = scaleOf(high);
  const root = Math.sqrt(low * scale * (low * scale) + high * scale * (high * scale)) / scale;
  return Number.isNaN(root) && (low === Infinity || high === Infinity) ? Infinity : root;
}

/** What keeps the squares of sides in range, the longest of them this long: a power of two, so that it rounds nothing. */
function scaleOf(high: number): number {
  return high > 2 ** 510 ? 2 ** -600 : high < 2 ** -400 ? 2 ** 600 : 1;
}

/**
 * The primitive behind the slopes of `hypot`: `x / hypot(x, y)`, 0 where that is 0 / 0 or a side is infinite. One op, since the
 * slopes of a quotient by the hypotenuse would cancel where one side is short, and be 0 * infinity where both are.
 */
export const sideShare: BinaryElementwiseOp = defineElementwise({
  name: 'sideShare',
  value: (x, y) => overHypotenuse(x, y, 1),
  lower: (x, y, kernel) => kernel.overHypotenuse(x, y, 1),
  slope: [
    ({ inputs: [x, y] }) => {
      const other = sideShare(y, x);
      return other.mul(other.div(wholeOf(x, y)));
    },
    ({ inputs: [x, y], output }) => output.mul(sideShare(y, x)).div(wholeOf(x, y)).neg(),
  ],
});

/**
 * `x` divided by `hypot(x, y)` so many times; 0 where that is 0 / 0 or a side is infinite. First by that of scaled sides,
 * which is finite where the hypotenuse is not.
 */
export function overHypotenuse(x: number, y: number, times: 1 | 2): number {
  const scale = scaleOf(Math.max(Math.abs(x), Math.abs(y)));
  const whole = hypotenuse(x * scale, y * scale);
  if (whole === 0 || whole === Infinity) return 0;
  const share = (x * scale) / whole;
  return times === 1 ? share : share / (whole / scale);
}

/** The hypotenuse, 1 where it is 0. */
function wholeOf(x: Tensor, y: Tensor): Tensor {
  const whole = hypot(x, y);
  return where(whole.equal(0), 1, whole);
}

/**
 * `x^y`. As IEEE 754 and NumPy have it, `1^y` is 1 for every y, NaN and infinity too, and `(-1)^infinity` is 1. (In
 * JavaScript they are NaN.)
 *
 * The slope in `x` is 0 where `y` is 0, also at `x = 0`; the slope in `y` is 0 where `x` is 0 and `x^y` is finite; NaN
 * below.
 *
 * @example
 * pow(2, 3).item(); // 8
 */
export const pow: BinaryElementwiseOp = defineElementwise({
  name: 'pow',
  accepts: 'number',
  value: power,
  lower: (x, y, kernel) => (x.type === 'i32' ? undefined : kernel.pow(x, y)),
  integer: integerPower,
  slope: [({ inputs: [x, y] }) => powerSlope(x, y), ({ inputs: [x], output }) => logOf(x).mul(output)],
  samples: { from: 0.4, to: 3 },
});

/**
 * The primitive behind the slope of `pow` in its base: `y x^(y-1)`, 0 where y is 0. One op, since 0 times a power that is too
 * large would be NaN.
 */
export const powerSlope: BinaryElementwiseOp = defineElementwise({
  name: 'powerSlope',
  value: (x, y) => (y === 0 ? 0 : y * power(x, y - 1)),
  lower: (x, y, kernel) => {
    const [zero, one] = [0, 1].map((value) => kernel.constant(value, x.type));
    return kernel.select(kernel.equal(y, zero!), zero!, kernel.mul(y, kernel.pow(x, kernel.sub(y, one!))));
  },
  slope: [
    // y (y-1) x^(y-2), and x^(y-1) (1 + y log x)
    ({ inputs: [x, y] }) => powerSlope(unlessNone(x, y, isTiny(x)), y.sub(1)).mul(y),
    ({ inputs: [x, y] }) => unlessNone(x, y, x.equal(0)).pow(y.sub(1)).mul(logOf(x).mul(y).add(1)),
  ],
});

function power(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

/** The logarithm, 0 where x is 0. */
function logOf(x: Tensor): Tensor {
  return where(x.equal(0), 1, x).log();
}

/**
 * x, and 1 where y is 0 and x is so near 0. Near y = 0 slopes must move as they do elsewhere, by powers of 1/x; but 0 times
 * those that are too large to be numbers would be NaN.
 */
function unlessNone(x: Tensor, y: Tensor, isNear: Tensor): Tensor {
  return where(y.equal(0).logicalAnd(isNear), 1, x);
}

/** Whether the fourth power of 1/x is too large. */
function isTiny(x: Tensor): Tensor {
  return x.abs().less(x.dtype === 'f32' ? 2 ** -31 : 2 ** -255);
}

/** By repeated squaring, exact modulo 2^32; a negative exponent leaves only the powers of 1 and -1. */
function integerPower(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  for (let square = x, rest = y; rest > 0; rest = Math.floor(rest / 2), square = Math.imul(square, square)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
  }
  return result;
}
