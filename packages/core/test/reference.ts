/** A slow reference for values: nested arrays, one index at a time, as the definitions of NumPy have them. */
import fc from 'fast-check';
import { type Dtype, type Nested, type Shape, type Tensor, tensor } from '../src/index.ts';

/** The element at an index of nested arrays. */
export function at(nested: Nested, index: readonly number[]): number {
  let level: Nested = nested;
  for (const k of index) {
    if (!Array.isArray(level)) throw new RangeError('too many indices');
    level = (level as readonly Nested[])[k]!;
  }
  return Number(level);
}

/** Nested arrays of a shape, with `value` of each index. */
export function build(shape: Shape, value: (index: number[]) => number, index: number[] = []): Nested {
  if (index.length === shape.length) return value(index);
  return Array.from({ length: shape[index.length]! }, (_, k) => build(shape, value, [...index, k]));
}

/** Every index of a shape, last axis fastest. */
export function* indices(shape: Shape, index: number[] = []): Generator<number[]> {
  if (index.length === shape.length) yield index;
  else for (let k = 0; k < shape[index.length]!; k++) yield* indices(shape, [...index, k]);
}

/** An index of a broadcast shape, as one of the shape that was broadcast. */
export function unbroadcast(index: readonly number[], shape: Shape): number[] {
  return index.slice(index.length - shape.length).map((k, axis) => (shape[axis] === 1 ? 0 : k));
}

/** Distinct numbers 0, 1, 2, ... in a shape: every element tells where it came from. */
export function counting(shape: Shape, dtype: Dtype = 'f64'): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Array.from({ length: size }, (_, k) => k),
    { shape, dtype },
  );
}

export const shapes: fc.Arbitrary<number[]> = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });

/** Two shapes that broadcast against each other, and the shape that they give. */
export const broadcasting: fc.Arbitrary<{ a: number[]; b: number[]; shape: number[] }> = fc
  .array(fc.record({ extent: fc.nat({ max: 4 }), one: fc.constantFrom('a', 'b', 'none') }), { maxLength: 4 })
  .chain((axes) =>
    fc.record({ dropA: fc.nat({ max: axes.length }), dropB: fc.nat({ max: axes.length }) }).map(({ dropA, dropB }) => {
      const extents = (side: 'a' | 'b'): number[] => axes.map(({ extent, one }) => (one === side ? 1 : extent));
      const [a, b] =
        dropA < dropB ? [extents('a'), extents('b').slice(dropB)] : [extents('a').slice(dropA), extents('b')];
      const shape = axes.map((_, axis) => {
        const [p, q] = [a[axis - axes.length + a.length] ?? 1, b[axis - axes.length + b.length] ?? 1];
        return p === 1 ? q : p;
      });
      return { a, b, shape };
    }),
  );
