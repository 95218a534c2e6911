import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type MaxPool2dOptions,
  type Tensor,
  adaptiveAveragePool1d,
  adaptiveAveragePool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  averagePool1d,
  averagePool2d,
  full,
  grad,
  jvp,
  maxPool1d,
  maxPool2d,
  random,
  tensor,
  vjp,
  zeros,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { at, build, indices } from '../reference.ts';
import { refusal } from '../refusal.ts';

function whole(shape: readonly number[], seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -4, max: 4, dtype: 'f64' }).cast('i32').cast('f64');
}

function uniformly(shape: readonly number[], seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -1, max: 1, dtype: 'f64' });
}

interface Axis {
  extent: number;
  size: number;
  stride: number;
  dilation: number;
  padding: [number, number];
}

/** Positions that each window meets along an axis. */
function windowsAlong({ extent, size, stride, dilation, padding: [before, after] }: Axis): number[][] {
  const windows: number[][] = [];
  for (let start = -before; start + (size - 1) * dilation < extent + after; start += stride) {
    const positions = Array.from({ length: size }, (_, q) => start + q * dilation);
    windows.push(positions.filter((i) => i >= 0 && i < extent));
  }
  return windows;
}

const axis: fc.Arbitrary<Axis> = fc
  .record({
    extent: fc.integer({ min: 1, max: 7 }),
    size: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    padding: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
  })
  .filter((one) => windowsAlong(one).length > 0 && windowsAlong(one).every((window) => window.length > 0));

const cases = fc.record({
  axes: fc.array(axis, { minLength: 1, maxLength: 2 }),
  batch: fc.nat({ max: 2 }),
  channels: fc.nat({ max: 3 }),
  seed: fc.nat({ max: 1000 }),
});

/** What `reduce` makes of the elements of each window, one window at a time. */
function slowly(
  x: Tensor,
  along: readonly (readonly (readonly number[])[])[],
  reduce: (elements: number[]) => number,
): unknown {
  const nested = x.toArray();
  return build([...x.shape.slice(0, 2), ...along.map((windows) => windows.length)], ([n, c, ...j]) => {
    const window = along.map((windows, a) => windows[j[a]!]!);
    const elements = [...indices(window.map((positions) => positions.length))].map((k) =>
      at(nested, [n!, c!, ...k.map((position, a) => window[a]![position]!)]),
    );
    return reduce(elements);
  });
}

const largest = (elements: number[]): number => Math.max(...elements);
const sumOf = (elements: number[]): number => elements.reduce((a, b) => a + b, 0);

interface Written {
  size: number[];
  options: { stride: number[]; padding: [number, number][]; dilation: number[] };
}

function writtenOf(axes: Axis[]): Written {
  return {
    size: axes.map(({ size }) => size),
    options: {
      stride: axes.map(({ stride }) => stride),
      padding: axes.map(({ padding }) => padding),
      dilation: axes.map(({ dilation }) => dilation),
    },
  };
}

function dot(a: Tensor, b: Tensor): number {
  return a.mul(b).sum().item();
}

