import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Tensor, compile, full, max, min, random, sum, tensor, vmap, zeros } from '../../src/index.ts';
import { at, build, indices } from '../reference.ts';

/** A reduction over some axes, by collecting each group's elements in order. */
function slowly(x: Tensor, axes: readonly number[], reduce: (group: number[]) => number): unknown {
  const nested = x.toArray();
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return build(
    kept.map((axis) => x.shape[axis]!),
    (outer) =>
      reduce(
        [...indices(axes.map((axis) => x.shape[axis]!))].map((inner) =>
          at(
            nested,
            x.shape.map((_, axis) => (axes.includes(axis) ? inner[axes.indexOf(axis)]! : outer[kept.indexOf(axis)]!)),
          ),
        ),
      ),
  );
}

const cases = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.subarray(shape.map((_, axis) => axis)),
    seed: fc.nat({ max: 1000 }),
  }),
);

function drawn(shape: readonly number[], seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -9, max: 9, dtype: 'f64' }).cast('i32').cast('f64');
}

describe('reductions', () => {
  test.each<[string, (x: Tensor, axes: number[]) => Tensor, (group: number[]) => number]>([
    ['sum', (x, axis) => sum(x, { axis }), (group) => group.reduce((a, b) => a + b, 0)],
    ['mean', (x, axis) => x.mean({ axis }), (group) => group.reduce((a, b) => a + b, 0) / group.length],
    ['max', (x, axis) => max(x, { axis }), (group) => Math.max(...group)],
    ['min', (x, axis) => min(x, { axis }), (group) => Math.min(...group)],
  ])('%s over any axes is that of each group', (_, op, reduce) => {
    fc.assert(
      fc.property(cases, ({ shape, axes, seed }) => {
        const x = drawn(shape, seed);
        expect(op(x, axes).add(0).toArray()).toEqual(slowly(x, axes, reduce));
      }),
    );
  });

  test('over no axis in particular they go over all of them; over an empty list, over none', () => {
    const x = drawn([2, 3], 1);
    expect(sum(x).shape).toEqual([]);
    expect(sum(x, { axis: [] }).toArray()).toEqual(x.toArray());
  });

  test('keepDims leaves an extent of 1 in place', () => {
    const x = drawn([2, 3, 4], 1);
    expect(sum(x, { axis: [0, -1], keepDims: true }).shape).toEqual([1, 3, 1]);
    expect(sum(x, { keepDims: true }).shape).toEqual([1, 1, 1]);
    expect(x.logSumExp({ axis: 1, keepDims: true }).shape).toEqual([2, 1, 4]);
  });

  test('the mean of whole numbers is right where their sum is not one of 32 bits', () => {
    const most = 2 ** 31 - 1;
    expect(tensor([most, most], { dtype: 'i32' }).mean().item()).toBe(Math.fround(most));
    expect(full([70_000], 65_536, 'i32').mean().item()).toBe(65_536);
    const program = compile((x: Tensor) => x.mean());
    expect(program(tensor([most, most], { dtype: 'i32' })).item()).toBe(Math.fround(most));
  });

  test('argMax and argMin leave an extent of 1 in place with keepDims', () => {
    const x = random.uniform(random.key(1), [2, 3, 4]);
    expect(x.argMax({ axis: -2, keepDims: true }).toArray()).toEqual(x.argMax({ axis: 1 }).expandDims(1).toArray());
    expect(x.argMin({ keepDims: true }).shape).toEqual([1, 1, 1]);
    expect(vmap((row: Tensor) => row.argMax({ axis: 0, keepDims: true }))(x).shape).toEqual([2, 1, 4]);
  });

  test('argMax and argMin name the first of equals', () => {
    expect(tensor([1, 3, 3, 2]).argMax().item()).toBe(1);
    expect(
      tensor([
        [1, 3],
        [3, 0],
      ])
        .argMax()
        .item(),
    ).toBe(1);
    expect(
      tensor([
        [1, 3],
        [3, 0],
      ])
        .argMin({ axis: 0 })
        .toArray(),
    ).toEqual([0, 1]);
    expect(
      tensor([
        [1, 3],
        [3, 0],
      ]).argMax({ axis: -1 }),
    ).toMatchObject({ dtype: 'i32', shape: [2] });
    expect(zeros([3]).argMax().item()).toBe(0);
    fc.assert(
      fc.property(cases, ({ shape, seed }) => {
        if (shape.length === 0) return;
        const x = drawn(shape, seed);
        expect(x.argMax({ axis: 0 }).toArray()).toEqual(slowly(x, [0], (group) => group.indexOf(Math.max(...group))));
      }),
    );
  });

  test('a sum of equal numbers kept as one is the sum of the numbers one by one, to the bit', () => {
    for (const count of [1, 31, 32, 33, 64, 100, 1000, 65_537]) {
      for (const dtype of ['f32', 'f64'] as const) {
        const value = 0.1;
        const spread = tensor(new Float64Array(count).fill(value), { dtype });
        expect(full([count], value, dtype).sum().item()).toBe(spread.sum().item());
        expect(full([2, count], value, dtype).sum({ axis: 1 }).toArray()).toEqual(
          spread
            .reshape([1, count])
            .broadcastTo([2, count])
            .add(zeros([2, 1], dtype))
            .sum({ axis: 1 })
            .toArray(),
        );
      }
    }
    expect(full([3], 2_000_000_000, 'i32').sum().item()).toBe(6_000_000_000 | 0);
  });

  test('a long sum in f32 is right to a few units in the last place', () => {
    const x = random.uniform(random.key(3), [1_000_000]);
    const exact = Array.from(x.data).reduce((total, value) => total + value, 0);
    expect(Math.abs(x.sum().item() - exact) / exact).toBeLessThan(1e-7);
    // The order of additions depends on the shape alone.
    expect(x.sum().item()).toBe(x.reshape([1000, 1000]).sum().item());
  });
});
