/** Random graphs, with values used many times and broadcast: every way to a derivative gives the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Tensor,
  add,
  concatenate,
  cos,
  exp,
  grad,
  hvp,
  jvp,
  matmul,
  maximum,
  mul,
  random,
  replay,
  run,
  sigmoid,
  sin,
  softplus,
  spec,
  sub,
  tanh,
  trace,
  variable,
  verify,
  where,
} from '../src/index.ts';
import { checkGradients } from '../src/testing/index.ts';

type Step = readonly [op: number, first: number, second: number];

/** All keep a value of shape [2, 3] to [2, 3] and its size moderate. */
const unary: readonly ((x: Tensor) => Tensor)[] = [
  tanh,
  sin,
  cos,
  sigmoid,
  (x) => softplus(x).sub(0.7),
  (x) => exp(x.tanh()),
  (x) => x.square().div(x.square().add(1)),
  (x) => x.sum({ axis: 1, keepDims: true }).mul(0.3).add(x),
  (x) => x.softmax({ axis: 0 }).mul(2),
  (x) => x.permute([1, 0]).reshape([2, 3]),
  (x) => x.slice([null, [null, null, -1]]),
  (x) => concatenate(x.split([1, 2], { axis: 1 }).toReversed(), { axis: 1 }),
  (x) => matmul(x, x, { transposeB: true }).mul(0.2).matmul(x).mul(0.3),
  (x) => x.take([2, 0, 2], { axis: 1 }),
  (x) => x.broadcastTo([2, 2, 3]).mean({ axis: 0 }),
  (x) => x.logSumExp({ axis: 1, keepDims: true }).mul(0.2).sub(x),
];
const binary: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  add,
  sub,
  (x, y) => mul(x, y).mul(0.5),
  (x, y) => where(x.slice([0, 0]).greater(5), x, y),
  (x, y) => maximum(x, y.sub(20)),
  (x, y) => x.mul(y.slice([0])),
  (x, y) => x.add(y.slice([null, [0, 1]])),
];

/** A function of two matrices that applies the steps one after the other to what there is so far. */
function functionOf(steps: readonly Step[]): (x: Tensor, y: Tensor) => Tensor {
  return (x, y) => {
    const values = [x, y];
    for (const [op, first, second] of steps) {
      const [a, b] = [values[first % values.length]!, values[second % values.length]!];
      const both = op % (unary.length + binary.length);
      values.push(both < unary.length ? unary[both]!(a) : binary[both - unary.length]!(a, b));
    }
    return values.at(-1)!.mul(values.at(-2)!).sum();
  };
}

const steps = fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 20 }), fc.nat({ max: 20 })), {
  minLength: 1,
  maxLength: 12,
});
const seeds = fc.nat({ max: 10_000 });

function drawn(seed: number): [Tensor, Tensor] {
  const draw = (k: number): Tensor =>
    random.uniform(random.key(2 * seed + k), [2, 3], { min: -1.5, max: 1.5, dtype: 'f64' });
  return [draw(0), draw(1)];
}

test('derivatives of random graphs agree with central differences, to second order, forward and backward', () => {
  fc.assert(
    fc.property(steps, seeds, (list, seed) => {
      checkGradients(functionOf(list), drawn(seed), { tolerance: 1e-6, seed, probe: false });
    }),
    { numRuns: 60 },
  );
  expect.assertions(0);
});

test('eager, traced, replayed and by Variables, a gradient is the same to the bit', () => {
  fc.assert(
    fc.property(steps, seeds, (list, seed) => {
      const f = functionOf(list);
      const [x, y] = drawn(seed);
      const eager = grad(f, { argnums: [0, 1] })(x, y);

      const graph = trace(grad(f, { argnums: [0, 1] }), spec([2, 3], 'f64'), spec([2, 3], 'f64'));
      verify(graph);
      const traced = run(graph, x, y);
      const backward = replay(trace(f, spec([2, 3], 'f64'), spec([2, 3], 'f64')).withBackward(), [x, y]).slice(1);

      const [v, w] = [variable(x), variable(y)];
      f(v.value, w.value).add(v.value.mul(0).sum()).add(w.value.mul(0).sum()).backward();
      for (const [k, gradient] of eager.entries()) {
        expect(traced[k]!.data).toEqual(gradient.data);
        expect(backward[k]!.data).toEqual(gradient.data);
        // A sum with 0 makes 0 of -0.
        expect([v, w][k]!.grad!.data).toEqual(gradient.data.map((value) => value + 0));
      }
    }),
    { numRuns: 60 },
  );
});

test('Hessian-vector products forward over reverse and reverse over reverse agree', () => {
  fc.assert(
    fc.property(steps, seeds, (list, seed) => {
      const [x, y] = drawn(seed);
      const f = (at: Tensor): Tensor => functionOf(list)(at, y);
      const v = random.normal(random.key(seed + 1), [2, 3], { dtype: 'f64' });
      const forward = hvp(f, x, v).data;
      const reverse = grad((at: Tensor) => grad(f)(at).mul(v).sum())(x).data;
      const outer = jvp((at: Tensor) => jvp(f, at, v)[1], x, v)[1].item();
      forward.forEach((value, k) => expect(Math.abs(value - reverse[k]!)).toBeLessThan(1e-9 * (1 + Math.abs(value))));
      const quadratic = Array.from(forward).reduce(
        (sum: number, value: number, k: number) => sum + value * v.data[k]!,
        0,
      );
      expect(Math.abs(outer - quadratic)).toBeLessThan(1e-9 * (1 + Math.abs(quadratic)));
    }),
    { numRuns: 60 },
  );
});
