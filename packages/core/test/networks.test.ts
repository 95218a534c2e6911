/**
 * The networks for which another framework returns Hessian-vector products that are wrong, without an error: rules there
 * keep numbers in place of tensors. Here each agrees with central differences of its own gradient, in f64.
 */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  elu,
  exp,
  grad,
  hvp,
  logSoftmax,
  max,
  relu,
  sigmoid,
  softmax,
  softplus,
  tensor,
} from '../src/index.ts';

const matrix = (values: readonly (readonly number[])[]): Tensor => tensor(values, { dtype: 'f64' });
const X = matrix([
  [1, 2],
  [0.3, -1],
]);
const Y = matrix([
  [1, 0],
  [0, 1],
]);
const W = matrix([
  [0.1, 0.2],
  [0.3, 0.4],
]);
const V = matrix([
  [0.5, -1],
  [0.25, 2],
]);

const squared = (outputs: Tensor): Tensor => outputs.sub(Y).square().mean();

/** What was published are differences in f32, which are right to two digits. */
const F32_DIFFERENCES = 2e-3;

/** Name, loss of the pre-activations X W, and the product that was published. */
const networks: readonly [name: string, loss: (z: Tensor) => Tensor, published: readonly number[] | undefined][] = [
  ['tanh, squared error', (z) => squared(z.tanh()), [0.342, -0.473, 0.743, -0.907]],
  ['sigmoid, squared error', (z) => squared(sigmoid(z)), [0.036, -0.054, 0.078, -0.043]],
  ['log of softmax', (z) => softmax(z).log().mul(Y).sum().neg(), [-0.324, 0.324, -1.527, 1.527]],
  [
    'sigmoid cross-entropy',
    (z) => relu(z).sub(z.mul(Y)).add(z.abs().neg().exp().log1p()).mean(),
    [0.054, 0.106, 0.117, 0.435],
  ],
  ['softmax cross-entropy', (z) => logSoftmax(z).mul(Y).sum().neg(), undefined],
  ['exp', (z) => squared(exp(z)), undefined],
  ['elu', (z) => squared(elu(z)), undefined],
  ['max', (z) => squared(max(z.square(), { axis: 1, keepDims: true })), undefined],
  ['relu', (z) => squared(relu(z)), undefined],
  ['softplus', (z) => squared(softplus(z)), undefined],
  ['linear', (z) => squared(z), undefined],
];

describe.each(networks)('%s', (_, loss, published) => {
  const f = (w: Tensor): Tensor => loss(X.matmul(w));
  const slope = grad(f);

  test('has the Hessian-vector product that differences of its gradient have', () => {
    const h = 1e-4;
    const differences = slope(W.add(V.mul(h)))
      .sub(slope(W.sub(V.mul(h))))
      .div(2 * h);
    const ways = {
      'forward over reverse': hvp(f, W, V),
      'reverse over reverse': grad((w: Tensor) => slope(w).mul(V).sum())(W),
    };
    for (const product of Object.values(ways)) {
      product.data.forEach((value, k) => {
        expect(Math.abs(value - differences.data[k]!)).toBeLessThan(1e-7 * (1 + Math.abs(value)));
        if (published !== undefined) expect(Math.abs(value - published[k]!)).toBeLessThan(F32_DIFFERENCES);
      });
    }
  });
});

test('the log of softmax and its cross-entropy are the same network', () => {
  const [direct, stable] = [networks[2]![1], networks[4]![1]].map((loss) =>
    hvp((w: Tensor) => loss(X.matmul(w)), W, V),
  );
  direct!.data.forEach((value, k) => expect(value).toBeCloseTo(stable!.data[k]!, 12));
});
