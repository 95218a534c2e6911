/** Permuted, sliced and broadcast tensors of some size are views: nothing is copied, and nobody can tell. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Range, type Tensor, grad, matmul, tensor } from '../../src/index.ts';
import { View } from '../../src/tensor/view.ts';
import { at, build, counting } from '../reference.ts';

/** A movement with what it does to indices: which element of the source an index of the result is. */
interface Move {
  readonly title: string;
  readonly shape: readonly number[];
  readonly apply: (x: Tensor) => Tensor;
  readonly source: (index: readonly number[]) => number[];
}

const permutation = (shape: readonly number[]): fc.Arbitrary<Move> =>
  fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }).map((order) => ({
    title: `permute ${order.join()}`,
    shape: order.map((axis) => shape[axis]!),
    apply: (x) => x.permute(order),
    source: (index) => shape.map((_, axis) => index[order.indexOf(axis)]!),
  }));

const backward = (shape: readonly number[]): fc.Arbitrary<Move> =>
  fc.tuple(...shape.map(() => fc.boolean())).map((flips) => ({
    title: `reverse ${flips.join()}`,
    shape,
    apply: (x) => x.slice(flips.map((flip): Range => (flip ? [null, null, -1] : null))),
    source: (index) => index.map((k, axis) => (flips[axis] === true ? shape[axis]! - 1 - k : k)),
  }));

const cut = (shape: readonly number[]): fc.Arbitrary<Move> =>
  fc.nat({ max: shape.length - 1 }).map((axis) => ({
    title: `cut axis ${axis}`,
    shape: shape.with(axis, Math.max(1, shape[axis]! - 1)),
    apply: (x) => x.slice([...shape.slice(0, axis).map(() => null), shape[axis]! > 1 ? [1] : null]),
    source: (index) => index.map((k, a) => (a === axis && shape[axis]! > 1 ? k + 1 : k)),
  }));

const repeated = (shape: readonly number[]): fc.Arbitrary<Move> =>
  fc.constant({
    title: 'repeat',
    shape: [2, ...shape],
    apply: (x) => x.broadcastTo([2, ...shape]),
    source: (index) => index.slice(1),
  });

const reshaped = (shape: readonly number[]): fc.Arbitrary<Move> =>
  fc.constant({
    title: 'flatten the first axes',
    shape: [shape[0]! * (shape[1] ?? 1), ...shape.slice(2)],
    apply: (x) => x.reshape([shape[0]! * (shape[1] ?? 1), ...shape.slice(2)]),
    source: ([first, ...rest]) =>
      shape.length < 2 ? [first!] : [Math.floor(first! / shape[1]!), first! % shape[1]!, ...rest],
  });

const moves = (shape: readonly number[], count: number): fc.Arbitrary<Move[]> =>
  count === 0
    ? fc.constant([])
    : fc
        .oneof(permutation(shape), backward(shape), cut(shape), repeated(shape), reshaped(shape))
        .chain((move) => moves(move.shape, count - 1).map((rest) => [move, ...rest]));

/** A tensor whose storage is a view that counts how often it is copied. */
function watched(x: Tensor): { view: Tensor; copies: { count: number } } {
  const copies = { count: 0 };
  const { storage } = x;
  if (!(storage instanceof View)) throw new TypeError('not a view');
  x.storage = new View(storage.array, storage, () => {
    copies.count++;
    return storage.copy();
  });
  return { view: x, copies };
}

describe('a view', () => {
  test('is what permuting or slicing a large tensor gives, and of a small one it is not', () => {
    expect(counting([30, 20]).transpose().storage).toBeInstanceOf(View);
    expect(counting([3, 2]).transpose().storage).not.toBeInstanceOf(View);
  });

  test('does not keep a much larger array alive', () => {
    expect(counting([300, 10]).slice([[0, 30]]).storage).not.toBeInstanceOf(View);
  });

  test('of views of views holds the elements that its movements say', () => {
    const x = counting([6, 7, 8]);
    const nested = x.toArray();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((count) => moves([6, 7, 8], count)),
        (chain) => {
          const moved = chain.reduce((now, move) => move.apply(now), x);
          const shape = chain.at(-1)!.shape;
          const expected = build(shape, (index) =>
            at(
              nested,
              chain.toReversed().reduce((now: readonly number[], move) => move.source(now), index),
            ),
          );
          expect(moved.shape).toEqual(shape);
          expect(moved.toArray()).toEqual(expected);
          // Read by other ops in its own order, and copied out.
          expect(moved.add(1).sub(1).toArray()).toEqual(expected);
          expect(moved.sum().item()).toBe(Array.from(moved.data).reduce((sum, value) => sum + value, 0));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('gives the same bits in every op as its elements side by side', () => {
    const x = counting([40, 30]).mul(0.01);
    const view = x.transpose();
    const dense = tensor(view.data, { shape: view.shape });
    const ops: ((t: Tensor) => Tensor)[] = [
      (t) => t.tanh(),
      (t) => t.mul(t).add(1),
      (t) => t.sub(counting([30, 1])),
      (t) => t.sum({ axis: 0 }),
      (t) => t.max({ axis: 1 }),
      (t) => t.softmax(),
      (t) => matmul(t, counting([40, 3])),
      (t) => matmul(counting([3, 30]), t),
      (t) => matmul(t, counting([30, 3]), { transposeA: true }),
      (t) => matmul(t, t, { transposeB: true }),
      (t) => t.cast('f32'),
      (t) => t.reshape([60, 20]),
      (t) => t.take([3, 1]),
    ];
    for (const op of ops) expect(op(view).data).toEqual(op(dense).data);
    const slope = (t: Tensor): Tensor => grad((at: Tensor) => at.tanh().square().sum())(t);
    expect(slope(view).data).toEqual(slope(dense).data);
  });

  test('is read where it lies by elementwise ops, by further movements and by nothing that needs its numbers: no copy is made', () => {
    const { copies, view } = watched(counting([30, 20]).transpose());
    const moved = view.slice([null, [null, null, -1]]).transpose();
    expect(moved.storage).toBeInstanceOf(View);
    expect(view.add(1).mul(view).sub(moved.transpose()).shape).toEqual([20, 30]);
    expect(view.broadcastTo([2, 20, 30]).storage).toBeInstanceOf(View);
    expect([String(view.spec), view.size]).toEqual(['f64 [20, 30]', 600]);
    expect(copies.count).toBe(0);
  });

  test('is copied once, by the first who needs its elements side by side, however many do', () => {
    const { copies, view } = watched(counting([30, 20]).transpose());
    view.reshape([600]);
    view.exp();
    expect([view.data[1], copies.count]).toEqual([20, 1]);
  });

  test('prints, and copies out without letting anybody write to it', () => {
    const view = counting([20, 20]).transpose();
    view.data[0] = 100;
    expect(view.slice([0, 0]).item()).toBe(0);
    expect(String(view).startsWith('tensor([[ 0, 20, 40, ..., 340, 360, 380],')).toBe(true);
  });
});
