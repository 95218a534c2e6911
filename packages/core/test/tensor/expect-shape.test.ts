/** Shapes by name: what fits, what is bound, and for how long. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { Module, type Tensor, expectShape, ones, scope, spec, trace, zeros } from '../../src/index.ts';
import { refusal } from '../refusal.ts';

describe('a description', () => {
  test('gives what its names stand for, with their types', () => {
    const extents = expectShape(zeros([32, 10, 64]), 'batch time 64');
    expectTypeOf(extents).toEqualTypeOf<{ readonly batch: number; readonly time: number }>();
    expect(extents).toEqual({ batch: 32, time: 10 });
    expect(expectShape(zeros([]), '')).toEqual({});
    expect(expectShape(zeros([2, 3, 4, 5]), 'a ... b')).toEqual({ a: 2, b: 5 });
    expect(expectShape(zeros([2, 3]), '... a b')).toEqual({ a: 2, b: 3 });
    expect(expectShape(zeros([2, 3]), '_ 3')).toEqual({});
    expect(expectShape([[1, 2]], 'row column')).toEqual({ row: 1, column: 2 });
  });

  test('is checked while tracing, where shapes are known', () => {
    trace((x: Tensor) => (expect(expectShape(x, 'n 3').n).toBe(2), x), spec([2, 3]));
    expect(() => trace((x: Tensor) => (expectShape(x, 'n 4'), x), spec([2, 3]))).toThrow('axis 1 is 3');
  });

  test('that does not fit is refused, and binds nothing', () => {
    const x = zeros([32, 10, 63]);
    expect(refusal(() => expectShape(x, 'batch time 64'))).toMatchInlineSnapshot(`
      "ShapeError unexpected-shape
      expectShape: the tensor is f32 [32, 10, 63]: axis 2 is 63, and "batch time 64" says 64"
    `);
    expect(refusal(() => expectShape(x, 'batch 64'))).toMatchInlineSnapshot(`
      "ShapeError unexpected-shape
      expectShape: the tensor is f32 [32, 10, 63]: it has 3 axes, and "batch 64" says 2"
    `);
    expect(refusal(() => expectShape(x, 'a b ... c d'))).toMatchInlineSnapshot(`
      "ShapeError unexpected-shape
      expectShape: the tensor is f32 [32, 10, 63]: it has 3 axes, and "a b ... c d" says at least 4"
    `);
    expect(refusal(() => expectShape(x, 'n n _'))).toMatchInlineSnapshot(`
      "ShapeError unexpected-shape
      expectShape: the tensor is f32 [32, 10, 63]: axis 1, "n", is 10, and it is 32 by f32 [32, 10, 63]"
    `);
    expect(refusal(() => expectShape(x, 'batch _ _', { batch: 16 }))).toMatchInlineSnapshot(`
      "ShapeError unexpected-shape
      expectShape: the tensor is f32 [32, 10, 63]: axis 0, "batch", is 32, and it is 16 by what is known"
    `);
    expect(refusal(() => expectShape(x, 'batch, time, 64'))).toMatchInlineSnapshot(`
      "ArgumentError bad-description
      expectShape: "batch," in "batch, time, 64" is no name, number, "_" or "..."
        try expectShape(x, 'batch time 64')"
    `);
    expect(refusal(() => expectShape(x, '... a ...'))).toMatchInlineSnapshot(`
      "ArgumentError bad-description
      expectShape: "... a ..." says "..." more than once
        try expectShape(x, 'batch time 64')"
    `);
  });
});

describe('names', () => {
  class Masked extends Module {
    forward(x: Tensor, mask: Tensor): Tensor {
      expectShape(x, 'batch time 4');
      expectShape(mask, 'batch time');
      return x.mul(mask.expandDims(2));
    }
  }

  test('keep their extent within a call of forward, and not longer', () => {
    const layer = new Masked();
    expect(layer.forward(ones([2, 3, 4]), ones([2, 3])).shape).toEqual([2, 3, 4]);
    expect(layer.forward(ones([5, 6, 4]), ones([5, 6])).shape).toEqual([5, 6, 4]);
    expect(refusal(() => layer.forward(ones([2, 3, 4]), ones([2, 4])))).toMatchInlineSnapshot(`
      "ShapeError unexpected-shape
      expectShape: the tensor is f32 [2, 4]: axis 1, "time", is 4, and it is 3 by f32 [2, 3, 4]
        at masked"
    `);
  });

  test('of a call inside are names of its own', () => {
    scope('outer', () => {
      expectShape(zeros([2]), 'n');
      scope('inner', () => expect(expectShape(zeros([3]), 'n').n).toBe(3));
      expect(() => expectShape(zeros([3]), 'n')).toThrow('it is 2 by f32 [2]');
    });
  });

  test('outside of any call last for one line', () => {
    expectShape(zeros([2]), 'n');
    expect(expectShape(zeros([3]), 'n').n).toBe(3);
  });
});
