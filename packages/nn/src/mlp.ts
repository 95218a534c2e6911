/** The network of the textbooks: linear layers with an activation between them. */
import { ArgumentError, Module, type Tensor, type TensorLike, checkOptions } from '@edgewise/core';
import { type Activation, type ActivationName, activationOf, isRectifier } from './activations.ts';
import { type Initializer, glorotUniform, heUniform } from './initializers.ts';
import { type KeyOptions, keysOf } from './keys.ts';
import { Linear } from './linear.ts';

export interface MLPOptions extends KeyOptions {
  /** After each hidden layer: a name or a function (`'relu'`). */
  activation?: ActivationName | Activation;
  /** After the last layer (`'identity'`: losses take logits). */
  outputActivation?: ActivationName | Activation;
  /** What weights start as; by itself `heUniform` before relu and its kin, `glorotUniform` elsewhere. */
  weightInit?: Initializer;
  /** Whether layers have a bias (true). */
  bias?: boolean;
  /** Of all weights (f32). */
  dtype?: 'f32' | 'f64';
}

/**
 * A multilayer perceptron: `[..., sizes[0]]` to `[..., sizes.at(-1)]` through hidden layers of the sizes between.
 * Its layers are called `hidden0`, `hidden1`, ..., `output` in pictures, errors and names of parameters.
 *
 * @param sizes widths from input to output, at least two
 * @param options.seed the same seed gives the same weights
 * @throws ArgumentError `too-few-sizes`, `not-a-size`, `unknown-activation`, `key-and-seed`, `unknown-option`
 * @example
 * const model = new MLP([784, 128, 10], { activation: 'relu', seed: 1 });
 * model.forward(zeros([32, 784])).shape; // [32, 10]
 * [...model.variables().keys()]; // ['hidden0/weight', 'hidden0/bias', 'output/weight', 'output/bias']
 */
export class MLP extends Module {
  readonly hidden: readonly Linear[];
  readonly output: Linear;
  readonly activation: Activation;
  readonly outputActivation: Activation;

  constructor(sizes: readonly number[], options: MLPOptions = {}) {
    super();
    checkOptions('MLP', options, ['activation', 'outputActivation', 'weightInit', 'bias', 'dtype', 'key', 'seed']);
    const given: unknown = sizes;
    if (!Array.isArray(given) || given.length < 2) {
      throw new ArgumentError({
        code: 'too-few-sizes',
        op: 'MLP',
        problem: `expected the widths from input to output, at least two; received ${JSON.stringify(given)}`,
        expected: 'two or more sizes',
        received: given,
        remedy: 'new MLP([784, 128, 10])',
      });
    }
    this.activation = activationOf('MLP', options.activation ?? 'relu');
    this.outputActivation = activationOf('MLP', options.outputActivation ?? 'identity');
    const { bias = true, dtype = 'f32' } = options;
    const keys = keysOf('MLP', options, sizes.length - 1);
    const layers = keys.map((key, k) => {
      const followedBy = k < keys.length - 1 ? this.activation : this.outputActivation;
      const weightInit = options.weightInit ?? (isRectifier(followedBy) ? heUniform : glorotUniform);
      return new Linear(sizes[k]!, sizes[k + 1]!, { key, weightInit, bias, dtype });
    });
    this.hidden = layers.slice(0, -1);
    this.output = layers.at(-1)!;
  }

  forward(x: TensorLike): Tensor {
    let signal = x;
    for (const layer of this.hidden) signal = this.activation(layer.forward(signal));
    return this.outputActivation(this.output.forward(signal));
  }
}
