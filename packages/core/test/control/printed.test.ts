/** Loops and choices as text and as pictures: the graphs that a node holds stand inside it. */
import { describe, expect, test } from 'vitest';
import { Graph, type Tensor, checkpoint, cond, grad, scan, spec, toDot, trace, verify, whileLoop } from '../../src/index.ts';
import { parsed } from '../graph/parsed-dot.ts';

const looped = (h: Tensor, xs: Tensor): Tensor =>
  scan(
    (c: Tensor, x: Tensor) => {
      const next = cond(
        x.greater(0),
        (a: Tensor) => a.mul(x),
        (a: Tensor) => a.sub(x),
        c,
      );
      return [next, undefined];
    },
    h,
    xs,
  )[0];

describe('text', () => {
  test('a body stands below its node, further in', () => {
    expect(String(trace(looped, spec([]), spec([3])))).toMatchInlineSnapshot(`
      "graph(h: f32 [], xs: f32 [3])
        %1, %2 = scan(h, xs, carries 1, scanned 1, length 3, history): f32 [], f32 [3]
          body(c: f32 [], x: f32 [])
            %1 = greater(x, 0): bool []  scan
            %2 = cond(%1, c, x): f32 []  scan
              then(a: f32 [], captured0: f32 [])
                %1 = mul(a, captured0): f32 []  scan/cond
                return %1
              else(a: f32 [], captured0: f32 [])
                %1 = sub(a, captured0): f32 []  scan/cond
                return %1
            return %2, c
        return %1"
    `);
  });

  test('so do a condition and what is computed again', () => {
    const f = (x: Tensor): Tensor =>
      whileLoop(
        (s: Tensor) => s.less(x),
        (s) => checkpoint((a: Tensor) => a.add(x).tanh())(s),
        1,
      );
    expect(String(trace(f, spec([])))).toMatchInlineSnapshot(`
      "graph(x: f32 [])
        %1 = whileLoop(1, x, x, states 1): f32 []
          condition(s: f32 [], captured0: f32 [])
            %1 = less(s, captured0): bool []  whileLoop
            return %1
          body(s: f32 [], captured0: f32 [])
            %1 = checkpoint(s, captured0): f32 []  whileLoop
              body(a: f32 [], captured0: f32 [])
                %1 = add(a, captured0): f32 []  whileLoop/checkpoint
                %2 = tanh(%1): f32 []           whileLoop/checkpoint
                return %2
            return %1
        return %1"
    `);
  });

  test('the derivative of a loop is a loop', () => {
    const last = (w: Tensor, xs: Tensor): Tensor => scan((c: Tensor, x: Tensor) => [c.mul(w).add(x), undefined], 0, xs)[0];
    expect(String(trace((w: Tensor, xs: Tensor) => grad(last)(w, xs), spec([]), spec([3])))).toMatchInlineSnapshot(`
      "graph(w: f32 [], xs: f32 [3])
        %1, %2 = scan(0, xs, w, carries 1, scanned 1, length 3, history): f32 [], f32 [3]
          body(c: f32 [], x: f32 [], captured0: f32 [])
            %1 = mul(c, captured0): f32 []  scan
            %2 = add(%1, x): f32 []         scan
            return %2, c
        %3, %4, %5, %6 = scan(1, 0, %2, w, carries 2, scanned 1, length 3, reverse, history): f32 [], f32 [], f32 [3], f32 [3]
          body(d carry: f32 [], sum: f32 [], c: f32 [], captured0: f32 [])
            %1 = mul(d carry, captured0): f32 []  scan
            %2 = mul(d carry, c): f32 []          scan
            %3 = add(sum, %2): f32 []
            return %1, %3, d carry, sum
        return %4"
    `);
  });
});
