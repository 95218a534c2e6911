/** The checker of the kernel language: what is right passes, and each kind of wrong is named. */
import { describe, expect, test } from 'vitest';
import { checkStatement } from '../../src/kernel-ir/check-statement.ts';
import {
  type Buffer,
  type Expression,
  type Loop,
  add,
  constant,
  convert,
  load,
  loopIndex,
  mul,
  reduce,
} from '../../src/kernel-ir/expression.ts';
import type { Kernel, Store } from '../../src/kernel-ir/statement.ts';

const x: Buffer = { name: 'x', type: 'f32', size: 12 };
const y: Buffer = { name: 'y', type: 'f32', size: 3 };
const row: Loop = { extent: 3 };
const column: Loop = { extent: 4 };
const place = add(mul(loopIndex(row), constant(4, 'i32')), loopIndex(column));

function kernel(store: Partial<Store>, loops: readonly Loop[] = [row]): Kernel {
  const value: Expression = reduce('add', column, load(x, place));
  return { kind: 'kernel', name: 'sum', loops, stores: [{ buffer: y, index: loopIndex(row), value, ...store }] };
}

test('sums of rows pass', () => {
  expect(() => checkStatement(kernel({}))).not.toThrow();
});

test('what is stored nowhere, as a loop has no steps, has any place', () => {
  const [nowhere, none]: [Buffer, Loop] = [{ name: 'none', type: 'f32', size: 0 }, { extent: 0 }];
  const value = constant(1, 'f32');
  expect(() => checkStatement(kernel({ buffer: nowhere, index: loopIndex(none), value }, [none]))).not.toThrow();
});

describe('it names', () => {
  test.each<[string, Kernel, string]>([
    ['an index outside of its loop', kernel({}, []), 'the index of a loop of 3 steps is used outside of it'],
    ['a loop in itself', kernel({}, [row, row]), 'a loop stands in itself'],
    ['a reduction along a running loop', kernel({}, [row, column]), 'along a loop that runs already'],
    ['a value of another type', kernel({ value: constant(1, 'f64') }), 'a f64 is stored in y (f32 [3])'],
    [
      'a place beyond the end',
      kernel({ index: add(loopIndex(row), constant(1, 'i32')) }),
      'an element is stored at 1 to 3 of y (f32 [3])',
    ],
    ['a place that is no whole number', kernel({ index: constant(0, 'f32') }), 'the place of what is stored is a f32'],
  ])('%s', (_, wrong, problem) => {
    expect(() => checkStatement(wrong)).toThrow(problem);
  });

  test('a copy between places of different sizes', () => {
    expect(() => checkStatement({ kind: 'copy', from: x, to: y })).toThrow('x (f32 [12]) is copied to y (f32 [3])');
  });

  test('the statement, as text', () => {
    expect(() => checkStatement(kernel({ value: convert(constant(1, 'f32'), 'f64') }))).toThrow(/in\nsum/);
  });
});
