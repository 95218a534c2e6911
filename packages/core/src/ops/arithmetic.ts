/** Sums, products and what is made of them, element by element. */
import { type BinaryElementwiseOp, type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';

/** `x + y`. @example add([1, 2], 3).toArray(); // [4, 5] */
export const add: BinaryElementwiseOp = defineElementwise({
  name: 'add',
  accepts: 'number',
  value: (x, y) => x + y,
  lower: (x, y, kernel) => kernel.add(x, y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    if (p === 1 && q === 1) for (let k = 0; k < count; k++) out[at + k] = a[i + k]! + b[j + k]!;
    else for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = a[i]! + b[j]!;
  },
  slope: [() => 1, () => 1],
  samples: { from: -3, to: 3 },
});

/** `x - y`. @example sub([3, 5], 1).toArray(); // [2, 4] */
export const sub: BinaryElementwiseOp = defineElementwise({
  name: 'sub',
  accepts: 'number',
  value: (x, y) => x - y,
  lower: (x, y, kernel) => kernel.sub(x, y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    if (p === 1 && q === 1) for (let k = 0; k < count; k++) out[at + k] = a[i + k]! - b[j + k]!;
    else for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = a[i]! - b[j]!;
  },
  slope: [() => 1, () => -1],
  samples: { from: -3, to: 3 },
});

/** `x * y`; i32 products are exact modulo 2^32. @example mul([1, 2], 3).toArray(); // [3, 6] */
export const mul: BinaryElementwiseOp = defineElementwise({
  name: 'mul',
  accepts: 'number',
  value: (x, y) => x * y,
  lower: (x, y, kernel) => kernel.mul(x, y),
  integer: Math.imul,
  loop: (count, out, at, a, i, p, b, j, q) => {
    if (p === 1 && q === 1) for (let k = 0; k < count; k++) out[at + k] = a[i + k]! * b[j + k]!;
    else for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = a[i]! * b[j]!;
  },
  slope: [(node) => node.inputs[1], (node) => node.inputs[0]],
  samples: { from: -3, to: 3 },
});

/** `x / y`. Whole numbers become f32 first. @example div([1, 2], 4).toArray(); // [0.25, 0.5] */
export const div: BinaryElementwiseOp = defineElementwise({
  name: 'div',
  accepts: 'number',
  gives: 'float',
  value: (x, y) => x / y,
  lower: (x, y, kernel) => kernel.div(x, y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    if (p === 1 && q === 1) for (let k = 0; k < count; k++) out[at + k] = a[i + k]! / b[j + k]!;
    else for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = a[i]! / b[j]!;
  },
  slope: [({ inputs: [, y] }) => y.reciprocal(), ({ inputs: [, y], output }) => output.div(y).neg()],
  slopeAt: [(_, y) => 1 / y, (_, y, z) => -(z / y)],
  samples: { from: 0.5, to: 3 },
});

/**
 * What is left of x after whole times y, with the sign of y: `x - y floor(x / y)`, as in NumPy. (JavaScript's `%` has the
 * sign of x.) NaN where y is 0, and 0 for i32. The slope in y is `-floor(x / y)`; at the jumps it is that from the right.
 *
 * @example
 * remainder([5, -5, 5, -5], [3, 3, -3, -3]).toArray(); // [2, 1, -1, -2]
 */
export const remainder: BinaryElementwiseOp = defineElementwise({
  name: 'remainder',
  accepts: 'number',
  value: restOf,
  loop: (count, out, at, a, i, p, b, j, q) => {
    if (p === 1 && q === 1) for (let k = 0; k < count; k++) out[at + k] = restOf(a[i + k]!, b[j + k]!);
    else for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = restOf(a[i]!, b[j]!);
  },
  integer: (x, y) => {
    const rest = y === 0 ? 0 : x % y;
    return rest === 0 || rest < 0 === y < 0 ? rest : rest + y;
  },
  // From the result: the quotient rounded to a whole number might be rounded up to the next one. It is a constant, which
  // 0 * (1 / y) is not where y is tiny.
  slope: [() => 1, ({ inputs: [x, y], output }) => output.sub(x).div(y).round().stopGradient()],
  samples: { from: [5.1, 2.1], to: [5.9, 2.5] },
});

/** What is left of x, with the sign of y, also where it is zero. */
function restOf(x: number, y: number): number {
  const rest = x % y;
  if (rest === 0) return y < 0 || Object.is(y, -0) ? -0 : 0;
  return rest < 0 === y < 0 ? rest : rest + y;
}

/** `-x`. @example neg([1, -2]).toArray(); // [-1, 2] */
export const neg: ElementwiseOp = defineElementwise({
  name: 'neg',
  accepts: 'number',
  value: (x) => -x,
  lower: (x, kernel) => kernel.neg(x),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = -x[k]!;
  },
  slope: () => -1,
  samples: { from: -3, to: 3 },
});

/** `x^2`; of i32 exact modulo 2^32. @example square([-2, 3]).toArray(); // [4, 9] */
export const square: ElementwiseOp = defineElementwise({
  name: 'square',
  accepts: 'number',
  value: (x) => x * x,
  lower: (x, kernel) => kernel.mul(x, x),
  integer: (x) => Math.imul(x, x),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = x[k]! * x[k]!;
  },
  slope: ({ input }) => input.mul(2),
  slopeAt: (x) => x * 2,
  samples: { from: -3, to: 3 },
});

/** `1 / x`. @example reciprocal([2, 4]).toArray(); // [0.5, 0.25] */
export const reciprocal: ElementwiseOp = defineElementwise({
  name: 'reciprocal',
  value: (x) => 1 / x,
  lower: (x, kernel) => kernel.div(kernel.constant(1, x.type), x),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = 1 / x[k]!;
  },
  slope: ({ output }) => output.square().neg(),
  slopeAt: (_, y) => -(y * y),
  samples: { from: 0.5, to: 3 },
});

/** `|x|`; slope 0 at 0. @example abs([-2, 3]).toArray(); // [2, 3] */
export const abs: ElementwiseOp = defineElementwise({
  name: 'abs',
  accepts: 'number',
  value: Math.abs,
  lower: (x, kernel) => kernel.abs(x),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.abs(x[k]!);
  },
  slope: ({ input }) => input.sign(),
  slopeAt: (x) => Math.sign(x),
  samples: { from: -3, to: 3, kinks: [0] },
});

/** -1, 0 or 1 (-0 and NaN stay); slope 0. @example sign([-3, 0, 3]).toArray(); // [-1, 0, 1] */
export const sign: ElementwiseOp = defineElementwise({
  name: 'sign',
  accepts: 'number',
  value: Math.sign,
  lower: (x, kernel) => {
    const [zero, one, minus] = [0, 1, -1].map((value) => kernel.constant(value, x.type));
    return kernel.select(kernel.greater(x, zero!), one!, kernel.select(kernel.less(x, zero!), minus!, x));
  },
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = x[k]! > 0 ? 1 : x[k]! < 0 ? -1 : x[k]!;
  },
  slope: () => 0,
  samples: { from: -3, to: 3, kinks: [0] },
});
