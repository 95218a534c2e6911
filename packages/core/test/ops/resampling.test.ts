import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Tensor, grad, interpolate, random, tensor, vjp, zeros } from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { at, build } from '../reference.ts';
import { refusal } from '../refusal.ts';

function uniformly(shape: readonly number[], seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -1, max: 1, dtype: 'f64' });
}

interface Case {
  from: [number, number];
  to: [number, number];
  mode: 'nearest' | 'bilinear';
  alignCorners: boolean;
  seed: number;
}

const extent = fc.integer({ min: 1, max: 7 });
const cases: fc.Arbitrary<Case> = fc
  .record({
    from: fc.tuple(extent, extent),
    to: fc.tuple(extent, extent),
    mode: fc.constantFrom('nearest', 'bilinear'),
    alignCorners: fc.boolean(),
    seed: fc.nat({ max: 1000 }),
  })
  .map((one) => ({ ...one, alignCorners: one.alignCorners && one.mode === 'bilinear' }));

/** The weight that each element of an axis has in each point of the result. */
function weights(from: number, to: number, { mode, alignCorners }: Case): number[][] {
  return Array.from({ length: to }, (_, j) => {
    if (mode === 'nearest') {
      const nearest = Math.floor(((2 * j + 1) * from) / (2 * to));
      return Array.from({ length: from }, (__, i) => (i === nearest ? 1 : 0));
    }
    const raw = alignCorners ? (to === 1 ? 0 : (j * (from - 1)) / (to - 1)) : ((j + 0.5) * from) / to - 0.5;
    const position = Math.min(Math.max(raw, 0), from - 1);
    // A hat around each element, as wide as to its neighbours.
    return Array.from({ length: from }, (__, i) => Math.max(0, 1 - Math.abs(position - i)));
  });
}

/** Sums over every element of the image, by the weights of both axes. */
function slowly(x: Tensor, one: Case): number[] {
  const nested = x.toArray();
  const [rows, columns] = [0, 1].map((a) => weights(one.from[a]!, one.to[a]!, one)) as [number[][], number[][]];
  const result = build([x.shape[0]!, x.shape[1]!, ...one.to], ([n, c, j, l]) => {
    let sum = 0;
    rows[j!]!.forEach((p, h) => columns[l!]!.forEach((q, w) => (sum += p * q * at(nested, [n!, c!, h, w]))));
    return sum;
  });
  return (result as never[]).flat(3);
}

function resized(x: Tensor, { to, mode, alignCorners }: Case): Tensor {
  return interpolate(x, { size: to, mode, alignCorners });
}

describe('interpolation', () => {
  test('weighs elements by distance, for any sizes', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const x = uniformly([2, 3, ...one.from], one.seed);
        const [y, expected] = [resized(x, one), slowly(x, one)];
        expect(y.shape).toEqual([2, 3, ...one.to]);
        y.data.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 13));
      }),
    );
  });

  test('has a transpose that fits: y . interpolate(x) = x . pulled(y)', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const x = uniformly([1, 2, ...one.from], one.seed);
        const [value, pullback] = vjp((p: Tensor) => resized(p, one), x);
        const y = uniformly(value.shape, one.seed + 1);
        expect(y.mul(value).sum().item()).toBeCloseTo(pullback(y).mul(x).sum().item(), 13);
      }),
    );
  });

  /** The examples of torch.nn.Upsample in PyTorch's documentation. */
  test('gives the published numbers', () => {
    const x = tensor([1, 2, 3, 4], { shape: [1, 1, 2, 2], dtype: 'f64' });
    const rows = (y: Tensor): unknown => y.reshape([4, 4]).toArray();
    expect(rows(interpolate(x, { scale: 2 }))).toEqual([
      [1, 1, 2, 2],
      [1, 1, 2, 2],
      [3, 3, 4, 4],
      [3, 3, 4, 4],
    ]);
    expect(rows(interpolate(x, { scale: 2, mode: 'bilinear' }))).toEqual([
      [1, 1.25, 1.75, 2],
      [1.5, 1.75, 2.25, 2.5],
      [2.5, 2.75, 3.25, 3.5],
      [3, 3.25, 3.75, 4],
    ]);
    const corners = interpolate(x, { scale: 2, mode: 'bilinear', alignCorners: true }).data;
    expect(Array.from(corners, (value) => value.toFixed(4))).toEqual(
      ['1.0000', '1.3333', '1.6667', '2.0000', '1.6667', '2.0000', '2.3333', '2.6667'].concat([
        '2.3333',
        '2.6667',
        '3.0000',
        '3.3333',
        '3.0000',
        '3.3333',
        '3.6667',
        '4.0000',
      ]), // row by row
    );
  });

  test('to the same size changes nothing, in any mode', () => {
    const x = uniformly([1, 2, 5, 3], 1);
    for (const options of [{}, { mode: 'bilinear' }, { mode: 'bilinear', alignCorners: true }] as const) {
      expect(interpolate(x, { size: [5, 3], ...options }).toArray()).toEqual(x.toArray());
    }
  });

  test('of equal elements gives that element, and of an infinite one no NaN', () => {
    const flat = interpolate(zeros([1, 1, 3, 5], 'f64').add(7), { size: [8, 9], mode: 'bilinear' });
    flat.data.forEach((value) => expect(value).toBeCloseTo(7, 14));
    const spoilt = tensor([Number.POSITIVE_INFINITY, 1, 2, 3], { shape: [1, 1, 1, 4], dtype: 'f64' });
    const y = interpolate(spoilt, { size: [1, 7], mode: 'bilinear', alignCorners: true });
    expect(y.toArray()).toEqual([[[[Infinity, Infinity, 1, 1.5, 2, 2.5, 3]]]]);
  });

  test('takes scales that are no whole numbers, a scale an axis, an empty batch, and channels last', () => {
    expect(interpolate(zeros([1, 2, 5, 4]), { scale: 1.5 }).shape).toEqual([1, 2, 7, 6]);
    expect(interpolate(zeros([1, 2, 5, 4]), { scale: [0.4, 2] }).shape).toEqual([1, 2, 2, 8]);
    expect(interpolate(zeros([0, 2, 5, 4]), { size: 3, mode: 'bilinear' }).shape).toEqual([0, 2, 3, 3]);
    const x = uniformly([2, 3, 4, 5], 1);
    const last = interpolate(x.permute([0, 2, 3, 1]), { size: [6, 2], mode: 'bilinear', layout: 'NHWC' });
    expect(last.permute([0, 3, 1, 2]).toArray()).toEqual(interpolate(x, { size: [6, 2], mode: 'bilinear' }).toArray());
    expect(interpolate(x.cast('f32'), { scale: 2 }).dtype).toBe('f32');
  });

  test.each([{}, { mode: 'bilinear' }, { mode: 'bilinear', alignCorners: true }] as const)(
    'has derivatives that agree with differences, to the third order, %o',
    (options) => {
      const x = uniformly([1, 2, 3, 2], 1);
      const curved = (p: Tensor): Tensor => interpolate(p, { size: [5, 3], ...options }).pow(3);
      checkGradients((p) => curved(p!), [x]);
      checkGradients((p) => grad((q: Tensor) => curved(q).sum())(p!), [x]);
    },
  );
});

