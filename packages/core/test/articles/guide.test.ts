/** The numbers of "A comprehensive guide to the backpropagation algorithm in neural networks". */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  cotangents,
  eye,
  grad,
  matmul,
  run,
  spec,
  tensor,
  trace,
  valueAndGrad,
  variable,
  vjp,
} from '../../src/index.ts';
import { expectAllWithin, expectWithin } from './expect-close.ts';
import { guide } from './facts.ts';
import { legacyUniform } from './generators.ts';

const f64 = (values: number | readonly (number | readonly number[])[]): Tensor => tensor(values, { dtype: 'f64' });

interface Neuron {
  readonly w: Tensor;
  readonly b: Tensor;
}
const weighted = ({ w, b }: Neuron, x: Tensor): Tensor => w.mul(x).sum().add(b);
/** (desired - sigmoid(w x + b))^2 / 2 */
const error = (at: Neuron, x: Tensor, desired: number): Tensor =>
  weighted(at, x).sigmoid().neg().add(desired).square().div(2);

/** Each number within the tolerances of what is expected, and of what is printed. */
function expectCase(
  got: Record<string, number>,
  {
    expected,
    printed,
    tolerance,
  }: { expected: object; printed?: object; tolerance: number | { expected: number; printed: number } },
): void {
  const tolerances = typeof tolerance === 'number' ? { expected: tolerance, printed: tolerance } : tolerance;
  expect(Object.keys(got).sort()).toEqual(
    [...new Set([...Object.keys(expected), ...Object.keys(printed ?? {})])].sort(),
  );
  for (const [name, value] of Object.entries(expected)) expectWithin(got[name]!, Number(value), tolerances.expected);
  for (const [name, value] of Object.entries(printed ?? {}))
    expectWithin(got[name]!, Number(value), tolerances.printed);
}

describe('one neuron', () => {
  const { inputs } = guide.forward;
  const x = f64(inputs.x);
  const start: Neuron = { w: f64(inputs.w), b: f64(inputs.b) };

  test('sums, and an absolute error', () => {
    const { N1, w1, b } = guide.neuron.inputs;
    expect(f64(N1).mul(w1).add(b).item()).toBe(guide.neuron.expected.N2);
    const { desired, predicted } = guide.absoluteError.inputs;
    expectWithin(
      f64(desired).sub(predicted).abs().item(),
      guide.absoluteError.expected.error,
      guide.absoluteError.tolerance,
    );
  });

  test('forward', () => {
    const s = weighted(start, x);
    expectCase(
      {
        s: s.item(),
        prediction: s.sigmoid().item(),
        error: error(start, x, inputs.desired).item(),
        exp_minus_s: s.neg().exp().item(),
      },
      guide.forward,
    );
  });

  test('the delta rule', () => {
    const { eta, desired } = guide.deltaRule.inputs;
    const prediction = weighted(start, x).sigmoid();
    const step = prediction.neg().add(desired).mul(eta);
    const w = start.w.add(step.mul(x)).data;
    expectCase({ b: start.b.add(step).item(), w1: w[0]!, w2: w[1]! }, guide.deltaRule);
  });

  test('every factor of the chain rule, and the products', () => {
    const [w, b] = [variable(start.w), variable(start.b)];
    const s = weighted({ w: w.value, b: b.value }, x);
    const prediction = s.sigmoid();
    const loss = prediction.neg().add(inputs.desired).square().div(2);
    const [toPrediction] = cotangents(loss, [prediction]);
    const [, pull] = vjp((at: Tensor) => at.sigmoid(), s);
    const ofSum = vjp((at: Neuron) => weighted(at, x), start)[1](1);
    loss.backward();
    const slopes = w.grad!.data;
    expectCase(
      {
        dE_dpred: toPrediction.item(),
        dpred_ds: pull(1).item(),
        ds_dw1: ofSum.w.data[0]!,
        ds_dw2: ofSum.w.data[1]!,
        ds_db: ofSum.b.item(),
        dE_dw1: slopes[0]!,
        dE_dw2: slopes[1]!,
        dE_db: b.grad!.item(),
      },
      guide.chain,
    );
  });

  test('a step of the weights, with the bias on the delta rule and on its gradient', () => {
    const { eta, desired } = guide.update.inputs;
    const [before, slope] = valueAndGrad((at: Neuron) => error(at, x, desired))(start);
    const w = start.w.sub(slope.w.mul(eta));
    const after = (b: Tensor): Record<string, number> => {
      const s = weighted({ w, b }, x);
      const now = error({ w, b }, x, desired).item();
      return { b: b.item(), s: s.item(), prediction: s.sigmoid().item(), error: now, decrease: before.item() - now };
    };
    const delta = start.b.add(weighted(start, x).sigmoid().neg().add(desired).mul(eta));
    expectCase({ w1: w.data[0]!, w2: w.data[1]!, ...after(delta) }, guide.update);
    expectCase(after(start.b.sub(slope.b.mul(eta))), guide.trueUpdate);
  });

  test('a weight raised by one: the linear forecast, and what happens', () => {
    const { desired, change } = guide.unitIncrease.inputs;
    const [before, slope] = valueAndGrad((at: Neuron) => error(at, x, desired))(start);
    const raised = [0, 1].map((k) => start.w.add(f64([Number(k === 0), Number(k === 1)]).mul(change)));
    const actual = raised.map((w) => error({ w, b: start.b }, x, desired).sub(before).item());
    expectCase(
      { forecastW1: slope.w.data[0]!, actualW1: actual[0]!, forecastW2: slope.w.data[1]!, actualW2: actual[1]! },
      guide.unitIncrease,
    );
  });

  test('partial derivatives of a polynomial', () => {
    const { X, Z, H } = guide.quadraticPartial.inputs;
    const [value, slope] = valueAndGrad((at: { X: Tensor; Z: Tensor; H: Tensor }) => at.X.square().mul(at.Z).add(at.H))(
      {
        X: f64(X),
        Z: f64(Z),
        H: f64(H),
      },
    );
    expectCase(
      { Y: value.item(), dY_dX: slope.X.item(), dY_dZ: slope.Z.item(), dY_dH: slope.H.item() },
      guide.quadraticPartial,
    );
  });
});

