/** The layer that everything is made of: a matrix and a shift. */
import {
  ArgumentError,
  Module,
  type Tensor,
  type TensorLike,
  Variable,
  checkOptions,
  matmul,
  variable,
  zeros,
} from '@edgewise/core';
import { type Initializer, glorotUniform } from './initializers.ts';
import { type KeyOptions, keysOf } from './keys.ts';

export interface LinearOptions extends KeyOptions {
  /** Whether a shift is added (true). */
  bias?: boolean;
  /** What the weight starts as (`glorotUniform`). */
  weightInit?: Initializer;
  /** What the bias starts as (zeros). */
  biasInit?: Initializer;
  /** Of weight and bias (f32). */
  dtype?: 'f32' | 'f64';
}

/**
 * `x weight + bias`, over the last axis: `[..., inputs]` to `[..., outputs]`.
 *
 * @throws ArgumentError `not-a-size`, `key-and-seed`, `unknown-option`
 * @example
 * const layer = new Linear(3, 2, { seed: 1 });
 * layer.forward(tensor([[1, 2, 3]])).shape; // [1, 2]
 */
export class Linear extends Module {
  /** `[inputs, outputs]`: a row an input. */
  readonly weight: Variable;
  /** `[outputs]`. */
  readonly bias: Variable | undefined;

  constructor(inputs: number, outputs: number, options: LinearOptions = {}) {
    super();
    checkOptions('Linear', options, ['bias', 'weightInit', 'biasInit', 'dtype', 'key', 'seed']);
    checkSize('Linear', 'inputs', inputs);
    checkSize('Linear', 'outputs', outputs);
    const { bias = true, weightInit = glorotUniform, biasInit, dtype = 'f32' } = options;
    const spec = { fanIn: inputs, fanOut: outputs, dtype };
    const [forWeight, forBias] = keysOf('Linear', options, 2);
    this.weight = variable(weightInit(forWeight!, [inputs, outputs], spec));
    if (bias) {
      const initial = biasInit === undefined ? zeros([outputs], dtype) : biasInit(forBias!, [outputs], spec);
      this.bias = variable(initial);
    }
  }

  forward(x: TensorLike): Tensor {
    const product = matmul(x, this.weight);
    return this.bias === undefined ? product : product.add(this.bias);
  }
}

/** Throws unless `size` can be the extent of a layer. */
export function checkSize(op: string, name: string, size: number): void {
  if (Number.isSafeInteger(size) && size > 0) return;
  throw new ArgumentError({
    code: 'not-a-size',
    op,
    problem: `${name} is ${String(size)}; expected a whole number above 0`,
    expected: 'a whole number above 0',
    received: size,
  });
}