describe('pooling over windows', () => {
  test('gives the largest and the average of each, for any size, stride, padding and dilation', () => {
    fc.assert(
      fc.property(cases, ({ axes, batch, channels, seed }) => {
        const x = whole([batch, channels, ...axes.map(({ extent }) => extent)], seed);
        const along = axes.map(windowsAlong);
        const { size, options } = writtenOf(axes);
        const [maxPool, averagePool] = axes.length === 1 ? [maxPool1d, averagePool1d] : [maxPool2d, averagePool2d];
        expect(maxPool(x, size, options).add(0).toArray()).toEqual(slowly(x, along, largest));
        expect(averagePool(x, size, options).add(0).toArray()).toEqual(
          slowly(x, along, (elements) => sumOf(elements) / elements.length + 0),
        );
        const count = size.reduce((a, b) => a * b, 1);
        expect(
          averagePool(x, size, { ...options, countIncludePadding: true })
            .add(0)
            .toArray(),
        ).toEqual(slowly(x, along, (elements) => sumOf(elements) / count + 0));
      }),
      { numRuns: 200 },
    );
  });

  test('has transposes that fit, with and without the padding counted', () => {
    fc.assert(
      fc.property(cases, ({ axes, batch, channels, seed }) => {
        const x = uniformly([batch, channels, ...axes.map(({ extent }) => extent)], seed);
        const { size, options } = writtenOf(axes);
        const [maxPool, averagePool] = axes.length === 1 ? [maxPool1d, averagePool1d] : [maxPool2d, averagePool2d];
        for (const pool of [
          (p: Tensor) => averagePool(p, size, options),
          (p: Tensor) => averagePool(p, size, { ...options, countIncludePadding: true }),
          (p: Tensor) => maxPool(p, size, options),
        ]) {
          const direction = uniformly(x.shape, seed + 1);
          const [value, tangent] = jvp(pool, x, direction);
          const u = uniformly(value.shape, seed + 2);
          expect(dot(u, tangent)).toBeCloseTo(dot(vjp(pool, x)[1](u), direction), 12);
        }
      }),
    );
  });

  /** Dumoulin, Visin, "A guide to convolution arithmetic for deep learning" (2016), figures 1.5 and 1.6. */
  test('gives the published figures', () => {
    const x = tensor([
      [3, 3, 2, 1, 0],
      [0, 0, 1, 3, 1],
      [3, 1, 2, 2, 3],
      [2, 0, 0, 2, 2],
      [2, 0, 0, 0, 1],
    ]).reshape([1, 1, 5, 5]);
    expect(maxPool2d(x, 3, { stride: 1 }).reshape([3, 3]).toArray()).toEqual([
      [3, 3, 3],
      [3, 3, 3],
      [3, 2, 3],
    ]);
    const averages = averagePool2d(x, 3, { stride: 1 }).data;
    expect(Array.from(averages, (value) => value.toFixed(1))).toEqual(
      ['1.7', '1.7', '1.7', '1.0', '1.2', '1.8', '1.1', '0.8', '1.3'], // row by row
    );
  });

  test('takes windows side by side unless a stride is given, and leaves out what no window fits', () => {
    expect(maxPool2d(zeros([2, 3, 7, 8]), 2).shape).toEqual([2, 3, 3, 4]);
    expect(maxPool2d(zeros([2, 3, 7, 8]), [7, 2]).shape).toEqual([2, 3, 1, 4]);
    expect(averagePool1d(zeros([2, 3, 7]), 3, { padding: 'same' }).shape).toEqual([2, 3, 3]);
    expect(maxPool2d(zeros([0, 3, 4, 4]), 2).shape).toEqual([0, 3, 2, 2]);
    expect(grad((x: Tensor) => maxPool2d(x, 2).sum())(zeros([0, 3, 4, 4])).shape).toEqual([0, 3, 4, 4]);
  });

  test('channels last give the same numbers in the other order', () => {
    const x = whole([2, 3, 5, 4], 1);
    const last = x.permute([0, 2, 3, 1]);
    const options: MaxPool2dOptions = { stride: 1, padding: 1 };
    for (const pool of [maxPool2d, averagePool2d]) {
      expect(
        pool(last, 3, { ...options, layout: 'NHWC' })
          .permute([0, 3, 1, 2])
          .toArray(),
      ).toEqual(pool(x, 3, options).toArray());
    }
    expect(adaptiveMaxPool2d(last, [2, 3], { layout: 'NHWC' }).shape).toEqual([2, 2, 3, 3]);
    expect(adaptiveAveragePool1d(zeros([2, 5, 3]), 2, { layout: 'NWC' }).shape).toEqual([2, 2, 3]);
  });

  test('a NaN is the largest of every window that holds it, and passes no derivative', () => {
    const x = tensor([1, Number.NaN, 2, 3, 5, 4], { shape: [1, 1, 6], dtype: 'f64' });
    expect(maxPool1d(x, 2).toArray()).toEqual([[[Number.NaN, 3, 5]]]);
    expect(maxPool1d(x, 2, { stride: 1 }).toArray()).toEqual([[[Number.NaN, Number.NaN, 3, 5, 5]]]);
    expect(grad((at: Tensor) => maxPool1d(at, 2).sum())(x).toArray()).toEqual([[[0, 0, 0, 1, 1, 0]]]);
    expect(grad((at: Tensor) => at.reshape([3, 2]).max({ axis: 1 }).sum())(x).toArray()).toEqual([
      [[0, 0, 0, 1, 1, 0]],
    ]);
    expect(jvp((at: Tensor) => maxPool1d(at, 2), x, x.mul(0).add(1))[1].toArray()).toEqual([[[0, 1, 1]]]);
  });

  test('minus infinity is an element like others, and padding is none', () => {
    const low = full([1, 1, 3], Number.NEGATIVE_INFINITY);
    expect(maxPool1d(low, 3, { padding: 1, stride: 1 }).data.every((value) => value === -Infinity)).toBe(true);
    expect(maxPool1d(full([1, 1, 3], -5), 3, { padding: 1, stride: 1 }).toArray()).toEqual([[[-5, -5, -5]]]);
  });
});

