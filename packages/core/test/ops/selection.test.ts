/** Choices of long arrays, which are made in another way than those of short ones. */
import { expect, test } from 'vitest';
import { type Dtype, type Tensor, clip, tensor, where } from '../../src/index.ts';

const numbers = [-0, 0, 0.5, -0.5, 2, -2, 1e-300, Number.NaN, Infinity, -Infinity];

/** Of `count` numbers of all kinds, which the dtype holds. */
function drawn(count: number, dtype: Dtype, step: number): Tensor {
  const kinds = dtype === 'bool' ? [0, 1] : dtype === 'i32' ? [0, -7, 2 ** 31 - 1, -(2 ** 31)] : numbers;
  return tensor(
    Array.from({ length: count }, (_, k) => kinds[(step * k) % kinds.length]!),
    { dtype },
  );
}

test.each(['f32', 'f64', 'i32', 'bool'] as const)('where gives %s elements of one side or the other', (dtype) => {
  for (const count of [1, 5, 1023, 1024, 3001]) {
    const condition = tensor(
      Array.from({ length: count }, (_, k) => (k * k) % 7 < 3),
      { dtype: 'bool' },
    );
    const [x, y] = [drawn(count, dtype, 3), drawn(count, dtype, 1)];
    const two = y.slice([[0, 2]]);
    const [holds, ofTrue, ofFalse] = [condition, x, y].map((each) => [...each.data]) as [number[], number[], number[]];
    const expected = holds.map((each, k) => (each === 0 ? ofFalse : ofTrue)[k]);
    expect([...where(condition, x, y).data]).toEqual(expected);
    const spread = where(condition.expandDims(1), x.expandDims(1), two);
    expect([...spread.data]).toEqual(
      holds.flatMap((each, k) => [...two.data].map((other) => (each === 0 ? other : ofTrue[k]))),
    );
  }
});

test.each(['f32', 'f64'] as const)('clip of %s keeps what lies within, zeros with their signs and NaN', (dtype) => {
  for (const [min, max] of [
    [-0.5, 0.5],
    [0, 2],
    [-0, 0.5],
    [-2, -0],
    [-Infinity, 0.5],
    [0, Infinity],
    [-Infinity, Infinity],
  ] as const) {
    for (const count of [9, 1100, 2 ** 17 + 5, 1100]) {
      const x = drawn(count, dtype, 1);
      const given = x.data;
      const wrong = clip(x, { min, max }).data.findIndex((value, k) => {
        const number = given[k]!;
        return !Object.is(value, number < min ? min : number > max ? max : number);
      });
      expect(given[wrong], `${count} within ${min} and ${max}`).toBeUndefined();
    }
  }
});
