import { describe, expect, test } from 'vitest';
import {
  arange,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  spec,
  tensor,
  variable,
  zeros,
  zerosLike,
} from '../../src/index.ts';

describe('tensor()', () => {
  test('takes a number, nested arrays and booleans', () => {
    expect(tensor(3)).toMatchObject({ shape: [], dtype: 'f32' });
    expect(tensor([[1, 2, 3]])).toMatchObject({ shape: [1, 3], dtype: 'f32' });
    expect(tensor([[true], [false]])).toMatchObject({ shape: [2, 1], dtype: 'bool' });
    expect(tensor([true, false]).toArray()).toEqual([true, false]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([[[1, 2]], [[3, 4]]]).toArray()).toEqual([[[1, 2]], [[3, 4]]]);
  });

  test('takes typed arrays in their own dtype; small integers become i32', () => {
    expect(tensor(new Float64Array([1, 2])).dtype).toBe('f64');
    expect(tensor(new Float32Array([1, 2])).dtype).toBe('f32');
    expect(tensor(new Int32Array([1, 2])).dtype).toBe('i32');
    expect(tensor(new Uint8Array([1, 255])).dtype).toBe('i32');
    expect(tensor(new Uint8Array([1, 255])).toArray()).toEqual([1, 255]);
    expect(tensor(new Uint8Array([0, 255]), { dtype: 'f32', shape: [2, 1] }).toArray()).toEqual([[0], [255]]);
  });

  test('copies: what happens to the source later does not matter, nor what happens to `data`', () => {
    const source = new Float32Array([1, 2]);
    const x = tensor(source);
    source[0] = 100;
    x.data[1] = 100;
    expect(x.toArray()).toEqual([1, 2]);
  });

  test('rounds to the dtype asked for', () => {
    expect(tensor(0.1).item()).toBe(Math.fround(0.1));
    expect(tensor(0.1, { dtype: 'f64' }).item()).toBe(0.1);
    expect(tensor([0.1]).data).toEqual(new Float32Array([0.1]));
  });

  test('gives back what went in', () => {
    const x = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'i32' },
    );
    expect([x.rank, x.size, x.isSymbolic]).toEqual([2, 4, false]);
    expect(x.data).toEqual(new Int32Array([1, 2, 3, 4]));
    expect(tensor([5]).item()).toBe(5);
  });

  test('an array of one element is a tensor of one element, of any rank', () => {
    expect(tensor([[[7]]])).toMatchObject({ shape: [1, 1, 1], size: 1 });
    expect(tensor([[[7]]]).toArray()).toEqual([[[7]]]);
  });
});

describe('by rule', () => {
  test('zeros, ones and full', () => {
    expect(zeros([2]).toArray()).toEqual([0, 0]);
    expect(ones([1, 2], 'i32').toArray()).toEqual([[1, 1]]);
    expect(full([2], 0.1).data).toEqual(new Float32Array([0.1, 0.1]));
    expect(full([2], 1, 'bool').toArray()).toEqual([true, true]);
    expect(zerosLike(tensor([1, 2], { dtype: 'i32' }))).toMatchObject({ dtype: 'i32', shape: [2] });
    expect(onesLike(spec([2], 'f64')).toArray()).toEqual([1, 1]);
    expect(fullLike(tensor([1, 2], { dtype: 'i32' }), 7)).toMatchObject({ dtype: 'i32', shape: [2], storage: 7 });
  });

  test('eye, square or not', () => {
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(eye(2, 3, 'i32').toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(eye(0).shape).toEqual([0, 0]);
  });

  test('arange counts from, to and by', () => {
    expect(arange(4)).toMatchObject({ dtype: 'i32' });
    expect(arange(4).toArray()).toEqual([0, 1, 2, 3]);
    expect(arange(1, 4).toArray()).toEqual([1, 2, 3]);
    expect(arange(5, 0, -2).toArray()).toEqual([5, 3, 1]);
    expect(arange(0, 1, 0.25, 'f64').toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect(arange(0, 1, 0.25).dtype).toBe('f32');
    expect(arange(3, 3).toArray()).toEqual([]);
    expect(arange(3, 1).toArray()).toEqual([]);
    expect(arange(0, 3, 1, 'f64').dtype).toBe('f64');
    expect(() => arange(0, 1, 0)).toThrow('arange: no numbers from 0 to 1 in steps of 0');
  });

  test('linspace includes both ends exactly', () => {
    expect(linspace(0, -10, 4, 'i32').toArray()).toEqual([0, -4, -7, -10]);
    expect(linspace(0, 1, 5, 'f64').toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(0.1, 0.7, 7, 'f64').data.at(-1)).toBe(0.7);
    expect(linspace(2, 5, 1).toArray()).toEqual([2]);
    expect(linspace(2, 5, 0).toArray()).toEqual([]);
    expect(linspace(5, 2, 4, 'f64').toArray()).toEqual([5, 4, 3, 2]);
  });

  test('a Variable starts with anything that a tensor is made from', () => {
    expect(variable([1, 2]).value.toArray()).toEqual([1, 2]);
    expect(variable(tensor(3, { dtype: 'f64' })).spec.dtype).toBe('f64');
    expect(variable(new Float64Array([1])).spec.dtype).toBe('f64');
    expect(variable(variable(5)).value.item()).toBe(5);
  });
});
