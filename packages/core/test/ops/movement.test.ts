import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, broadcastTo, mul, tensor, where } from '../../src/index.ts';
import { at, broadcasting, build, counting, indices, shapes, unbroadcast } from '../reference.ts';

describe('broadcasting', () => {
  test('repeats along missing axes and axes of extent 1', () => {
    fc.assert(
      fc.property(broadcasting, ({ a, b, shape }) => {
        const [x, y] = [counting(a), counting(b).add(0.5)];
        const [p, q] = [x.toArray(), y.toArray()];
        const expected = build(shape, (index) => at(p, unbroadcast(index, a)) + 10 * at(q, unbroadcast(index, b)));
        expect(add(x, mul(10, y)).toArray()).toEqual(expected);
        expect(broadcastTo(x, shape).toArray()).toEqual(build(shape, (index) => at(p, unbroadcast(index, a))));
        const chosen = where(x.greater(1), x, y).toArray();
        const picked = build(shape, (index) => {
          const left = at(p, unbroadcast(index, a));
          return left > 1 ? left : at(q, unbroadcast(index, b));
        });
        expect(chosen).toEqual(picked);
      }),
    );
  });
});

describe('reshape, permute and their kin', () => {
  test('reshape keeps the elements in order', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const x = counting(shape);
        expect(Array.from(x.reshape([-1]).data)).toEqual(Array.from({ length: x.size }, (_, k) => k));
        expect(x.reshape([-1]).reshape(shape).toArray()).toEqual(x.toArray());
      }),
    );
  });

  test('permute moves axis order[i] to i, and its inverse moves it back', () => {
    fc.assert(
      fc.property(
        shapes.chain((shape) =>
          fc.record({
            shape: fc.constant(shape),
            order: fc.shuffledSubarray(
              shape.map((_, axis) => axis),
              { minLength: shape.length },
            ),
          }),
        ),
        ({ shape, order }) => {
          const x = counting(shape);
          const nested = x.toArray();
          const moved = x.permute(order);
          for (const index of indices(moved.shape)) {
            const source = shape.map((_, axis) => index[order.indexOf(axis)]!);
            expect(at(moved.toArray(), index)).toBe(at(nested, source));
          }
          expect(moved.permute(order.map((_, axis) => order.indexOf(axis))).toArray()).toEqual(nested);
        },
      ),
    );
  });

  test('transpose swaps the last two axes and no others', () => {
    const x = counting([2, 3, 4]);
    expect(x.transpose().shape).toEqual([2, 4, 3]);
    expect(x.transpose().transpose().toArray()).toEqual(x.toArray());
    expect(
      tensor([[1, 2]])
        .transpose()
        .toArray(),
    ).toEqual([[1], [2]]);
  });

  test('expandDims and squeeze add and remove axes of extent 1', () => {
    const x = counting([2, 3]);
    expect([0, 1, 2, -1, -3].map((axis) => x.expandDims(axis).shape)).toEqual([
      [1, 2, 3],
      [2, 1, 3],
      [2, 3, 1],
      [2, 3, 1],
      [1, 2, 3],
    ]);
    expect(x.expandDims(0).expandDims(-1).squeeze().shape).toEqual([2, 3]);
    expect(x.expandDims(0).expandDims(-1).squeeze({ axis: 0 }).shape).toEqual([2, 3, 1]);
    expect(
      x
        .expandDims(0)
        .expandDims(-1)
        .squeeze({ axis: [0, -1] }).shape,
    ).toEqual([2, 3]);
  });

  test('one extent of -1 is what is left, also where there is nothing', () => {
    expect(counting([2, 6]).reshape([3, -1]).shape).toEqual([3, 4]);
    expect(counting([0, 6]).reshape([3, -1]).shape).toEqual([3, 0]);
    expect(counting([1]).reshape([]).shape).toEqual([]);
    expect(counting([]).reshape([1, 1]).shape).toEqual([1, 1]);
  });
});