describe('what interpolation refuses', () => {
  const x = zeros([1, 2, 4, 4]);

  test.each<[string, () => unknown, string[]]>([
    [
      'neither size nor scale',
      () => interpolate(x, {}),
      [
        'ArgumentError size-or-scale',
        'interpolate: expected one of size and scale; received neither',
        '  try interpolate(x, { scale: 2 })',
      ],
    ],
    [
      'both',
      () => interpolate(x, { size: 4, scale: 1 }),
      [
        'ArgumentError size-or-scale',
        'interpolate: expected one of size and scale; received both',
        '  try interpolate(x, { scale: 2 })',
      ],
    ],
    [
      'no options',
      () => void Reflect.apply(interpolate, undefined, [x]),
      [
        'ArgumentError size-or-scale',
        'interpolate: expected one of size and scale; received neither',
        '  try interpolate(x, { scale: 2 })',
      ],
    ],
    [
      'a size that is no whole number',
      () => interpolate(x, { size: 2.5 }),
      ['ArgumentError bad-size', 'interpolate: size is 2.5; expected a whole number from 1 on, or a list of 2'],
    ],
    [
      'a scale that leaves nothing',
      () => interpolate(x, { scale: 0.1 }),
      [
        'ArgumentError bad-scale',
        'interpolate: scale is 0.1; expected a number above 0, or a list of 2, that leaves at least one point of [4, 4]',
      ],
    ],
    [
      'a mode by another name',
      () => interpolate(x, { scale: 2, mode: 'cubic' as never }),
      [
        'ArgumentError not-a-mode',
        "interpolate: no mode named 'cubic'; the modes are 'nearest' (default) and 'bilinear'",
      ],
    ],
    [
      'corners of nearest elements',
      () => interpolate(x, { scale: 2, alignCorners: true }),
      [
        'ArgumentError align-corners',
        "interpolate: alignCorners has no meaning with mode 'nearest'",
        "  try mode: 'bilinear'",
      ],
    ],
    [
      'an image without elements',
      () => interpolate(zeros([1, 1, 0, 4]), { size: 2 }),
      ['ShapeError no-elements', 'interpolate: x has no elements along a spatial axis: [0, 4]'],
    ],
    [
      'whole numbers',
      () => interpolate(x.cast('i32'), { scale: 2 }),
      ['DtypeError dtype-refused', 'interpolate: x is i32; expected f32 or f64', "  try x.cast('f32')"],
    ],
    [
      'a line',
      () => interpolate(zeros([1, 2, 4]), { scale: 2 }),
      [
        'ShapeError wrong-rank',
        "interpolate: x has shape [1, 2, 4]; expected [batch, channels, height, width] (layout 'NCHW')",
        '  try x.expandDims(0) for a batch of one',
      ],
    ],
  ])('%s', (_, attempt, lines) => {
    expect(refusal(attempt)).toBe(lines.join('\n'));
  });
});
