import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  argSort,
  bincount,
  grad,
  searchSorted,
  segmentSum,
  sort,
  spec,
  tensor,
  topK,
  trace,
  unique,
  vjp,
  zeros,
} from '../../src/index.ts';
import { at, build, counting, indices } from '../reference.ts';
import { refusal } from '../refusal.ts';

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0.5));

const alongAxis = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc.record({
    x: fc.array(value, { minLength: size, maxLength: size }).map((values) => tensor(values, { shape, dtype: 'f64' })),
    axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
  });
});

/** Positions of a list in rising or falling order: those of equal ones as they stand, those of NaN last. */
function ordered(list: readonly number[], descending: boolean): number[] {
  const rank = (x: number): number => (Number.isNaN(x) ? Infinity : descending ? -x : x);
  return list
    .map((x, k) => ({ x, k }))
    .toSorted(
      (a, b) => Number(Number.isNaN(a.x)) - Number(Number.isNaN(b.x)) || compare(rank(a.x), rank(b.x)) || a.k - b.k,
    )
    .map(({ k }) => k);
}
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** `of` each list of elements along an axis, in their place. */
function perLane(x: Tensor, axis: number, extent: number, of: (lane: number[]) => number[]): unknown {
  const nested = x.toArray();
  const along = axis < 0 ? axis + x.rank : axis;
  return build(x.shape.with(along, extent), (index) => {
    const lane = Array.from({ length: x.shape[along]! }, (_, k) => at(nested, index.with(along, k)));
    return of(lane)[index[along]!]!;
  });
}

describe('sort and argSort', () => {
  test('order each list along an axis: stable, NaN last', () => {
    fc.assert(
      fc.property(alongAxis, fc.boolean(), ({ x, axis }, descending) => {
        const extent = x.shape.at(axis)!;
        expect(argSort(x, { axis, descending }).toArray()).toEqual(
          perLane(x, axis, extent, (lane) => ordered(lane, descending)),
        );
        expect(sort(x, { axis, descending }).toArray()).toEqual(
          perLane(x, axis, extent, (lane) => ordered(lane, descending).map((k) => lane[k]!)),
        );
      }),
    );
  });

  test('long lists too, in n log n comparisons', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 20, maxLength: 200 }), fc.boolean(), (list, descending) => {
        expect(Array.from(argSort(tensor(list), { descending }).data)).toEqual(ordered(list, descending));
      }),
    );
  });

  test('lists of hundreds too, whose elements differ in their last digits, in their sign or not at all', () => {
    const close = fc.oneof(
      value,
      fc.integer({ min: -20, max: 20 }).map((k) => 1 + k * 2 ** -50),
      fc.double({ noNaN: false }),
    );
    fc.assert(
      fc.property(fc.array(close, { minLength: 256, maxLength: 700 }), fc.boolean(), (list, descending) => {
        expect(Array.from(argSort(tensor(list, { dtype: 'f64' }), { descending }).data)).toEqual(
          ordered(list, descending),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('equal elements, and both zeros, keep their order either way', () => {
    expect(argSort([0, -0, 1, 0]).toArray()).toEqual([0, 1, 3, 2]);
    expect(argSort([1, 1, 2], { descending: true }).toArray()).toEqual([2, 0, 1]);
    expect(sort([0, -0]).toArray()).toEqual([0, -0]);
    expect(sort(tensor([3, 1], { dtype: 'i32' })).dtype).toBe('i32');
    expect(sort([true, false]).toArray()).toEqual([false, true]);
  });

  test('the derivative of sort goes where elements came from', () => {
    const [sorted, pullback] = vjp((x: Tensor) => sort(x), tensor([3, 1, 2]));
    expect(sorted.toArray()).toEqual([1, 2, 3]);
    expect(pullback(tensor([10, 20, 30])).toArray()).toEqual([30, 10, 20]);
  });

  test('refusals', () => {
    expect(refusal(() => sort(1))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      sort: axis -1 does not exist: the tensor has rank 0"
    `);
    // @ts-expect-error -- no such option
    expect(refusal(() => argSort([1], { reverse: true }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      argSort: no option named "reverse"; the options are "axis", "descending""
    `);
    expect(refusal(() => grad((x: Tensor) => argSort(x).cast('f32').sum())(tensor([1, 2])))).toMatchInlineSnapshot(`
      "ArgumentError no-derivative
      grad: argSort has no derivative, and the result depends on "x" only through it
        at argSort
        try stopGradient if no gradient is wanted here"
    `);
  });
});

describe('topK', () => {
  test('gives the largest in order, with their indices; NaN counts as largest', () => {
    fc.assert(
      fc.property(alongAxis, fc.nat({ max: 4 }), ({ x, axis }, most) => {
        const k = Math.min(most, x.shape.at(axis)!);
        const best = (lane: number[]): number[] => {
          const nan = lane.flatMap((one, at0) => (Number.isNaN(one) ? [at0] : []));
          return [...nan, ...ordered(lane, true)].slice(0, k);
        };
        const { values, indices: places } = topK(x, k, { axis });
        expect(places.toArray()).toEqual(perLane(x, axis, k, best));
        expect(values.toArray()).toEqual(perLane(x, axis, k, (lane) => best(lane).map((at0) => lane[at0]!)));
      }),
    );
  });

  test('of many', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 30, maxLength: 90 }), (list) => {
        expect(Array.from(topK(tensor(list), 20).indices.data)).toEqual(ordered(list, true).slice(0, 20));
      }),
    );
  });

  test('its derivative goes where values came from', () => {
    expect(grad((x: Tensor) => topK(x, 2).values.square().sum())(tensor([3, 1, 2])).toArray()).toEqual([6, 0, 4]);
  });

  test('refusals', () => {
    expect(refusal(() => topK([1, 2], 3))).toMatchInlineSnapshot(`
      "ArgumentError not-so-many
      topK: k is 3; axis 0 of shape [2] has 0 to 2 elements to give"
    `);
    expect(refusal(() => topK([1, 2], 0.5))).toMatchInlineSnapshot(`
      "ArgumentError not-so-many
      topK: k is 0.5; axis 0 of shape [2] has 0 to 2 elements to give"
    `);
  });
});

