import { type Tensor, conv2d, maxPool2d, tensor, vjp } from '@edgewise/core';
import { numbers } from '../data.ts';
import { race } from '../harness.ts';
import { type Case, type Row, raceRow } from '../report.ts';

/** Square images and kernels, stride 1, no padding. */
interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly side: number;
  readonly outputs: number;
  readonly kernel: number;
}

type Sum = (sizes: Sizes, a: Float32Array, b: Float32Array) => Float32Array;

/**
 * A nest of loops of its own text, so that it is compiled for what it does alone: through the taps, and for each along
 * the rows of the image (from `i`) and of the result (from `o`), the fastest of the orders tried.
 *
 * @param size of the sum, of which `before`, `each` and `after` make one row; the weight lies at `w`
 */
function sumAlongRows(size: string, row: { before: string; each: string; after: string }): Sum {
  // oxlint-disable-next-line no-implied-eval -- functions of one text would share what V8 learns of them
  return new Function(
    '{ batch, channels, side, outputs, kernel }',
    'a',
    'b',
    `const count = side - kernel + 1;
     const out = new Float32Array(${size});
     for (let n = 0; n < batch; n++)
       for (let f = 0; f < outputs; f++)
         for (let c = 0; c < channels; c++)
           for (let u = 0; u < kernel; u++)
             for (let v = 0; v < kernel; v++) {
               const w = ((f * channels + c) * kernel + u) * kernel + v;
               ${row.before}
               for (let j = 0; j < count; j++) {
                 const i = ((n * channels + c) * side + j + u) * side + v;
                 const o = ((n * outputs + f) * count + j) * count;
                 for (let k = 0; k < count; k++) ${row.each}
               }
               ${row.after}
             }
     return out;`,
  ) as Sum;
}

const forwardByHand = sumAlongRows('batch * outputs * count * count', {
  before: 'const scale = b[w];',
  each: 'out[o + k] += scale * a[i + k];',
  after: '',
});
const toInputByHand = sumAlongRows('batch * channels * side * side', {
  before: 'const scale = b[w];',
  each: 'out[i + k] += scale * a[o + k];',
  after: '',
});
const toWeightByHand = sumAlongRows('outputs * channels * kernel * kernel', {
  before: 'let sum = 0;',
  each: 'sum += a[i + k] * b[o + k];',
  after: 'out[w] += sum;',
});

/** Windows of 2 by 2, side by side. */
function poolByHand(planes: number, side: number, x: Float32Array): Float32Array {
  const half = side / 2;
  const y = new Float32Array(planes * half * half);
  for (let p = 0, at = 0; p < planes; p++)
    for (let i = 0; i < half; i++)
      for (let j = 0; j < half; j++) {
        const from = (p * side + 2 * i) * side + 2 * j;
        let best = x[from]!;
        if (x[from + 1]! > best) best = x[from + 1]!;
        if (x[from + side]! > best) best = x[from + side]!;
        if (x[from + side + 1]! > best) best = x[from + side + 1]!;
        y[at++] = best;
      }
  return y;
}

function drawn(seed: number, shape: readonly number[]): Tensor {
  return tensor(
    numbers(
      seed,
      shape.reduce((a, b) => a * b),
    ),
    { dtype: 'f32', shape },
  );
}

interface Contest {
  readonly what: string;
  readonly operations: number;
  readonly bar?: Row['bar'];
  readonly ours: () => Tensor;
  readonly byHand: () => Float32Array;
}

function contestsOf(name: string, sizes: Sizes): Contest[] {
  const { batch, channels, side, outputs, kernel } = sizes;
  const count = side - kernel + 1;
  const x = drawn(1, [batch, channels, side, side]);
  const weight = drawn(2, [outputs, channels, kernel, kernel]);
  const y = drawn(3, [batch, outputs, count, count]);
  const [a, b, c] = [x, weight, y].map(({ data }) => data as Float32Array) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [, toInput] = vjp((at: Tensor) => conv2d(at, weight), x);
  const [, toWeight] = vjp((at: Tensor) => conv2d(x, at), weight);
  const common = {
    operations: 2 * batch * outputs * count ** 2 * channels * kernel ** 2,
    bar: { of: 'ratio', atMost: 1.5 } as const,
  };
  return [
    { ...common, what: `${name}, forward`, ours: () => conv2d(x, weight), byHand: () => forwardByHand(sizes, a, b) },
    { ...common, what: `${name}, to the input`, ours: () => toInput(y), byHand: () => toInputByHand(sizes, c, b) },
    { ...common, what: `${name}, to the weight`, ours: () => toWeight(y), byHand: () => toWeightByHand(sizes, a, c) },
    {
      what: `${name}, largest of 2x2 of its result`,
      operations: batch * outputs * count ** 2,
      ours: () => maxPool2d(y, 2),
      byHand: () => poolByHand(batch * outputs, count, c),
    },
  ];
}

export const convolution: Case = {
  question: 'How fast are f32 convolutions and their derivatives, against plain loops along rows?',

  run(effort) {
    const batch = effort.quick ? 1 : 32;
    const contests = [
      ...contestsOf('28x28x1, 8 of 5x5', { batch, channels: 1, side: 28, outputs: 8, kernel: 5 }),
      ...contestsOf('12x12x8, 16 of 5x5', { batch, channels: 8, side: 12, outputs: 16, kernel: 5 }),
      ...contestsOf('one of 8x8x2, 4 of 3x3', { batch: 1, channels: 2, side: 8, outputs: 4, kernel: 3 }),
      ...contestsOf('one of 6x6x1, 1 of 3x3', { batch: 1, channels: 1, side: 6, outputs: 1, kernel: 3 }),
    ];
    for (const { what, ours, byHand } of contests) {
      const expected = byHand();
      const far = ours().data.findIndex((value, k) => Math.abs(value - expected[k]!) > 1e-3);
      if (far >= 0) throw new Error(`${what}: the two programs differ at element ${far}`);
    }
    // Every program has been used in all ways before the first is timed.
    for (const { ours, byHand } of contests) race({ ours, byHand }, { ...effort, rounds: 1 });
    return {
      rows: contests.map(({ what, operations, bar, ours, byHand }) =>
        raceRow(
          { what, unit: 'Gop/s', ...(bar === undefined ? {} : { bar }) },
          race({ ours, byHand }, effort),
          (seconds) => operations / seconds / 1e9,
        ),
      ),
    };
  },
};
