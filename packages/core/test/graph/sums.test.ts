import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Node } from '../../src/graph/node.ts';
import { Sums } from '../../src/graph/sums.ts';
import { type Plain, leaf } from './plain-values.ts';

/** What flows: numbers, or numbers in a box, which the sums are told how to add. */
type Flow = number | { readonly boxed: number };

const numberIn = (flow: Flow): number => (typeof flow === 'number' ? flow : flow.boxed);
const sum = (a: Flow, b: Flow): Flow => ({ boxed: numberIn(a) + numberIn(b) });

/** A value at an id of one's own choice. */
function valueAt(id: number): Plain {
  const value = leaf(0);
  value.node = new Node(id, value.node!.op, [], undefined);
  value.node.output = value;
  value.id = id;
  return value;
}

const ids = fc.oneof(
  fc.integer({ min: 1, max: 700 }),
  fc.integer({ min: 1, max: 40 }).map((k) => 256 * k),
  fc.integer({ min: 2 ** 33, max: 2 ** 33 + 90 }),
);
const shares = fc.array(fc.record({ id: ids, amount: fc.integer({ min: 1, max: 9 }), isBoxed: fc.boolean() }), {
  minLength: 1,
  maxLength: 80,
});

test('each value is taken once, the latest first, with the sum of all that flowed to it', () => {
  fc.assert(
    fc.property(shares, fc.boolean(), (given, someBoxed) => {
      const values = new Map<number, Plain>();
      const at = (id: number): Plain => {
        const value = values.get(id) ?? valueAt(id);
        values.set(id, value);
        return value;
      };
      const sums = new Sums<Plain, Flow>(Math.max(...given.map(({ id }) => id)), sum);
      const expected = new Map<number, number>();
      const add = (id: number, amount: number, isBoxed: boolean): void => {
        sums.add(at(id), isBoxed ? { boxed: amount } : amount);
        expected.set(id, (expected.get(id) ?? 0) + amount);
      };
      for (const { id, amount, isBoxed } of given) add(id, amount, someBoxed && isBoxed);
      const taken: [number, number][] = [];
      const take = (id: number, total: number): void => {
        taken.push([id, total]);
        // As a walk does, what is taken gives to what lies below
        const below = Math.floor(id / 3);
        if (below > 0) add(below, 1, someBoxed && id % 5 === 0);
      };
      sums.takeLatestFirst(
        (node, total) => take(node.id, numberIn(total as Flow)),
        (value, total) => {
          if (value.id % 2 === 0) return false;
          take(value.id, total);
          return true;
        },
      );
      expect(taken).toEqual([...expected].sort(([a], [b]) => b - a));
    }),
    { numRuns: 300 },
  );
});

test('numbers stay numbers where nothing else comes in, and are added in their precision', () => {
  const [wide, narrow] = [valueAt(100), valueAt(7)];
  const sums = new Sums<Plain, Flow>(100, sum);
  for (const share of [0.5, 2 ** -30]) {
    sums.addNumber(wide, share, 'double');
    sums.addNumber(narrow, share, 'single');
  }
  const totals: [number, unknown][] = [];
  sums.takeLatestFirst(
    (node, total) => totals.push([node.id, total]),
    (value, total) => totals.push([value.id, total]) > 0,
  );
  expect(totals).toEqual([
    [100, 0.5 + 2 ** -30],
    [7, 0.5],
  ]);
});