test('80,000 steps of descent end on the printed digits, and pass the points between', () => {
  const { inputs, expected, printed, tolerance } = guide.eightyThousand;
  const predict = (w: { first: Tensor; second: Tensor }): Tensor =>
    w.first.mul(inputs.x[0]).add(w.second.mul(inputs.x[1])).sigmoid();
  const step = valueAndGrad(
    (w: { first: Tensor; second: Tensor }) => {
      const prediction = predict(w);
      return [prediction.sub(inputs.target).square(), prediction];
    },
    { hasAux: true },
  );
  let w = { first: f64(inputs.w0[0]), second: f64(inputs.w0[1]) };
  let last = { prediction: Number.NaN, error: Number.NaN };
  const trace = new Map(Object.entries(expected.trace).map(([k, at]) => [Number(k), at]));
  for (let k = 0; k < inputs.iterations; k++) {
    const [[loss, prediction], slope] = step(w);
    last = { prediction: prediction.item(), error: loss.item() };
    w = { first: w.first.sub(slope.first.mul(inputs.lr)), second: w.second.sub(slope.second.mul(inputs.lr)) };
    const at = trace.get(k);
    if (at === undefined) continue;
    expectWithin(last.prediction, at.prediction, tolerance.trace);
    expectWithin(last.error, at.error, tolerance.trace);
  }
  expectWithin(last.prediction, expected.prediction, tolerance.prediction);
  expectWithin(last.error, expected.error, tolerance.errorRelative, 'relative');
  expectWithin(last.prediction, printed.prediction, tolerance.prediction);
  expectAllWithin([w.first.item(), w.second.item()], expected.finalW, tolerance.finalW);
}, 60_000);

