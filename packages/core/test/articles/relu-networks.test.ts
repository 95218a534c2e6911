/** The numbers of "Understanding neural networks and backpropagation, part I". */
import { describe, expect, test } from 'vitest';
import { type Tensor, relu, tensor, valueAndGrad } from '../../src/index.ts';
import { expectAllWithin, expectWithin } from './expect-close.ts';
import { reluNetworks } from './facts.ts';
import { network, samplesOf, train } from './relu-networks.ts';

const f64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'f64' });

test('the samples are those of the draw', () => {
  expect(samplesOf(reluNetworks.samples.inputs.seed).slice(0, 5)).toEqual(reluNetworks.samples.expected.first5);
});

test('four units make a graph of four slopes', () => {
  const { inputs, expected } = reluNetworks.fourSlopes;
  const units = { w: f64(inputs.w), b: f64(inputs.b) };
  expect(inputs.x.map((x) => network(units, x).item())).toEqual(expected.y);
  const slope = valueAndGrad((x: Tensor) => network(units, x));
  expect([0.5, 1.5, 2.5, 3.5].map((x) => slope(f64(x))[1].item())).toEqual(expected.slopes);
  expect(inputs.b.map((b) => 0 - b)).toEqual(expected.kinks);
});

test('derivatives at one sample, that of the output bias with its right sign', () => {
  const { inputs, expected, tolerance } = reluNetworks.gradient;
  const x = f64(inputs.x);
  const truth = relu(x)
    .mul(2)
    .sub(relu(x.sub(2)).mul(4));
  const [loss, slope] = valueAndGrad((at: { w: Tensor; b: Tensor; bout: Tensor }) =>
    network(at, x).add(at.bout).neg().add(truth).square(),
  )({ w: f64(inputs.w), b: f64(inputs.b), bout: f64(inputs.bout) });
  expectWithin(network({ w: f64(inputs.w), b: f64(inputs.b) }, x).item(), expected.net, tolerance);
  expectWithin(truth.item(), expected.ref, tolerance);
  expectWithin(Math.sqrt(loss.item()), expected.delta, tolerance);
  expectAllWithin(slope.w.data, expected.de_dw, tolerance);
  expectAllWithin(slope.b.data, expected.de_db, tolerance);
  expectWithin(slope.bout.item(), expected.de_dbout, tolerance);
});

describe('trained a sample at a time from the first draw', () => {
  test.each(Object.entries(reluNetworks.training))(
    '%s ends where it should',
    (_, example) => {
      const { b, w, mse } = train(example, 887);
      const { expected, printed, tolerance } = example;
      expectAllWithin(w, expected.draw887.w, tolerance.expected);
      expectAllWithin(b, expected.draw887.b, tolerance.expected);
      expectWithin(mse, expected.draw887.mse, tolerance.expected);
      expectAllWithin([...w, ...b], [...printed.w, ...printed.b], tolerance.printedForDraw887);
    },
    60_000,
  );
});

test('the slope of the second example passes 0, 1 and 1.84 when it should', () => {
  const { expected, printed, tolerance, inputs } = reluNetworks.phases;
  const levels = [0, 1, 1.84];
  const passed: number[][] = levels.map(() => []);
  for (let draw = inputs.draws[0]; draw <= inputs.draws[1]; draw++) {
    const first = levels.map(() => Number.NaN);
    train(reluNetworks.training.example2, draw, {
      watch: ({ w }, k) => {
        const slope = w.data[0]!;
        levels.forEach((level, j) => {
          if (Number.isNaN(first[j]!) && slope > level) first[j] = k + 1;
        });
        return first.some(Number.isNaN);
      },
    });
    first.forEach((k, j) => passed[j]!.push(k));
  }
  // Of an even number, the upper of the two in the middle.
  const medians = passed.map((counts) => counts.toSorted((p, q) => p - q)[counts.length / 2]!);
  expect(medians).toEqual([expected.slope0, expected.slope1, expected.slope1_84]);
  expectWithin(medians[0]!, printed.slope0, tolerance.printed.slope0);
  expectWithin(medians[1]!, printed.slope1, tolerance.printed.slope1);
  expectWithin(medians[2]!, printed.slope1_84, tolerance.printed.slope1_84);
});
