import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Tensor, matmul, random, tensor, zeros } from '../../src/index.ts';
import { at, build, unbroadcast } from '../reference.ts';

/** Row by column, one product at a time, batches broadcast. */
function slowly(a: Tensor, b: Tensor): unknown {
  const [p, q] = [a.toArray(), b.toArray()];
  const [left, right] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const rank = Math.max(left.length, right.length);
  const batch = Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [left[axis - rank + left.length] ?? 1, right[axis - rank + right.length] ?? 1];
    return m === 1 ? n : m;
  });
  return build([...batch, a.shape.at(-2)!, b.shape.at(-1)!], (index) => {
    const [i, j] = index.slice(-2) as [number, number];
    const here = index.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < a.shape.at(-1)!; k++) {
      sum += at(p, [...unbroadcast(here, left), i, k]) * at(q, [...unbroadcast(here, right), k, j]);
    }
    return sum;
  });
}

const small = fc.nat({ max: 9 });

describe('the product of matrices', () => {
  test('of whole numbers is exact modulo 2^32, small and large, as sums and products are', () => {
    const whole = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(fc.constantFrom(1, 3, 12), fc.infiniteStream(whole), (side, numbers) => {
        const [p, q] = [0, 1].map(() => Int32Array.from(numbers.take(side * side)));
        const expected = Array.from({ length: side * side }, (_, at) => {
          const [i, j] = [Math.floor(at / side), at % side];
          let sum = 0n;
          for (let k = 0; k < side; k++) sum += BigInt(p![i * side + k]!) * BigInt(q![k * side + j]!);
          return Number(BigInt.asIntN(32, sum));
        });
        const product = matmul(tensor(p!).reshape([side, side]), tensor(q!).reshape([side, side]));
        expect(product.dtype).toBe('i32');
        expect([...product.data]).toEqual(expected);
      }),
    );
  });

  test('is the sum over the inner axis, with zero sizes, for all four transpositions', () => {
    fc.assert(
      fc.property(
        fc.record({
          rows: small,
          inner: small,
          columns: small,
          transposeA: fc.boolean(),
          transposeB: fc.boolean(),
          batch: fc.constantFrom<[number[], number[]]>(
            [[], []],
            [[2], [2]],
            [[3, 1], [2]],
            [[], [2]],
            [[0], []],
            [
              [2, 1],
              [1, 3],
            ],
          ),
          seed: fc.nat({ max: 1000 }),
        }),
        ({ rows, inner, columns, transposeA, transposeB, batch: [left, right], seed }) => {
          // Whole numbers, so that the order of additions does not show.
          const draw = (shape: number[], k: number): Tensor =>
            random
              .uniform(random.key(seed + k), shape, { min: -9, max: 9, dtype: 'f64' })
              .cast('i32')
              .cast('f64');
          const a = draw([...left, rows, inner], 0);
          const b = draw([...right, inner, columns], 1);
          const result = matmul(transposeA ? a.transpose() : a, transposeB ? b.transpose() : b, {
            transposeA,
            transposeB,
          });
          expect(result.add(0).toArray()).toEqual(slowly(a, b));
        },
      ),
    );
  });

  test('agrees with itself at sizes beyond a tile, in every dtype', () => {
    for (const [rows, inner, columns] of [
      [1, 1, 1],
      [4, 4, 4],
      [5, 9, 7],
      [33, 17, 65],
      [64, 128, 3],
    ] as const) {
      for (const dtype of ['f32', 'f64', 'i32'] as const) {
        const draw = (shape: number[], seed: number): Tensor =>
          random.uniform(random.key(seed), shape, { min: -9, max: 9 }).cast('i32').cast(dtype);
        const [a, b] = [draw([rows, inner], 1), draw([inner, columns], 2)];
        expect(matmul(a, b).dtype).toBe(dtype);
        expect(matmul(a, b).add(0).toArray()).toEqual(slowly(a, b));
      }
    }
  });

  test('a vector is a row on the left and a column on the right, and its axis goes again', () => {
    const m = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(matmul([10, 1], m).toArray()).toEqual([14, 25, 36]);
    expect(matmul(m, [1, 10, 100]).toArray()).toEqual([321, 654]);
    expect(matmul([1, 2], [3, 4]).shape).toEqual([]);
    expect(matmul([1, 10, 100], m, { transposeB: true }).toArray()).toEqual([321, 654]);
    expect(matmul(m, [10, 1], { transposeA: true }).toArray()).toEqual([14, 25, 36]);
    const batched = matmul(zeros([5, 2, 3]).add(1), [1, 2, 3]);
    expect([batched.shape, batched.sum().item()]).toEqual([[5, 2], 60]);
    expect(matmul([1, 2], zeros([5, 2, 3])).shape).toEqual([5, 3]);
  });

  test('over an empty inner axis is zero', () => {
    expect(matmul(zeros([2, 0]), zeros([0, 3])).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(matmul(zeros([0, 2]), zeros([2, 3])).shape).toEqual([0, 3]);
  });

  test('a NaN or an infinity stays in its row and column, also in tiles that are not full', () => {
    const a = zeros([5, 5]).add(random.uniform(random.key(1), [5, 5]));
    const spoilt = a.add(tensor([0, 0, 0, 0, Number.POSITIVE_INFINITY]).reshape([5, 1]));
    const product = matmul(spoilt, a);
    expect(Array.from(product.slice([[0, 4]]).data).every(Number.isFinite)).toBe(true);
    expect(Array.from(product.slice([4]).data).some(Number.isFinite)).toBe(false);
  });
});
