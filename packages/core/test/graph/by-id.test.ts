import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ById } from '../../src/graph/by-id.ts';
import { Graph, tensor, variable, grad, type Tensor } from '../../src/index.ts';
import { recording } from '../../src/graph/recording.ts';

test('what belongs to ids is found again, also where they lie a billion apart', () => {
  const latest = 2 ** 40;
  const table = new ById<number>(latest);
  for (const id of [1, 2, 64, 1_000_000_001, 1_000_000_000, latest]) table.set(id, id);
  expect(table.get(1_000_000_001)).toBe(1_000_000_001);
  expect([64, 63, 1_000_000_002, 0, latest + 1, latest + 1000].map((id) => table.has(id))).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  const order: number[] = [];
  table.takeLatestFirst((id) => void order.push(id));
  expect(order).toEqual([latest, 1_000_000_001, 1_000_000_000, 64, 2, 1]);
  expect(table.has(64)).toBe(false); // taken out
});

test('it gives the latest first, also of what a visit adds below', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 60 }),
      fc.integer({ min: 5000, max: 6000 }),
      (ids, latest) => {
        const table = new ById<number>(latest);
        for (const id of ids) table.set(id, id);
        const met: number[] = [];
        table.takeLatestFirst((id) => {
          met.push(id);
          // Every visit adds half of its id, as a walk adds what a node was made from.
          if (id > 1) table.set(Math.floor(id / 2), Math.floor(id / 2));
        });
        const all = new Set<number>();
        for (const id of ids) for (let at = id; at > 0; at = Math.floor(at / 2)) all.add(at);
        expect(met).toEqual([...all].sort((p, q) => q - p));
      },
    ),
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
