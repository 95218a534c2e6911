import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Range,
  concatenate,
  oneHot,
  scatterAdd,
  scatterAddAlongAxis,
  slice,
  split,
  stack,
  take,
  tensor,
  unslice,
  zeros,
} from '../../src/index.ts';
import { at, build, counting, indices, shapes } from '../reference.ts';

/** Positions that a range takes of an axis: Python's rule for `start:stop:step`. */
function positions(range: Range, extent: number): number[] {
  if (range === null) return Array.from({ length: extent }, (_, k) => k);
  if (typeof range === 'number') return [range < 0 ? range + extent : range];
  const [start, stop, step = 1] = range;
  const clamp = (position: number): number => {
    const from = position < 0 ? position + extent : position;
    return step > 0 ? Math.min(Math.max(from, 0), extent) : Math.min(Math.max(from, -1), extent - 1);
  };
  const first = start === null ? (step > 0 ? 0 : extent - 1) : clamp(start);
  const end = stop === null || stop === undefined ? (step > 0 ? extent : -1) : clamp(stop);
  const found: number[] = [];
  for (let k = first; step > 0 ? k < end : k > end; k += step) found.push(k);
  return found;
}

const stretch = fc
  .record({
    start: fc.option(fc.integer({ min: -6, max: 6 })),
    stop: fc.option(fc.integer({ min: -6, max: 6 })),
    step: fc.integer({ min: -3, max: 3 }).filter((step) => step !== 0),
  })
  .map(({ start, stop, step }): Range => [start, stop, step]);

const sliced = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    ranges: fc.tuple(
      ...shape.map((extent) =>
        fc.oneof(
          stretch,
          fc.constant<Range>(null),
          extent === 0 ? fc.constant<Range>(null) : fc.integer({ min: -extent, max: extent - 1 }),
        ),
      ),
    ),
    count: fc.nat({ max: shape.length }),
  }),
);

describe('slice', () => {
  test('takes what Python takes, with steps, negative positions and backward', () => {
    fc.assert(
      fc.property(sliced, ({ shape, ranges: all, count }) => {
        const ranges = all.slice(0, count);
        const x = counting(shape);
        const nested = x.toArray();
        const taken = shape.map((extent, axis) => positions(ranges[axis] ?? null, extent));
        const kept = shape.map((_, axis) => axis).filter((axis) => typeof ranges[axis] !== 'number');
        const expected = build(
          kept.map((axis) => taken[axis]!.length),
          (index) =>
            at(
              nested,
              shape.map((_, axis) =>
                kept.includes(axis) ? taken[axis]![index[kept.indexOf(axis)]!]! : taken[axis]![0]!,
              ),
            ),
        );
        expect(slice(x, ranges).toArray()).toEqual(expected);
      }),
    );
  });

  test('unslice puts each element where slice reads it, zeros elsewhere', () => {
    fc.assert(
      fc.property(sliced, ({ shape, ranges }) => {
        const x = counting(shape).add(1);
        const part = slice(x, ranges);
        const back = unslice(part, ranges, shape);
        expect(slice(back, ranges).toArray()).toEqual(part.toArray());
        expect(back.sum().item()).toBe(part.sum().item());
        expect(back.shape).toEqual(shape);
      }),
    );
  });

  test('of a uniform tensor gives the same as of any other', () => {
    expect(slice(zeros([3, 4]).add(2), [1, [0, 4, 2]]).toArray()).toEqual([2, 2]);
  });
});

