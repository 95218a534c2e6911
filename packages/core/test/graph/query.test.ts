/** Questions to a graph, and graphs with parts replaced. */
import { describe, expect, test } from 'vitest';
import {
  type Pattern,
  type RewriteRule,
  type Tensor,
  add,
  exp,
  grad,
  log,
  mul,
  rewrite,
  run,
  scan,
  scope,
  sin,
  spec,
  square,
  sum,
  tensor,
  toFunction,
  trace,
  variable,
  verify,
} from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const names = (nodes: readonly { readonly op: { readonly name: string } }[]): string[] =>
  nodes.map((node) => node.op.name);

describe('questions', () => {
  const graph = trace(
    (x: Tensor) => {
      const h = scope('encoder', () => scope('hidden', () => x.exp().mul(2)));
      return scope('encoder2', () => h.sin()).add(x.exp());
    },
    spec([2]),
  );

  test('nodes by op, by name and by scope', () => {
    expect(names(graph.find({ op: 'exp' }))).toEqual(['exp', 'exp']);
    expect(graph.find({ op: exp })).toEqual(graph.find({ op: 'exp' }));
    expect(names(graph.find({ scope: 'encoder' }))).toEqual(['exp', 'mul']);
    expect(names(graph.find({ scope: 'encoder/hidden', op: mul }))).toEqual(['mul']);
    expect(names(graph.find({}))).toEqual(['exp', 'mul', 'sin', 'exp', 'add']);
    expect(refusal(() => graph.find({ name: 'exp' } as never))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      find: no option named "name"; the options are "op", "scope""
    `);
  });

  test('what a value was made from, and what it is used for', () => {
    const [first, twice, wave, second, total] = graph.nodes;
    expect(graph.ancestors(graph.outputs[0]!)).toEqual([first, twice, wave, second]);
    expect(graph.ancestors(wave!)).toEqual([first, twice]);
    expect(graph.descendants(first!)).toEqual([twice, wave, total]);
    expect(graph.descendants(graph.inputs[0]!)).toEqual([first, twice, wave, second, total]);
    expect([graph.ancestors(first!), graph.descendants(total!)]).toEqual([[], []]);
  });
});

describe('rewrite', () => {
  const logOfExp: Pattern = { op: log, inputs: [{ op: exp, inputs: ['x'] }] };
  const rules: RewriteRule[] = [
    { pattern: logOfExp, replacement: ({ x }) => x },
    { pattern: { op: mul, inputs: ['x', 1], anyOrder: true }, replacement: ({ x }) => x },
    { pattern: { op: mul, inputs: ['x', 'x'] }, replacement: ({ x }) => x!.square() },
  ];

  test('replaces what fits, and what comes of it again', () => {
    const graph = trace(
      (x: Tensor) => {
        const y = x.exp().log().mul(1);
        return y.mul(x).add(x.sin());
      },
      spec([2], 'f64'),
    );
    const simple = rewrite(graph, rules);
    expect(names(simple.nodes)).toEqual(['sin', 'square', 'add']);
    verify(simple);
    const x = tensor([0.5, 2], { dtype: 'f64' });
    expect(run(simple, x).toArray()).toEqual(x.square().add(x.sin()).toArray());
  });

  test('leaves a graph in which nothing fits as it is', () => {
    const graph = trace((x: Tensor) => x.sin().add(1), spec([2]));
    expect(rewrite(graph, rules)).toBe(graph);
  });

  test('one name stands for one value; the order of two inputs may be left open', () => {
    const product: Pattern = {
      op: add,
      inputs: [{ op: mul, inputs: ['a', 'b'], anyOrder: true }, 'a'],
      anyOrder: true,
    };
    const count = (f: (x: Tensor, y: Tensor) => Tensor): number => {
      let fits = 0;
      rewrite(trace(f, spec([2]), spec([2])), product, () => {
        fits++;
        return undefined;
      });
      return fits;
    };
    expect(count((x, y) => x.mul(y).add(x))).toBe(1);
    expect(count((x, y) => y.mul(x).add(x))).toBe(1); // the name that binds first is not the one that fits
    expect(count((x, y) => x.add(x.mul(y)))).toBe(1);
    expect(count((x, y) => x.mul(y).add(x.sin()))).toBe(0);
  });

  test('conditions on attributes and on values', () => {
    const overRows: Pattern = { op: sum, inputs: ['x'], where: ([axes]) => String(axes) === '0' };
    const graph = trace((x: Tensor) => [x.sum({ axis: 0 }), x.sum({ axis: 1 })] as const, spec([3, 3]));
    const [rows, columns] = run(
      rewrite(graph, overRows, ({ x }) => x!.max({ axis: 0 })),
      tensor([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]),
    );
    expect([rows.toArray(), columns.toArray()]).toEqual([
      [7, 8, 9],
      [6, 15, 24],
    ]);
    const small: Pattern = {
      op: mul,
      inputs: [
        'x',
        {
          name: 'c',
          where: (c: Tensor) => typeof c.storage === 'number' && c.storage !== 0 && Math.abs(c.storage) < 1e-6,
        },
      ],
    };
    expect(
      names(
        rewrite(
          trace((x: Tensor) => x.mul(1e-9).add(x.mul(3)), spec([2])),
          small,
          ({ x }) => x!.mul(0),
        ).nodes,
      ),
    ).toEqual(['mul', 'mul', 'add']);
  });

  test('goes into the bodies of loops', () => {
    const graph = trace(
      (xs: Tensor) => scan((c: Tensor, x: Tensor) => [c.add(x.exp().log()), undefined], 0, xs)[0],
      spec([3]),
    );
    const simple = rewrite(graph, logOfExp, ({ x }) => x);
    verify(simple);
    expect(names(simple.nodes[0]!.graphs[0]!.graph.nodes)).toEqual(['add']);
    expect(run(simple, tensor([1, 2, 3])).item()).toBe(6);
  });

  test('keeps what a traced function reads and assigns', () => {
    const w = variable(tensor(3), { name: 'w' });
    const graph = trace((x: Tensor) => {
      w.assign(w.value.mul(x.exp().log()));
      return w.value;
    }, spec([]));
    const simple = rewrite(graph, logOfExp, ({ x }) => x);
    expect([run(simple, tensor(2)).item(), w.value.item(), names(simple.nodes)]).toEqual([6, 6, ['mul', 'variable']]);
  });

  test('refusals', () => {
    const graph = trace((x: Tensor) => x.sin(), spec([2]));
    expect(refusal(() => rewrite(graph, { op: sin, inputs: ['x'] }, ({ x }) => x!.sum()))).toMatchInlineSnapshot(`
      "ShapeError wrong-replacement
      rewrite: what stands for sin is f32 []; it was f32 [2]
        try x.broadcastTo(shape) or x.cast(dtype) in the replacement"
    `);
    const [there, back]: RewriteRule[] = [
      { pattern: { op: sin, inputs: ['x'] }, replacement: ({ x }) => x!.square() },
      { pattern: { op: square, inputs: ['x'] }, replacement: ({ x }) => x!.sin() },
    ];
    expect(refusal(() => rewrite(graph, [there!, back!]))).toMatchInlineSnapshot(`
      "EdgewiseError endless-rewrite
      rewrite: rules fit 100 times in a row at sin, so they undo each other
        try a condition in the pattern (where) that fails once the rule has been applied"
    `);
  });
});

describe('a graph as a function', () => {
  test('of the arguments it was traced with, or of its inputs', () => {
    const graph = trace(({ a, b }: { a: Tensor; b: Tensor }) => a.mul(b).sum(), { a: spec([2]), b: spec([2]) });
    const f = toFunction(graph);
    const at = { a: tensor([1, 2]), b: tensor([3, 4]) };
    expect([f(at).item(), grad(f)(at).a.toArray()]).toEqual([11, [3, 4]]);
    const both = toFunction(graph.withBackward());
    expect(both([1, 2], tensor([3, 4])).map((output) => output.toArray())).toEqual([11, [3, 4], [1, 2]]);
    expect(refusal(() => both(at.a))).toMatchInlineSnapshot(`
      "ArgumentError wrong-arguments
      toFunction: the graph has 2 inputs; the call has 1"
    `);
    expect(refusal(() => both(at.a, tensor([1])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      run: b is f32 [1]; the graph was traced with f32 [2]"
    `);
    expect(String(trace(f, { a: spec([2]), b: spec([2]) }))).toBe(String(graph));
  });
});
