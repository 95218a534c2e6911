import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  cummax,
  cumprod,
  cumsum,
  grad,
  linearRecurrence,
  prod,
  tensor,
  vjp,
  zeros,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { at, build } from '../reference.ts';
import { refusal } from '../refusal.ts';

/** Tensors with few different whole numbers: many zeros and ties. */
const alongAxis = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc.record({
    x: fc
      .array(fc.integer({ min: -2, max: 3 }), { minLength: size, maxLength: size })
      .map((values) => tensor(values, { shape, dtype: 'f64' })),
    axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
    reverse: fc.boolean(),
  });
});

/** Each element's total by going over all that come before it. */
function slowly(x: Tensor, axis: number, reverse: boolean, total: (group: number[]) => number): unknown {
  const nested = x.toArray();
  const along = axis < 0 ? axis + x.rank : axis;
  return build(x.shape, (index) => {
    const group: number[] = [];
    for (let k = 0; k < x.shape[along]!; k++) {
      if (reverse ? k >= index[along]! : k <= index[along]!) group.push(at(nested, index.with(along, k)));
    }
    return total(group) + 0; // no -0
  });
}

describe('running totals', () => {
  test.each([
    ['cumsum', cumsum, (group: number[]) => group.reduce((a, b) => a + b, 0)],
    ['cumprod', cumprod, (group: number[]) => group.reduce((a, b) => a * b, 1)],
    ['cummax', cummax, (group: number[]) => Math.max(...group)],
  ] as const)('%s of each element is the total of those up to it, either way', (_, op, total) => {
    fc.assert(
      fc.property(alongAxis, ({ x, axis, reverse }) => {
        expect(op(x, { axis, reverse }).add(0).toArray()).toEqual(slowly(x, axis, reverse, total));
      }),
    );
  });

  test('without an axis they go through all elements in a row', () => {
    expect(
      cumsum([
        [1, 2],
        [3, 4],
      ]).toArray(),
    ).toEqual([1, 3, 6, 10]);
    expect(cumprod(3).toArray()).toEqual([3]);
    expect(cumsum(zeros([0, 2])).toArray()).toEqual([]);
  });

  test('of whole numbers stay whole, modulo 2^32', () => {
    const x = tensor([2147483647, 1, 2], { dtype: 'i32' });
    expect(cumsum(x).toArray()).toEqual([2147483647, -2147483648, -2147483646]);
    expect(cumprod(tensor([65537, 65537, 3], { dtype: 'i32' })).toArray()).toEqual([65537, 131073, 393219]);
  });

  test('cummax is NaN from the first NaN on', () => {
    expect(cummax([1, Number.NaN, 3, 4]).toArray()).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
  });

  test('cumprod and prod have right derivatives where elements are zero, twice', () => {
    for (const values of [[2, 0, 5, 3], [0, 4, 0, 1], [0, 0, 0], [0], [7]]) {
      const x = tensor(values, { dtype: 'f64' });
      checkGradients((y) => cumprod(y), [x], { tolerance: 1e-6 });
      checkGradients((y) => prod(y), [x], { tolerance: 1e-6 });
    }
    const x = tensor(
      [
        [0, 2, 0],
        [1, 0, 3],
      ],
      { dtype: 'f64' },
    );
    checkGradients((y) => prod(y, { axis: 0 }), [x], { tolerance: 1e-6 });
    checkGradients((y) => cumprod(y, { axis: 1, reverse: true }), [x], { tolerance: 1e-6 });
  });

  test('what ties for the largest so far shares the derivative', () => {
    // At the second 2 the record is held by both, at the first by one.
    const x = tensor([1, 2, 2, 0]);
    expect(grad((y: Tensor) => cummax(y).sum())(x).toArray()).toEqual([1, 2, 1, 0]);
    expect(vjp((y: Tensor) => cummax(y), x)[1](tensor([0, 0, 1, 0])).toArray()).toEqual([0, 0.5, 0.5, 0]);
  });

  test('a recurrence with a = 1 is a running sum, and its first a counts for nothing', () => {
    const b = tensor([1, 2, 3]);
    expect(linearRecurrence([Infinity, 1, 1], b).toArray()).toEqual([1, 3, 6]);
    expect(linearRecurrence([0.5, 0.5, 9], b, { reverse: true }).toArray()).toEqual([2.75, 3.5, 3]);
  });

  test('refusals', () => {
    expect(refusal(() => cumsum([[1, 2]], { axis: 2 }))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      cumsum: axis 2 does not exist: axes are -2 to 1"
    `);
    expect(refusal(() => cumprod([true]))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      cumprod: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    expect(refusal(() => linearRecurrence(tensor([1, 2]), tensor([1])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      linearRecurrence: a is f32 [2] and b is f32 [1]; expected one dtype and shape"
    `);
    // @ts-expect-error -- no such option
    expect(refusal(() => cumsum([1], { exclusive: true }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      cumsum: no option named "exclusive"; the options are "axis", "reverse""
    `);
  });
});
