import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  Graph,
  Module,
  composite,
  customGradient,
  record,
  scope,
  spec,
  tensor,
  toDot,
  trace,
  variable,
  zeros,
} from '../../src/index.ts';
import { parsedDot } from './parsed-dot.ts';

class Layer extends Module {
  weight;
  bias;
  constructor(inputs: number, outputs: number) {
    super();
    this.weight = variable(zeros([inputs, outputs]));
    this.bias = variable(zeros([outputs]));
  }
  forward(x: Tensor): Tensor {
    return x.matmul(this.weight).add(this.bias);
  }
}

class Classifier extends Module {
  hidden = [new Layer(4, 3)];
  out = new Layer(3, 2);
  forward(x: Tensor): Tensor {
    return this.out.forward(this.hidden[0]!.forward(x).relu());
  }
}

const forward = (): Graph<Tensor> => {
  const model = new Classifier();
  return trace((x: Tensor) => model.forward(x).square().mean(), spec([8, 4]));
};

describe('a picture as text', () => {
  test('of a small expression', () => {
    const graph = trace((w: Tensor, x: Tensor) => w.mul(x).add(1).sum(), spec([2]), spec([2]));
    expect(toDot(graph)).toMatchInlineSnapshot(`
      "digraph {
        rankdir=LR; newrank=true;
        node [fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.15,0.07"];
        edge [fontname="Helvetica,Arial,sans-serif", fontsize=9];
        n1 [label="w\\nf32 [2]", class="input", shape=ellipse, style="solid"];
        n2 [label="x\\nf32 [2]", class="input", shape=ellipse, style="solid"];
        n3 [label="mul", class="op", shape=box, style="rounded"];
        n4 [label="add\\nwith 1", class="op", shape=box, style="rounded"];
        n5 [label="sum\\naxis [0]", class="op", shape=box, style="rounded"];
        n6 [label="output", class="output", shape=box, style="solid"];
        n1 -> n3 [label="f32 [2]"];
        n2 -> n3 [label="f32 [2]"];
        n3 -> n4 [label="f32 [2]"];
        n4 -> n5 [label="f32 [2]"];
        n5 -> n6 [label="f32 []"];
      }
      "
    `);
  });

  test('is the same each time, whatever was made before', () => {
    const first = toDot(forward());
    for (let k = 0; k < 50; k++) record(() => tensor(k).exp());
    expect(toDot(forward())).toBe(first);
    const graph = forward().withBackward();
    expect(toDot(graph)).toBe(toDot(graph));
  });

  test('goes down where there are modules, and right where there are none, unless asked otherwise', () => {
    expect(toDot(forward())).toContain('rankdir=TB');
    const small = trace((x: Tensor) => x.exp(), spec([]));
    expect(toDot(small)).toContain('rankdir=LR');
    expect(toDot(small, { direction: 'down' })).toContain('rankdir=TB');
  });
});

describe('shapes, dtypes and kinds', () => {
  test('stand on the edges, one edge a slot', () => {
    const { edges } = parsedDot(toDot(trace((x: Tensor) => x.mul(x).cast('f64'), spec([3]))));
    expect(edges.map(({ from, to, label }) => [from.title, to.title, label])).toEqual([
      ['x', 'mul', 'f32 [3]'],
      ['x', 'mul', 'f32 [3]'],
      ['mul', 'cast', 'f32 [3]'],
      ['cast', 'output', 'f64 [3]'],
    ]);
  });

  test('parameters, inputs, outputs, constants and ops are told apart', () => {
    const big = tensor(new Float32Array(300).fill(1).map((_, k) => k));
    const w = variable(zeros([300]), { name: 'w' });
    const dot = parsedDot(toDot(trace((x: Tensor) => x.mul(w).add(big), spec([300]))));
    expect(dot.nodes.map(({ title, kind }) => [title, kind])).toEqual([
      ['x', 'input'],
      ['w', 'parameter'],
      ['mul', 'op'],
      ['add', 'op'],
      ['constant f32 [300]', 'constant'],
      ['output', 'output'],
    ]);
  });

  test('small constants stand in the op that uses them', () => {
    const dot = parsedDot(toDot(trace((x: Tensor) => x.mul(3).add(zeros([2]).add(0.5)), spec([2]))));
    expect(dot.node('mul').lines).toEqual(['with 3']);
    expect(dot.node('add').lines).toEqual(['with 0.5 f32 [2]']);
    expect(dot.of('constant')).toEqual([]);
  });

  test('an op with several outputs is one box, its outputs are edges', () => {
    const dot = parsedDot(
      toDot(
        trace(
          (x: Tensor) => {
            const [low, high] = x.split([1, 3]);
            return { low: low!, high: high!.exp() };
          },
          spec([4]),
        ),
      ),
    );
    expect(dot.edges.map(({ from, to, label }) => `${from.title} -> ${to.title}: ${label}`)).toEqual([
      'x -> split: f32 [4]',
      'split -> exp: f32 [3]',
      'split -> low: f32 [1]',
      'exp -> high: f32 [3]',
    ]);
    expect(dot.of('output').map(({ title }) => title)).toEqual(['low', 'high']);
  });

  test('a Variable that is assigned leads back to where it was read', () => {
    const count = variable(0, { name: 'count', trainable: false });
    const dot = parsedDot(
      toDot(
        trace(
          (x: Tensor) => {
            count.assign(count.value.add(x.sum()));
            return x.exp();
          },
          spec([2]),
        ),
      ),
    );
    const updates = dot.edges.filter(({ kind }) => kind.includes('update'));
    expect(updates).toHaveLength(1);
    expect([updates[0]!.from.title, updates[0]!.to.title].toSorted()).toEqual(['add', 'count']);
    expect(dot.of('output').map(({ title }) => title)).toEqual(['output']);
  });
});