describe('ties in a window', () => {
  test('share the derivative as in max', () => {
    const x = tensor([3, 3, 1, 2, 2, 2], { shape: [1, 1, 6], dtype: 'f64' });
    expect(grad((at: Tensor) => maxPool1d(at, 3).sum())(x).toArray()).toEqual([[[0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]]]);
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), (seed) => {
        const tied = random
          .uniform(random.key(seed), [2, 3, 4, 6], { min: 0, max: 3, dtype: 'f64' })
          .cast('i32')
          .cast('f64');
        const weights = uniformly([2, 3, 2, 2], seed);
        // Windows of [2, 3] side by side, as axes of their own.
        const byMax = (at: Tensor): Tensor =>
          at
            .reshape([2, 3, 2, 2, 2, 3])
            .max({ axis: [3, 5] })
            .mul(weights)
            .sum();
        const byPool = (at: Tensor): Tensor => maxPool2d(at, [2, 3]).mul(weights).sum();
        const [one, other] = [grad(byPool)(tied), grad(byMax)(tied)];
        one.data.forEach((value, k) => expect(value).toBeCloseTo(other.data[k]!, 15));
      }),
    );
  });

  test('of overlapping windows share within each', () => {
    const x = tensor([1, 2, 2, 1], { shape: [1, 1, 4], dtype: 'f64' });
    expect(grad((at: Tensor) => maxPool1d(at, 2, { stride: 1 }).sum())(x).toArray()).toEqual([[[0, 1.5, 1.5, 0]]]);
  });
});

describe('pooling over parts', () => {
  test('covers the axis, whatever its extent', () => {
    fc.assert(
      fc.property(
        fc.record({
          extents: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }),
          parts: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
          seed: fc.nat({ max: 1000 }),
        }),
        ({ extents, parts, seed }) => {
          const x = whole([2, 2, ...extents], seed);
          const size = parts.slice(0, extents.length);
          const along = extents.map((extent, a) =>
            Array.from({ length: size[a]! }, (_, j) => {
              const [start, stop] = [Math.floor((j * extent) / size[a]!), Math.ceil(((j + 1) * extent) / size[a]!)];
              return Array.from({ length: stop - start }, (__, k) => start + k);
            }),
          );
          const [maxPool, averagePool] =
            extents.length === 1
              ? [adaptiveMaxPool1d, adaptiveAveragePool1d]
              : [adaptiveMaxPool2d, adaptiveAveragePool2d];
          expect(maxPool(x, size).add(0).toArray()).toEqual(slowly(x, along, largest));
          expect(averagePool(x, size).add(0).toArray()).toEqual(
            slowly(x, along, (elements) => sumOf(elements) / elements.length + 0),
          );
        },
      ),
    );
  });

  test('of equal extent are windows side by side; one part is all of it', () => {
    const x = uniformly([2, 3, 6, 4], 1);
    expect(adaptiveAveragePool2d(x, [3, 2]).toArray()).toEqual(averagePool2d(x, 2).toArray());
    const means = x.mean({ axis: [2, 3] }).data;
    adaptiveAveragePool2d(x, 1).data.forEach((value, k) => expect(value).toBeCloseTo(means[k]!, 15));
    expect(adaptiveMaxPool2d(x, 1).reshape([2, 3]).toArray()).toEqual(x.max({ axis: [2, 3] }).toArray());
  });
});

