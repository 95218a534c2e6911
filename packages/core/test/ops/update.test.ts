import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Place,
  type Range,
  type Tensor,
  dot,
  grad,
  outer,
  random,
  run,
  scatterAddAlongAxis,
  slice,
  spec,
  takeAlongAxis,
  tensor,
  trace,
  zeros,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { at, build, counting, indices } from '../reference.ts';
import { refusal } from '../refusal.ts';

const i32 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'i32' });

const updates: Record<keyof Place, (element: number, value: number) => number> = {
  set: (_, value) => value,
  add: (element, value) => element + value,
  mul: (element, value) => element * value,
  max: (element, value) => Math.max(element, value),
};
const kinds = Object.keys(updates) as (keyof Place)[];

describe('x.at(ranges)', () => {
  const ranges = fc.tuple(
    fc.constantFrom<Range>(null, 1, -1, [1], [null, null, -2], [2, 0, -1], [2, 2]),
    fc.constantFrom<Range>(null, 0, [-2], [0, 3, 2], [null, 1]),
  );

  test.each(kinds)('%s changes what slice reads, and nothing else', (kind) => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: -9, max: 9 }), fc.boolean(), (both, value, onlyFirst) => {
        const where = onlyFirst ? both.slice(0, 1) : both;
        const x = counting([3, 4]);
        const flat = new Set(slice(counting([3, 4]), where).data);
        expect(x.at(where)[kind](value).toArray()).toEqual(
          build([3, 4], ([i, j]) => (flat.has(4 * i! + j!) ? updates[kind](4 * i! + j!, value) : 4 * i! + j!)),
        );
      }),
    );
  });

  test('puts values in the order of the slice, broadcast', () => {
    expect(
      zeros([4])
        .at([[null, null, -2]])
        .set([1, 2])
        .toArray(),
    ).toEqual([0, 2, 0, 1]);
    expect(zeros([2, 2]).at([]).set([1, 2]).toArray()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(tensor(3).at([]).mul(2).item()).toBe(6);
  });

  test.each(kinds)('%s has derivatives in elements and values', (kind) => {
    const [x, values] = [0, 1].map((k) => random.uniform(random.key(k), [3, 4 - 2 * k], { dtype: 'f64' }));
    checkGradients((a, v) => a.at([null, [1, 3]])[kind](v), [x!, values!]);
  });
});

describe('x.at(indices)', () => {
  test.each(kinds)('%s changes the entries that are named', (kind) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 3 }), { maxLength: 4 }), (rows) => {
        const x = counting([4, 2]);
        const values = counting([rows.length, 2]).sub(3);
        const nested = values.toArray();
        const named = i32(rows.map((row, k) => (k % 2 === 0 ? row : row - 4)));
        expect(x.at(named)[kind](values).toArray()).toEqual(
          build([4, 2], ([i, j]) => {
            const k = rows.indexOf(i!);
            const element = 2 * i! + j!;
            return k < 0 ? element : updates[kind](element, at(nested, [k, j!]));
          }),
        );
      }),
    );
  });

  test.each(kinds)('%s has derivatives in elements and values', (kind) => {
    const [x, values] = [0, 1].map((k) => random.uniform(random.key(k), [4 - 2 * k, 2], { dtype: 'f64' }));
    checkGradients((a, v) => a.at(i32([2, 0]))[kind](v), [x!, values!]);
  });

  test('of an index named twice, add adds both and set keeps the last, derivative included', () => {
    const twice = i32([1, 0, 1]);
    expect(zeros([3]).at(twice).add([1, 2, 4]).toArray()).toEqual([2, 5, 0]);
    expect(zeros([3]).at(twice).set([1, 2, 4]).toArray()).toEqual([2, 4, 0]);
    expect(grad((v: Tensor) => zeros([3]).at(twice).set(v).square().sum())(tensor([1, 2, 4])).toArray()).toEqual([
      0, 4, 8,
    ]);
    expect(grad((x: Tensor) => x.at(twice).set(0).sum())(tensor([1, 2, 3])).toArray()).toEqual([0, 0, 1]);
  });

  test('can be traced', () => {
    const graph = trace((x: Tensor, k: Tensor) => x.at(k).mul(10), spec([3]), spec([2], 'i32'));
    expect(run(graph, tensor([1, 2, 3]), i32([2, 0])).toArray()).toEqual([10, 2, 30]);
    expect(refusal(() => run(graph, tensor([1, 2, 3]), i32([2, -1])))).toMatchInlineSnapshot(`
      "ArgumentError index-twice
      at: index 2 occurs twice, and mul and max take each entry once"
    `);
  });
});

