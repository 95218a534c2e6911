/** Comparisons and logic: bool results, no derivative. */
import { type BinaryElementwiseOp, type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import { notDifferentiable } from '../op/op.ts';

const comparison = { accepts: 'any', gives: 'bool', slope: notDifferentiable, samples: { from: -2, to: 2 } } as const;
const logic = { accepts: 'any', gives: 'bool', slope: notDifferentiable, samples: { from: 0, to: 1 } } as const;

/** `x = y`, false where one is NaN. */
export const equal: BinaryElementwiseOp = defineElementwise({
  name: 'equal',
  value: (x: number, y: number) => Number(x === y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! === b[j]!);
  },
  ...comparison,
});

/** `x ≠ y`, true where one is NaN. */
export const notEqual: BinaryElementwiseOp = defineElementwise({
  name: 'notEqual',
  value: (x: number, y: number) => Number(x !== y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! !== b[j]!);
  },
  ...comparison,
});

/** `x < y`. */
export const less: BinaryElementwiseOp = defineElementwise({
  name: 'less',
  value: (x: number, y: number) => Number(x < y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! < b[j]!);
  },
  ...comparison,
});

/** `x ≤ y`. */
export const lessEqual: BinaryElementwiseOp = defineElementwise({
  name: 'lessEqual',
  value: (x: number, y: number) => Number(x <= y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! <= b[j]!);
  },
  ...comparison,
});

/** `x > y`. */
export const greater: BinaryElementwiseOp = defineElementwise({
  name: 'greater',
  value: (x: number, y: number) => Number(x > y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! > b[j]!);
  },
  ...comparison,
});

/** `x ≥ y`. */
export const greaterEqual: BinaryElementwiseOp = defineElementwise({
  name: 'greaterEqual',
  value: (x: number, y: number) => Number(x >= y),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! >= b[j]!);
  },
  ...comparison,
});

/** Both are not zero. */
export const logicalAnd: BinaryElementwiseOp = defineElementwise({
  name: 'logicalAnd',
  value: (x: number, y: number) => Number(x !== 0 && y !== 0),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! !== 0 && b[j]! !== 0);
  },
  ...logic,
});

/** One of them, or both, are not zero. */
export const logicalOr: BinaryElementwiseOp = defineElementwise({
  name: 'logicalOr',
  value: (x: number, y: number) => Number(x !== 0 || y !== 0),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number(a[i]! !== 0 || b[j]! !== 0);
  },
  ...logic,
});

/** One of them is not zero, and the other is. @example logicalXor([1, 0, 2], [1, 2, 0]).toArray(); // [false, true, true] */
export const logicalXor: BinaryElementwiseOp = defineElementwise({
  name: 'logicalXor',
  value: (x: number, y: number) => Number((x !== 0) !== (y !== 0)),
  loop: (count, out, at, a, i, p, b, j, q) => {
    for (let k = 0; k < count; k++, i += p, j += q) out[at + k] = Number((a[i]! !== 0) !== (b[j]! !== 0));
  },
  ...logic,
});

/** Is zero. */
export const logicalNot: ElementwiseOp = defineElementwise({
  name: 'logicalNot',
  value: (x: number) => Number(x === 0),
  ...logic,
});

/** Is NaN; no whole number is. @example isNaN([1, NaN]).toArray(); // [false, true] */
export const isNaN: ElementwiseOp = defineElementwise({
  name: 'isNaN',
  value: (x: number) => Number(Number.isNaN(x)),
  ...comparison,
});

/** Is neither infinite nor NaN. @example isFinite([1, Infinity, NaN]).toArray(); // [true, false, false] */
export const isFinite: ElementwiseOp = defineElementwise({
  name: 'isFinite',
  value: (x: number) => Number(Number.isFinite(x)),
  ...comparison,
});
