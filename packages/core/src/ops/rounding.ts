/** Whole numbers near a number, in the dtype of the number: i32 stays as it is. Slope 0 everywhere, also at the jumps. */
import type { Expression } from '../kernel-ir/expression.ts';
import type { KernelLanguage } from '../kernel-ir/language.ts';
import { type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';

/** Kept away from jumps: between whole numbers, and between their halves. */
const rounding = { accepts: 'number', slope: () => 0, samples: { from: 1.05, to: 1.45 } } as const;

/** The largest whole number not above x. @example floor([1.5, -1.5]).toArray(); // [1, -2] */
export const floor: ElementwiseOp = defineElementwise({
  name: 'floor',
  value: Math.floor,
  lower: (x, kernel) => rounded('floor', x, kernel),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.floor(x[k]!);
  },
  ...rounding,
});

/** The smallest whole number not below x; -0 for what lies between -1 and 0. @example ceil([1.5, -1.5]).toArray(); // [2, -1] */
export const ceil: ElementwiseOp = defineElementwise({
  name: 'ceil',
  value: Math.ceil,
  lower: (x, kernel) => rounded('ceil', x, kernel),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.ceil(x[k]!);
  },
  ...rounding,
});

/**
 * The nearest whole number, at halves the even one, as in NumPy; the sign of a zero is that of x.
 *
 * @example
 * round([0.5, 1.5, 2.5, -1.2]).toArray(); // [0, 2, 2, -1]
 */
export const round: ElementwiseOp = defineElementwise({
  name: 'round',
  value: halfToEven,
  lower: (x, kernel) => rounded('nearest', x, kernel),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = halfToEven(x[k]!);
  },
  ...rounding,
});

/** x without its fraction: towards 0. @example trunc([1.5, -1.5]).toArray(); // [1, -1] */
export const trunc: ElementwiseOp = defineElementwise({
  name: 'trunc',
  value: Math.trunc,
  lower: (x, kernel) => rounded('trunc', x, kernel),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.trunc(x[k]!);
  },
  ...rounding,
});

/** Whole numbers are round already. */
function rounded(way: 'floor' | 'ceil' | 'nearest' | 'trunc', x: Expression, kernel: KernelLanguage): Expression {
  return x.type === 'i32' ? x : kernel.unary(way, x);
}

/** Beside 2^52 doubles are whole numbers, and the addition rounds as asked. */
function halfToEven(x: number): number {
  const size = Math.abs(x);
  if (!(size < 4503599627370496)) return x; // whole already, or NaN
  const whole = size + 4503599627370496 - 4503599627370496;
  return x < 0 || Object.is(x, -0) ? -whole : whole;
}