test('refusals of at', () => {
  const x = tensor([1, 2, 3]);
  expect(refusal(() => x.at([[0, 2]]).set([1, 2, 3]))).toMatchInlineSnapshot(`
    "ShapeError shape-mismatch
    at: values of shape [3] do not broadcast to [2], the shape of the places"
  `);
  expect(refusal(() => x.at([5]).set(1))).toMatchInlineSnapshot(`
    "ArgumentError index-out-of-range
    slice: index 5 on axis 0 of shape [3]; it has indices -3 to 2"
  `);
  expect(refusal(() => x.at([0]).set(tensor(1, { dtype: 'f64' })))).toMatchInlineSnapshot(`
    "DtypeError dtype-mismatch
    at: values are f64; x is f32, which cannot hold them
      try values.cast('f32')"
  `);
  expect(refusal(() => i32([1]).at([0]).set(0.5))).toMatchInlineSnapshot(`
    "DtypeError not-this-dtype
    at: 0.5 is not a whole number within 32 bits, and the tensor beside it is i32
      try x.cast('f32') first"
  `);
  expect(refusal(() => x.at(tensor([0])).set(1))).toMatchInlineSnapshot(`
    "DtypeError indices-not-i32
    at: indices are f32; expected i32
      try indices.cast('i32')"
  `);
  expect(refusal(() => x.at(i32([3])).set(1))).toMatchInlineSnapshot(`
    "ArgumentError index-out-of-range
    at: index 3 on an axis of extent 3; it has indices -3 to 2"
  `);
  expect(refusal(() => x.at(i32([0, 0])).max(1))).toMatchInlineSnapshot(`
    "ArgumentError index-twice
    at: index 0 occurs twice, and mul and max take each entry once"
  `);
  expect(
    refusal(() =>
      tensor(1)
        .at(i32([0]))
        .set(1),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError axis-out-of-range
    at: axis 0 does not exist: the tensor has rank 0"
  `);
});

describe('takeAlongAxis and scatterAddAlongAxis', () => {
  const cases = fc
    .record({
      shape: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      a: fc.nat({ max: 2 }),
      count: fc.nat({ max: 4 }),
    })
    .chain(({ shape, a, count }) => {
      const axis = a % shape.length;
      const inner = shape.with(axis, count);
      const size = inner.reduce((p, q) => p * q, 1);
      return fc.record({
        shape: fc.constant(shape),
        axis: fc.constant(axis),
        where: fc
          .array(fc.integer({ min: -shape[axis]!, max: shape[axis]! - 1 }), { minLength: size, maxLength: size })
          .map((values) => tensor(values, { shape: inner, dtype: 'i32' })),
      });
    });

  test('read, and add up, at an index for each element', () => {
    fc.assert(
      fc.property(cases, ({ shape, axis, where }) => {
        const x = counting(shape);
        const nested = x.toArray();
        const source = (index: number[]): number[] => {
          const k = at(where.toArray(), index);
          return index.with(axis, k < 0 ? k + shape[axis]! : k);
        };
        expect(takeAlongAxis(x, where, { axis: axis - shape.length }).toArray()).toEqual(
          build(where.shape, (index) => at(nested, source(index))),
        );
        const added = counting(where.shape).add(1);
        const sums = x.data;
        for (const index of indices(where.shape)) {
          const flat = source(index).reduce((offset, k, a) => offset * shape[a]! + k, 0);
          sums[flat]! += at(added.toArray(), index);
        }
        expect(Array.from(scatterAddAlongAxis(x, where, added, { axis }).data)).toEqual(Array.from(sums));
      }),
    );
  });

  test('the other axes broadcast for takeAlongAxis', () => {
    expect(takeAlongAxis(counting([2, 3]), [[2, 0]]).toArray()).toEqual([
      [2, 0],
      [5, 3],
    ]);
    expect(takeAlongAxis(counting([1, 3]), [[2], [0]]).toArray()).toEqual([[2], [0]]);
  });

  test('refusals', () => {
    expect(refusal(() => takeAlongAxis(counting([2, 3]), [0]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      takeAlongAxis: indices have shape [1] and x has [2, 3]; expected as many axes, which broadcast except for axis 1"
    `);
    expect(refusal(() => takeAlongAxis(counting([2, 3]), tensor([[0]])))).toMatchInlineSnapshot(`
      "DtypeError indices-not-i32
      takeAlongAxis: indices are f32; expected i32
        try indices.cast('i32')"
    `);
    expect(refusal(() => takeAlongAxis(counting([2, 3]), [[3]]))).toMatchInlineSnapshot(`
      "ArgumentError index-out-of-range
      takeAlongAxis: index 3 on an axis of extent 3; it has indices -3 to 2"
    `);
    expect(refusal(() => scatterAddAlongAxis(zeros([2, 2]), [[0], [1]], [1, 2]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      scatterAddAlongAxis: indices have shape [2, 1], updates [2], x [2, 2]; indices and updates have the shape of x except on axis 1"
    `);
    expect(refusal(() => scatterAddAlongAxis(zeros([2]), [0], tensor([1], { dtype: 'f64' })))).toMatchInlineSnapshot(`
      "DtypeError dtype-mismatch
      scatterAddAlongAxis: updates are f64; x is f32
        try updates.cast('f32')"
    `);
  });
});

describe('dot and outer', () => {
  test('dot sums over the last axis of one and the last but one of the other', () => {
    expect(dot([1, 2], [3, 4]).item()).toBe(11);
    expect(dot(2, [1, 2]).toArray()).toEqual([2, 4]);
    const [a, b] = [counting([2, 3]), counting([4, 3, 2])];
    expect(dot(a, b).toArray()).toEqual(
      build([2, 4, 2], ([i, k, l]) =>
        [0, 1, 2].reduce((sum, j) => sum + at(a.toArray(), [i!, j]) * at(b.toArray(), [k!, j, l!]), 0),
      ),
    );
    expect(dot(b, [1, 10]).toArray()).toEqual(
      build([4, 3], ([k, j]) => at(b.toArray(), [k!, j!, 0]) + 10 * at(b.toArray(), [k!, j!, 1])),
    );
    expect(dot(b, counting([2, 2])).toArray()).toEqual(
      build([4, 3, 2], ([k, j, l]) => 2 * at(b.toArray(), [k!, j!, 1]) + l! * at(dot(b, [1, 1]).toArray(), [k!, j!])),
    );
  });

  test('outer takes all elements of both', () => {
    expect(outer([[1, 2]], [3, 4, 5]).toArray()).toEqual([
      [3, 4, 5],
      [6, 8, 10],
    ]);
  });

  test('refusals', () => {
    expect(refusal(() => dot([1, 2], [1, 2, 3]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      dot: the last axis of [2] has extent 2, axis 0 of [3] has 3; they are summed over and must agree"
    `);
    expect(refusal(() => dot([true], [true]))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      matmul: the input is bool; expected i32, f32 or f64
        at dot/matmul
        try x.cast('i32')"
    `);
  });
});
