/** Programs as data: which nodes each kernel computes, what it costs, and how long it takes. */
import { describe, expect, test } from 'vitest';
import { type Tensor, compile, defineOp, grad, spec, take, tensor, trace, variable } from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const ops = (nodes: readonly { readonly op: { readonly name: string } }[]): string[] => nodes.map(({ op }) => op.name);

/** It has no lowering. */
const halved = defineOp<[x: Tensor]>({
  name: 'halved',
  infer: ([x]) => x,
  forward: ([x], _, { data }) => {
    for (let k = 0; k < data.length; k++) data[k] = Number(x.data[k]) / 2;
  },
  pull: [({ cotangent }) => cotangent.mul(0.5)],
});

const square = tensor([
  [1, 2],
  [3, 4],
]);

describe('the kernels of a program', () => {
  test('a product with what follows it is one kernel, with the nodes of all three ops', () => {
    const layer = compile((x: Tensor, w: Tensor, b: Tensor) => x.matmul(w).add(b).relu());
    expect(layer.kernels).toEqual([]);
    layer(square, square, tensor([0, 0]));
    const [kernel, another] = layer.kernels;
    expect(another).toBeUndefined();
    expect(kernel?.kind).toBe('kernel');
    expect(ops(kernel?.nodes ?? [])).toEqual(['matmul', 'add', 'relu']);
    // 4 elements, each with 2 products and 2 sums, a bias and a comparison or two; 4 + 4 + 2 numbers in, 4 out.
    expect(kernel?.bytes).toBe(4 * (4 + 4 + 2 + 4));
    expect(kernel?.operations).toBeGreaterThanOrEqual(4 * 6);
    expect(kernel?.milliseconds).toBeUndefined();
    expect(layer.explain()).toContain(kernel?.text.split('\n')[0]);
  });

  test('every node of the last graph is computed somewhere, and by whom it is said to be', () => {
    const w = variable(square, { name: 'w' });
    const step = compile((x: Tensor) => {
      const loss = x.matmul(w.value).tanh().matmul(w.value).softmax({ axis: -1 }).log().mean();
      loss.backward();
      w.assign(w.value.sub(w.grad!.mul(0.1)));
      w.clearGrad();
      return loss;
    });
    step(square);
    const { nodes } = step.graphs.at(-1)!.graph;
    const computed = new Set(step.kernels.flatMap((kernel) => kernel.nodes));
    expect(ops(nodes.filter((node) => !computed.has(node)))).toEqual([]);
    expect([...computed].every((node) => nodes.includes(node))).toBe(true);
  });

  test('a node that two kernels go through, and neither stores, is in both', () => {
    const f = compile((x: Tensor) => {
      const turned = x.transpose();
      return [turned.matmul(x), x.matmul(turned)];
    });
    f(square);
    expect(f.kernels.map(({ nodes }) => ops(nodes))).toEqual([
      ['permute', 'matmul'],
      ['permute', 'matmul'],
    ]);
  });

  test('indices that are known are checked once, and not at every call', () => {
    const places = tensor([2, 0, 1], { dtype: 'i32' });
    const known = compile((x: Tensor) => take(x, places));
    expect(known(tensor([1, 2, 3])).toArray()).toEqual([3, 1, 2]);
    expect(known.explain()).not.toContain('refusedIndex');
    const asked = compile((x: Tensor, at: Tensor) => take(x, at));
    expect(asked(tensor([1, 2, 3]), places).toArray()).toEqual([3, 1, 2]);
    expect(asked.explain()).toContain('refusedIndex');
  });

  test('an op that the host computes is a part of its own', () => {
    const f = compile((x: Tensor) => halved(x.exp()).sum());
    expect(f(tensor([0, 0])).item()).toBe(1);
    expect(f.kernels.map(({ kind, nodes, operations }) => [kind, ops(nodes), operations > 0])).toEqual([
      ['kernel', ['exp'], true],
      ['host', ['halved'], false],
      ['kernel', ['sum'], true],
    ]);
  });
});

describe('profile', () => {
  test('takes the steps that run takes, and gives every kernel a time', () => {
    const make = () => {
      const w = variable(tensor([1, 2]), { name: 'w' });
      const step = compile((x: Tensor) => {
        const loss = w.value.mul(x).square().sum();
        loss.backward();
        w.assign(w.value.sub(w.grad!.mul(0.1)));
        w.clearGrad();
        return loss;
      });
      return { w, step };
    };
    const [ran, measured] = [make(), make()];
    ran.step.run(7, tensor([1, 0.5]));
    const kernels = measured.step.profile(7, tensor([1, 0.5]));
    expect(measured.w.value.toArray()).toEqual(ran.w.value.toArray());
    expect(kernels.length).toBeGreaterThan(0);
    for (const { milliseconds = Number.NaN } of kernels) expect(milliseconds).toBeGreaterThanOrEqual(0);
    expect(measured.step.kernels).toEqual(kernels);
    expect(measured.step.explain()).toMatch(/\n {2}measured {2}\d+\.\d µs a step/);
    expect(measured.step.explain()).toMatch(/\n {2}takes \d+\.\d µs, \d+ % of the step/);
    // And the program goes on as before.
    ran.step(tensor([1, 0.5]));
    measured.step(tensor([1, 0.5]));
    expect(measured.w.value.toArray()).toEqual(ran.w.value.toArray());
  });

  test('is refused where the function runs op by op, and for no steps', () => {
    const f = compile((x: Tensor) => x.exp().sum());
    expect(refusal(() => trace((x: Tensor) => (f.profile(1, x), x), spec([2])))).toMatch(
      /^EdgewiseError not-run-as-program\nprofile: a program cannot be measured where somebody traces, records or differentiates: there it runs op by op\n {2}try program\.profile\(100, x\)/,
    );
    expect(refusal(() => f.profile(0, tensor([1])))).toBe(
      'ArgumentError not-a-count\nprofile: the number of steps is a whole number from 1 on; received 0',
    );
    expect(grad(f)(tensor([0])).toArray()).toEqual([1]);
  });
});
