/** Comparisons and logic: bool results, no derivative. */
import type { Comparison, Expression } from '../kernel-ir/expression.ts';
import type { KernelLanguage } from '../kernel-ir/language.ts';
import type { BinaryLowering } from '../kernels/native.ts';
import { type BinaryElementwiseOp, type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import { notDifferentiable } from '../op/op.ts';

const comparison = { accepts: 'any', gives: 'bool', slope: notDifferentiable, samples: { from: -2, to: 2 } } as const;
const logic = { accepts: 'any', gives: 'bool', slope: notDifferentiable, samples: { from: 0, to: 1 } } as const;

/** Truth is compared as 0 and 1. */
function number(x: Expression, kernel: KernelLanguage): Expression {
  return x.type === 'bool' ? kernel.convert(x, 'i32') : x;
}

function compared(name: Comparison): BinaryLowering {
  return (x, y, kernel) => kernel.compare(name, number(x, kernel), number(y, kernel));
}

/** Whether a number is not zero. */
export function truth(x: Expression, kernel: KernelLanguage): Expression {
  return x.type === 'bool' ? x : kernel.compare('notEqual', x, kernel.constant(0, x.type));
}

/** `x = y`, false where one is NaN. @example equal([1, NaN], [1, NaN]).toArray(); // [true, false] */
export const equal: BinaryElementwiseOp = defineElementwise({
  name: 'equal',
  value: (x: number, y: number) => Number(x === y),
  lower: compared('equal'),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! === b[j]!);
  },
  ...comparison,
});

/** `x ≠ y`, true where one is NaN. @example notEqual([1, NaN], [1, NaN]).toArray(); // [false, true] */
export const notEqual: BinaryElementwiseOp = defineElementwise({
  name: 'notEqual',
  value: (x: number, y: number) => Number(x !== y),
  lower: compared('notEqual'),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! !== b[j]!);
  },
  ...comparison,
});

/** `x < y`. @example less([1, 2], 2).toArray(); // [true, false] */
export const less: BinaryElementwiseOp = defineElementwise({
  name: 'less',
  value: (x: number, y: number) => Number(x < y),
  lower: compared('less'),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! < b[j]!);
  },
  ...comparison,
});

/** `x ≤ y`. @example lessEqual([2, 3], 2).toArray(); // [true, false] */
export const lessEqual: BinaryElementwiseOp = defineElementwise({
  name: 'lessEqual',
  value: (x: number, y: number) => Number(x <= y),
  lower: compared('lessEqual'),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! <= b[j]!);
  },
  ...comparison,
});

/** `x > y`. @example greater([1, 2], 1).toArray(); // [false, true] */
export const greater: BinaryElementwiseOp = defineElementwise({
  name: 'greater',
  value: (x: number, y: number) => Number(x > y),
  lower: compared('greater'),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! > b[j]!);
  },
  ...comparison,
});

/** `x ≥ y`. @example greaterEqual([0, 1], 1).toArray(); // [false, true] */
export const greaterEqual: BinaryElementwiseOp = defineElementwise({
  name: 'greaterEqual',
  value: (x: number, y: number) => Number(x >= y),
  lower: compared('greaterEqual'),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! >= b[j]!);
  },
  ...comparison,
});

/** Both are not zero. @example logicalAnd([true, true], [true, false]).toArray(); // [true, false] */
export const logicalAnd: BinaryElementwiseOp = defineElementwise({
  name: 'logicalAnd',
  value: (x: number, y: number) => Number(x !== 0 && y !== 0),
  lower: (x, y, kernel) => kernel.bitwise('and', truth(x, kernel), truth(y, kernel)),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! !== 0 && b[j]! !== 0);
  },
  ...logic,
});

/** One of them, or both, are not zero. @example logicalOr([true, false], false).toArray(); // [true, false] */
export const logicalOr: BinaryElementwiseOp = defineElementwise({
  name: 'logicalOr',
  value: (x: number, y: number) => Number(x !== 0 || y !== 0),
  lower: (x, y, kernel) => kernel.bitwise('or', truth(x, kernel), truth(y, kernel)),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! !== 0 || b[j]! !== 0);
  },
  ...logic,
});

/** One of them is not zero, and the other is. @example logicalXor([1, 0, 2], [1, 2, 0]).toArray(); // [false, true, true] */
export const logicalXor: BinaryElementwiseOp = defineElementwise({
  name: 'logicalXor',
  value: (x: number, y: number) => Number((x !== 0) !== (y !== 0)),
  lower: (x, y, kernel) => kernel.bitwise('xor', truth(x, kernel), truth(y, kernel)),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number((a[i]! !== 0) !== (b[j]! !== 0));
  },
  ...logic,
});

/** Is zero. @example logicalNot([0, 2]).toArray(); // [true, false] */
export const logicalNot: ElementwiseOp = defineElementwise({
  name: 'logicalNot',
  value: (x: number) => Number(x === 0),
  lower: (x, kernel) => kernel.not(truth(x, kernel)),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = Number(x[k]! === 0);
  },
  ...logic,
});

/** Is NaN; no whole number is. @example isNaN([1, NaN]).toArray(); // [false, true] */
export const isNaN: ElementwiseOp = defineElementwise({
  name: 'isNaN',
  value: (x: number) => Number(Number.isNaN(x)),
  lower: (x, kernel) => kernel.compare('notEqual', number(x, kernel), number(x, kernel)),
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = Number(Number.isNaN(x[k]!));
  },
  ...comparison,
});

/** Is neither infinite nor NaN. @example isFinite([1, Infinity, NaN]).toArray(); // [true, false, false] */
export const isFinite: ElementwiseOp = defineElementwise({
  name: 'isFinite',
  value: (x: number) => Number(Number.isFinite(x)),
  lower: (x, kernel) => {
    const value = number(x, kernel);
    return value.type === 'i32'
      ? kernel.equal(value, value)
      : kernel.less(kernel.abs(value), kernel.constant(Infinity, value.type));
  },
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = Number(Number.isFinite(x[k]!));
  },
  ...comparison,
});
