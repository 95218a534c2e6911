import { describe, expect, test } from 'vitest';
import {
  type Observer,
  type Tensor,
  type Total,
  Graph,
  grad,
  jvp,
  tensor,
  trace,
  spec,
  variable,
  walkBackward,
  walkForward,
} from '../../src/index.ts';
import { byRules } from '../../src/graph/walk-backward.ts';
import { leaf, plus, product } from './plain-values.ts';

/** Counts what a walk visits. */
class Visits implements Observer<Tensor> {
  nodes = 0;
  edges = 0;
  onNode = (): void => void this.nodes++;
  onEdge = (): void => void this.edges++;
}

/** `steps` diamonds on top of each other: every value is used twice by the next, so there are 2^steps paths. */
function ladder(x: Tensor, steps: number): Tensor {
  let at = x;
  for (let k = 0; k < steps; k++) at = at.add(at);
  return at;
}

test('a chain of 1,000,000 nodes differentiates without overflow, each edge visited once', () => {
  const w = variable(1);
  let y = w.value;
  for (let k = 0; k < 1_000_000; k++) y = y.add(1);
  const visits = new Visits();
  y.backward({ observer: visits });
  expect(visits).toMatchObject({ nodes: 1_000_001, edges: 1_000_000 });
  expect(w.grad?.item()).toBe(1);
});

test('a chain of 1,000,000 nodes differentiates by grad and forward too', () => {
  const chain = (x: Tensor): Tensor => {
    let y = x;
    for (let k = 0; k < 1_000_000; k++) y = y.neg();
    return y;
  };
  expect(grad(chain)(tensor(2)).item()).toBe(1);
  expect(jvp(chain, tensor(2), tensor(3))[1].item()).toBe(3);
}, 60_000);

test('a ladder of 40 diamonds has 2^40 paths and 80 edges, and the walk visits 80', () => {
  const w = variable(1, { name: 'w' });
  const visits = new Visits();
  ladder(w.value, 40).backward({ observer: visits });
  expect(visits).toMatchObject({ nodes: 41, edges: 80 });
  expect(w.grad?.item()).toBe(2 ** 40);
});

test('a ladder of products is as cheap, and its derivative as right', () => {
  const w = variable(1);
  let y = w.value;
  for (let k = 0; k < 40; k++) y = y.mul(y);
  const visits = new Visits();
  y.backward({ observer: visits });
  expect(visits).toMatchObject({ nodes: 41, edges: 80 });
  expect(w.grad?.item()).toBe(2 ** 40);
});

test('x * x has two edges from one value, and their shares add up', () => {
  const w = variable(3);
  const shares: number[] = [];
  w.value.mul(w).backward({ observer: { onEdge: (_, share) => shares.push(share.item()) } });
  expect(shares).toEqual([3, 3]);
  expect(w.grad?.item()).toBe(6);
});

test('a diamond is summed before it is passed on: every node is met once, after all its users', () => {
  const w = variable(2);
  const met: string[] = [];
  const x = w.value.square();
  x.mul(3)
    .add(x.exp())
    .backward({ observer: { onNode: ({ op }) => met.push(op.name) } });
  expect(met).toEqual(['add', 'exp', 'mul', 'square', 'variable']);
});

test('a backward walk visits as many edges as lead to what is wanted, the constant ones not', () => {
  const [a, b] = [variable(2, { name: 'a' }), variable(1, { name: 'b' })];
  const c = a.value.add(b);
  const d = b.value.add(1);
  const visits = new Visits();
  c.mul(d).backward({ observer: visits });
  // a -> c, b -> c, b -> d, c -> f, d -> f
  expect(visits.edges).toBe(5);
  expect([a.grad?.item(), b.grad?.item()]).toEqual([2, 5]);
});

test('the walk starts at any values with any cotangents, and stops where nobody asks', () => {
  const w = variable([1, 2]);
  const x = w.value;
  const [y, z] = [x.mul(3), x.square()];
  const visits = new Visits();
  const shares = new Map<string, number[]>();
  walkBackward({
    seeds: [
      [y, tensor([1, 10])],
      [z, tensor([100, 1000])],
    ],
    pull: byRules((input) => input === x),
    sum: (a, b) => a.add(b),
    observer: {
      onNode: visits.onNode,
      onEdge: ({ target }, share) => {
        visits.onEdge();
        shares.set(target.op.name, Array.from(share.data));
      },
    },
  });
  expect(visits).toMatchObject({ nodes: 3, edges: 2 });
  expect(Object.fromEntries(shares)).toEqual({ mul: [3, 30], square: [200, 4000] });
});

