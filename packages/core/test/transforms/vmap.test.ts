/** vmap: a function of one example, called with a batch. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  compile,
  customGradient,
  grad,
  hvp,
  jvp,
  matmul,
  random,
  spec,
  stack,
  tensor,
  trace,
  variable,
  vjp,
  vmap,
  zeros,
} from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const f64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'f64' });
const rows = f64([
  [0.3, -1.2],
  [0.8, 0.4],
  [-0.5, 2],
]);
const each = (f: (row: Tensor) => Tensor, of: Tensor = rows): Tensor =>
  stack(Array.from({ length: of.shape[0]! }, (_, k) => f(of.slice([k]))));
function expectClose(got: Tensor, expected: Tensor): void {
  expect(String(got.spec)).toBe(String(expected.spec));
  got.data.forEach((value, k) => expect(value).toBeCloseTo(expected.data[k]!, 12));
}

describe('the graph of a batch', () => {
  test('a product of matrices stays one product', () => {
    const g = trace(
      (a: Tensor, b: Tensor) => vmap((p: Tensor, q: Tensor) => matmul(p, q))(a, b),
      spec([5, 2, 3]),
      spec([5, 3, 4]),
    );
    expect(g.nodes.map(({ op }) => op.name)).toEqual(['matmul']);
    expect(g.outputs[0]!.shape).toEqual([5, 2, 4]);
  });

  test('what no example touches is computed once, without the batch', () => {
    const w = f64([1, 2]);
    const g = trace(
      (x: Tensor, p: Tensor) => vmap((row: Tensor) => row.mul(p.exp()))(x),
      spec([3, 2], 'f64'),
      spec([2], 'f64'),
    );
    expect(g.nodes.find(({ op }) => op.name === 'exp')!.outputs[0]!.shape).toEqual([2]);
    expectClose(vmap((row: Tensor) => row.mul(w))(rows), rows.mul(w));
  });
});

describe('axes', () => {
  test('examples may lie along any axis, and results be put at any', () => {
    const x = zeros([2, 3, 4]);
    const f = (at: Tensor): Tensor => at.sum({ axis: 0 }); // [2, 4] to [4]
    expect(vmap(f, { inAxes: 1 })(x).shape).toEqual([3, 4]);
    expect(vmap(f, { inAxes: -2, outAxes: 1 })(x).shape).toEqual([4, 3]);
    expect(vmap(f, { inAxes: 1, outAxes: -1 })(x).shape).toEqual([4, 3]);
  });

  test('trees are taken apart, with a tree of axes or one axis for all of an argument', () => {
    const f = ({ w, b }: { w: Tensor; b: Tensor }, x: Tensor): { y: Tensor; n: Tensor } => ({
      y: w.mul(x).add(b),
      n: x.sum(),
    });
    const params = { w: rows, b: f64([1, 2]) };
    const got = vmap(f, { inAxes: [{ w: 0, b: null }, 0], outAxes: { y: 1, n: 0 } })(params, rows);
    expectClose(got.y, rows.mul(rows).add(params.b).transpose());
    expectClose(got.n, rows.sum({ axis: 1 }));
    const ensemble = vmap(f, { inAxes: [0, null] })({ w: rows, b: rows }, f64([1, 2]));
    expectClose(ensemble.y, rows.mul(f64([1, 2])).add(rows));
    // What does not depend on the example is repeated.
    expect(ensemble.n.toArray()).toEqual([3, 3, 3]);
  });

  test('a number that is the same for all examples stays a number', () => {
    const f = (x: Tensor, power: number): Tensor => x.pow(power + 1);
    expectClose(vmap(f, { inAxes: [0, null] })(rows, 1), rows.square());
  });

  test('a result that is the same for all examples is asked for with null', () => {
    const [, c] = vmap((x: Tensor) => [x, tensor(7)] as const, { outAxes: [0, null] })(rows);
    expect(c.item()).toBe(7);
  });

  test('vmap in vmap is a loop in a loop', () => {
    const [a, b] = [f64([1, 2, 3]), f64([10, 20])];
    const outer = vmap((p: Tensor) => vmap((q: Tensor) => p.mul(q).add(p))(b))(a);
    expect(outer.toArray()).toEqual([
      [11, 21],
      [22, 42],
      [33, 63],
    ]);
  });
});

describe('with derivatives', () => {
  const loss = (x: Tensor): Tensor =>
    x
      .sin()
      .mul(x.slice([0]))
      .sum();

  test('gradients per example are those of a loop', () => {
    const w = f64([0.2, -0.4]);
    const ofExample = (p: Tensor, x: Tensor): Tensor => p.mul(x).sum().tanh();
    expectClose(
      vmap(grad(ofExample), { inAxes: [null, 0] })(w, rows),
      each((x) => grad((p: Tensor) => ofExample(p, x))(w)),
    );
  });

  test('forward mode, pullbacks and second derivatives go through, inside and outside', () => {
    const v = f64([1, -2]);
    expectClose(
      vmap((x: Tensor) => jvp(loss, x, v)[1])(rows),
      each((x) => jvp(loss, x, v)[1]),
    );
    expectClose(
      vmap((x: Tensor) => hvp(loss, x, v))(rows),
      each((x) => hvp(loss, x, v)),
    );
    expectClose(
      vmap((x: Tensor) => vjp(loss, x)[1](2))(rows),
      each((x) => vjp(loss, x)[1](2)),
    );
    expectClose(
      jvp(vmap(loss), rows, rows)[1],
      each((x) => jvp(loss, x, x)[1]),
    );
    expectClose(
      grad((x: Tensor) => vmap(grad(loss))(x).square().sum())(rows),
      each(grad((x: Tensor) => grad(loss)(x).square().sum())),
    );
  });

  test('a pullback over a batch of cotangents gives the rows of the Jacobian', () => {
    const [, pullback] = vjp((x: Tensor) => x.square(), f64([1, 2]));
    expect(
      vmap(pullback)(
        f64([
          [1, 0],
          [0, 1],
        ]),
      ).toArray(),
    ).toEqual([
      [2, 0],
      [0, 4],
    ]);
  });

  test("a rule of one's own holds inside and outside, and twice", () => {
    const scale = f64(3);
    // Not the derivative of sin: that would not show whether the rule is used. It captures a value, and uses the output.
    const odd = customGradient('odd', (x: Tensor, y: Tensor) => x.sin().mul(y), {
      pull: ({ cotangent, inputs: [x, y], output }) => [
        cotangent.mul(x!.square()).mul(scale),
        cotangent.mul(output).mul(y!).sum({ axis: [] }),
      ],
    });
    const c = f64([0.7, -0.1]);
    const f = (x: Tensor): Tensor => odd(x, c).square().sum();
    const g = (x: Tensor): Tensor => odd(c, x).square().sum();
    for (const h of [f, g]) {
      expectClose(vmap(h)(rows), each(h));
      expectClose(vmap(grad(h))(rows), each(grad(h)));
      expectClose(grad((x: Tensor) => vmap(h)(x).sum())(rows), each(grad(h)));
      const twice = grad((x: Tensor) => grad(h)(x).square().sum());
      expectClose(vmap(twice)(rows), each(twice));
      expectClose(grad((x: Tensor) => vmap(grad(h))(x).square().sum())(rows), each(twice));
      const around = grad((x: Tensor) =>
        grad((at: Tensor) => vmap(h)(at).sum())(x)
          .square()
          .sum(),
      );
      expectClose(around(rows), each(twice));
      expectClose(
        vmap((x: Tensor) => jvp(h, x, c)[1])(rows),
        each((x) => jvp(h, x, c)[1]),
      );
    }
    // What all examples share gets the sum of what flows back from each.
    const shared = (y: Tensor): Tensor => vmap((x: Tensor) => odd(x, y).square().sum())(rows).sum();
    const sum = each((x) => grad((y: Tensor) => odd(x, y).square().sum())(c)).sum({ axis: 0 });
    expectClose(grad(shared)(c), sum);
  });
});

describe('Variables', () => {
  test('are read, the same for all examples, and get their gradients', () => {
    const w = variable(f64([2, 3]), { name: 'w' });
    vmap((x: Tensor) => x.mul(w.value).sum())(rows)
      .sum()
      .backward();
    expectClose(w.grad!, rows.sum({ axis: 0 }));
  });

  test('may be assigned what does not depend on the example, once', () => {
    const count = variable(0, { name: 'count', trainable: false });
    vmap((x: Tensor) => {
      count.assign(count.value.add(1));
      return x;
    })(rows);
    expect(count.value.item()).toBe(1);
  });

  test('cannot be assigned what does, and keep what they held', () => {
    const last = variable(f64([0, 0]), { name: 'last' });
    const f = (x: Tensor): Tensor => {
      last.assign(x.mul(2));
      return x;
    };
    expect(refusal(() => vmap(f)(rows))).toMatchInlineSnapshot(`
      "ArgumentError depends-on-example
      vmap: last is assigned a value that depends on the example, and can hold only one
        try return the value, and assign what all examples make of it: variable.assign(vmap(f)(x).mean({ axis: 0 }))"
    `);
    expect(last.value.toArray()).toEqual([0, 0]);
  });
});

describe('random numbers', () => {
  test('a batch of keys gives each example the numbers that its key gives alone', () => {
    const keys = stack(random.split(random.key(5), 4));
    for (const draw of [
      (key: Tensor) => random.uniform(key, [3]),
      (key: Tensor) => random.normal(key, [2, 2]),
      (key: Tensor) => random.truncatedNormal(key, [3]),
      (key: Tensor) => random.permutation(key, 5),
      (key: Tensor) => random.integers(key, [4], { max: 100 }),
      (key: Tensor) => random.bernoulli(key, 0.5, [4]),
      (key: Tensor) => random.uniform(random.split(key, 2)[1]!, [2]),
    ]) {
      const expected = each(draw, keys).toArray();
      expect(vmap(draw)(keys).toArray()).toEqual(expected);
      expect(compile(vmap(draw))(keys).toArray()).toEqual(each(compile(draw), keys).toArray());
      const pairs = vmap(vmap(draw))(keys.reshape([2, 2, 2]));
      expect(pairs.reshape([4, ...pairs.shape.slice(2)]).toArray()).toEqual(expected);
    }
  });

  test('a batch of keys is one node for each that a key alone takes', () => {
    const draw = (key: Tensor): Tensor => random.normal(key, [3]);
    const alone = trace(draw, spec([2], 'i32'));
    const batch = trace((keys: Tensor) => vmap(draw)(keys), spec([100, 2], 'i32'));
    expect(batch.nodes.map(({ op }) => op.name)).toEqual(alone.nodes.map(({ op }) => op.name));
  });

  test('outside of vmap several keys are refused: which numbers should the shape be of?', () => {
    const keys = stack(random.split(random.key(5), 4));
    const draws: (() => unknown)[] = [
      () => random.uniform(keys, [3]),
      () => random.split(keys, 2),
      () => random.integers(keys, [3], { max: 5 }),
      () => random.permutation(keys, 3),
      () => random.truncatedNormal(keys, [3]),
    ];
    for (const draw of draws)
      expect(refusal(draw)).toMatch(/not-a-key\nrandom\.\w+: a key is i32 \[2\]; received i32 \[4, 2\]/);
  });

  test('a key that is no argument gives all examples the same numbers', () => {
    const noise = vmap((x: Tensor) => x.add(random.uniform(random.key(1), [2])))(zeros([2, 2]));
    expect(noise.slice([0]).toArray()).toEqual(noise.slice([1]).toArray());
  });
});

describe('wrong uses', () => {
  test('say what is wrong and where', () => {
    const f = (params: { w: Tensor }, x: Tensor): Tensor => params.w.mul(x);
    expect(refusal(() => vmap(f)({ w: zeros([3]) }, zeros([4])))).toMatchInlineSnapshot(`
      "ShapeError different-extents
      vmap: different numbers of examples: params.w has 3 along axis 0, x has 4 along axis 0
        try inAxes: null for what is the same for all examples"
    `);
    expect(refusal(() => vmap(f)({ w: tensor(1) }, zeros([4])))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      vmap: params.w has shape [], and no axis 0 for the examples
        try inAxes: null for what is the same for all examples"
    `);
    expect(refusal(() => vmap(f, { inAxes: null })({ w: zeros([3]) }, zeros([4])))).toMatchInlineSnapshot(`
      "ArgumentError no-examples-axis
      vmap: no argument has an axis of examples, so their number is unknown
        try inAxes: 0"
    `);
    expect(refusal(() => vmap(f, { inAxes: [{ v: 0 }, 0] })({ w: zeros([3]) }, zeros([3])))).toMatchInlineSnapshot(`
      "ArgumentError structure-mismatch
      vmap: inAxes[0].w is missing; expected a number or null
        try inAxes: 0"
    `);
    expect(refusal(() => vmap(f, { inAxes: [0] })({ w: zeros([3]) }, zeros([3])))).toMatchInlineSnapshot(`
      "ArgumentError structure-mismatch
      vmap: inAxes is [0]; expected a number, null, or a list of 2
        try inAxes: 0"
    `);
    expect(refusal(() => vmap((x: Tensor) => x, { outAxes: null })(zeros([3])))).toMatchInlineSnapshot(`
      "ArgumentError depends-on-example
      vmap: result depends on the example; outAxes has null for it, which stands for one value for all
        try outAxes: 0"
    `);
    expect(refusal(() => vmap((x: Tensor) => x, { outAxes: 1 })(zeros([3])))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      vmap: result with its examples has shape [3], and no axis 1 for them"
    `);
    expect(refusal(() => vmap((x: Tensor) => x.mul(x.item()))(zeros([3])))).toMatchInlineSnapshot(`
      "ArgumentError symbolic-value
      item: the tensor (f32 []) is made from a placeholder while tracing: it has a shape and no numbers yet
        read at vmap.test.ts
        try cond(condition, then, otherwise, ...) or whileLoop for control by value; where(condition, a, b) for a choice element by element; else read numbers outside of the traced function"
    `);
    expect(refusal(() => vmap(f, { inAxis: 0 } as object))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      vmap: no option named "inAxis"
        near: "inAxes"; the options are "inAxes", "outAxes""
    `);
  });
});
