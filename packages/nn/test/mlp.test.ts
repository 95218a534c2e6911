import { type Tensor, grad, random, tensor, trace, spec, valueAndGrad, zeros } from '@edgewise/core';
import { MLP, type MLPOptions, Module, activations, constant, crossEntropy } from '@edgewise/nn';
import { describe, expect, test } from 'vitest';

describe('MLP', () => {
  test('names its parameters by layer', () => {
    expect(String(new MLP([784, 128, 64, 10], { seed: 1 }))).toMatchInlineSnapshot(`
      "MLP
        hidden0: Linear
          weight: f32 [784, 128]
          bias: f32 [128]
        hidden1: Linear
          weight: f32 [128, 64]
          bias: f32 [64]
        output: Linear
          weight: f32 [64, 10]
          bias: f32 [10]
      109386 parameters"
    `);
    expect([...new MLP([2, 3, 1]).variables().keys()]).toEqual([
      'hidden0/weight',
      'hidden0/bias',
      'output/weight',
      'output/bias',
    ]);
  });

  test('is linear, activation, linear: an activation is a name or any function', () => {
    const x = random.normal(random.key(1), [5, 3]);
    const byName = new MLP([3, 4, 2], { seed: 1, activation: 'tanh' });
    const byFunction = new MLP([3, 4, 2], { seed: 1, activation: (h) => h.tanh() });
    const written = byName.output.forward(byName.hidden[0]!.forward(x).tanh());
    expect(byName.forward(x).toArray()).toEqual(written.toArray());
    expect(byFunction.forward(x).toArray()).toEqual(written.toArray());
  });

  test('may have no hidden layer, and an activation after the last', () => {
    const model = new MLP([3, 2], { seed: 1, outputActivation: 'sigmoid' });
    expect([...model.variables().keys()]).toEqual(['output/weight', 'output/bias']);
    expect(model.forward(zeros([1, 3])).toArray()).toEqual([[0.5, 0.5]]);
  });

  test.each(Object.keys(activations) as (keyof typeof activations)[])('takes activation %s in both dtypes', (name) => {
    for (const dtype of ['f32', 'f64'] as const) {
      const model = new MLP([2, 3, 1], { seed: 1, activation: name, dtype });
      const y = model.forward(tensor([[0.5, -0.5]], { dtype }));
      expect(String(y.spec)).toBe(`${dtype} [1, 1]`);
      expect(Number.isFinite(y.item())).toBe(true);
    }
  });

  test('starts with more spread before relu and its kin than before tanh', () => {
    const largest = (options: MLPOptions): number =>
      Math.max(...new MLP([100, 300, 1], { seed: 1, ...options }).hidden[0]!.weight.value.abs().data);
    expect(largest({ activation: 'relu' })).toBeCloseTo(Math.sqrt(6 / 100), 3);
    expect(largest({ activation: 'tanh' })).toBeCloseTo(Math.sqrt(6 / 400), 3);
    expect(largest({ weightInit: constant(2) })).toBe(2);
    const before = (outputActivation: 'relu' | 'tanh'): number =>
      Math.max(...new MLP([100, 300], { seed: 1, outputActivation }).output.weight.value.abs().data);
    expect(before('relu')).toBeCloseTo(Math.sqrt(6 / 100), 3);
    expect(before('tanh')).toBeCloseTo(Math.sqrt(6 / 400), 3);
  });

  test('gives the same weights for the same seed, and each layer numbers of its own', () => {
    const first = (seed: number): number[][] =>
      new MLP([4, 4, 4, 4], { seed }).parameters().map((parameter) => [...parameter.value.data]);
    expect(first(3)).toEqual(first(3));
    const [one, , two, , three] = first(3);
    expect(new Set([String(one), String(two), String(three), String(first(4)[0])]).size).toBe(4);
  });

  test('runs in scopes, so that nodes know their layer', () => {
    const model = new MLP([2, 3, 1], { seed: 1 });
    const graph = trace((x: Tensor) => model.forward(x), spec([4, 2]));
    expect(graph.nodes.map((node) => `${node.scope?.path}/${node.op.name}`)).toEqual([
      'mlp/hidden0/matmul',
      'mlp/hidden0/add',
      'mlp/relu',
      'mlp/output/matmul',
      'mlp/output/add',
    ]);
  });

  test('says where an input of the wrong width meets a weight', () => {
    const model = new MLP([784, 128, 10], { seed: 1 });
    expect(() => model.forward(zeros([32, 783]))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: matmul: inner dimensions differ: [32, 783] x [784, 128]
        at mlp/hidden0/matmul]
    `);
    class Net extends Module {
      readonly encoder = new MLP([2, 3, 4]);
      forward(x: Tensor): Tensor {
        return this.encoder.forward(x);
      }
    }
    expect(() => new Net().forward(zeros([32, 3]))).toThrow('at net/encoder/hidden0/matmul');
  });

  test.each<[what: string, make: () => unknown, text: string]>([
    [
      'an unknown activation',
      () => new MLP([2, 1], { activation: JSON.parse('"rely"') as 'relu' }),
      'MLP: no activation named "rely"\n  near: "relu"',
    ],
    [
      "an activation named as an object's own property",
      () => new MLP([2, 1], { outputActivation: JSON.parse('"__proto__"') as 'relu' }),
      'no activation named "__proto__"',
    ],
    ['a single size', () => new MLP([2]), 'MLP: expected the widths from input to output, at least two; received [2]'],
    [
      'a size where a list stands',
      () => new MLP(JSON.parse('784') as number[]),
      'at least two; received 784\n  try new MLP([784, 128, 10])',
    ],
    ['a size below 1', () => new MLP([2, -3, 1]), 'Linear: outputs is -3; expected a whole number above 0'],
    ['an unknown option', () => new MLP([2, 1], JSON.parse('{ "activate": "relu" }') as object), 'near: "activation"'],
  ])('refuses %s', (_, make, text) => {
    expect(make).toThrow(text);
  });
});

describe('without modules', () => {
  interface Weights {
    readonly hidden: { readonly w: Tensor; readonly b: Tensor };
    readonly output: { readonly w: Tensor; readonly b: Tensor };
  }

  /** The network of `new MLP([2, 8, 2], { activation: 'tanh' })`, as a function of its weights. */
  function network({ hidden, output }: Weights, x: Tensor): Tensor {
    return x.matmul(hidden.w).add(hidden.b).tanh().matmul(output.w).add(output.b);
  }

  function weightsOf(model: MLP): Weights {
    const [layer] = model.hidden;
    return {
      hidden: { w: layer!.weight.value, b: layer!.bias!.value },
      output: { w: model.output.weight.value, b: model.output.bias!.value },
    };
  }

  test('a plain function of weights gives the same loss and the same gradients', () => {
    const model = new MLP([2, 8, 2], { activation: 'tanh', seed: 1 });
    const x = random.normal(random.key(2), [16, 2]);
    const labels = x.slice([null, 0]).greater(0).cast('i32');

    const loss = crossEntropy(model.forward(x), labels);
    loss.backward();
    const [value, gradient] = valueAndGrad((weights: Weights) => crossEntropy(network(weights, x), labels))(
      weightsOf(model),
    );
    expect(value.item()).toBe(loss.item());
    const byFunction = [gradient.hidden.w, gradient.hidden.b, gradient.output.w, gradient.output.b];
    expect(byFunction.map(String)).toEqual(model.parameters().map((parameter) => String(parameter.grad)));
  });

  test('XOR is learned by plain descent on a tree of weights', () => {
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const labels = [0, 1, 1, 0];
    let weights = weightsOf(new MLP([2, 8, 2], { activation: 'tanh', seed: 1 }));
    const lossOf = (at: Weights): Tensor => crossEntropy(network(at, x), labels);
    const before = lossOf(weights).item();
    for (let step = 0; step < 1500; step++) {
      const { hidden, output } = grad(lossOf)(weights);
      const moved = (w: Tensor, g: Tensor): Tensor => w.sub(g.mul(1));
      weights = {
        hidden: { w: moved(weights.hidden.w, hidden.w), b: moved(weights.hidden.b, hidden.b) },
        output: { w: moved(weights.output.w, output.w), b: moved(weights.output.b, output.b) },
      };
    }
    expect(before).toBeGreaterThan(0.5);
    expect(lossOf(weights).item()).toBeLessThan(1e-3);
  });
});
