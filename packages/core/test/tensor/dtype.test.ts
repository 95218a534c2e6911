import { describe, expect, test } from 'vitest';
import {
  type Dtype,
  type TensorLike,
  add,
  cast,
  div,
  equal,
  greater,
  matmul,
  maximum,
  mul,
  ones,
  pow,
  promote,
  sub,
  sum,
  tensor,
  variable,
  where,
} from '../../src/index.ts';

const dtypes: readonly Dtype[] = ['bool', 'i32', 'f32', 'f64'];

describe('promotion is one table', () => {
  test('the later one of bool, i32, f32, f64', () => {
    const table = dtypes.map((a) => dtypes.map((b) => promote(a, b)));
    expect(table).toEqual([
      ['bool', 'i32', 'f32', 'f64'],
      ['i32', 'i32', 'f32', 'f64'],
      ['f32', 'f32', 'f32', 'f64'],
      ['f64', 'f64', 'f64', 'f64'],
    ]);
  });

  test.each([
    ['add', add],
    ['maximum', maximum],
    ['matmul', (a: TensorLike, b: TensorLike) => matmul(a, b)],
    ['where', (a: TensorLike, b: TensorLike) => where(true, a, b)],
  ])('%s follows it', (_, op) => {
    for (const a of dtypes) {
      for (const b of dtypes) {
        if (a === 'bool' && b === 'bool') continue;
        expect(op(ones([2, 2], a), ones([2, 2], b)).dtype).toBe(promote(a, b));
      }
    }
  });

  test('comparisons give bool, whatever they compare', () => {
    for (const a of dtypes) for (const b of dtypes) expect(equal(ones([2], a), ones([2], b)).dtype).toBe('bool');
    expect(greater(tensor([true, false]), false).toArray()).toEqual([true, false]);
  });

  test('division of whole numbers gives f32', () => {
    expect(div(ones([2], 'i32'), 2)).toMatchObject({ dtype: 'f32' });
    expect(div(tensor([7], { dtype: 'i32' }), 2).toArray()).toEqual([3.5]);
    expect(div(ones([2], 'i32'), ones([2], 'f64')).dtype).toBe('f64');
    expect(sum(ones([3], 'i32')).dtype).toBe('i32');
    expect(ones([3], 'i32').mean().dtype).toBe('f32');
  });
});

describe('a plain number is weak', () => {
  test('it takes the dtype of the tensor that it meets, on either side', () => {
    for (const dtype of ['i32', 'f32', 'f64'] as const) {
      expect(add(ones([2], dtype), 2).dtype).toBe(dtype);
      expect(add(2, ones([2], dtype)).dtype).toBe(dtype);
      expect(ones([2], dtype).mul(3).dtype).toBe(dtype);
      expect(where(tensor([true, false]), ones([2], dtype), 0).dtype).toBe(dtype);
      expect(sub([1, 2], ones([2], dtype)).dtype).toBe(dtype);
    }
  });

  test('beside bool it is i32 where it is whole, else f32', () => {
    expect(mul(tensor([true, false]), 3)).toMatchObject({ dtype: 'i32' });
    expect(mul(tensor([true, false]), 0.5).toArray()).toEqual([0.5, 0]);
  });

  test('in f64 it is not rounded to f32 first', () => {
    expect(tensor(1, { dtype: 'f64' }).mul(0.1).item()).toBe(0.1);
    expect(pow(tensor(2, { dtype: 'f64' }), 0.1).item()).toBe(2 ** 0.1);
    expect(
      variable(tensor(1, { dtype: 'f64' }))
        .value.add(0.1)
        .item(),
    ).toBe(1.1);
  });

  test('alone it is f32', () => {
    expect(add(1, 2)).toMatchObject({ dtype: 'f32', shape: [] });
    expect(add(0.1, 0.2).item()).toBe(Math.fround(Math.fround(0.1) + Math.fround(0.2)));
  });
});

describe('whole numbers', () => {
  test('wrap modulo 2^32, products exactly', () => {
    const big = tensor([2_147_483_647], { dtype: 'i32' });
    expect(big.add(1).toArray()).toEqual([-2_147_483_648]);
    expect(big.mul(big).toArray()).toEqual([1]);
    expect(tensor(123_456_789, { dtype: 'i32' }).mul(987_654_321).item()).toBe(Math.imul(123_456_789, 987_654_321));
    expect(tensor([123_456_789, 2], { dtype: 'i32' }).mul(987_654_321).data[0]).toBe(
      Math.imul(123_456_789, 987_654_321),
    );
    expect(tensor(-2_147_483_648, { dtype: 'i32' }).neg().item()).toBe(-2_147_483_648);
    expect(tensor(-2_147_483_648, { dtype: 'i32' }).abs().item()).toBe(-2_147_483_648);
  });

  test('squares and sums are exact modulo 2^32 too', () => {
    const n = 123_456_789;
    expect(tensor(n, { dtype: 'i32' }).square().item()).toBe(Math.imul(n, n));
    expect(tensor([n, 1], { dtype: 'i32' }).square().data[0]).toBe(Math.imul(n, n));
    expect(sum(tensor([2_147_483_647, 1], { dtype: 'i32' })).item()).toBe(-2_147_483_648);
  });

  test('powers by repeated multiplication; a negative exponent leaves nothing but ones', () => {
    const p = (x: number, y: number): number => pow(tensor(x, { dtype: 'i32' }), tensor(y, { dtype: 'i32' })).item();
    expect([p(3, 4), p(-2, 31), p(7, 0), p(0, 0), p(2, -1), p(1, -5), p(-1, -3), p(-1, -2)]).toEqual([
      81, -2_147_483_648, 1, 1, 0, 1, -1, 1,
    ]);
    expect(p(3, 40)).toBe(Number(BigInt.asIntN(32, 3n ** 40n)));
  });
});

describe('cast', () => {
  test('to i32 cuts off towards zero; to bool asks whether it is zero; to f32 rounds', () => {
    expect(cast([1.7, -1.7, Number.NaN, 2 ** 31], 'i32').toArray()).toEqual([1, -1, 0, -2_147_483_648]);
    expect(cast(full(1.7), 'i32').item()).toBe(1);
    expect(cast([0, -0, 0.1, Number.NaN], 'bool').toArray()).toEqual([false, false, true, true]);
    expect(cast(tensor(0.1, { dtype: 'f64' }), 'f32').item()).toBe(Math.fround(0.1));
    expect(cast([true, false], 'f64').toArray()).toEqual([1, 0]);
  });

  test('of a uniform tensor gives what it gives of an array', () => {
    for (const value of [1.7, -1.7, Number.NaN, 2 ** 31, -0]) {
      for (const dtype of dtypes) {
        const [one, two] = [
          cast(tensor(value, { dtype: 'f64' }), dtype),
          cast(tensor([value, 1], { dtype: 'f64' }), dtype),
        ];
        expect(one.item()).toBe(two.data[0]);
      }
    }
  });
});

function full(value: number): ReturnType<typeof tensor> {
  return tensor(value);
}
