import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  type Value,
  EdgewiseError,
  Graph,
  Node,
  composite,
  customGradient,
  record,
  spec,
  tensor,
  trace,
  variable,
  verify,
} from '../../src/index.ts';
import { type Plain, leaf, product } from './plain-values.ts';

const w = variable(
  [
    [1, 2],
    [3, 4],
  ],
  { name: 'w' },
);
const swish = composite('swish', (x: Tensor) => x.mul(x.sigmoid()));
const straight = customGradient('straight', (x: Tensor) => x.sign(), { pull: ({ cotangent }) => [cotangent] });

test.each<[title: string, make: () => Graph<Tensor>]>([
  ['of a traced function', () => trace((x: Tensor) => x.matmul(w).tanh().sum(), spec([2]))],
  ['with its backward pass', () => trace((x: Tensor) => x.matmul(w).tanh().sum(), spec([2])).withBackward()],
  ['of a recorded history', () => new Graph({ inputs: [], outputs: [record(() => tensor([1, 2]).square().sum())] })],
  ['with several outputs', () => trace((x: Tensor) => x.split(3), spec([6]))],
  ['of a composite', () => trace(swish, spec([3]))],
  ['with a rule of its own', () => trace((x: Tensor) => straight(x).sum(), spec([3])).withBackward()],
  [
    'that assigns a Variable',
    () =>
      trace(
        (x: Tensor) => {
          w.assign(w.value.add(x));
          return w.value.sum();
        },
        spec([2]),
      ),
  ],
])('what is true of every graph is true of one %s', (_, make) => {
  expect(() => verify(make())).not.toThrow();
});

describe('a graph built by hand is held to it', () => {
  /** A graph whose nodes are what the test says, whatever the outputs need. */
  function graphOf(...nodes: Node<Plain>[]): Graph<Plain> {
    const graph = new Graph<Plain>({ inputs: [], outputs: [] });
    return Object.assign(Object.create(Graph.prototype) as Graph<Plain>, graph, { nodes });
  }
  const law = (graph: Graph<Plain>): string => {
    try {
      verify(graph);
    } catch (error) {
      if (error instanceof EdgewiseError && error.code === 'invalid-graph')
        return error.problem.replaceAll(/\d+/g, 'N');
    }
    return 'nothing wrong';
  };
  /** Another node with the same id, inputs and outputs. */
  function copyOf<V extends Value<V>>({ id, op, attributes, scope, inputs, output }: Node<V>): Node<V> {
    return Object.assign(new Node(id, op, attributes, scope, undefined, undefined, inputs), { output });
  }

  test('nodes stand in order of creation', () => {
    const x = leaf(1);
    const [a, b] = [product(x, x), product(x, x)];
    expect(law(graphOf(a.node!, b.node!))).toBe('nothing wrong');
    expect(law(graphOf(b.node!, a.node!))).toBe('%N = times: its id does not come after %N');
  });

  test('a node uses nothing that is made later', () => {
    const x = leaf(1);
    const [a, b] = [product(x, x), product(x, x)];
    const early = new Node(a.node!.id, a.node!.op, [], undefined, b, x);
    early.output = a;
    a.node = early;
    expect(law(graphOf(early, b.node!))).toBe('%N = times: it uses %N, which is made later');
  });

  test('an output points to its own node, and carries its id', () => {
    const x = leaf(1);
    const a = product(x, x);
    expect(law(graphOf(copyOf(a.node!)))).toBe('%N = times: output N points to another node');
    const b = product(x, x);
    b.id += 1;
    expect(law(graphOf(b.node!))).toBe('%N = times: output N has id N, expected N');
  });

  test('an input is an output of the node that it names', () => {
    const x = leaf(1);
    const y = product(x, x);
    x.node!.output = leaf(2);
    expect(law(graphOf(y.node!))).toBe('%N = times: %N is not an output of its own node');
  });

  test('an input is listed once', () => {
    const x = leaf(1);
    expect(law(new Graph({ inputs: [x, x], outputs: [product(x, x)] }))).toBe('an input is listed twice');
  });

  test('whoever knows more can add a law, and the error says where', () => {
    const graph = trace((x: Tensor) => swish(x).exp(), spec([3]));
    expect(() => verify(graph, ({ op }) => (op.name === 'mul' ? 'products are not allowed here' : undefined))).toThrow(
      /^verify: %\d+ = mul: products are not allowed here\n  at swish$/,
    );
  });
});