describe('the forward walk', () => {
  test('visits each edge once, in order of creation', () => {
    const w = variable(1);
    const x = w.value;
    const y = ladder(x, 40);
    const graph = new Graph({ inputs: [], outputs: [y] });
    const visits = new Visits();
    const tangents = walkForward({
      nodes: graph.nodes,
      seeds: [[x, tensor(1)]],
      sum: (a, b) => a.add(b),
      observer: visits,
    });
    expect(visits).toMatchObject({ nodes: 41, edges: 80 });
    expect(tangents.get(y.id)?.item()).toBe(2 ** 40);
  });

  test('goes along no edge into which nothing flows', () => {
    const [a, b] = [variable(2), variable(5)];
    const [x, z] = [a.value, b.value];
    const y = x.mul(z).add(z.exp());
    const visits = new Visits();
    const tangents = walkForward({
      nodes: new Graph({ inputs: [], outputs: [y] }).nodes,
      seeds: [[x, tensor(1)]],
      sum: (p, q) => p.add(q),
      observer: visits,
    });
    expect(visits.edges).toBe(2); // into mul, then into add
    expect(tangents.get(y.id)?.item()).toBe(5);
  });
});

describe('several outputs', () => {
  test('the forward walk goes along an edge into such a node once, with a share an output', () => {
    const x = variable([1, 2, 3]).value;
    const [first, middle, last] = x.split(3);
    const y = first!.add(middle!).add(last!);
    const shares: Total<Tensor>[] = [];
    let edges = 0;
    walkForward<Tensor>({
      nodes: new Graph({ inputs: [], outputs: [y] }).nodes,
      seeds: [[x, tensor([10, 20, 30])]],
      sum: (a, b) => a.add(b),
      observer: {
        onEdge: ({ target }, share) => {
          edges++;
          if (target.op.name === 'split') shares.push(share);
        },
      },
    });
    expect(edges).toBe(5);
    expect(shares.map((share) => [share].flat().map(String))).toEqual([
      ['tensor([10], f32 [1])', 'tensor([20], f32 [1])', 'tensor([30], f32 [1])'],
    ]);
  });

  test('the walk meets a node with several outputs once, with a hole where nothing flowed', () => {
    const w = variable([1, 2, 3]);
    const [first, , last] = w.value.split(3);
    const totals: Total<Tensor>[] = [];
    last!
      .sum()
      .add(first!.sum().mul(5))
      .backward({
        observer: { onNode: ({ op }, total) => void (op.name === 'split' && totals.push(total)) },
      });
    expect(totals).toHaveLength(1);
    expect([totals[0]].flat().map((total) => (total === undefined ? 'hole' : String(total)))).toEqual([
      'tensor([5], f32 [1])',
      'hole',
      'tensor([1], f32 [1])',
    ]);
    expect(w.grad?.toArray()).toEqual([5, 0, 1]);
  });

  test('values of one node have consecutive ids', () => {
    const graph = trace((x: Tensor) => x.split(3), spec([6]));
    const [node] = graph.nodes;
    expect(node!.outputs.map(({ id }) => id - node!.id)).toEqual([0, 1, 2]);
  });
});

describe('the graph room knows no tensor', () => {
  test('both walks run over values that are nothing but numbers', () => {
    const x = leaf(3);
    const y = product(product(x, x), x);
    let edges = 0;
    const totals = new Map<unknown, number>();
    walkBackward({
      seeds: [[y, leaf(1)]],
      pull: byRules(() => true),
      sum: plus,
      observer: {
        onEdge: () => edges++,
        onNode: (node, total) => totals.set(node, 'number' in total ? total.number : Number.NaN),
      },
    });
    expect(edges).toBe(4);
    expect(totals.get(x.node)).toBe(27);

    const graph = new Graph({ inputs: [x], outputs: [y] });
    const tangents = walkForward({ nodes: graph.nodes, seeds: [[x, leaf(1)]], sum: plus });
    expect(tangents.get(y.id)?.number).toBe(27);
  });
});