describe('clusters by module scope', () => {
  test('nest as the modules do, parameters within', () => {
    const dot = parsedDot(toDot(forward()));
    expect(dot.clusters.map(({ path, kind }) => `${kind} ${path.join('/')}`)).toEqual([
      'module classifier',
      'module classifier/hidden0',
      'module classifier/out',
    ]);
    expect(dot.of('parameter').map(({ title, path }) => `${path.join('/')}: ${title}`)).toEqual([
      'classifier/hidden0: weight',
      'classifier/hidden0: bias',
      'classifier/out: weight',
      'classifier/out: bias',
    ]);
    expect(dot.node('relu').path).toEqual(['classifier']);
  });

  test('fold to a box each, that says what is inside', () => {
    const fold = (path: string): boolean => path === 'classifier/out';
    const one = parsedDot(toDot(forward(), { fold }));
    expect(one.of('folded').map(({ title, lines, path }) => [title, ...lines, path.join()])).toEqual([
      ['out', '2 parameters', '2 ops', 'classifier'],
    ]);
    const all = parsedDot(toDot(forward(), { fold: true }));
    expect(all.of('folded').map(({ title }) => title)).toEqual(['classifier', 'mean']);
    expect(all.of('parameter')).toEqual([]);
    expect(all.edges.map(({ from, to }) => `${from.title} -> ${to.title}`)).toEqual([
      'x -> classifier',
      'classifier -> square',
      'square -> mean',
      'mean -> output',
    ]);
  });

  test('a composite folds unless asked otherwise, and opens to what it is made of', () => {
    const swish = composite('swish', (x: Tensor) => x.mul(x.sigmoid()));
    const graph = trace((x: Tensor) => swish(x).sum(), spec([3]));
    expect(
      parsedDot(toDot(graph))
        .of('folded')
        .map(({ title, lines }) => [title, ...lines]),
    ).toEqual([['swish', '2 ops']]);
    const open = parsedDot(toDot(graph, { fold: false }));
    expect(open.clusters).toEqual([{ path: ['swish'], kind: 'composite' }]);
    expect(open.of('op').map(({ title, path }) => [...path, title].join('/'))).toEqual([
      'sum',
      'swish/sigmoid',
      'swish/mul',
    ]);
  });

  test('an op with a rule of its own is in the picture by its name', () => {
    const through = customGradient('through', (x: Tensor) => x.sign(), { pull: ({ cotangent }) => [cotangent] });
    const dot = parsedDot(toDot(trace((x: Tensor) => through(x).sum(), spec([3]))));
    expect(dot.of('folded').map(({ title }) => title)).toEqual(['through']);
  });
});

describe('the backward pass', () => {
  const graph = (): Graph<Tensor> =>
    trace((w: Tensor, x: Tensor) => scope('layer', () => w.mul(x).tanh()).sum(), spec([2]), spec([2])).withBackward();

  test('stands beside the forward nodes, told apart, in their clusters', () => {
    const text = toDot(graph());
    const dot = parsedDot(text);
    expect(dot.of('backward').every(({ path }) => path.join() === 'layer')).toBe(true);
    expect(dot.of('backward').length).toBeGreaterThan(2);
    expect(
      dot
        .of('op')
        .filter(({ kind }) => kind === 'op')
        .map(({ title }) => title),
    ).toEqual(['sum', 'mul', 'tanh']);
    // The first backward node of a forward one stands on its rank.
    const beside = [...text.matchAll(/\{ rank=same; (n\d+); (n\d+); \}/g)].map(([, a, b]) =>
      [a, b].map((id) => dot.nodes.find((node) => node.id === id)!.kind),
    );
    expect(beside.length).toBeGreaterThan(0);
    for (const kinds of beside) expect(kinds).toEqual(['op', 'op backward']);
  });

  test('ends in a named output for each cotangent', () => {
    expect(
      parsedDot(toDot(graph()))
        .of('output')
        .map(({ title }) => title),
    ).toEqual(['output', 'd / d w', 'd / d x']);
  });

  test('folds with its module', () => {
    const dot = parsedDot(toDot(graph(), { fold: true }));
    expect(dot.node('layer').lines).toEqual([expect.stringMatching(/^2 ops, \d+ backward$/)]);
    expect(dot.of('op').map(({ kind }) => kind)).toEqual(['op']);
  });
});

