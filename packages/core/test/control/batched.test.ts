/** Loops and choices under vmap: equal to each example alone, also differentiated before and after. */
import { describe, expect, test } from 'vitest';
import {
  compile,
  type Tensor,
  checkpoint,
  cond,
  eye,
  forLoop,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  map,
  random,
  run,
  scan,
  spec,
  stack,
  switchCase,
  tensor,
  trace,
  verify,
  vmap,
  whileLoop,
} from '../../src/index.ts';
import { vmapGraph } from '../../src/derive/vmap-graph.ts';

type Fn = (...inputs: Tensor[]) => Tensor;

/** The function of batches: each argument with a batch axis, or the same for all examples. */
const batchOf = (f: Fn, batched: readonly boolean[]): Fn =>
  vmap(f, { inAxes: batched.map((has) => (has ? 0 : null)) }) as Fn;

/** The ops that are applied example by example, for want of a rule. */
function loopedIn(f: Fn, batched: readonly boolean[], inputs: readonly Tensor[]): readonly string[] {
  const specs = inputs.map(({ shape, dtype }, k) => spec(batched[k] === true ? shape.slice(1) : shape, dtype));
  const given = inputs.map((value, k) => ({ value, batched: batched[k] === true }));
  return vmapGraph(trace(f, ...specs), given, examples).looped;
}

/** The same, example by example. */
const loopOf =
  (f: Fn, batched: readonly boolean[]): Fn =>
  (...inputs) =>
    stack(
      Array.from({ length: inputs[batched.indexOf(true)]!.shape[0]! }, (_, k) =>
        f(...inputs.map((input, j) => (batched[j] === true ? input.slice([k]) : input))),
      ),
    );

const examples = 3;
/** Functions of a vector and a number that give a vector; for each example they may go another way. */
const programs: Record<string, Fn> = {
  'a scan over the vector': (x, a) =>
    scan((c: Tensor, e: Tensor) => [c.mul(a).add(e).sin(), c.mul(e)], a.mul(0.5), x)[1],
  'its last carry': (x, a) => scan((c: Tensor, e: Tensor) => [c.mul(e).sin(), undefined], a, x)[0].mul(x),
  'a scan with a carry that the batch does not reach': (x, a) =>
    scan(
      ([c, k]: [Tensor, Tensor], e: Tensor) => [[c.mul(e).add(k), k.add(1)] as [Tensor, Tensor], c.mul(k)],
      [a, tensor(1, { dtype: 'f64' })],
      x,
      { reverse: true },
    )[1],
  'a carry that the batch reaches after two steps': (x, a) =>
    scan(
      ([p, q, r]: [Tensor, Tensor, Tensor]) => [[q, r, r.mul(a)] as [Tensor, Tensor, Tensor], p],
      [1, 2, 3].map((v) => tensor(v, { dtype: 'f64' })) as [Tensor, Tensor, Tensor],
      undefined,
      { length: 4 },
    )[1].mul(x),
  'nested scans': (x, a) =>
    scan((c: Tensor, e: Tensor) => [c.add(scan((d: Tensor, g: Tensor) => [d.mul(g), undefined], e, x)[0]), c], a, x)[1],
  'a choice by example': (x, a) =>
    cond(
      a.greater(0.3),
      (v: Tensor) => v.mul(a).sin(),
      (v: Tensor) => v.sub(a).square(),
      x,
    ),
  'a choice inside a loop': (x, a) =>
    scan(
      (c: Tensor, e: Tensor) => [
        cond(
          e.greater(0),
          () => c.mul(e),
          () => c.add(a.mul(e)),
        ),
        c,
      ],
      a,
      x,
    )[1],
  'a choice by number': (x, a) =>
    switchCase(
      a.mul(3).abs().floor().minimum(2).cast('i32'),
      [(v: Tensor) => v.sin(), (v: Tensor) => v.mul(a), () => x.square()],
      x,
    ),
  'a loop that counts': (x, a) => forLoop(3, (k, v: Tensor) => v.mul(a).add(k).sin(), x),
  'a mapped function': (x, a) => map((e: Tensor) => e.mul(a).exp(), x),
  'a loop that ends by example': (x, a) =>
    whileLoop(
      ({ size }: { v: Tensor; size: Tensor }) => size.less(5),
      ({ v, size }) => ({ v: v.mul(a).sin(), size: size.add(a.abs()).add(0.3) }),
      { v: x, size: tensor(0, { dtype: 'f64' }) },
      { maxSteps: 40 },
    ).v,
  'a loop that ends for all at once': (x, a) =>
    whileLoop(
      ({ k }: { k: Tensor; v: Tensor }) => k.less(4),
      ({ k, v }) => ({ k: k.add(1), v: v.mul(a).add(k) }),
      { k: tensor(0, { dtype: 'f64' }), v: x },
      { maxSteps: 9 },
    ).v,
  'what is computed again': (x, a) => checkpoint((v: Tensor) => v.sin().mul(a).exp())(x),
};
const x = random.uniform(random.key(1), [examples, 4], { min: -1, max: 1, dtype: 'f64' });
const a = tensor([0.2, 0.9, -0.5], { dtype: 'f64' });

