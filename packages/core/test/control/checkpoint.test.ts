/** Rematerialisation: it changes what is kept, and no value. */
import { describe, expect, test } from 'vitest';
import {
  Graph,
  type Node,
  type Tensor,
  checkpoint,
  grad,
  hvp,
  inference,
  jvp,
  record,
  replay,
  run,
  scan,
  spec,
  tensor,
  trace,
  valueAndGrad,
  variable,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';

const f64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'f64' });
const block = (x: Tensor): Tensor => x.tanh().mul(x).sin();
const x = f64([0.3, -1.2, 2]);

describe('derivatives', () => {
  const plain = (at: Tensor): Tensor => block(block(at)).sum();
  const kept = checkpoint(block);
  const marked = (at: Tensor): Tensor => kept(kept(at)).sum();

  test('are the same, of any order and both ways', () => {
    const same = (actual: Tensor, expected: Tensor): void =>
      actual.data.forEach((value, k) => expect(value).toBeCloseTo(expected.data[k]!, 14));
    expect(grad(marked)(x).toArray()).toEqual(grad(plain)(x).toArray());
    expect(hvp(marked, x, f64([1, 2, 3])).toArray()).toEqual(hvp(plain, x, f64([1, 2, 3])).toArray());
    expect(jvp(marked, x, f64([1, 2, 3]))[1].toArray()).toEqual(jvp(plain, x, f64([1, 2, 3]))[1].toArray());
    const second = (f: (at: Tensor) => Tensor): Tensor => grad((at: Tensor) => grad(f)(at).square().sum())(x);
    // Here the same terms are added in another order.
    same(second(marked), second(plain));
    same(
      inference(() => second(marked)),
      second(plain),
    );
    checkGradients((a, b) => checkpoint((p: Tensor, q: Tensor) => p.mul(q).sin())(a!, b!), [x, x.square()]);
  });

  test('reach what the function uses from around it', () => {
    const around = (y: Tensor): Tensor =>
      checkpoint((at: Tensor) => at.mul(y).sin().mul(y.exp()))(f64([1, 2, 3])).sum();
    const open = (y: Tensor): Tensor => f64([1, 2, 3]).mul(y).sin().mul(y.exp()).sum();
    expect(grad(around)(x).toArray()).toEqual(grad(open)(x).toArray());
    const closure = (y: Tensor): Tensor => checkpoint(() => y.sin().exp())().sum();
    expect(grad(closure)(x).toArray()).toEqual(grad((y: Tensor) => y.sin().exp().sum())(x).toArray());
  });

  test('reach Variables', () => {
    const [a, b] = [variable(x), variable(x)];
    checkpoint((at: Tensor) => at.mul(a).tanh())(x)
      .sum()
      .backward();
    x.mul(b).tanh().sum().backward();
    expect(a.grad!.toArray()).toEqual(b.grad!.toArray());
  });

  test('of a known function forward are known', () => {
    const y = record(() => kept(x));
    expect(y.node!.op.push(y.node!, 0, x)[0]?.isSymbolic).toBe(false);
  });

  test('trees go in and come out', () => {
    const f = checkpoint((p: { w: Tensor; n: number }, q: readonly Tensor[]) => ({ sum: p.w.mul(p.n).add(q[0]!) }));
    expect(f({ w: tensor(2), n: 3 }, [tensor(4)]).sum.item()).toBe(10);
  });
});

describe('recomputation', () => {
  test('happens in the backward graph: four tanh, of which two are marked as a repetition', () => {
    const twice = checkpoint((at: Tensor) => at.tanh().tanh());
    const names = (f: (at: Tensor) => Tensor): string[] =>
      trace((at: Tensor) => valueAndGrad((a: Tensor) => f(a).sum())(at), spec([3])).nodes.map((node) => node.op.name);
    const count = (list: string[], name: string): number => list.filter((one) => one === name).length;
    expect([
      count(
        names((at) => at.tanh().tanh()),
        'tanh',
      ),
      count(names(twice), 'repeated'),
    ]).toEqual([2, 1]);
    expect([count(names(twice), 'checkpoint'), count(names(twice), 'tanh')]).toEqual([1, 2]);
  });

  test('is not merged with what it repeats: four tanh are left, and two without it', () => {
    /** What checkpoint holds in its place, and the same op on the same inputs with the same attributes once. */
    const merged = (graph: Graph<Tensor>): Graph<Tensor> => {
      const known: { node: Node<Tensor>; inputs: readonly Tensor[]; outputs: readonly Tensor[] }[] = [];
      const visit = (node: Node<Tensor>, inputs: readonly Tensor[]): readonly Tensor[] => {
        const [held] = node.graphs;
        if (held !== undefined) return replay(held.graph, inputs, visit);
        const same = known.find(
          (one) =>
            one.node.op === node.op &&
            one.inputs.every((input, k) => input === inputs[k]) &&
            one.node.attributes.every((attribute, k) => attribute === node.attributes[k]),
        );
        const outputs = same?.outputs ?? node.op.apply(inputs, node.attributes);
        known.push({ node, inputs, outputs });
        return outputs;
      };
      return new Graph({ inputs: graph.inputs, outputs: replay(graph, graph.inputs, visit) });
    };
    const left = (f: (at: Tensor) => Tensor): number =>
      merged(trace((at: Tensor) => valueAndGrad((a: Tensor) => f(a).sum())(at), spec([3]))).find({ op: 'tanh' }).length;
    const twice = (at: Tensor): Tensor => at.tanh().tanh();
    expect([left(twice), left(checkpoint(twice))]).toEqual([2, 4]);
  });

  test('each repetition has a token of its own', () => {
    const graph = trace(
      (at: Tensor) => grad((a: Tensor) => checkpoint(block)(checkpoint(block)(a)).sum())(at),
      spec([3]),
    );
    const tokens = graph.nodes.filter((node) => node.op.name === 'repeated').map((node) => node.attributes[0]);
    expect([tokens.length, new Set(tokens).size]).toEqual([2, 2]);
  });

  test('has no effects: a counter rises by 1 under grad and under hvp', () => {
    const count = variable(tensor(0, { dtype: 'i32' }), { name: 'count' });
    const f = (at: Tensor): Tensor =>
      checkpoint((a: Tensor) => {
        count.assign(count.value.add(1));
        return block(a);
      })(at).sum();
    grad(f)(x);
    expect(count.value.item()).toBe(1);
    hvp(f, x, x);
    expect(count.value.item()).toBe(2);
    const graph = trace((at: Tensor) => grad(f)(at), spec([3], 'f64'));
    expect(count.value.item()).toBe(2);
    run(graph, x);
    expect(count.value.item()).toBe(3);
  });

  test('a throw inside changes nothing', () => {
    const count = variable(0, { name: 'count' });
    const failing = checkpoint((at: Tensor) => {
      count.assign(count.value.add(1));
      return at.reshape([7]);
    });
    expect(() => failing(x)).toThrow('at checkpoint/reshape');
    expect(count.value.item()).toBe(0);
  });

  test('inside a loop', () => {
    const f = (at: Tensor): Tensor =>
      scan((c: Tensor, e: Tensor) => [checkpoint(block)(c.mul(e)), undefined], f64(0.7), at)[0];
    const g = (at: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [block(c.mul(e)), undefined], f64(0.7), at)[0];
    expect(grad(f)(x).toArray()).toEqual(grad(g)(x).toArray());
    expect(hvp(f, x, x).toArray()).toEqual(hvp(g, x, x).toArray());
  });
});
