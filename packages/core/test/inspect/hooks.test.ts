import { describe, expect, test } from 'vitest';
import { type Tensor, grad, onBackward, onForward, scan, scope, tensor, variable } from '../../src/index.ts';

const model = (x: Tensor): Tensor => scope('model', () => scope('layer', () => x.mul(2)).add(1)).sum();

describe('onForward', () => {
  test('sees every op under its scope, as it runs, with its value', () => {
    const seen: string[] = [];
    const remove = onForward('model/layer', ({ op, outputs }) => seen.push(`${op.name} ${outputs.map(String).join()}`));
    model(tensor([1, 2]));
    remove();
    expect(seen).toEqual(['mul tensor([2, 4], f32 [2])']);
  });

  test("of '' everywhere, but not of backward ops", () => {
    const seen: string[] = [];
    const remove = onForward('', ({ op }) => seen.push(op.name));
    grad(model)(tensor([1, 2]));
    remove();
    expect(seen).toEqual(['mul', 'add', 'sum']);
  });

  test('sees the ops of a loop at every step, under the scope that they stand in', () => {
    const seen: string[] = [];
    const remove = onForward('scan/layer', ({ op, outputs: [output] }) => {
      if (output?.isSymbolic === false) seen.push(`${op.name} ${output.item()}`); // symbolic while the body is traced
    });
    const f = (x: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [scope('layer', () => c.mul(e)), c], 1, x)[0];
    const expected = ['mul 2', 'mul 6', 'mul 24'];
    expect(f(tensor([2, 3, 4])).item()).toBe(24);
    expect(seen).toEqual(expected);
    grad(f)(tensor([2, 3, 4]));
    remove();
    expect(seen).toEqual([...expected, ...expected]);
  });

  test('does not take a scope for another that begins like it', () => {
    const seen: string[] = [];
    const remove = onForward('mod', ({ op }) => seen.push(op.name));
    model(tensor([1, 2]));
    remove();
    expect(seen).toEqual([]);
  });
});

describe('onBackward', () => {
  test('sees the complete cotangent of each op under its scope', () => {
    const w = variable([3, 4]);
    const seen: string[] = [];
    const remove = onBackward('model', ({ op }, cotangent) => seen.push(`${op.name} ${String(cotangent)}`));
    model(w.value).backward();
    remove();
    expect(seen).toEqual(['add tensor([1, 1], f32 [2])', 'mul tensor([1, 1], f32 [2])']);
    expect(w.grad?.toArray()).toEqual([2, 2]);
  });

  test('of gradients by grad too', () => {
    let count = 0;
    const remove = onBackward('', () => count++);
    grad(model)(tensor([1, 2]));
    remove();
    expect(count).toBe(3);
  });
});

test('a hook that is removed sees nothing more, also where another one stays', () => {
  const seen: string[] = [];
  const [first, second] = ['a', 'b'].map((name) => onForward('', () => seen.push(name)));
  tensor(1).exp();
  first!();
  tensor(1).exp();
  second!();
  tensor(1).exp();
  expect(seen).toEqual(['a', 'b', 'b']);
  expect(tensor(1).exp().node).toBeUndefined();
});

test('a hook that throws stops the op, and leaves nothing switched on once it is removed', () => {
  const remove = onForward('', () => {
    throw new Error('on purpose');
  });
  expect(() => tensor(1).exp()).toThrow('on purpose');
  remove();
  expect(tensor(1).exp().item()).toBeCloseTo(Math.E, 5);
});

test('a scope that is no path and a hook that is no function are refused', () => {
  expect(() => onForward(3 as never, () => undefined)).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: onForward: the scope is 3; expected a path of names, or '' for everywhere
      try onForward('', (node) => console.log(node.op.name))]
  `);
  expect(() => onForward((() => undefined) as never, undefined as never)).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: onForward: the scope is a function; expected a path of names, or '' for everywhere
      try onForward('', (node) => console.log(node.op.name))]
  `);
  expect(() => onForward('x', undefined as never)).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: onForward: expected a function to call under "x"; received undefined
      try onForward('x', (node) => console.log(node.op.name))]
  `);
  expect(() => onBackward('x', 'y' as never)).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: onBackward: expected a function to call under "x"; received string
      try onBackward('x', (node, cotangent) => console.log(node.op.name, String(cotangent)))]
  `);
});
