/** A fixed start on handwritten digits: loss, gradient, curvature, and twenty steps of two optimizers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Tensor, grad, hvp, mapTree, tensor, valueAndGrad, zeros } from '../../src/index.ts';
import { expectWithin } from './expect-close.ts';
import { differentialEquations } from './facts.ts';

const { expected, tolerance } = differentialEquations.digits;

interface Digits {
  readonly x: Tensor;
  readonly labels: Tensor;
}
interface Layers {
  readonly w1: Tensor;
  readonly b1: Tensor;
  readonly w2: Tensor;
  readonly b2: Tensor;
}

const folder = join(process.env['EDGEWISE_DATA'] ?? '', 'mnist');
/** The bytes of an IDX file behind its header. */
const bytes = (name: string, header: number): Uint8Array =>
  gunzipSync(readFileSync(join(folder, name))).subarray(header);

/** Images of the digits 0 to 4, digit by digit: the ones from `first` up to `last` of each. */
function digits(first: number, last: number): Digits {
  const labels = bytes('t10k-labels-idx1-ubyte.gz', 8);
  const pixels = bytes('t10k-images-idx3-ubyte.gz', 16);
  const chosen = [0, 1, 2, 3, 4].flatMap((digit) =>
    [...labels.keys()].filter((k) => labels[k] === digit).slice(first, last),
  );
  const x = chosen.flatMap((k) => Array.from(pixels.subarray(784 * k, 784 * (k + 1)), (byte) => byte / 255));
  return {
    x: tensor(new Float64Array(x), { shape: [chosen.length, 784] }),
    labels: tensor(
      chosen.map((k) => labels[k]!),
      { dtype: 'i32' },
    ),
  };
}

const filled = (rows: number, columns: number, value: (i: number, j: number) => number): Tensor =>
  tensor(
    Float64Array.from({ length: rows * columns }, (_, k) => value(Math.floor(k / columns), k % columns)),
    { shape: [rows, columns] },
  );

const start: Layers = {
  w1: filled(784, 30, (i, j) => 0.05 * Math.sin(0.1 * i + 0.7 * j)),
  b1: zeros([30], 'f64'),
  w2: filled(30, 5, (j, k) => 0.3 * Math.cos(j + 2 * k)),
  b2: zeros([5], 'f64'),
};

const logits = ({ w1, b1, w2, b2 }: Layers, x: Tensor): Tensor => x.matmul(w1).add(b1).tanh().matmul(w2).add(b2);

/** The mean negative log-likelihood of the labels. */
function lossOf(layers: Layers, { x, labels }: Digits): Tensor {
  const likelihoods = logits(layers, x).logSoftmax();
  const rows = labels.shape[0]!;
  const flat = labels.add(tensor(Int32Array.from({ length: rows }, (_, k) => 5 * k)));
  return likelihoods.reshape([-1]).take(flat).mean().neg();
}

const dot = (a: Layers, b: Layers): number =>
  (['w1', 'b1', 'w2', 'b2'] as const).reduce((sum, name) => sum + a[name].mul(b[name]).sum().item(), 0);
const norm = (tree: Layers): number => Math.sqrt(dot(tree, tree));

describe('784-30-5 with tanh, full batch', () => {
  let training: Digits;
  let validation: Digits;
  beforeAll(() => {
    training = digits(0, 100);
    validation = digits(100, 200);
  });
  const loss = (at: Layers): Tensor => lossOf(at, training);

  test('loss, gradient and validation at the start', () => {
    const [value, slope] = valueAndGrad(loss)(start);
    expectWithin(value.item(), expected.trainLoss, tolerance);
    expectWithin(norm(slope), expected.gradNorm, tolerance);
    expectWithin(lossOf(start, validation).item(), expected.valLoss, tolerance);
    const right = logits(start, validation.x).argMax({ axis: 1 }).equal(validation.labels).cast('f64').mean();
    expect(right.item()).toBe(expected.valAcc);
  });

  test('the Hessian along the gradient', () => {
    const slope = grad(loss)(start);
    const unit = mapTree((part) => part.div(norm(slope)), slope);
    const bent = hvp(loss, start, unit);
    expectWithin(norm(bent), expected.hessianTimesUnitGradNorm, tolerance);
    expectWithin(dot(unit, bent), expected.gHg, tolerance);
  });

  test('twenty steps of descent, and of Adam', () => {
    const slopeOf = grad(loss);
    let plain = start;
    let adam = start;
    let m = mapTree((part) => part.mul(0), start);
    let v = m;
    for (let k = 1; k <= 20; k++) {
      plain = mapTree((part, slope) => part.sub(slope!.mul(0.3)), plain, slopeOf(plain));
      const slope = slopeOf(adam);
      m = mapTree((old, now) => old.mul(0.9).add(now!.mul(0.1)), m, slope);
      v = mapTree((old, now) => old.mul(0.999).add(now!.square().mul(0.001)), v, slope);
      adam = mapTree(
        (part, first, second) =>
          part.sub(
            first!
              .div(1 - 0.9 ** k)
              .div(
                second!
                  .div(1 - 0.999 ** k)
                  .sqrt()
                  .add(1e-8),
              )
              .mul(0.005),
          ),
        adam,
        m,
        v,
      );
    }
    expectWithin(loss(plain).item(), expected.gd_lr0_3_after20, tolerance);
    expectWithin(loss(adam).item(), expected.adam_lr0_005_after20, tolerance);
  });
});
