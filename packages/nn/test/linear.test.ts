import { random, tensor } from '@edgewise/core';
import { checkGradients } from '@edgewise/core/testing';
import { Linear, constant, heNormal } from '@edgewise/nn';
import { describe, expect, test } from 'vitest';

describe('Linear', () => {
  test('equals a loop over inputs and outputs', () => {
    const layer = new Linear(3, 2, { dtype: 'f64', seed: 4, biasInit: constant(0.25) });
    const [weight, bias] = [layer.weight.value.toArray() as number[][], layer.bias!.value.toArray() as number[]];
    const rows = [
      [1, -2, 0.5],
      [0, 3, 7],
    ];
    const expected = rows.map((row) =>
      bias.map((shift, out) => row.reduce((sum, input, k) => sum + input * weight[k]![out]!, shift)),
    );
    const got = layer.forward(tensor(rows, { dtype: 'f64' })).toArray() as number[][];
    got.flat().forEach((value, k) => expect(value).toBeCloseTo(expected.flat()[k]!, 14));
  });

  test('works over the last axis, whatever stands before it', () => {
    const layer = new Linear(3, 2, { seed: 1 });
    const x = random.normal(random.key(2), [4, 5, 3]);
    expect(layer.forward(x).shape).toEqual([4, 5, 2]);
    const [inside, alone] = [layer.forward(x).slice([1, 2]), layer.forward(x.slice([1, 2]))];
    expect(alone.shape).toEqual([2]);
    expect([...alone.data]).toEqual([...inside.data]);
    expect(layer.forward([1, 2, 3]).shape).toEqual([2]);
    expect(layer.forward(tensor([], { shape: [0, 3] })).shape).toEqual([0, 2]);
  });

  test('has a weight [inputs, outputs] of Glorot and a bias of zeros; both are parameters', () => {
    const layer = new Linear(3, 2, { seed: 1 });
    expect([...layer.variables()].map(([name, { spec }]) => `${name}: ${spec}`)).toEqual([
      'weight: f32 [3, 2]',
      'bias: f32 [2]',
    ]);
    expect(layer.bias?.value.toArray()).toEqual([0, 0]);
    expect(Math.max(...layer.weight.value.abs().data)).toBeLessThanOrEqual(Math.sqrt(6 / 5));
  });

  test('without a bias is a product alone', () => {
    const layer = new Linear(2, 1, { bias: false, weightInit: constant(3) });
    expect([...layer.variables().keys()]).toEqual(['weight']);
    expect(layer.forward([[1, 1]]).toArray()).toEqual([[6]]);
  });

  test('starts the same from the same seed or key, and otherwise never twice the same', () => {
    const weights = (layer: Linear): number[] => [...layer.weight.value.data];
    expect(weights(new Linear(4, 4, { seed: 7 }))).toEqual(weights(new Linear(4, 4, { key: random.key(7) })));
    expect(weights(new Linear(4, 4, { seed: 7 }))).not.toEqual(weights(new Linear(4, 4, { seed: 8 })));
    expect(weights(new Linear(4, 4))).not.toEqual(weights(new Linear(4, 4)));
  });

  test('has right derivatives of first and second order in its input', () => {
    const layer = new Linear(3, 2, { dtype: 'f64', seed: 4, weightInit: heNormal });
    checkGradients((x) => layer.forward(x).tanh(), [random.normal(random.key(5), [4, 3], { dtype: 'f64' })]);
  });

  test.each<[options: object, text: string]>([
    [{ dtype: 'f64', bais: false }, 'Linear: no option named "bais"\n  near: "bias"'],
    [
      { seed: 1, key: random.key(1) },
      'Linear: both a key and a seed are given; one says it all\n  try { seed: 1 } alone',
    ],
    [{ seed: -1 }, 'random.key: a seed is a whole number from 0 to 2^53 - 1; received -1'],
    [{ key: tensor([1, 2, 3]) }, 'random.split: a key is i32 [2]; received f32 [3]'],
  ])('refuses %o', (options, text) => {
    expect(() => new Linear(2, 3, options)).toThrow(text);
  });

  test('refuses sizes that are none', () => {
    expect(() => new Linear(0, 3)).toThrow('Linear: inputs is 0; expected a whole number above 0');
    expect(() => new Linear(3, 1.5)).toThrow('Linear: outputs is 1.5; expected a whole number above 0');
  });
});
