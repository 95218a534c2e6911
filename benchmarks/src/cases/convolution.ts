import { type Tensor, averagePool2d, conv1d, conv2d, convTranspose2d, maxPool2d, tensor, vjp } from '@edgewise/core';
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

function averageByHand(planes: number, side: number, x: Float32Array): Float32Array {
  const half = side / 2;
  const y = new Float32Array(planes * half * half);
  for (let p = 0, at = 0; p < planes; p++)
    for (let i = 0; i < half; i++)
      for (let j = 0; j < half; j++) {
        const from = (p * side + 2 * i) * side + 2 * j;
        y[at++] = (x[from]! + x[from + 1]! + x[from + side]! + x[from + side + 1]!) / 4;
      }
  return y;
}

/** Other ways in which windows lie: along a line where `height` is 1, over squares otherwise. */
interface Form {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly side: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
  readonly groups: number;
}

function countOf({ side, kernel, stride, dilation, padding }: Form): number {
  return Math.floor((side + 2 * padding - (kernel - 1) * dilation - 1) / stride) + 1;
}

/** Through the taps, and for each along those windows for which it meets the image: `each` with x at `i`, y at `o`. */
function sumOverForm(
  size: string,
  each: string,
): (form: Form, count: number, a: Float32Array, b: Float32Array) => Float32Array {
  // oxlint-disable-next-line no-implied-eval -- functions of one text would share what V8 learns of them
  return new Function(
    '{ batch, channels, height, side, outputs, kernel, stride, dilation, padding, groups }',
    'count',
    'a',
    'b',
    `const out = new Float32Array(${size});
     const own = channels / groups, rows = height === 1 ? 1 : count, tapRows = height === 1 ? 1 : kernel;
     for (let n = 0; n < batch; n++)
       for (let f = 0; f < outputs; f++)
         for (let c = 0; c < own; c++) {
           const plane = n * channels + Math.floor(f / (outputs / groups)) * own + c;
           for (let u = 0; u < tapRows; u++)
             for (let v = 0; v < kernel; v++) {
               const scale = b[((f * own + c) * tapRows + u) * kernel + v];
               const left = v * dilation - padding;
               const from = Math.max(0, Math.ceil(-left / stride));
               const to = Math.min(count, Math.ceil((side - left) / stride));
               for (let j = 0; j < rows; j++) {
                 const row = height === 1 ? 0 : j * stride + u * dilation - padding;
                 if (row < 0 || row >= height) continue;
                 let i = (plane * height + row) * side + left + from * stride;
                 let o = ((n * outputs + f) * rows + j) * count + from;
                 for (let k = from; k < to; k++, o++, i += stride) ${each}
               }
             }
         }
     return out;`,
  ) as ReturnType<typeof sumOverForm>;
}

function contestsOfForms(batch: number): Contest[] {
  const plain = {
    batch,
    channels: 8,
    height: 16,
    side: 16,
    outputs: 16,
    kernel: 3,
    stride: 1,
    dilation: 1,
    padding: 0,
    groups: 1,
  };
  const forms: readonly (readonly [what: string, form: Form])[] = [
    ['stride 2', { ...plain, side: 17, height: 17, stride: 2 }],
    ["padding 'same'", { ...plain, padding: 1 }],
    ['dilation 2', { ...plain, dilation: 2 }],
    ['4 groups', { ...plain, groups: 4 }],
    ['one axis of 256', { ...plain, height: 1, side: 256, kernel: 5 }],
  ];
  const contests = forms.map(([what, form]): Contest => {
    const { channels, height, side, outputs, kernel, stride, dilation, padding, groups } = form;
    const isLine = height === 1;
    const x = drawn(1, [batch, channels, ...(isLine ? [side] : [height, side])]);
    const weight = drawn(2, [outputs, channels / groups, ...(isLine ? [kernel] : [kernel, kernel])]);
    const [a, b] = [x.data as Float32Array, weight.data as Float32Array];
    const byHand = sumOverForm(
      'batch * outputs * rows * count'.replace('rows', isLine ? '1' : 'count'),
      'out[o] += scale * a[i];',
    );
    const count = countOf(form);
    const options = { stride, dilation, padding, groups };
    return {
      what: `16x16x8, 16 of 3x3, ${what}`.replace('16x16x8, 16 of 3x3, one axis of 256', '256x8, 16 of 5, one axis'),
      operations: (2 * batch * outputs * channels * (isLine ? count * kernel : (count * kernel) ** 2)) / groups,
      bar: { of: 'ratio', atMost: 1.5 },
      ours: () => (isLine ? conv1d(x, weight, options) : conv2d(x, weight, options)),
      byHand: () => byHand(form, count, a, b),
    };
  });
  // From 8x8 with 16 channels to 17x17 with 8
  const transposed: Form = { ...plain, height: 17, side: 17, stride: 2 };
  const count = countOf(transposed);
  const [y, weight] = [drawn(1, [batch, 16, count, count]), drawn(2, [16, 8, 3, 3])];
  const [a, b] = [y.data as Float32Array, weight.data as Float32Array];
  const spread = sumOverForm('batch * channels * height * side', 'out[i] += scale * a[o];');
  const [planes, side] = [batch * 8, 24];
  const image = drawn(1, [batch, 8, side, side]);
  const pixels = image.data as Float32Array;
  return [
    ...contests,
    {
      what: '8x8x16, 8 of 3x3, transposed, stride 2',
      operations: 2 * batch * 16 * 8 * (count * 3) ** 2,
      bar: { of: 'ratio', atMost: 1.5 },
      ours: () => convTranspose2d(y, weight, { stride: 2 }),
      byHand: () => spread(transposed, count, a, b),
    },
    {
      what: '24x24x8, average of 2x2',
      operations: planes * side ** 2,
      bar: { of: 'ratio', atMost: 1.5 },
      ours: () => averagePool2d(image, 2),
      byHand: () => averageByHand(planes, side, pixels),
    },
  ];
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

/** Fewer operations take the loops less than a call of any op takes: there the table shows what a call costs, without a bar. */
const LOOPS = 1000;

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
  // What a user calls for a derivative: the walk back from a value that is there, with what it finds on the way.
  const [, toInput] = vjp((at: Tensor) => conv2d(at, weight), x);
  const [, toWeight] = vjp((at: Tensor) => conv2d(x, at), weight);
  const operations = 2 * batch * outputs * count ** 2 * channels * kernel ** 2;
  const common = { operations, ...(operations < LOOPS ? {} : { bar: { of: 'ratio', atMost: 1.5 } as const }) };
  return [
    { ...common, what: `${name}, forward`, ours: () => conv2d(x, weight), byHand: () => forwardByHand(sizes, a, b) },
    {
      ...common,
      what: `${name}, pulled back to the input`,
      ours: () => toInput(y),
      byHand: () => toInputByHand(sizes, c, b),
    },
    {
      ...common,
      what: `${name}, pulled back to the weight`,
      ours: () => toWeight(y),
      byHand: () => toWeightByHand(sizes, a, c),
    },
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
      ...contestsOfForms(batch),
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