const f64 = (values: readonly number[]): Tensor => tensor(values, { dtype: 'f64' });
const expectSame = (actual: Tensor, expected: Tensor): void => {
  expect(actual.shape).toEqual(expected.shape);
  actual.data.forEach((value, k) => expect(value).toBeCloseTo(expected.data[k]!, 12));
};

describe.each(Object.entries(programs))('%s', (_, f) => {
  describe.each([
    [true, true],
    [true, false],
    [false, true],
  ])('(batched: %s, %s)', (first, second) => {
    const batched = [first, second];
    const at = [first ? x : x.slice([0]), second ? a : a.slice([1])];

    test('gives what each example gives alone, without a loop over the examples', () => {
      expectSame(batchOf(f, batched)(...at), loopOf(f, batched)(...at));
      expect(loopedIn(f, batched, at)).toEqual([]);
    });

    test('with its derivatives taken first', () => {
      for (const derived of [
        (v: Tensor, b: Tensor) => grad((y: Tensor) => f(y, b).square().sum())(v),
        (v: Tensor, b: Tensor) => grad((c: Tensor) => f(v, c).square().sum())(b),
        (v: Tensor, b: Tensor) => jvp((c: Tensor) => f(v, c), b, b.cos())[1],
        (v: Tensor, b: Tensor) => hvp((y: Tensor) => f(y, b).square().sum(), v, v.cos()),
      ] as Fn[]) {
        expectSame(batchOf(derived, batched)(...at), loopOf(derived, batched)(...at));
        expect(loopedIn(derived, batched, at)).toEqual([]);
      }
    });

    test('and with its derivatives taken after', () => {
      for (const argnums of [0, 1] as const) {
        const total = (g: Fn): Tensor =>
          grad((v: Tensor, b: Tensor) => g(v, b).square().sum(), { argnums })(...(at as [Tensor, Tensor]));
        expectSame(total(batchOf(f, batched)), total(loopOf(f, batched)));
      }
      const along = (g: Fn): Tensor => hvp((v: Tensor) => g(v, at[1]!).square().sum(), at[0]!, at[0]!.cos());
      expectSame(along(batchOf(f, batched)), along(loopOf(f, batched)));
    });
  });
});

