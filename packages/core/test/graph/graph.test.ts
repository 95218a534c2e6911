import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  Graph,
  composite,
  pulledFrom,
  record,
  replay,
  run,
  scope,
  spec,
  tensor,
  trace,
  variable,
} from '../../src/index.ts';

const names = (graph: Graph<Tensor>): string[] => graph.nodes.map(({ op }) => op.name);

describe('nodes and edges', () => {
  test('a graph holds what its outputs need and what depends on its inputs, in order of creation', () => {
    const graph = trace((x: Tensor) => {
      x.exp(); // needed by nobody
      return x.mul(tensor(2).sqrt()).add(1); // the root is known: a capture, not a node
    }, spec([]));
    expect(names(graph)).toEqual(['mul', 'add']);
    expect(graph.captures.map((value) => value.item())).toEqual([Math.fround(Math.SQRT2), 1]);
  });

  test('an edge names the value, its source, its target and the slot', () => {
    const graph = trace((x: Tensor, y: Tensor) => x.mul(y).sub(x), spec([]), spec([]));
    expect(
      graph.edges.map(({ source, target, slot }) => [source?.op.name ?? 'constant', target.op.name, slot]),
    ).toEqual([
      ['placeholder', 'mul', 0],
      ['placeholder', 'mul', 1],
      ['mul', 'sub', 0],
      ['placeholder', 'sub', 1],
    ]);
    expect(graph.edges[0]!.value).toBe(graph.inputs[0]);
  });

  test('an edge into a constant has no source', () => {
    const graph = trace((x: Tensor) => x.mul(3), spec([]));
    expect(graph.edges.map(({ source }) => source?.op.name)).toEqual(['placeholder', undefined]);
  });

  test('a recorded history has no inputs, and all nodes below its output', () => {
    const y = record(() => tensor([3, 4]).square().sum());
    expect(names(new Graph({ inputs: [], outputs: [y] }))).toEqual(['square', 'sum']);
  });

  test('a value that nobody recorded is refused as an input', () => {
    expect(() => new Graph({ inputs: [tensor(1)], outputs: [] })).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: Graph: an input of a graph is a placeholder or another recorded value]`,
    );
  });
});

describe('captures', () => {
  test('what is computed from known values alone is captured as its value, once', () => {
    const w = tensor([[1, 2]]);
    const graph = trace(
      (x: Tensor) => {
        const known = w.transpose().exp();
        return x.matmul(known).add(known.sum());
      },
      spec([3, 2]),
    );
    expect(names(graph)).toEqual(['matmul', 'add']);
    expect(graph.captures.map(({ shape }) => shape)).toEqual([[2, 1], []]);
  });

  test('an output that depends on no input is a capture', () => {
    const graph = trace((x: Tensor) => [x.exp(), tensor(7)], spec([]));
    expect(graph.captures.map(String)).toEqual(['tensor(7, f32 [])']);
    expect(run(graph, tensor(0)).map((value) => value.item())).toEqual([1, 7]);
  });
});

describe('scopes', () => {
  test('are listed with those around them, outermost first', () => {
    const graph = trace(
      (x: Tensor) => scope('model', () => scope('encoder', () => x.exp()).add(scope('decoder', () => x.log()))),
      spec([]),
    );
    expect(graph.scopes.map(({ path }) => path)).toEqual(['model', 'model/encoder', 'model/decoder']);
  });

  test('are left also where a function throws inside', () => {
    expect(() =>
      scope('outer', () => {
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(trace((x: Tensor) => x.exp(), spec([])).scopes).toEqual([]);
  });

  test('a composite is a scope that says so', () => {
    const cube = composite('cube', (x: Tensor) => x.mul(x).mul(x));
    const [only] = trace(cube, spec([])).scopes;
    expect([only?.name, only?.composite]).toEqual(['cube', true]);
  });

  test('nodes of the backward pass lie in the scope of their forward twin, and name it', () => {
    const graph = trace((x: Tensor) => scope('layer', () => x.tanh()).sum(), spec([2])).withBackward();
    const [tanh] = graph.nodes;
    const pulled = graph.nodes.filter((node) => pulledFrom(node) === tanh);
    expect(pulled.map(({ op, scope: at }) => `${at?.path}/${op.name}`)).toEqual([
      'layer/square',
      'layer/neg',
      'layer/add',
      'layer/mul',
    ]);
    expect(pulledFrom(tanh!)).toBeUndefined();
  });
});

describe('replay', () => {
  const graph = trace((x: Tensor, y: Tensor) => x.mul(y).add(x.exp()), spec([2]), spec([2]));

  test('with numbers runs the graph', () => {
    const [value] = replay(graph, [tensor([0, 1]), tensor([5, 7])]);
    expect(value!.toArray()).toEqual([1, Math.fround(7 + Math.fround(Math.E))]);
  });

  test('with other placeholders gives the same graph again', () => {
    const again = trace((x: Tensor, y: Tensor) => replay(graph, [x, y])[0]!, spec([2]), spec([2]));
    expect(String(again)).toBe(String(graph));
  });

  test('with another visit transforms it: known in, known out', () => {
    const met: string[] = [];
    const [value] = replay(graph, [tensor([0, 1]), tensor([5, 7])], (node, inputs) => {
      met.push(node.op.name);
      return node.op.name === 'exp' ? [inputs[0]!] : node.op.apply(inputs, node.attributes);
    });
    expect(met).toEqual(['mul', 'exp', 'add']);
    expect(value!.toArray()).toEqual([0, 8]);
  });
});

describe('withBackward', () => {
  test('adds the cotangent of each input as an output of the same graph', () => {
    const graph = trace((w: Tensor, x: Tensor) => w.mul(x).square().sum(), spec([2]), spec([2]));
    const both = graph.withBackward();
    const [loss, dw, dx] = replay(both, [tensor([1, 2]), tensor([3, 4])]);
    expect(loss!.item()).toBe(73);
    expect(dw!.toArray()).toEqual([18, 64]);
    expect(dx!.toArray()).toEqual([6, 32]);
    expect(both.outputNames).toEqual(['', 'd / d w', 'd / d x']);
  });

  test('can be taken of itself: the second derivative is more graph', () => {
    const first = trace((x: Tensor) => x.pow(3).sum(), spec([])).withBackward();
    const slope = new Graph({ inputs: first.inputs, outputs: [first.outputs[1]!] });
    const [, second] = replay(slope.withBackward(), [tensor(2)]);
    expect(second!.item()).toBe(12);
  });

  test('differentiates Variables that the function reads', () => {
    const w = variable(3, { name: 'w' });
    const graph = trace((x: Tensor) => x.mul(w).sum(), spec([2])).withBackward();
    expect(graph.outputNames).toEqual(['', 'd / d x', 'd / d w']);
  });

  test('refuses a graph without a number as its result, or without anything to differentiate', () => {
    expect(() => trace((x: Tensor) => x.exp(), spec([2])).withBackward()).toThrowErrorMatchingInlineSnapshot(`
      [ArgumentError: withBackward: the result has shape [2]; a gradient needs one number, or a cotangent of that shape
        try a function that ends in .sum() or .mean(), or vjp(f, x)[1](cotangent)]
    `);
    expect(() => trace((x: Tensor) => x.sum(), spec([2], 'i32')).withBackward()).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: withBackward: the graph has no output, or no floating input to differentiate]`,
    );
  });
});
