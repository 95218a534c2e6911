/** The numbers of "Back-propagation demystified in 7 minutes". */
import { expect, test } from 'vitest';
import { type Tensor, grad, tensor, valueAndGrad, variable } from '../../src/index.ts';
import { expectWithin } from './expect-close.ts';
import { demystified } from './facts.ts';

const f64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'f64' });

/** (3 w - 12)^2 */
const { x, truth } = demystified.squaredError.inputs;
const squaredError = (w: Tensor): Tensor => w.mul(x).sub(truth).square();

test('a squared error of 36, its slope, and its curvature', () => {
  const { inputs, expected } = demystified.squaredError;
  const [loss, slope] = valueAndGrad(squaredError)(f64(inputs.w));
  expect({
    prediction: f64(inputs.w).mul(x).item(),
    loss: loss.item(),
    dLdw: slope.item(),
    d2Ldw2: grad(grad(squaredError))(f64(inputs.w)).item(),
  }).toEqual(expected);
});

test('one Newton step from anywhere lands where the derivative is zero', () => {
  const { expected, tolerance } = demystified.closedForm;
  for (const start of [2, -100, 3.99]) {
    const w = f64(start);
    const after = w.sub(grad(squaredError)(w).div(grad(grad(squaredError))(w)));
    expectWithin(after.item(), expected.w, tolerance);
    expectWithin(squaredError(after).item(), expected.lossAtW, tolerance);
  }
});

test('descent is too slow, right, in one step, or diverging, as its rate has it', () => {
  const { inputs, expected, tolerance } = demystified.learningRate;
  const descend = (rate: number, steps: number): number => {
    let w = f64(inputs.w0);
    for (let k = 0; k < steps; k++) w = w.sub(grad(squaredError)(w).mul(rate));
    return w.item();
  };
  expectWithin(descend(0.001, 10), expected.after10.lr0_001, tolerance);
  expectWithin(descend(0.05, 10), expected.after10.lr0_05, tolerance);
  expectWithin(descend(1 / 18, 10), expected.after10.lr1_18, tolerance);
  expectWithin(descend(0.12, 10), expected.after10.lr0_12, tolerance);
  expectWithin(descend(expected.limits.oneStep, 1), 4, tolerance);
  const limit = expected.limits.divergesAbove;
  expect(Math.abs(descend(limit * 1.01, 50) - 4)).toBeGreaterThan(2);
  expect(Math.abs(descend(limit * 0.99, 50) - 4)).toBeLessThan(2);
});

test('the chain rule along edges and the sum rule at b, five edges visited once each', () => {
  const { inputs, expected } = demystified.graph;
  const [a, b] = [variable(f64(inputs.a), { name: 'a' }), variable(f64(inputs.b), { name: 'b' })];
  const used = b.value;
  const c = a.value.add(used);
  const d = used.add(1);
  const f = c.mul(d);
  const toB: number[] = [];
  let edges = 0;
  f.backward({
    observer: {
      onEdge: ({ value }, share) => {
        edges++;
        if (value === used) toB.push(share.item());
      },
    },
  });
  const slope = grad((at: { c: Tensor; d: Tensor }) => at.c.mul(at.d))({ c, d });
  expect({
    c: c.item(),
    d: d.item(),
    f: f.item(),
    df_dc: slope.c.item(),
    df_dd: slope.d.item(),
    df_da: a.grad?.item(),
    df_db: b.grad?.item(),
    paths_to_b: toB.toSorted((p, q) => p - q),
    edgesVisitedInReverse: edges,
  }).toEqual(expected);
});

test('momentum needs a quarter of the steps on a narrow valley', () => {
  const { inputs, expected } = demystified.momentum;
  const slope = grad((w: Tensor) =>
    w
      .square()
      .mul(f64([25, 1]))
      .sum()
      .div(2),
  );
  const steps = (rate: number, momentum: number): number => {
    let w = f64(inputs.start);
    let velocity = f64([0, 0]);
    for (let k = 0; ; k++) {
      if (w.square().sum().sqrt().item() < 1e-6) return k;
      velocity = velocity.mul(momentum).sub(slope(w).mul(rate));
      w = w.add(velocity);
    }
  };
  expect({ gd: steps(inputs.gd.lr, 0), momentum: steps(inputs.momentum.lr, inputs.momentum.mu) }).toEqual(expected);
});