describe('gradients through many layers', () => {
  test('vanish by a factor of at most a quarter a sigmoid', () => {
    const { inputs, expected, tolerance } = guide.vanishing;
    for (const depth of inputs.depths) {
      const facts = expected[`depth${depth}`];
      const chain = (x: Tensor): Tensor => {
        let at = x;
        for (let k = 0; k < depth; k++) at = at.sigmoid();
        return at;
      };
      const [value, slope] = valueAndGrad(chain)(f64(inputs.x));
      expectWithin(value.item(), facts.value, tolerance.relative, 'relative');
      expectWithin(slope.item(), facts.derivative, tolerance.relative, 'relative');
      expect(slope.item()).toBeLessThan(facts.bound);
    }
  });

  test('vanish or explode as the powers of a recurrent weight', () => {
    const { inputs, expected, tolerance } = guide.exploding;
    for (const w of inputs.w) {
      const cell = (h: Tensor): Tensor => {
        let at = h;
        for (let k = 0; k < inputs.steps; k++) at = at.mul(w);
        return at;
      };
      expectWithin(grad(cell)(f64(1)).item(), expected[`w${w}`].steps50, tolerance.relative, 'relative');
    }
  });

  test('through time', () => {
    const { inputs, expected, tolerance } = guide.throughTime;
    const cell = variable(f64(inputs.w));
    const [u, b, h0] = [variable(f64(inputs.u)), variable(f64(inputs.b)), variable(f64(inputs.h0))];
    const sums: Tensor[] = [];
    const states: Tensor[] = [];
    let h = h0.value;
    for (const x of inputs.x) {
      const z = cell.value.mul(h).add(u.value.mul(x)).add(b);
      h = z.tanh();
      sums.push(z);
      states.push(h);
    }
    const loss = h.sub(inputs.y).square().mul(0.5);
    loss.backward();
    expectAllWithin(
      states.map((state) => state.item()),
      expected.h,
      tolerance,
    );
    expectAllWithin(
      [loss, cell.grad!, u.grad!, b.grad!, h0.grad!].map((value) => value.item()),
      [expected.loss, expected.dw, expected.du, expected.db, expected.dh0],
      tolerance,
    );
    expectAllWithin(
      cotangents(loss, sums.toReversed()).map((value) => value.item()),
      expected.dz_from_last_to_first,
      tolerance,
    );
  });
});

describe('a network of three hidden layers', () => {
  const { inputs, expected, firstWeights, tolerance } = guide.multilayer;
  const x = f64(inputs.x);

  test.each([0, 1, 42] as const)('trained from seed %i stops where true backpropagation does', (seed) => {
    const draw = legacyUniform(seed);
    const sizes = [inputs.x.length, ...inputs.netArch, 1];
    const start = sizes
      .slice(1)
      .map((size, k) => f64(Array.from({ length: size }, () => Array.from({ length: sizes[k]! }, draw))));
    expect(Array.from(start[0]!.slice([0]).data)).toEqual(firstWeights[seed]);

    const predict = (layers: readonly Tensor[], at: Tensor): Tensor =>
      layers.reduce((h, w) => matmul(w, h).sigmoid(), at).sum();
    const step = valueAndGrad(
      (layers: readonly Tensor[]) => {
        const prediction = predict(layers, x);
        return [prediction.sub(inputs.y[0]).square(), prediction];
      },
      { hasAux: true },
    );
    let layers: readonly Tensor[] = start;
    const errors: number[] = [];
    let firstNorms: number[] | undefined;
    for (let done = false; !done && errors.length < inputs.maxIter;) {
      const [[loss, prediction], slopes] = step(layers);
      errors.push(loss.item());
      firstNorms ??= slopes.map((slope) => slope.square().sum().sqrt().item());
      layers = layers.map((w, k) => w.sub(slopes[k]!.mul(inputs.learningRate)));
      done = Math.abs(prediction.item() - inputs.y[0]) <= inputs.tolerance;
    }
    const facts = expected[seed];
    expect(errors).toHaveLength(facts.elapsed_iter);
    expectWithin(errors[0]!, facts.firstError, tolerance.relative, 'relative');
    expectWithin(errors[10]!, facts.errorAt10, tolerance.relative, 'relative');
    expectWithin(errors.at(-1)!, facts.lastError, tolerance.lastErrorRelative, 'relative');
    expectWithin(predict(layers, f64(inputs.predict)).item(), facts.predictNew, tolerance.relative, 'relative');
    expectAllWithin(firstNorms!, facts.firstStepGradNorms, tolerance.relative, 'relative');
  });
});

