/** Loops whose length is found out, and loops that count. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  compile,
  forLoop,
  grad,
  graphFromJson,
  hvp,
  jvp,
  map,
  record,
  run,
  spec,
  tensor,
  toFunction,
  trace,
  variable,
  verify,
  vmap,
  whileLoop,
} from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'f64' });

/** Newton's method: the square root of `a`, from 1. */
const root = (a: Tensor, maxSteps?: number): Tensor =>
  whileLoop(
    (x: Tensor) => x.square().sub(a).abs().greater(1e-12),
    (x) => x.sub(x.square().sub(a).div(x.mul(2))),
    f64(1),
    maxSteps === undefined ? {} : { maxSteps },
  );
/** The same, written out. */
const written = (a: Tensor): Tensor => {
  let x = f64(1);
  while (x.square().sub(a).abs().item() > 1e-12) x = x.sub(x.square().sub(a).div(x.mul(2)));
  return x;
};
const a = f64(3);

describe('whileLoop', () => {
  test('goes on for as long as the condition holds', () => {
    expect(root(a).item()).toBe(written(a).item());
    expect(
      whileLoop(
        (x: Tensor) => x.less(0),
        (x) => x.add(1),
        5,
      ).item(),
    ).toBe(5);
  });

  test('is one node, and both functions are called once', () => {
    let calls = 0;
    const y = record(() =>
      whileLoop(
        (x: Tensor) => (calls++, x.less(100)),
        (x) => (calls++, x.mul(2)),
        1,
      ),
    );
    expect([calls, y.node?.op.name, y.item()]).toEqual([2, 'whileLoop', 128]);
  });

  test('forward derivatives, of first and second order, without saying how many steps', () => {
    const forward = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => jvp(f, x, f64(1))[1];
    expect(forward(root, a).item()).toBeCloseTo(forward(written, a).item(), 14);
    expect(forward((x) => forward(root, x), a).item()).toBeCloseTo(forward((x) => forward(written, x), a).item(), 13);
    expect(forward(root, a).isSymbolic).toBe(false);
  });

  test('reverse derivatives with maxSteps, known and traced', () => {
    const bounded = (x: Tensor): Tensor => root(x, 30);
    for (const derive of [
      (f: (x: Tensor) => Tensor, x: Tensor) => grad(f)(x),
      (f: (x: Tensor) => Tensor, x: Tensor) => grad(grad(f))(x),
      (f: (x: Tensor) => Tensor, x: Tensor) => hvp(f, x, f64(2)),
      (f: (x: Tensor) => Tensor, x: Tensor) => grad((y: Tensor) => jvp(f, y, f64(2))[1])(x),
    ]) {
      const expected = derive(written, a).item();
      expect(derive(bounded, a).item()).toBeCloseTo(expected, 12);
      const graph = trace((x: Tensor) => derive(bounded, x), spec([], 'f64'));
      verify(graph);
      expect(run(graph, a).item()).toBeCloseTo(expected, 12);
    }
  });

  test('a derivative alone, traced, mapped or compiled, also refuses a loop that is not at its end', () => {
    const slope = (maxSteps: number) => grad((x: Tensor) => root(x, maxSteps));
    const examples = f64([1, 3]);
    expect(run(trace(slope(9), spec([], 'f64')), a).item()).toBeCloseTo(grad(written)(a).item(), 12);
    expect(() => run(trace(slope(2), spec([], 'f64')), a)).toThrow('the condition still holds after 2 steps');
    expect(() => run(trace(grad(slope(2)), spec([], 'f64')), a)).toThrow('still holds after 2 steps');
    expect(() => compile(slope(2))(a)).toThrow('the condition still holds after 2 steps');
    expect(vmap(slope(9))(examples).data[1]).toBeCloseTo(grad(written)(a).item(), 12);
    expect(() => vmap(slope(2))(examples)).toThrow('the condition still holds after 2 steps');
    const saved = graphFromJson<[Tensor], Tensor>(JSON.stringify(trace(slope(2), spec([], 'f64')).toJson()));
    expect(() => toFunction(saved)(a)).toThrow('the condition still holds after 2 steps');
  });

  test('the state is a tree, and may hold whole numbers', () => {
    const collatz = (n: number): number[] => {
      const { count, at } = whileLoop(
        (s: { at: Tensor; count: Tensor }) => s.at.greater(1),
        ({ at: m, count: c }) => ({
          at: m
            .remainder(2)
            .equal(0)
            .cast('i32')
            .mul(m.div(2).cast('i32'))
            .add(m.remainder(2).mul(m.mul(3).add(1))),
          count: c.add(1),
        }),
        { at: tensor(n, { dtype: 'i32' }), count: tensor(0, { dtype: 'i32' }) },
      );
      return [at.item(), count.item()];
    };
    expect(collatz(27)).toEqual([1, 111]); // OEIS A006577
  });

  test('Variables that the body assigns belong to the state', () => {
    const steps = variable(tensor(0, { dtype: 'i32' }), { name: 'steps' });
    const limit = variable(tensor(20), { name: 'limit', trainable: false });
    const y = whileLoop(
      (x: Tensor) => x.less(limit),
      (x) => {
        steps.assign(steps.value.add(1));
        return x.mul(2);
      },
      1,
    );
    expect([y.item(), steps.value.item()]).toEqual([32, 5]);
    whileLoop(
      () => steps.value.less(9),
      () => {
        steps.assign(steps.value.add(1));
      },
      undefined,
    );
    expect(steps.value.item()).toBe(9);
  });

  test('refusals', () => {
    expect(refusal(() => grad((x: Tensor) => root(x))(a))).toMatchInlineSnapshot(`
      "ArgumentError needs-max-steps
      whileLoop: reverse mode goes back through the steps, and this loop does not say how many there are at most
        try whileLoop(condition, body, state, { maxSteps: 100 }), or jvp for the forward derivative"
    `);
    expect(refusal(() => root(a, 3))).toMatchInlineSnapshot(`
      "ArgumentError too-many-steps
      whileLoop: the condition still holds after 3 steps
        try { maxSteps: 30 }, or a condition that ends sooner"
    `);
    expect(
      refusal(() =>
        whileLoop(
          () => a.greater(1),
          (x: Tensor) => x,
          1,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError endless-loop
      whileLoop: the condition does not depend on the state, so the loop has no steps or no end
        try cond(...) for a choice, forLoop(...) for a number of steps"
    `);
    expect(
      refusal(() =>
        whileLoop(
          (x: Tensor) => x.greater(1),
          (x) => x.expandDims(0),
          1,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError carry-changes
      whileLoop: state is f32 [] before a step and f32 [1] after it"
    `);
    expect(
      refusal(() =>
        whileLoop(
          (x: Tensor) => x,
          (x) => x,
          1,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      whileLoop: the condition is f32 []; expected bool []
        try x.notEqual(0), or a comparison"
    `);
    expect(
      refusal(() =>
        whileLoop(
          (x: Tensor) => x.expandDims(0).greater(1),
          (x) => x,
          1,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError not-one-truth
      whileLoop: the condition is bool [1]; one value chooses for all, so it has rank 0
        try where(condition, a, b) to choose element by element; all(condition) or any(condition) for one truth"
    `);
    const w = variable(1, { name: 'w' });
    expect(
      refusal(() =>
        whileLoop(
          (x: Tensor) => (w.assign(x), x.greater(1)),
          (x) => x,
          1,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError condition-assigns
      whileLoop: the condition assigns w
        try assigning in the body"
    `);
    expect(
      refusal(() =>
        whileLoop(
          (x: Tensor) => x.greater(1),
          (x) => (w.value.mul(x).backward(), x.sub(1)),
          3,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError gradient-left
      whileLoop: a step leaves a gradient in w.grad
        try optimizer.step() or clearGrad() in the step, or grad(f) there instead of backward()"
    `);
  });
});

describe('forLoop and map', () => {
  test('forLoop counts from 0, and is differentiated both ways', () => {
    const power = (x: Tensor): Tensor => forLoop(4, (k, p: Tensor) => p.mul(x).add(k), f64(1));
    // (((1x + 0)x + 1)x + 2)x + 3 = x^4 + x^2 + 2x + 3
    expect(power(f64(2)).item()).toBe(16 + 4 + 4 + 3);
    expect(grad(power)(f64(2)).item()).toBe(32 + 4 + 2);
    expect(jvp(power, f64(2), f64(1))[1].item()).toBe(38);
    expect(grad(grad(power))(f64(2)).item()).toBe(48 + 2);
    expect(
      grad((x: Tensor) => forLoop(4, (k, p: Tensor) => p.mul(x).add(k), f64(1), { checkpoint: 2 }))(f64(2)).item(),
    ).toBe(38);
    expect(refusal(() => forLoop(-1, (_, s: Tensor) => s, 0))).toMatchInlineSnapshot(`
      "ArgumentError bad-option
      forLoop: the count is -1; expected a whole number of steps"
    `);
  });

  test('map stacks what the function gives of each entry', () => {
    const xs = f64([1, 2, 3]);
    const { y, z } = map((x: Tensor) => ({ y: x.square(), z: [x.expandDims(0)] }), xs);
    expect([y.toArray(), z[0]?.toArray()]).toEqual([
      [1, 4, 9],
      [[1], [2], [3]],
    ]);
    expect(grad((x: Tensor) => map((e: Tensor) => e.pow(3), x).sum())(xs).toArray()).toEqual([3, 12, 27]);
    expect(map(({ p, q }: { p: Tensor; q: Tensor }) => p.mul(q), { p: xs, q: xs }).toArray()).toEqual([1, 4, 9]);
  });
});
