/** Exclusive or, the smallest problem that needs a hidden layer, and weights to start from. */
import { type Tensor, tensor } from '@edgewise/core';

export const xor: { readonly inputs: Tensor; readonly targets: Tensor } = {
  inputs: tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]),
  targets: tensor([[0], [1], [1], [0]]),
};

/** Of a network 2-2-1, by the names that an MLP has for them. */
export const weights: Readonly<Record<string, number[] | number[][]>> = {
  'hidden0/weight': [
    [0.1, 0.2],
    [0.3, 0.4],
  ],
  'hidden0/bias': [0.1, 0.2],
  'output/weight': [[0.5], [-0.6]],
  'output/bias': [0.1],
};

/** Parameters of the network as a tree. */
export type Parameters<Leaf> = Readonly<Record<'w0' | 'b0' | 'w1' | 'b1', Leaf>>;

export function startAs<Leaf>(made: (values: number[] | number[][]) => Leaf): Parameters<Leaf> {
  const [w0, b0, w1, b1] = Object.values(weights).map(made) as [Leaf, Leaf, Leaf, Leaf];
  return { w0, b0, w1, b1 };
}

/** The network and its loss, written with ops. */
export function xorLoss({ w0, b0, w1, b1 }: Parameters<Tensor>): Tensor {
  const hidden = xor.inputs.matmul(w0).add(b0).sigmoid();
  return hidden.matmul(w1).add(b1).sigmoid().sub(xor.targets).square().mean();
}
