/** Traps of nodes that hold graphs: what is not theirs must not get in, and what is theirs must not get out. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  checkpoint,
  cond,
  customGradient,
  grad,
  hvp,
  inference,
  jvp,
  random,
  record,
  replay,
  run,
  scan,
  spec,
  tensor,
  trace,
  variable,
  vjp,
  vmap,
  whileLoop,
} from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'f64' });
const xs = f64([0.3, -0.7, 1.2]);
const ds = f64([1, 2, -1]);

const looped = (x: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [c.mul(e).sin(), c], f64(0.5), x)[0];
const again = (x: Tensor): Tensor => checkpoint((v: Tensor) => v.sin().mul(v).sum())(x);
const ending = (x: Tensor): Tensor =>
  whileLoop(
    (s: Tensor) => s.less(3),
    (s) => s.add(x.square().sum()),
    f64(0),
    { maxSteps: 20 },
  );

describe.each(Object.entries({ looped, again, ending }))('%s', (_, f) => {
  test('what is known comes out known, forward and forward over reverse', () => {
    expect(jvp(f, xs, ds)[1].isSymbolic).toBe(false);
    expect(hvp(f, xs, ds).isSymbolic).toBe(false);
    const y = record(() => f(xs));
    const [share] = y.node!.op.push(y.node!, 0, y.node!.input(0).cos());
    expect(share?.isSymbolic ?? false).toBe(false);
  });

  test('a traced Hessian-vector product captures nothing symbolic', () => {
    const graph = trace((x: Tensor, v: Tensor) => hvp(f, x, v), spec([3], 'f64'), spec([3], 'f64'));
    expect(graph.captures.filter((capture) => capture.isSymbolic)).toEqual([]);
    const expected = hvp(f, xs, ds).data;
    run(graph, xs, ds).data.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 12));
  });

  test('a pullback has a derivative by its cotangent', () => {
    const slope = grad((c: Tensor) => vjp(f, xs)[1](c).mul(ds).sum())(f64(1)).item();
    expect(slope).toBeCloseTo(jvp(f, xs, ds)[1].item(), 12);
  });

  test('second derivatives are right inside inference', () => {
    const second = (): Tensor => grad((x: Tensor) => grad(f)(x).square().sum())(xs);
    expect(inference(second).data).toEqual(second().data);
  });

  test('replaying the graph on known values gives what calling gives', () => {
    const graph = trace(f, spec([3], 'f64'));
    expect(replay(graph, [xs])[0]!.item()).toBe(f(xs).item());
    expect(inference(() => run(graph, xs)).node).toBeUndefined();
  });
});

describe('placeholders', () => {
  test('of a body that leak out are refused in the trace that uses them', () => {
    let leaked: Tensor | undefined;
    const f = (x: Tensor): Tensor => {
      scan((c: Tensor) => ((leaked = c.mul(2)), [c, undefined]), x, undefined, { length: 2 });
      return leaked!.add(x);
    };
    expect(refusal(() => trace(f, spec([])))).toMatchInlineSnapshot(`
      "EdgewiseError foreign-placeholder
      trace: f uses a placeholder (f32 []) from another trace, which is over
        try passing the value as an argument, or returning it from the function that made it"
    `);
  });

  test('of what is around a trace in a body may be used in it', () => {
    const f = (x: Tensor): Tensor =>
      scan(
        (c: Tensor) => [
          run(
            trace((v: Tensor) => v.mul(c).add(x), spec([])),
            c,
          ),
          undefined,
        ],
        x,
        undefined,
        { length: 2 },
      )[0];
    expect(run(trace(f, spec([])), tensor(2)).item()).toBe((2 * 2 + 2) ** 2 + 2);
    expect(f(tensor(2)).item()).toBe(38);
  });
});

describe('a rule of ones own', () => {
  const softLog = customGradient('softLog', (x: Tensor) => x.exp().add(1).log(), {
    pull: ({ cotangent, inputs: [x] }) => [cotangent.mul(x!.sigmoid())],
  });
  test('inside a loop is the rule at each step', () => {
    const f = (x: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [softLog(c.mul(e)), undefined], f64(0.5), x)[0];
    const g = (x: Tensor): Tensor =>
      scan((c: Tensor, e: Tensor) => [c.mul(e).exp().add(1).log(), undefined], f64(0.5), x)[0];
    for (const of of [
      (h: typeof f) => grad(h)(xs),
      (h: typeof f) => hvp(h, xs, ds),
      (h: typeof f) => jvp(h, xs, ds)[1],
    ])
      of(f).data.forEach((value, k) => expect(value).toBeCloseTo(of(g).data[k]!, 12));
  });

  test('may itself hold a loop', () => {
    const cube = customGradient('cube', (x: Tensor) => x.pow(3), {
      // 3 x^2 as a sum of three
      pull: ({ cotangent, inputs: [x] }) => [
        scan((c: Tensor) => [c.add(cotangent.mul(x!.square())), undefined], cotangent.mul(0), undefined, {
          length: 3,
        })[0],
      ],
    });
    expect(grad((x: Tensor) => cube(x).sum())(xs).data).toEqual(grad((x: Tensor) => x.pow(3).sum())(xs).data);
    expect(hvp((x: Tensor) => cube(x).sum(), xs, ds).data).toEqual(xs.mul(6).mul(ds).data);
  });
});

describe('random numbers', () => {
  test('a key that is carried gives other numbers in each step, the same in a trace', () => {
    const draws = (key: Tensor): Tensor =>
      scan(
        (k: Tensor) => {
          const [next, own] = random.split(k, 2);
          return [next!, random.normal(own!, [])];
        },
        key,
        undefined,
        { length: 4 },
      )[1];
    const eager = draws(random.key(3));
    expect(new Set(eager.data).size).toBe(4);
    expect(run(trace(draws, spec([2], 'i32')), random.key(3)).data).toEqual(eager.data);
  });
});

describe('a throw in a body', () => {
  test('leaves Variables as they were', () => {
    const w = variable(f64(1), { name: 'w' });
    const failing = (x: Tensor): void => {
      cond(
        x.greater(0),
        () => w.assign(x),
        () => w.assign(x.reshape([5])),
      );
    };
    expect(refusal(() => trace((x: Tensor) => (failing(x), w.value), spec([], 'f64')))).toMatchInlineSnapshot(`
      "ShapeError size-mismatch
      reshape: 1 elements of shape [] do not fill [5]
        at cond/reshape"
    `);
    expect(() =>
      scan((c: Tensor) => (w.assign(w.value.mul(2)), [c.reshape([7]), undefined]), xs, undefined, { length: 2 }),
    ).toThrow('at scan/reshape');
    expect(w.value.item()).toBe(1);
  });
});

describe('a path that an op cuts inside a body', () => {
  test('is a mistake there too, and is named', () => {
    const place = (x: Tensor): Tensor => x.argMax().cast('f64');
    const last = (x: Tensor): Tensor =>
      scan((c: Tensor) => [c.mul(0.5).add(place(x.mul(c))), undefined], f64(1), undefined, { length: 3 })[0];
    expect(refusal(() => grad(last)(xs))).toMatchInlineSnapshot(`
      "ArgumentError no-derivative
      grad: argMax has no derivative, and the result depends on "x" only through it
        at scan/argMax
        try softmax, or stopGradient if no gradient is wanted here"
    `);
    expect(refusal(() => grad((x: Tensor) => checkpoint(place)(x))(xs))).toMatchInlineSnapshot(`
      "ArgumentError no-derivative
      grad: argMax has no derivative, and the result depends on "x" only through it
        at checkpoint/argMax
        try softmax, or stopGradient if no gradient is wanted here"
    `);
    const chosen = (x: Tensor): Tensor => cond(x.sum().greater(0), place, (v: Tensor) => place(v.neg()), x);
    expect(refusal(() => trace((x: Tensor) => grad(chosen)(x), spec([3], 'f64')))).toMatchInlineSnapshot(`
      "ArgumentError no-derivative
      grad: greater has no derivative, and the result depends on "x" only through it
        at greater
        try stopGradient if no gradient is wanted here"
    `);
  });

  describe('and shows only from the second step on', () => {
    const table = f64([1, 2, 3]);
    const from = (i: number): Tensor => tensor(i, { dtype: 'i32' });
    /** The result is read from the table at a place that the step before made of x. */
    const throughPlace = (x: Tensor): Tensor =>
      scan(
        (c: { sum: Tensor; at: Tensor }) => [
          { sum: c.sum.add(table.take(c.at)), at: x.add(c.sum).argMax() },
          undefined,
        ],
        { sum: f64(0), at: from(0) },
        undefined,
        { length: 3 },
      )[0].sum;
    /** A carry that has a derivative from the second step on, and is asked only where it is largest. */
    const throughCarry = (x: Tensor): Tensor =>
      scan(
        (c: { sum: Tensor; seen: Tensor }) => [
          { sum: c.sum.add(c.seen.argMax().cast('f64')), seen: x.add(c.sum) },
          undefined,
        ],
        { sum: f64(0), seen: f64([0, 0, 0]) },
        undefined,
        { length: 3 },
      )[0].sum;
    const inWhile = (x: Tensor): Tensor =>
      whileLoop(
        (c: { sum: Tensor; at: Tensor; k: Tensor }) => c.k.less(3),
        (c) => ({ sum: c.sum.add(table.take(c.at)), at: x.add(c.sum).argMax(), k: c.k.add(1) }),
        { sum: f64(0), at: from(0), k: from(0) },
        { maxSteps: 5 },
      ).sum;

    test.each([
      ['an integer carry', throughPlace],
      ['a carry that becomes active', throughCarry],
      ['a while loop', inWhile],
    ])('%s is refused, eagerly and in a trace, where zeros would be silent', (_, f) => {
      const expected = 'grad: argMax has no derivative, and the result depends on "x" only through it';
      expect(refusal(() => grad(f)(xs))).toContain(expected);
      expect(refusal(() => trace((x: Tensor) => grad(f)(x), spec([3], 'f64')))).toContain(expected);
      expect(refusal(() => grad((x: Tensor) => f(x.stopGradient()))(xs))).toBe('nothing was refused');
      // Beside another path it is as everywhere: the derivative is that of the other path.
      expect(grad((x: Tensor) => f(x).add(x.sum()))(xs).toArray()).toEqual([1, 1, 1]);
    });

    test('a carry that only decides how often is refused, for one example and for a batch', () => {
      const until = (x: Tensor): Tensor =>
        whileLoop(
          (c: { size: Tensor; n: Tensor }) => c.size.less(5),
          (c) => ({ size: c.size.add(x), n: c.n.add(1) }),
          { size: f64(0), n: f64(0) },
          { maxSteps: 9 },
        ).n;
      expect(until(f64(2)).item()).toBe(3);
      for (const f of [until, (x: Tensor) => vmap(until)(x.reshape([1])).sum()])
        expect(refusal(() => grad(f)(f64(2)))).toContain(
          'grad: less has no derivative, and the result depends on "x" only through it',
        );
    });

    test('a condition that decides how often is refused as other conditions are', () => {
      const until = (x: Tensor, also: boolean): Tensor =>
        also
          ? whileLoop(
              (c: { a: Tensor; b: Tensor }) => c.a.less(x),
              (c) => ({ a: c.a.mul(2), b: c.b.add(1) }),
              { a: f64(1), b: f64(0) },
              { maxSteps: 9 },
            ).b
          : whileLoop(
              (c: Tensor) => c.less(x),
              (c) => c.mul(2),
              f64(1),
              { maxSteps: 9 },
            );
      for (const also of [false, true])
        expect(refusal(() => grad((x: Tensor) => until(x, also))(f64(5)))).toContain(
          'grad: less has no derivative, and the result depends on "x" only through it',
        );
    });

    test('carries that nothing asked for flows to are left out of the loop backward', () => {
      const f = (x: Tensor): Tensor =>
        scan(
          (c: { used: Tensor; idle: Tensor }, e: Tensor) => [
            { used: c.used.mul(e), idle: c.idle.mul(e).sin() },
            undefined,
          ],
          { used: f64(1), idle: f64(1) },
          x,
        )[0].used;
      const backward = trace((x: Tensor) => grad(f)(x), spec([3], 'f64'))
        .find({ op: 'scan' })
        .at(-1)!;
      expect(String(backward.graphs[0]!.graph)).not.toContain('cos');
      expect(grad(f)(xs).data).toEqual(grad((x: Tensor) => x.prod())(xs).data);
    });
  });

  test('is none where there is another path, or nothing of it is used', () => {
    const both = (x: Tensor): Tensor =>
      scan((c: Tensor, e: Tensor) => [c.mul(e), e.greater(0).cast('f64')], f64(1), x)[0];
    expect(grad(both)(xs).data).toEqual(grad((x: Tensor) => x.prod())(xs).data);
    const unused = (x: Tensor): Tensor =>
      scan((c: Tensor, e: Tensor) => [c.mul(2), e.greater(0).cast('f64')], f64(1), x)[0];
    expect(grad(unused)(xs).toArray()).toEqual([0, 0, 0]);
  });
});
