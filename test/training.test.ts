// Layers, losses and optimizers together: what the packages do only in each other's company.

import { type Tensor, type UpdateRule, random, run, spec, tensor, trace, valueAndGrad } from '@edgewise/core';
import { MLP, accuracy, batches, crossEntropy, meanSquaredError, twoSpirals } from '@edgewise/nn';
import { adam, optimizer, sgd } from '@edgewise/optim';
import { describe, expect, test } from 'vitest';

const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

describe('XOR', () => {
  test.each<[name: string, rule: UpdateRule, steps: number]>([
    ['sgd', sgd({ learningRate: 1 }), 1500],
    ['sgd with momentum', sgd({ learningRate: 0.5, momentum: 0.9 }), 300],
    ['sgd with nesterov', sgd({ learningRate: 0.5, momentum: 0.9, nesterov: true }), 300],
    ['adam', adam({ learningRate: 0.05 }), 300],
  ])('is learned by an MLP with %s, in f32 and f64', (_, rule, steps) => {
    for (const dtype of ['f32', 'f64'] as const) {
      const model = new MLP([2, 8, 2], { activation: 'tanh', seed: 1, dtype });
      const descent = optimizer(rule, model);
      const x = tensor(corners, { dtype });
      const labels = tensor([0, 1, 1, 0], { dtype: 'i32' });
      const losses: number[] = [];
      for (let step = 0; step < steps; step++) {
        const loss = crossEntropy(model.forward(x), labels);
        loss.backward();
        descent.step();
        losses.push(loss.item());
      }
      expect(losses[0]).toBeGreaterThan(0.5);
      expect(losses.at(-1)).toBeLessThan(1e-3);
      expect(accuracy(model.forward(x), labels).item()).toBe(1);
    }
  });
});

describe('a training step of an MLP with Adam', () => {
  function training(): { model: MLP; step: (x: Tensor, labels: Tensor) => Tensor } {
    const model = new MLP([2, 16, 16, 2], { activation: 'relu', seed: 1 });
    const descent = optimizer(adam({ learningRate: 0.01 }), model);
    const step = (x: Tensor, labels: Tensor): Tensor => {
      const loss = crossEntropy(model.forward(x), labels);
      loss.backward();
      descent.step();
      return loss;
    };
    return { model, step };
  }

  /** Three passes over 200 points, in batches of 40. */
  function* examples(): Generator<{ x: Tensor; labels: Tensor }> {
    for (const key of random.split(random.key(5), 3)) {
      yield* batches(twoSpirals({ count: 200, turns: 0.5, seed: 1 }), { size: 40, key });
    }
  }

  test('traced once and run equals the same steps taken eagerly, to the bit', () => {
    const [eager, traced] = [training(), training()];
    const graph = trace(traced.step, spec([40, 2]), spec([40], 'i32'));
    const losses: number[] = [];
    for (const { x, labels } of examples()) {
      const loss = eager.step(x, labels).item();
      expect(run(graph, x, labels).item()).toBe(loss);
      losses.push(loss);
    }
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!);
    const weights = (model: MLP): number[][] => model.parameters().map((parameter) => [...parameter.value.data]);
    expect(weights(traced.model)).toEqual(weights(eager.model));
  });

  test('has its layers, its loss and its rule as boxes, and takes and gives every Variable once', () => {
    const { step, model } = training();
    const graph = trace(step, spec([40, 2]), spec([40], 'i32'));
    const boxes = new Set(graph.nodes.map((node) => node.scope?.path.split('/').slice(0, 2).join('/')));
    for (const box of ['mlp/hidden0', 'mlp/hidden1', 'mlp/output', 'adam']) expect(boxes).toContain(box);
    expect([...boxes].some((box) => box?.startsWith('crossEntropy') === true)).toBe(true);
    const held = 3 * model.parameters().length + 1;
    expect([graph.inputs.length, graph.outputs.length]).toEqual([2 + held, 1 + held]);
  });

  test('repeats to the last bit from the same seeds', () => {
    const losses = (): number[] => {
      const { step } = training();
      return Array.from(examples(), ({ x, labels }) => step(x, labels).item());
    };
    expect(losses()).toEqual(losses());
  });
});

test('the functional form, rule and gradients by hand on a tree, walks the same path as the optimizer', () => {
  interface Weights {
    readonly w: Tensor;
    readonly b: Tensor;
  }
  const model = new MLP([2, 1], { seed: 3 });
  const x = random.normal(random.key(1), [10, 2]);
  const y = x
    .slice([null, [0, 1]])
    .mul(2)
    .sub(1);
  const rule = adam({ learningRate: 0.1 });
  const descent = optimizer(rule, model);
  const lossOf = ({ w, b }: Weights): Tensor => meanSquaredError(x.matmul(w).add(b), y);

  let weights: Weights = { w: model.output.weight.value, b: model.output.bias!.value };
  let state = rule.init(weights);
  let last = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 100; step++) {
    const [value, gradients] = valueAndGrad(lossOf)(weights);
    ({ parameters: weights, state } = rule.update(gradients, state, weights));

    const loss = meanSquaredError(model.forward(x), y);
    loss.backward();
    descent.step();
    expect(value.item()).toBe(loss.item());
    last = value.item();
  }
  expect(last).toBeLessThan(1e-2);
  expect(weights.w.toArray()).toEqual(model.output.weight.value.toArray());
});
