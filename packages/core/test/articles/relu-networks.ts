/** One sample a step, from a fixed cyclic order, on a network of relu units with fixed input weights. */
import { type Tensor, relu, tensor, valueAndGrad } from '../../src/index.ts';
import { reluNetworks } from './facts.ts';
import { mulberry32 } from './generators.ts';

const f64 = (values: readonly number[]): Tensor => tensor(values, { dtype: 'f64' });

export interface Units {
  readonly w: Tensor;
  readonly b: Tensor;
}

/** The sum of w relu(x + b). */
export function network({ w, b }: Units, x: Tensor | number): Tensor {
  return b.add(x).relu().mul(w).sum();
}

export function samplesOf(draw: number): number[] {
  const { n, scale } = reluNetworks.samples.inputs;
  const next = mulberry32(draw);
  return Array.from({ length: n }, () => next() * scale);
}

export interface Example {
  readonly inputs: {
    readonly ref: { readonly w: readonly number[]; readonly b: readonly number[] };
    readonly b0: readonly number[];
    readonly w0: readonly number[];
    readonly lr: number;
    readonly iterations: number;
  };
}

/** The reference at a sample, in plain numbers. */
function referenceAt({ inputs: { ref } }: Example, x: number): number {
  return ref.w.reduce((sum, w, k) => sum + w * Math.max(0, x + ref.b[k]!), 0);
}

const step = valueAndGrad((at: Units, x: Tensor, truth: Tensor) => network(at, x).sub(truth).square());

export interface Trained {
  readonly w: number[];
  readonly b: number[];
  readonly mse: number;
}

/** @param watch sees the units after each step; false ends the training */
export function train(
  example: Example,
  draw: number,
  {
    lr = example.inputs.lr,
    iterations = example.inputs.iterations,
    watch,
  }: { lr?: number; iterations?: number; watch?: (units: Units, k: number) => boolean } = {},
): Trained {
  const xs = samplesOf(draw);
  const truths = xs.map((x) => referenceAt(example, x));
  let units: Units = { w: f64(example.inputs.w0), b: f64(example.inputs.b0) };
  for (let k = 0; k < iterations; k++) {
    const at = k % xs.length;
    const [, slope] = step(units, tensor(xs[at]!, { dtype: 'f64' }), tensor(truths[at]!, { dtype: 'f64' }));
    units = { w: units.w.sub(slope.w.mul(lr)), b: units.b.sub(slope.b.mul(lr)) };
    if (watch?.(units, k) === false) break;
  }
  return { w: Array.from(units.w.data), b: Array.from(units.b.data), mse: meanSquaredError(units, xs, truths) };
}

export function meanSquaredError({ w, b }: Units, xs: readonly number[], truths: readonly number[]): number {
  const outputs = relu(f64(xs).expandDims(1).add(b)).matmul(w);
  return outputs.sub(f64(truths)).square().mean().item();
}