describe('take and scatterAdd', () => {
  const cases = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }), fc.nat({ max: 2 }))
    .chain(([shape, a]) => {
      const axis = a % shape.length;
      const extent = shape[axis]!;
      return fc.record({
        shape: fc.constant(shape),
        axis: fc.constant(axis),
        rows: fc.array(fc.array(fc.integer({ min: -extent, max: extent - 1 }), { minLength: 2, maxLength: 2 }), {
          maxLength: 3,
        }),
      });
    });

  test('take reads entries along an axis, in the shape of the indices', () => {
    fc.assert(
      fc.property(cases, ({ shape, axis, rows }) => {
        const x = counting(shape);
        const nested = x.toArray();
        const expected = build([...shape.slice(0, axis), rows.length, 2, ...shape.slice(axis + 1)], (index) => {
          const row = rows[index[axis]!]![index[axis + 1]!]!;
          return at(nested, [...index.slice(0, axis), row < 0 ? row + shape[axis]! : row, ...index.slice(axis + 2)]);
        });
        const result = take(x, tensor(rows.flat(), { dtype: 'i32', shape: [rows.length, 2] }), { axis });
        expect(result.toArray()).toEqual(expected);
      }),
    );
  });

  test('truths are not added', () => {
    const [truths, places] = [tensor([true, false]), tensor([0, 0], { dtype: 'i32' })];
    expect(() => scatterAdd(truths, places, truths)).toThrow(/scatterAdd.*bool/s);
    expect(() => scatterAddAlongAxis(truths, places, truths)).toThrow(/scatterAddAlongAxis.*bool/s);
  });

  test('scatterAdd adds where take reads, also more than once', () => {
    fc.assert(
      fc.property(cases, ({ shape, axis, rows }) => {
        const at2 = tensor(rows.flat(), { dtype: 'i32', shape: [rows.length, 2] });
        const updates = counting([...shape.slice(0, axis), rows.length, 2, ...shape.slice(axis + 1)]);
        const result = scatterAdd(counting(shape), at2, updates, { axis });
        const sums = counting(shape).data;
        for (const index of indices(updates.shape)) {
          const row = rows[index[axis]!]![index[axis + 1]!]!;
          const target = [...index.slice(0, axis), row < 0 ? row + shape[axis]! : row, ...index.slice(axis + 2)];
          const flat = target.reduce((offset, k, a) => offset * shape[a]! + k, 0);
          sums[flat]! += at(updates.toArray(), index);
        }
        expect(Array.from(result.data)).toEqual(Array.from(sums));
      }),
    );
  });

  test('indices may be plain numbers of any depth', () => {
    expect(take(tensor([10, 20, 30]), 1).item()).toBe(20);
    expect(take(tensor([10, 20, 30]), [[2], [0]]).toArray()).toEqual([[30], [10]]);
    expect(take(tensor([10, 20, 30]), []).toArray()).toEqual([]);
  });

  test('oneHot has a one where the index says', () => {
    expect(oneHot([1, 0], 3).toArray()).toEqual([
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(oneHot(tensor([[2]], { dtype: 'i32' }), 3, { dtype: 'bool' }).toArray()).toEqual([[[false, false, true]]]);
    expect(oneHot([5], 3).toArray()).toEqual([[0, 0, 0]]);
  });
});

describe('concatenate, stack and split', () => {
  const cut = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
      parts: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }),
    }),
  );

  test('concatenate undoes split, along every axis and with empty parts', () => {
    fc.assert(
      fc.property(cut, ({ shape, axis, parts }) => {
        const whole = shape.with(
          axis < 0 ? axis + shape.length : axis,
          parts.reduce((a, b) => a + b, 0),
        );
        const x = counting(whole);
        const pieces = split(x, parts, { axis });
        expect(pieces.map((piece) => piece.shape.at(axis < 0 ? axis : axis))).toEqual(parts);
        expect(concatenate(pieces, { axis }).toArray()).toEqual(x.toArray());
      }),
    );
  });

  test('each part is a slice', () => {
    const x = counting([4, 3]);
    expect(split(x, [1, 0, 3]).map((part) => part.toArray())).toEqual([
      slice(x, [[0, 1]]).toArray(),
      [],
      slice(x, [[1, 4]]).toArray(),
    ]);
    expect(split(x, 3, { axis: 1 }).map((part) => part.toArray())).toEqual(
      [0, 1, 2].map((k) => slice(x, [null, [k, k + 1]]).toArray()),
    );
  });

  test('split into one part gives a list of one', () => {
    const parts = split(counting([2]), 1);
    expect(parts).toHaveLength(1);
    expect(parts[0]!.toArray()).toEqual([0, 1]);
  });

  test('stack adds an axis anywhere', () => {
    const [a, b] = [counting([2, 3]), counting([2, 3]).neg()];
    expect(stack([a, b]).shape).toEqual([2, 2, 3]);
    expect(stack([a, b], { axis: -1 }).shape).toEqual([2, 3, 2]);
    expect(slice(stack([a, b], { axis: 1 }), [null, 1]).toArray()).toEqual(b.toArray());
    expect(stack([1, 2, 3]).toArray()).toEqual([1, 2, 3]);
  });
});