describe('alternatives to backpropagation, by their exact identities', () => {
  test('a difference target through an orthogonal layer is a gradient step', () => {
    const { inputs, expected, tolerance } = guide.orthogonalTargets;
    const { rotation: r, eta } = inputs;
    const w = f64([
      [Math.cos(r), -Math.sin(r)],
      [Math.sin(r), Math.cos(r)],
    ]);
    const [h1, y] = [f64(inputs.h1), f64(inputs.y)];
    const h2 = matmul(w, h1);
    const loss = (at: Tensor): Tensor => matmul(w, at).sub(y).square().sum().div(2);
    const target2 = h2.sub(h2.sub(y).mul(eta));
    const target1 = matmul(w, target2, { transposeA: true });
    const slope = grad(loss)(h1);
    expectAllWithin(h2.data, expected.h2, tolerance);
    expectAllWithin(target2.data, expected.target2, tolerance);
    expectAllWithin(target1.data, expected.target1, tolerance);
    expectAllWithin(slope.data, expected.backpropGradAtH1, tolerance);
    expectAllWithin(target1.sub(h1).data, expected.target1MinusH1, tolerance);
    expectAllWithin(target1.sub(h1).data, Array.from(slope.mul(-eta).data), tolerance);
  });

  test('the linear synthetic gradient of a linear top layer is exact', () => {
    const { inputs, expected, tolerance } = guide.syntheticGradient;
    const w = f64(inputs.W);
    const loss = (h: Tensor, t: Tensor): Tensor => matmul(w, h).sub(t).square().sum();
    const slope = grad(loss);
    // It is linear in h and t: its columns are its values at unit vectors.
    const zero = f64([0]);
    const columns = [0, 1, 2].map((k) => Array.from(slope(eye(3, 3, 'f64').slice([k]), zero).data));
    columns.forEach((column, k) =>
      expectAllWithin(
        column,
        expected.A.map((row) => row[k]!),
        tolerance,
      ),
    );
    expectAllWithin(slope(f64([0, 0, 0]), f64([1])).data, expected.B, tolerance);
    const [h, t] = [f64([0.3, -2, 1]), f64([0.7])];
    expectAllWithin(slope(h, t).data, Array.from(matmul(f64(expected.A), h).add(f64(expected.B).mul(t)).data), 1e-13);
  });

  test('the independence criterion of small sets', () => {
    const { inputs, expected, tolerance } = guide.independence;
    const m = 4;
    const centred = eye(m, m, 'f64').sub(1 / m);
    const kernel = (x: Tensor): Tensor => x.expandDims(0).sub(x.expandDims(1)).square().sum({ axis: 2 }).div(-2).exp();
    const traceOf = (x: Tensor): Tensor => x.mul(eye(m, m, 'f64')).sum();
    const hsic = (x: Tensor, y: Tensor): number =>
      traceOf(kernel(x).matmul(centred).matmul(kernel(y)).matmul(centred))
        .div((m - 1) ** 2)
        .item();
    /** The inverse by Newton's iteration: twice the right digits a step. */
    const inverse = (a: Tensor): Tensor => {
      let z = a.transpose().div(a.square().sum());
      for (let k = 0; k < 60; k++) z = z.matmul(eye(m, m, 'f64').mul(2).sub(a.matmul(z)));
      return z;
    };
    const normalised = (x: Tensor): Tensor => {
      const k = centred.matmul(kernel(x)).matmul(centred);
      return k.matmul(inverse(k.add(eye(m, m, 'f64').mul(1e-5 * m))));
    };
    const nhsic = (x: Tensor, y: Tensor): number => traceOf(normalised(x).matmul(normalised(y))).item();
    const [x, xor, bit] = [f64(inputs.X), f64(inputs.Y_xor), f64(inputs.Y_firstBit)];
    expectAllWithin(
      [hsic(x, x), hsic(x, xor), hsic(x, bit), nhsic(x, xor), nhsic(x, bit), nhsic(xor, xor)],
      [
        expected.hsic_X_X,
        expected.hsic_X_xor,
        expected.hsic_X_firstBit,
        expected.nhsic_X_xor,
        expected.nhsic_X_firstBit,
        expected.nhsic_xor_xor,
      ],
      tolerance,
    );
  });
});

test('the same step traced gives the same numbers as eagerly', () => {
  const { inputs } = guide.forward;
  const loss = (at: Neuron): Tensor => error(at, f64(inputs.x), inputs.desired);
  const graph = trace(grad(loss), { w: spec([2], 'f64'), b: spec([], 'f64') });
  const start: Neuron = { w: f64(inputs.w), b: f64(inputs.b) };
  const [eager, traced] = [grad(loss)(start), run(graph, start)];
  expect([traced.w.toArray(), traced.b.item()]).toEqual([eager.w.toArray(), eager.b.item()]);
});
