/** What an index may be. */
import { ArgumentError, DtypeError } from '../errors/edgewise-error.ts';
import type { Spec } from '../tensor/spec.ts';

/** @throws DtypeError `indices-not-i32` */
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

/** The position that an index stands for: negative ones count from the end. @throws ArgumentError `index-out-of-range` */
export function indexWithin(index: number, extent: number): number {
  if (index >= -extent && index < extent) return index < 0 ? index + extent : index;
  throw new ArgumentError({
    code: 'index-out-of-range',
    problem: `index ${index} on an axis of extent ${extent}; it has indices ${-extent} to ${extent - 1}`,
    expected: [-extent, extent - 1],
    received: index,
  });
}