describe('what the graph shows', () => {
  const shown = (f: Fn, batched: readonly boolean[]): string => {
    const graph = trace(
      batchOf(f, batched),
      ...[[3, 2], [3]].map((shape, k) => spec(batched[k] === true ? shape : shape.slice(1))),
    );
    verify(graph);
    return String(graph);
  };
  const choice: Fn = (v, b) =>
    cond(
      b.greater(0),
      (y: Tensor) => y.sin(),
      (y: Tensor) => y.neg(),
      v,
    );

  test('a choice by example computes both branches and selects', () => {
    expect(shown(choice, [true, true])).toMatchInlineSnapshot(`
      "graph(argument0: f32 [3, 2], argument1: f32 [3])
        %1 = greater(argument1, 0): bool [3]
        %2 = sin(argument0): f32 [3, 2]        cond
        %3 = neg(argument0): f32 [3, 2]        cond
        %4 = reshape(%1, [3, 1]): bool [3, 1]
        %5 = where(%4, %2, %3): f32 [3, 2]
        return %5"
    `);
  });

  test('a choice for all examples stays a choice', () => {
    expect(shown(choice, [true, false])).toMatchInlineSnapshot(`
      "graph(argument0: f32 [3, 2], argument1: f32 [])
        %1 = greater(argument1, 0): bool []
        %2 = cond(%1, argument0): f32 [3, 2]
          then(y: f32 [3, 2])
            %1 = sin(y): f32 [3, 2]  cond
            return %1
          else(y: f32 [3, 2])
            %1 = neg(y): f32 [3, 2]  cond
            return %1
        return %2"
    `);
  });

  test('a loop stays one loop, over batches', () => {
    expect(shown((v, b) => scan((c: Tensor, e: Tensor) => [c.add(e), undefined], b, v)[0], [true, false]))
      .toMatchInlineSnapshot(`
      "graph(argument0: f32 [3, 2], argument1: f32 [])
        %1 = broadcastTo(argument1, [3]): f32 [3]
        %2 = permute(argument0, [1, 0]): f32 [2, 3]                                     moveAxis
        %3, %4 = scan(%1, %2, carries 1, scanned 1, length 2, history): f32 [3], f32 [2, 3]
          body(c: f32 [3], e: f32 [3])
            %1 = add(c, e): f32 [3]  scan
            return %1, c
        return %3"
    `);
  });

  test('a loop that ends by example runs until all are done; those that are done stay as they are', () => {
    const doubled: Fn = (v, b) =>
      whileLoop(
        (s: Tensor) => s.less(b),
        (s) => s.mul(2),
        v,
      );
    const graph = trace(batchOf(doubled, [true, true]), spec([3]), spec([3]));
    verify(graph);
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(argument0: f32 [3], argument1: f32 [3])
        %1 = whileLoop(argument0, argument1, argument1, states 1): f32 [3]
          condition(s: f32 [3], b: f32 [3])
            %1 = less(s, b): bool [3]        whileLoop
            %2 = any(%1, axis [0]): bool []
            return %2
          body(s: f32 [3], b: f32 [3])
            %1 = mul(s, 2): f32 [3]         whileLoop
            %2 = less(s, b): bool [3]       whileLoop
            %3 = where(%2, %1, s): f32 [3]
            return %3
        return %1"
    `);
    const of = batchOf(doubled, [true, true]);
    expect(of(tensor([1, 3, 100]), tensor([10, 3, 7])).toArray()).toEqual([16, 3, 100]);
  });

  test('an index that no branch has is refused for each example, known or not', () => {
    const pick: Fn = (v, k) => switchCase(k, [(y: Tensor) => y, (y: Tensor) => y.neg()], v);
    expect(() => batchOf(pick, [true, true])(x, tensor([0, 1, 2], { dtype: 'i32' }))).toThrow(
      'the index is 2; there are 2 branches',
    );
    const traced = trace(batchOf(pick, [true, true]), spec([3, 4]), spec([3], 'i32'));
    verify(traced);
    expect(run(traced, x.cast('f32'), tensor([0, 1, 1], { dtype: 'i32' })).shape).toEqual([3, 4]);
    for (const indices of [tensor([0, 1, 2], { dtype: 'i32' }), tensor([0, -1, 1], { dtype: 'i32' })]) {
      expect(() => run(traced, x.cast('f32'), indices)).toThrow('there are 2 branches, 0 to 1');
      expect(() => compile(batchOf(pick, [true, true]))(x, indices)).toThrow('there are 2 branches, 0 to 1');
      const nested = (v: Tensor, k: Tensor): Tensor => vmap(batchOf(pick, [true, true]))(stack([v, v]), stack([k, k]));
      expect(() => compile(nested)(x, indices)).toThrow('there are 2 branches, 0 to 1');
    }
  });

  test('a batch of no examples', () => {
    const none = tensor(new Float64Array(0), { shape: [0, 4] });
    expect(batchOf(programs['a choice inside a loop']!, [true, false])(none, a.slice([0])).shape).toEqual([0, 4]);
  });
});

describe('batches of batches', () => {
  const grid = random.uniform(random.key(2), [2, examples, 4], { min: -1, max: 1, dtype: 'f64' });
  test.each(Object.entries(programs))('%s', (_, f) => {
    const twice = vmap(vmap(f as (v: Tensor, b: Tensor) => Tensor), { inAxes: [0, null] });
    const expected = stack([0, 1].map((k) => loopOf(f, [true, true])(grid.slice([k]), a)));
    expectSame(twice(grid, a), expected);
  });

  test('a vmap inside the body of a loop', () => {
    const f = (v: Tensor): Tensor =>
      scan((c: Tensor, e: Tensor) => [vmap((y: Tensor) => y.mul(e).sin())(c), undefined], v, f64([1, 2]))[0];
    const g = (v: Tensor): Tensor => v.mul(1).sin().mul(2).sin();
    expectSame(f(a), g(a));
    expectSame(grad((v: Tensor) => f(v).sum())(a), grad((v: Tensor) => g(v).sum())(a));
  });

  test('each example draws numbers of its own from its own key', () => {
    const walk = (key: Tensor): Tensor =>
      scan(
        (k: Tensor) => {
          const [next, own] = random.split(k, 2);
          return [next!, random.uniform(own!, [])];
        },
        key,
        undefined,
        { length: 3 },
      )[1];
    const keys = stack([random.key(1), random.key(2)]);
    expect(vmap(walk)(keys).toArray()).toEqual([walk(random.key(1)).toArray(), walk(random.key(2)).toArray()]);
  });
});

describe('Jacobians and Hessians of loops', () => {
  const f = (v: Tensor): Tensor => programs['a choice inside a loop']!(v, a.slice([1]));
  const at = x.slice([0]);

  test('are those of the loop written out, forward and in reverse', () => {
    const rows = stack([0, 1, 2, 3].map((k) => grad((v: Tensor) => f(v).slice([k]))(at)));
    expectSame(jacobian(f)(at), rows);
    expectSame(jacobian(f, { mode: 'forward' })(at), rows);
    expectSame(jacobian(f, { mode: 'reverse' })(at), rows);
    const total = (v: Tensor): Tensor => f(v).square().sum();
    const columns = stack([0, 1, 2, 3].map((k) => hvp(total, at, eye(4, 4, 'f64').slice([k]))));
    expectSame(hessian(total)(at), columns);
  });
});
