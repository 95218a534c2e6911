import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ById } from '../../src/graph/by-id.ts';
import { Graph, tensor, variable, grad, type Tensor } from '../../src/index.ts';
import { recording } from '../../src/graph/recording.ts';

test('what belongs to ids is found again, also where they lie a billion apart', () => {
  const table = new ById<string>();
  for (const id of [1, 2, 64, 1_000_000_001, 1_000_000_000, 2 ** 40]) table.set(id, `of ${id}`);
  expect(table.get(1_000_000_001)).toBe('of 1000000001');
  expect([table.has(64), table.has(63), table.has(1_000_000_002)]).toEqual([true, false, false]);
  const order: number[] = [];
  table.takeLatestFirst((_, id) => order.push(id));
  expect(order).toEqual([2 ** 40, 1_000_000_001, 1_000_000_000, 64, 2, 1]);
  expect(table.has(64)).toBe(false); // taken out
});

test('it agrees with a sorted map, also in what a visit adds below', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 2, max: 5000 }), { maxLength: 60 }), (ids) => {
      const table = new ById<number>();
      const reference = new Set<number>();
      for (const id of ids) {
        table.set(id, id);
        reference.add(id);
      }
      const met: number[] = [];
      table.takeLatestFirst((_, id) => {
        met.push(id);
        // Every visit adds half of its id, as a walk adds what a node was made from.
        const half = Math.floor(id / 2);
        if (half > 0) {
          table.set(half, half);
          reference.add(half);
        }
      });
      // What was added stays in reach of later visits, so all of it is met, each once.
      const all = new Set<number>();
      const close = (id: number): void => {
        if (id > 0 && !all.has(id)) {
          all.add(id);
          close(Math.floor(id / 2));
        }
      };
      reference.forEach(close);
      expect(met).toEqual([...all].sort((a, b) => b - a));
    }),
  );
});

test('an old value kept alive a billion ids below the rest costs no more than any other', () => {
  const w = variable(2);
  const old = w.value;
  const before = recording.nextId;
  recording.nextId = before + 1_000_000_000;
  const y = old.square().add(old);
  y.backward();
  expect(w.grad?.item()).toBe(5);
  expect(new Graph({ inputs: [], outputs: [y] }).nodes).toHaveLength(3);
  const outer = tensor(3);
  expect(grad((x: Tensor) => x.mul(old).mul(outer))(tensor(1)).item()).toBe(6);
});