describe('searchSorted', () => {
  test('counts what is smaller, or not larger', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), fc.array(value, { maxLength: 5 }), (list, asked) => {
        const sorted = sort(tensor(list, { dtype: 'f64' }));
        const before = (a: number, b: number): boolean => (Number.isNaN(b) ? !Number.isNaN(a) : a < b);
        const values = tensor(asked, { dtype: 'f64' });
        const counts = (counted: (x: number, v: number) => boolean): number[] =>
          asked.map((v) => list.filter((x) => counted(x, v)).length);
        expect(searchSorted(sorted, values).toArray()).toEqual(counts((x, v) => before(x, v)));
        expect(searchSorted(sorted, values, { side: 'right' }).toArray()).toEqual(counts((x, v) => !before(v, x)));
      }),
    );
  });

  test('refusals', () => {
    expect(refusal(() => searchSorted([[1]], 1))).toMatchInlineSnapshot(`
      "ShapeError not-a-vector
      searchSorted: the sorted list has shape [1, 1]; expected one axis"
    `);
    // @ts-expect-error -- no such side
    expect(refusal(() => searchSorted([1], 1, { side: 'both' }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-side
      searchSorted: no side "both"; the sides are 'left' and 'right'"
    `);
  });
});

describe('unique', () => {
  test('gives each value once, in order; NaN once and last', () => {
    fc.assert(
      fc.property(alongAxis, ({ x }) => {
        const set = new Set(Array.from(x.data, (one) => one + 0));
        expect(unique(x).add(0).toArray()).toEqual(
          [...set].toSorted((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b)),
        );
      }),
    );
  });

  test('sends its derivative to the first of equal elements', () => {
    expect(grad((x: Tensor) => unique(x).square().sum())(tensor([3, 1, 3])).toArray()).toEqual([6, 2, 0]);
  });

  test('needs numbers', () => {
    expect(refusal(() => trace((x: Tensor) => unique(x), spec([3])))).toMatchInlineSnapshot(`
      "ArgumentError symbolic-value
      unique: the shape of the result depends on the values, and while tracing f32 [3] has none
        try unique outside of the traced function, and passing what it gives as an argument"
    `);
  });
});

describe('segmentSum and bincount', () => {
  const labelled = fc
    .array(
      fc.record({ label: fc.nat({ max: 4 }), row: fc.tuple(fc.integer({ max: 9, min: -9 }), fc.nat({ max: 9 })) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((entries) => ({ labels: entries.map(({ label }) => label), rows: entries.map(({ row }) => row) }));

  test('add up, and count, what carries the same label', () => {
    fc.assert(
      fc.property(labelled, ({ labels, rows }) => {
        const segments = tensor(labels, { dtype: 'i32' });
        const sums = build([5, 2], ([s, column]) =>
          labels.reduce((sum, label, k) => (label === s ? sum + rows[k]![column!]! : sum), 0),
        );
        expect(segmentSum(tensor(rows, { dtype: 'f64' }), segments, 5).toArray()).toEqual(sums);
        expect(bincount(segments, 5).toArray()).toEqual(
          Array.from({ length: 5 }, (_, s) => labels.filter((label) => label === s).length),
        );
      }),
    );
  });

  test('take labels of any shape', () => {
    const x = counting([2, 2, 3]);
    const labels = [
      [0, 1],
      [1, 1],
    ];
    const sums = segmentSum(x, labels, 2);
    expect(sums.shape).toEqual([2, 3]);
    for (const [s, column] of indices([2, 3])) {
      const own = [...indices([2, 2])].filter(([i, j]) => labels[i!]![j!] === s);
      expect(at(sums.toArray(), [s!, column!])).toBe(
        own.reduce((sum, index) => sum + at(x.toArray(), [...index, column!]), 0),
      );
    }
    expect(bincount(labels, 3).toArray()).toEqual([1, 3, 0]);
    expect(segmentSum(zeros([0, 2]), [], 2).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('refusals', () => {
    expect(refusal(() => segmentSum([1, 2], tensor([0, 1]), 2))).toMatchInlineSnapshot(`
      "DtypeError indices-not-i32
      scatterAdd: indices are f32; expected i32
        at segmentSum/scatterAdd
        try indices.cast('i32')"
    `);
    expect(refusal(() => segmentSum([1, 2], [0, 2], 2))).toMatchInlineSnapshot(`
      "ArgumentError index-out-of-range
      scatterAdd: index 2 on an axis of extent 2; it has indices -2 to 1
        at segmentSum/scatterAdd"
    `);
    expect(refusal(() => segmentSum([1, 2], [0], 2))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      scatterAdd: updates have shape [2]; expected [1] for these indices
        at segmentSum/scatterAdd"
    `);
    expect(refusal(() => segmentSum([true], [0], 1))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      segmentSum: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    expect(refusal(() => bincount([0, 3], 3))).toMatchInlineSnapshot(`
      "ArgumentError index-out-of-range
      bincount: 3 has no place among the counts of 0 to 2
        try bincount(x, 4)"
    `);
    expect(refusal(() => bincount([-1], 3))).toMatchInlineSnapshot(`
      "ArgumentError index-out-of-range
      bincount: -1 has no place among the counts of 0 to 2"
    `);
    expect(refusal(() => bincount(tensor([1]), 3))).toMatchInlineSnapshot(`
      "DtypeError indices-not-i32
      bincount: indices are f32; expected i32
        try indices.cast('i32')"
    `);
  });
});