describe('numbers', () => {
  const w = variable([1, 2], { name: 'w' });

  test('are shown on demand, where they are known', () => {
    const loss = w.value.square().sum();
    const plain = parsedDot(toDot(loss));
    expect(plain.node('square').lines).toEqual([]);
    const shown = parsedDot(toDot(loss, { values: true }));
    expect(shown.node('w').lines).toEqual(['f32 [2]', 'value [1, 2]']);
    expect(shown.node('square').lines).toEqual(['value [1, 4]']);
    expect(shown.node('sum').lines.at(-1)).toBe('value 5');
    const traced = parsedDot(
      toDot(
        trace((x: Tensor) => x.square().sum(), spec([2])),
        { values: true, gradients: true },
      ),
    );
    expect(traced.node('square').lines).toEqual([]);
  });

  test('large ones are abridged', () => {
    const y = record(() => tensor(Float32Array.from({ length: 10 }, (_, k) => k)).mul(2));
    expect(
      parsedDot(toDot(y, { values: true }))
        .node('mul')
        .lines.at(-1),
    ).toBe('value [0, 2, ... 18]');
  });

  test('gradients are shown only where one flows', () => {
    const loss = record(() => {
      const mask = w.value.greater(1).cast('f32');
      return w.value.mul(mask).sum();
    });
    const dot = parsedDot(toDot(loss, { gradients: true }));
    expect(dot.node('w').lines).toEqual(['f32 [2]', 'gradient [0, 1]']);
    expect(dot.node('greater').lines.filter((line) => line.startsWith('gradient'))).toEqual([]);
    expect(dot.node('sum').lines.filter((line) => line.startsWith('gradient'))).toEqual(['gradient 1']);
  });

  test('a graph drawn before a backward pass, or of something that is no loss, shows no gradients: not zeros', () => {
    const y = w.value.square();
    for (const text of [
      toDot(y, { gradients: true }),
      toDot(y, { values: true }),
      toDot(forward(), { gradients: true }),
    ]) {
      expect(text).not.toContain('gradient');
    }
  });

  test('drawing changes nothing: no gradient is left in a Variable', () => {
    toDot(w.value.square().sum(), { gradients: true });
    expect(w.grad).toBeUndefined();
  });
});

describe('labels', () => {
  const hostile = [
    'say "no"',
    'two\nlines\r\nthree',
    '<b>bold</b>',
    'C:\\new\\N \\G \\l',
    'a & b &amp; &lt;',
    '😀 日本語 العربية é',
    '}; digraph evil { a -> b',
    '-> [label="x"]',
    '// /* */ #',
    ' spaces  around ',
    '__proto__',
  ];

  test.each(hostile)('%j comes out as it went in, whether of a Variable, a scope or an op', (label) => {
    const w = variable([1], { name: label });
    const text = toDot(trace((x: Tensor) => scope(label, () => x.mul(w)), spec([1])));
    const dot = parsedDot(text);
    const expected = label.replaceAll('\r\n', '\n');
    const parameter = dot.of('parameter')[0]!;
    expect([parameter.title, ...parameter.lines].join('\n')).toBe(`${expected.split('/').at(-1)}\nf32 [1]`);
    expect(dot.clusters.map(({ path }) => path)).toEqual([[expected]]);
    expect(dot.nodes).toHaveLength(4);
    expect(dot.edges).toHaveLength(3);
  });

  test('halves of characters and control characters are replaced: no picture may contain them', () => {
    const text = toDot(trace((x: Tensor) => scope('a\ud83d b\udc00 c\u0007 d\uffff', () => x.exp()), spec([])));
    expect(parsedDot(text).clusters.map(({ path }) => path)).toEqual([['a\ufffd b\ufffd c\ufffd d\ufffd']]);
    expect(() => encodeURIComponent(text)).not.toThrow(); // which refuses halves
  });
});

test('a tensor without a history is refused, with what gives it one', () => {
  expect(() => toDot(tensor([1, 2]))).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: toDot: the tensor (f32 [2]) has no history to draw
      try toDot(record(() => f(x))), or toDot(trace(f, spec(...)))]
  `);
});
