/** What needs no solver of "Neural network back-propagation revisited (with ordinary differential equations)". */
import { describe, expect, test } from 'vitest';
import { type Tensor, eye, grad, hvp, tensor, valueAndGrad } from '../../src/index.ts';
import { expectAllWithin, expectWithin } from './expect-close.ts';
import { differentialEquations } from './facts.ts';

const f64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'f64' });

test('explicit Euler steps on the gradient flow are gradient descent', () => {
  const { inputs, expected, tolerance } = differentialEquations.flowEquation;
  const slope = grad((w: Tensor) => w.mul(3).sub(12).square());
  let w = f64(inputs.w0);
  for (let k = 0; k < inputs.steps; k++) w = w.sub(slope(w).mul(inputs.eta));
  expectWithin(w.item(), expected.wEuler, tolerance);
});

const camel = (at: Tensor): Tensor => {
  const [x, y] = [at.slice([0]), at.slice([1])];
  const [x2, y2] = [x.square(), y.square()];
  return x2.mul(-2.1).add(4).add(x.pow(4).div(3)).mul(x2).add(x.mul(y)).add(y2.mul(4).sub(4).mul(y2));
};

const goldsteinPrice = (at: Tensor): Tensor => {
  const [x, y] = [at.slice([0]), at.slice([1])];
  const quadratic = (c: readonly [number, number, number, number, number, number]): Tensor =>
    x.mul(c[1]).add(c[0]).add(x.square().mul(c[2])).add(y.mul(c[3])).add(x.mul(y).mul(c[4])).add(y.square().mul(c[5]));
  const first = x
    .add(y)
    .add(1)
    .square()
    .mul(quadratic([19, -14, 3, -14, 6, 3]))
    .add(1);
  const second = x
    .mul(2)
    .sub(y.mul(3))
    .square()
    .mul(quadratic([18, -32, 12, 48, -36, 27]))
    .add(30);
  return first.mul(second);
};

/** The eigenvalues of a 2 x 2 Hessian, whose columns are Hessian-vector products. */
function curvatures(f: (at: Tensor) => Tensor, at: Tensor): number[] {
  const [[a, b], [c, d]] = [0, 1].map((k) => Array.from(hvp(f, at, eye(2, 2, 'f64').slice([k])).data)) as [
    number[],
    number[],
  ];
  expect(b).toBeCloseTo(c!, 9);
  const [half, root] = [(a! + d!) / 2, Math.hypot((a! - d!) / 2, b!)];
  return [half - root, half + root];
}

describe('the six-hump camel', () => {
  const { expected, tolerance } = differentialEquations.camel;

  test('has a saddle at the origin', () => {
    const [value, slope] = valueAndGrad(camel)(f64([0, 0]));
    expect([value.item(), ...slope.data]).toEqual([expected.at00.f, 0, 0]);
    expectAllWithin(curvatures(camel, f64([0, 0])), expected.at00.hessianEigenvalues, tolerance);
  });

  test('has two global minima, mirror images', () => {
    for (const minimum of expected.globalMinima) {
      const [value, slope] = valueAndGrad(camel)(f64(minimum));
      expectWithin(value.item(), expected.fMin, tolerance);
      // A slope over the least curvature bounds how far the true minimum lies.
      const least = Math.min(...curvatures(camel, f64(minimum)));
      expect(least).toBeGreaterThan(0);
      expectWithin(slope.square().sum().sqrt().item() / least, 0, tolerance);
    }
  });
});

test('the Goldstein-Price function has its four minima where they should be', () => {
  const { expected, tolerance } = differentialEquations.goldsteinPrice;
  const minima = [{ at: expected.globalMinimum, f: expected.fMin }, ...expected.otherMinima];
  for (const { at, f } of minima) {
    const [value, slope] = valueAndGrad(goldsteinPrice)(f64(at));
    expectWithin(value.item(), f, tolerance);
    expectAllWithin(slope.data, [0, 0], 1e-8);
    expect(Math.min(...curvatures(goldsteinPrice, f64(at)))).toBeGreaterThan(0);
  }
});
