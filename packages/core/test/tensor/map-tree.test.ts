import { type TensorLike, mapTree, spec, tensor, variable } from '@edgewise/core';
import { describe, expect, test } from 'vitest';

describe('mapTree', () => {
  test('calls a function with the leaves that stand at one place, and keeps the form', () => {
    const tree = { list: [tensor(1), tensor([2, 3])], map: new Map([['k', tensor(4)]]), name: 'kept' };
    const sums = mapTree((a, b) => a.add(b), tree, tree);
    expect([...sums.list.map(String), String(sums.map.get('k')), sums.name]).toEqual([
      'tensor(2, f32 [])',
      'tensor([4, 6], f32 [2])',
      'tensor(8, f32 [])',
      'kept',
    ]);
  });

  test('reads numbers, Variables and typed arrays as the tensors that they stand for', () => {
    const tree: Record<string, TensorLike> = { number: 1, variable: variable([2]), array: new Float64Array([3]) };
    const doubled = mapTree((x) => x.mul(2), tree);
    expect(Object.values(doubled).map(String)).toEqual([
      'tensor(2, f32 [])',
      'tensor([4], f32 [1])',
      'tensor([6], f64 [1])',
    ]);
  });

  test('refuses trees of different form, and a leaf without numbers', () => {
    expect(() => mapTree((a) => a, { w: tensor(1) } as object, { v: tensor(1) })).toThrow(
      'mapTree: trees of different form: the tree has entries w in one and v in the other',
    );
    expect(() => mapTree((a) => a, { w: spec([2]) })).toThrow('mapTree: expected a tensor, a Variable, a number');
  });
});
