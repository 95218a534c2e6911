import { random, tensor, zeros } from '@edgewise/core';
import { batches } from '@edgewise/nn';
import { describe, expect, test } from 'vitest';

const data = {
  x: tensor([
    [0, 0],
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 40],
  ]),
  labels: tensor([0, 1, 2, 3, 4], { dtype: 'i32' }),
};

describe('batches', () => {
  test('cuts a data set in order where no key is given; the last batch is what is left', () => {
    const pieces = [...batches(data, { size: 2 })].map(({ x, labels }) => [x.toArray(), labels.toArray()]);
    expect(pieces).toEqual([
      [
        [
          [0, 0],
          [1, 10],
        ],
        [0, 1],
      ],
      [
        [
          [2, 20],
          [3, 30],
        ],
        [2, 3],
      ],
      [[[4, 40]], [4]],
    ]);
  });

  test('shuffles by the key: each example once, labels with their rows, the same order for the same key', () => {
    const order = (seed: number): number[] =>
      [...batches(data, { size: 2, key: random.key(seed) })].flatMap(({ x, labels }) => {
        const seen = [...labels.data];
        expect(x.toArray()).toEqual(seen.map((k) => [k, 10 * k]));
        return seen;
      });
    expect(order(1).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(order(1)).toEqual(order(1));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => String(order(seed)))).size).toBeGreaterThan(3);
  });

  test('keeps the form and the dtypes of the data', () => {
    const [only] = batches([zeros([3, 4, 4], 'f64'), { mask: tensor([true, false, true]) }] as const, { size: 8 });
    expect([String(only![0].spec), String(only![1].mask.spec)]).toEqual(['f64 [3, 4, 4]', 'bool [3]']);
  });

  test('of no examples are none', () => {
    expect([...batches({ x: zeros([0, 3]) }, { size: 4 })]).toEqual([]);
  });

  test('refuse at the call, not at the first batch', () => {
    expect(() => batches(data, { size: 0 })).toThrow('batches: size is 0; expected a whole number above 0');
    expect(() => batches({ x: zeros([3, 1]), labels: zeros([2]) }, { size: 1 })).toThrow(
      'batches: x has 3 examples, labels has 2',
    );
    expect(() => batches({ x: tensor(1) }, { size: 1 })).toThrow('batches: x is no tensor with a first axis to cut');
    expect(() => batches({}, { size: 1 })).toThrow('batches: there is no tensor in the data');
    expect(() => batches(data, JSON.parse('{ "size": 1, "shuffle": true }') as { size: number })).toThrow(
      'batches: no option named "shuffle"',
    );
  });
});
