import { type Tensor, tensor, valueAndGrad, variable } from '@edgewise/core';
import { MLP, meanSquaredError } from '@edgewise/nn';
import { optimizer, sgd } from '@edgewise/optim';
import { race } from '../harness.ts';
import { type Case, nanoseconds, raceRow } from '../report.ts';
import { type Parameters, startAs, weights, xor, xorLoss } from './xor.ts';

const rate = 0.1;

/** What makes a step: a function that trains once and gives the loss before. */
type Way = () => () => number;

const withTree: Way = () => {
  const gradientOf = valueAndGrad(xorLoss);
  let { w0, b0, w1, b1 }: Parameters<Tensor> = startAs((values) => tensor(values));
  return () => {
    const [loss, gradient] = gradientOf({ w0, b0, w1, b1 });
    w0 = w0.sub(gradient.w0.mul(rate));
    b0 = b0.sub(gradient.b0.mul(rate));
    w1 = w1.sub(gradient.w1.mul(rate));
    b1 = b1.sub(gradient.b1.mul(rate));
    return loss.item();
  };
};

const withVariables: Way = () => {
  const cells = startAs((values) => variable(tensor(values)));
  const all = Object.values(cells);
  return () => {
    const loss = xorLoss({ w0: cells.w0.value, b0: cells.b0.value, w1: cells.w1.value, b1: cells.b1.value });
    loss.backward();
    for (const cell of all) {
      cell.assign(cell.value.sub(cell.grad!.mul(rate)));
      cell.clearGrad();
    }
    return loss.item();
  };
};

const withOptimizer: Way = () => {
  const model = new MLP([2, 2, 1], { activation: 'sigmoid', outputActivation: 'sigmoid', seed: 1 });
  for (const [name, parameter] of model.variables()) parameter.assign(tensor(weights[name]!));
  const descent = optimizer(sgd({ learningRate: rate }), model);
  return () => {
    const loss = meanSquaredError(model.forward(xor.inputs), xor.targets);
    loss.backward();
    descent.step();
    return loss.item();
  };
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The same step as one writes it for this network and no other. */
const byHand: Way = () => {
  const start = startAs((values) => values.flat());
  let [w00, w01, w10, w11] = start.w0 as [number, number, number, number];
  let [b0, b1] = start.b0 as [number, number];
  let [v0, v1] = start.w1 as [number, number];
  let [c] = start.b1 as [number];
  return () => {
    let total = 0;
    let gw00 = 0;
    let gw01 = 0;
    let gw10 = 0;
    let gw11 = 0;
    let gb0 = 0;
    let gb1 = 0;
    let gv0 = 0;
    let gv1 = 0;
    let gc = 0;
    for (let n = 0; n < 4; n++) {
      const x0 = n >> 1;
      const x1 = n & 1;
      const h0 = sigmoid(x0 * w00 + x1 * w10 + b0);
      const h1 = sigmoid(x0 * w01 + x1 * w11 + b1);
      const y = sigmoid(h0 * v0 + h1 * v1 + c);
      const error = y - (x0 ^ x1);
      total += error * error;
      const dy = 0.5 * error * y * (1 - y);
      gv0 += h0 * dy;
      gv1 += h1 * dy;
      gc += dy;
      const d0 = dy * v0 * h0 * (1 - h0);
      const d1 = dy * v1 * h1 * (1 - h1);
      gw00 += x0 * d0;
      gw01 += x0 * d1;
      gw10 += x1 * d0;
      gw11 += x1 * d1;
      gb0 += d0;
      gb1 += d1;
    }
    w00 -= rate * gw00;
    w01 -= rate * gw01;
    w10 -= rate * gw10;
    w11 -= rate * gw11;
    b0 -= rate * gb0;
    b1 -= rate * gb1;
    v0 -= rate * gv0;
    v1 -= rate * gv1;
    c -= rate * gc;
    return total / 4;
  };
};

const ways: Readonly<Record<string, Way>> = {
  'tree of tensors, valueAndGrad': withTree,
  'Variables, backward()': withVariables,
  'MLP, optimizer(sgd)': withOptimizer,
};

/** After as many steps the losses are equal, up to f32. */
function checkAgreement(what: string, way: Way): void {
  const [ours, expected] = [way(), byHand()];
  for (let step = 0; step < 20; step++) {
    const [loss, lossByHand] = [ours(), expected()];
    if (Math.abs(loss - lossByHand) > 1e-5) {
      throw new RangeError(`${what}, step ${step}: loss ${loss}, by hand ${lossByHand}`);
    }
  }
}

export const xorStep: Case = {
  question: 'What does a whole training step of the smallest network cost (2-2-1, batch 4, SGD), op by op?',

  run(effort) {
    return {
      rows: Object.entries(ways).map(([what, way]) => {
        checkAgreement(what, way);
        return raceRow({ what, unit: 'ns/step' }, race({ ours: way(), byHand: byHand() }, effort), nanoseconds);
      }),
    };
  },
};
