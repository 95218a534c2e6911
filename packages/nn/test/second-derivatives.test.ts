// Networks of two-by-two weights for which another framework gives wrong Hessian-vector products and no error: rules there
// save an output as a constant. The last column is what central differences of its own gradient give, to three digits (the
// last one of the first row, measured in single precision as -0.907, from a loop in double precision).

import { type Tensor, grad, hvp, tensor } from '@edgewise/core';
import { crossEntropy, meanSquaredError } from '@edgewise/nn';
import { describe, expect, test } from 'vitest';

const f64 = { dtype: 'f64' } as const;
const x = tensor(
  [
    [1, 2],
    [0.3, -1],
  ],
  f64,
);
const y = tensor(
  [
    [1, 0],
    [0, 1],
  ],
  f64,
);
const w = tensor(
  [
    [0.1, 0.2],
    [0.3, 0.4],
  ],
  f64,
);
const v = tensor(
  [
    [0.5, -1],
    [0.25, 2],
  ],
  f64,
);

const networks: [name: string, loss: (w: Tensor) => Tensor, truth: number[]][] = [
  ['tanh and squared error', (at) => meanSquaredError(x.matmul(at).tanh(), y), [0.342, -0.473, 0.743, -0.908]],
  ['sigmoid and squared error', (at) => meanSquaredError(x.matmul(at).sigmoid(), y), [0.036, -0.054, 0.078, -0.043]],
  ['logarithm of softmax', (at) => x.matmul(at).softmax().log().mul(y).sum().neg(), [-0.324, 0.324, -1.527, 1.527]],
  [
    'sigmoid cross-entropy',
    (at) => {
      const z = x.matmul(at);
      return z.softplus().sub(z.mul(y)).mean();
    },
    [0.054, 0.106, 0.117, 0.435],
  ],
  // The other framework refuses this one; the mean over two rows is half of the sum above.
  ['softmax cross-entropy', (at) => crossEntropy(x.matmul(at), y), [-0.162, 0.162, -0.7635, 0.7635]],
];

describe.each(networks)('%s', (_, loss, truth) => {
  const product = hvp(loss, w, v);

  test('has the Hessian-vector product that central differences of its gradient give', () => {
    const h = 1e-5;
    const gradient = grad(loss);
    const expected = gradient(w.add(v.mul(h)))
      .sub(gradient(w.sub(v.mul(h))))
      .div(2 * h);
    expect(product.sub(expected).abs().max().item()).toBeLessThan(1e-8);
  });

  test('has the digits that were measured', () => {
    [...product.data].forEach((value, k) => expect(Math.abs(value - truth[k]!)).toBeLessThan(6e-4));
  });

  test('has the same product from a gradient of a gradient', () => {
    const gradient = grad(loss);
    const twice = grad((at: Tensor) => gradient(at).mul(v).sum())(w);
    expect(twice.sub(product).abs().max().item()).toBeLessThan(1e-14);
  });
});