describe('derivatives of pooling', () => {
  const distinct = random
    .uniform(random.key(5), [2, 2, 5, 4], { min: -0.1, max: 0.1, dtype: 'f64' })
    .add(
      tensor(
        Array.from({ length: 80 }, (_, k) => (k * 37) % 80),
        { shape: [2, 2, 5, 4], dtype: 'f64' },
      ),
    )
    .mul(0.1);

  test.each<[string, (x: Tensor) => Tensor]>([
    ['maxPool2d', (x) => maxPool2d(x, 2)],
    ['overlapping maxPool2d', (x) => maxPool2d(x, 3, { stride: [1, 2], padding: 1 })],
    ['averagePool2d', (x) => averagePool2d(x, 3, { stride: 1, padding: 'same' })],
    ['averagePool2d that counts the padding', (x) => averagePool2d(x, 3, { padding: 1, countIncludePadding: true })],
    ['adaptiveMaxPool2d', (x) => adaptiveMaxPool2d(x, [3, 3])],
    ['adaptiveAveragePool2d', (x) => adaptiveAveragePool2d(x, [3, 3])],
  ])('of %s agree with differences, to the third order', (_, pool) => {
    // The pools are linear between ties: the curvature is that of what stands around them.
    checkGradients((x) => pool(x!).pow(3), [distinct], { tolerance: 1e-6 });
    const gradient = grad((x: Tensor) => pool(x).sin().sum());
    checkGradients((x) => gradient(x!), [distinct], { tolerance: 1e-6 });
  });

  test('pooling twice, differentiated twice, is right', () => {
    const twice = (x: Tensor): Tensor => averagePool2d(maxPool2d(x.square(), 2), 2, { stride: 1 });
    checkGradients((x) => twice(x!), [distinct], { tolerance: 1e-6 });
  });

  test('a second derivative of a pool alone is zero, and no mistake', () => {
    const second = grad((x: Tensor) =>
      grad((at: Tensor) => maxPool2d(at, 2).sum())(x)
        .square()
        .sum(),
    );
    expect(second(distinct).data.every((value) => value === 0)).toBe(true);
  });
});

describe('what pooling refuses', () => {
  const x = zeros([1, 2, 4, 4]);

  test.each<[string, () => unknown, string[]]>([
    [
      'a window larger than the input',
      () => maxPool2d(x, 5),
      [
        'ShapeError kernel-too-large',
        'maxPool2d: the window [5, 5] is larger than the input [4, 4]',
        "  try padding: 'same'",
      ],
    ],
    [
      'windows in the padding alone',
      () => maxPool1d(zeros([1, 1, 4]), 2, { padding: 2 }),
      [
        'ArgumentError empty-window',
        'maxPool1d: window 0 along spatial axis 0 holds no element: the extent is 4, the padding [2, 2]',
      ],
    ],
    [
      'a size of nothing',
      () => averagePool2d(x, 0),
      ['ArgumentError bad-size', 'averagePool2d: size is 0; expected a whole number from 1 on, or a list of 2'],
    ],
    [
      'no size',
      () => void Reflect.apply(maxPool2d, undefined, [x]),
      ['ArgumentError bad-size', 'maxPool2d: size is undefined; expected a whole number from 1 on, or a list of 2'],
    ],
    [
      'a stride of nothing',
      () => maxPool2d(x, 2, { stride: 0 }),
      ['ArgumentError bad-stride', 'maxPool2d: stride is 0; expected a whole number from 1 on, or a list of 2'],
    ],
    [
      'an option of another pool',
      () => maxPool2d(x, 2, { countIncludePadding: true } as never),
      [
        'ArgumentError unknown-option',
        'maxPool2d: no option named "countIncludePadding"; the options are "stride", "padding", "dilation", "layout"',
      ],
    ],
    [
      'an image that is no batch',
      () => maxPool2d(zeros([2, 4, 4]), 2),
      [
        'ShapeError wrong-rank',
        "maxPool2d: x has shape [2, 4, 4]; expected [batch, channels, height, width] (layout 'NCHW')",
        '  try x.expandDims(0) for a batch of one',
      ],
    ],
    [
      'whole numbers',
      () => adaptiveMaxPool2d(x.cast('i32'), 2),
      ['DtypeError dtype-refused', 'adaptiveMaxPool2d: x is i32; expected f32 or f64', "  try x.cast('f32')"],
    ],
    [
      'parts of nothing',
      () => adaptiveAveragePool1d(zeros([1, 1, 0]), 2),
      ['ShapeError no-elements', 'adaptiveAveragePool1d: x has no elements along a spatial axis: [0]'],
    ],
  ])('%s', (_, attempt, lines) => {
    expect(refusal(attempt)).toBe(lines.join('\n'));
  });
});
