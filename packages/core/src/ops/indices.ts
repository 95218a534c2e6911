/** What an index may be: a whole number within an axis, counted from the end where it is negative. */
import { ArgumentError, DtypeError } from '../errors/edgewise-error.ts';
import type { Expression } from '../kernel-ir/expression.ts';
import type { KernelLanguage } from '../kernel-ir/language.ts';
import type { Spec } from '../tensor/spec.ts';

export function checkIndices(indices: Spec): void {
  if (indices.dtype === 'i32') return;
  throw new DtypeError({
    code: 'indices-not-i32',
    problem: `indices are ${indices.dtype}; expected i32`,
    expected: 'i32',
    received: indices.dtype,
    remedy: "indices.cast('i32')",
  });
}

export function indexWithin(index: number, extent: number): number {
  if (index >= -extent && index < extent) return index < 0 ? index + extent : index;
  throw new ArgumentError({
    code: 'index-out-of-range',
    problem: `index ${index} on an axis of extent ${extent}; it has indices ${-extent} to ${extent - 1}`,
    expected: [-extent, extent - 1],
    received: index,
  });
}

/** An index read by a program: negative ones count from the end, and what is out of range is refused by the host. */
export function checkedIndex(index: Expression, extent: number, kernel: KernelLanguage): Expression {
  const [zero, end] = [kernel.constant(0, 'i32'), kernel.constant(extent, 'i32')];
  const counted = kernel.select(kernel.less(index, zero), kernel.add(index, end), index);
  const isInside = kernel.and(kernel.not(kernel.less(counted, zero)), kernel.less(counted, end));
  return kernel.rare(
    kernel.not(isInside),
    counted,
    'refusedIndex',
    [index, end].map((x) => kernel.convert(x, 'f64')),
  );
}

/** What is written into a tensor has its dtype: a cast that nobody asked for would lose digits silently. */
export function checkUpdatesDtype(x: Spec, updates: Spec): void {
  if (updates.dtype === x.dtype) return;
  throw new DtypeError({
    code: 'dtype-mismatch',
    problem: `updates are ${updates.dtype}; x is ${x.dtype}`,
    expected: x.dtype,
    received: updates.dtype,
    remedy: `updates.cast('${x.dtype}')`,
  });
}
