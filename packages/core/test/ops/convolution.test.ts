import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Padding,
  type Tensor,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  grad,
  matmul,
  ones,
  random,
  tensor,
  trace,
  spec,
  vjp,
  zeros,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { at, build, counting, indices } from '../reference.ts';
import { refusal } from '../refusal.ts';

/** Whole numbers, so that the order of additions does not show. */
function whole(shape: readonly number[], seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -9, max: 9, dtype: 'f64' }).cast('i32').cast('f64');
}

function uniformly(shape: readonly number[], seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -1, max: 1, dtype: 'f64' });
}

interface Axis {
  extent: number;
  kernel: number;
  stride: number;
  dilation: number;
  padding: [number, number];
}
interface Case {
  axes: Axis[];
  batch: number;
  groups: number;
  channelsEach: number;
  outputsEach: number;
  seed: number;
}

const axis: fc.Arbitrary<Axis> = fc
  .record({
    extent: fc.integer({ min: 1, max: 7 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    padding: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
  })
  .filter(({ extent, kernel, dilation, padding }) => (kernel - 1) * dilation + 1 <= extent + padding[0] + padding[1]);

const smallCases: fc.Arbitrary<Case> = fc.record({
  axes: fc.array(axis, { minLength: 1, maxLength: 2 }),
  batch: fc.nat({ max: 3 }),
  groups: fc.integer({ min: 1, max: 3 }),
  channelsEach: fc.nat({ max: 3 }),
  outputsEach: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat({ max: 1000 }),
});

/** So large that tables are made for them. */
const largeCases: fc.Arbitrary<Case> = smallCases
  .map((one) => ({ ...one, batch: 3, channelsEach: 12, outputsEach: 9 }))
  .filter(({ axes, batch, groups, channelsEach, outputsEach }) => {
    const products = axes.reduce((product, one) => product * countAlong(one) * one.kernel, batch * groups);
    return products * channelsEach * outputsEach > 8000;
  });

const cases = fc.oneof({ weight: 4, arbitrary: smallCases }, { weight: 1, arbitrary: largeCases });

function countAlong({ extent, kernel, stride, dilation, padding }: Axis): number {
  return Math.floor((extent + padding[0] + padding[1] - (kernel - 1) * dilation - 1) / stride) + 1;
}

/** y, one product at a time: the definition. */
function slowly(x: Tensor, weight: Tensor, { axes, groups, channelsEach, outputsEach }: Case): unknown {
  const [p, q] = [x.toArray(), weight.toArray()];
  return build([x.shape[0]!, groups * outputsEach, ...axes.map(countAlong)], ([n, o, ...j]) => {
    let sum = 0;
    for (const [c, ...tap] of indices([channelsEach, ...axes.map(({ kernel }) => kernel)])) {
      const i = axes.map(({ stride, dilation, padding }, a) => j[a]! * stride + tap[a]! * dilation - padding[0]);
      if (i.some((k, a) => k < 0 || k >= axes[a]!.extent)) continue;
      const channel = Math.floor(o! / outputsEach) * channelsEach + c!;
      sum += at(p, [n!, channel, ...i]) * at(q, [o!, c!, ...tap]);
    }
    return sum;
  });
}

/** The transpose, each product added where the convolution would have read. */
function slowlyTransposed(y: Tensor, weight: Tensor, extents: readonly number[], one: Case): unknown {
  const { axes, groups, channelsEach, outputsEach } = one;
  const [p, q] = [y.toArray(), weight.toArray()];
  const sums = new Map<string, number>();
  for (const [n, o, ...j] of indices(y.shape)) {
    for (const [c, ...tap] of indices([channelsEach, ...axes.map(({ kernel }) => kernel)])) {
      const i = axes.map(({ stride, dilation, padding }, a) => j[a]! * stride + tap[a]! * dilation - padding[0]);
      const to = String([n, Math.floor(o! / outputsEach) * channelsEach + c!, ...i]);
      sums.set(to, (sums.get(to) ?? 0) + at(p, [n!, o!, ...j]) * at(q, [o!, c!, ...tap]));
    }
  }
  return build([y.shape[0]!, groups * channelsEach, ...extents], (index) => sums.get(String(index)) ?? 0);
}

function optionsOf({ axes, groups }: Case): { stride: number[]; dilation: number[]; padding: Padding; groups: number } {
  return {
    stride: axes.map(({ stride }) => stride),
    dilation: axes.map(({ dilation }) => dilation),
    padding: axes.map(({ padding }) => padding),
    groups,
  };
}

function shapesOf({ axes, batch, groups, channelsEach, outputsEach }: Case): { x: number[]; weight: number[] } {
  return {
    x: [batch, groups * channelsEach, ...axes.map(({ extent }) => extent)],
    weight: [groups * outputsEach, channelsEach, ...axes.map(({ kernel }) => kernel)],
  };
}

function convolved(x: Tensor, weight: Tensor, one: Case): Tensor {
  return (one.axes.length === 1 ? conv1d : conv2d)(x, weight, optionsOf(one));
}

/** Sum of the products of two tensors' elements. */
function dot(a: Tensor, b: Tensor): number {
  return a.mul(b).sum().item();
}

describe('a convolution', () => {
  test('is the sum of products over channels and taps, for any stride, padding, dilation and groups', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const shapes = shapesOf(one);
        const [x, weight] = [whole(shapes.x, one.seed), whole(shapes.weight, one.seed + 1)];
        expect(convolved(x, weight, one).add(0).toArray()).toEqual(slowly(x, weight, one));
      }),
      { numRuns: 300 },
    );
  });

  /** Dumoulin, Visin, "A guide to convolution arithmetic for deep learning" (2016), figure 1.1. */
  test('gives the published figure', () => {
    const x = tensor([
      [3, 3, 2, 1, 0],
      [0, 0, 1, 3, 1],
      [3, 1, 2, 2, 3],
      [2, 0, 0, 2, 2],
      [2, 0, 0, 0, 1],
    ]);
    const kernel = tensor([
      [0, 1, 2],
      [2, 2, 0],
      [0, 1, 2],
    ]);
    expect(
      conv2d(x.reshape([1, 1, 5, 5]), kernel.reshape([1, 1, 3, 3]))
        .reshape([3, 3])
        .toArray(),
    ).toEqual([
      [12, 12, 17],
      [10, 17, 19],
      [9, 6, 14],
    ]);
  });

  test('has transposes that fit: y . conv(x, w) = x . pulled(y) = w . pulled(y)', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const shapes = shapesOf(one);
        const [x, weight] = [whole(shapes.x, one.seed), whole(shapes.weight, one.seed + 1)];
        const [value, pullback] = vjp((p: Tensor, q: Tensor) => convolved(p, q, one), x, weight);
        const y = whole(value.shape, one.seed + 2);
        const [toX, toWeight] = pullback(y);
        expect(dot(y, value)).toBe(dot(toX, x));
        expect(dot(y, value)).toBe(dot(toWeight, weight));
      }),
    );
  });

  test('has a transpose that is what convTranspose gives, and that is its definition', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const counts = one.axes.map(countAlong);
        const [weight, y] = [
          whole(shapesOf(one).weight, one.seed),
          whole([one.batch, one.groups * one.outputsEach, ...counts], one.seed + 1),
        ];
        const outputPadding = one.axes.map(({ extent, kernel, stride, dilation, padding }, a) => {
          return extent + padding[0] + padding[1] - ((kernel - 1) * dilation + 1) - (counts[a]! - 1) * stride;
        });
        const transposed = one.axes.length === 1 ? convTranspose1d : convTranspose2d;
        const x = transposed(y, weight, { ...optionsOf(one), outputPadding });
        const extents = one.axes.map(({ extent }) => extent);
        expect(x.add(0).toArray()).toEqual(slowlyTransposed(y, weight, extents, one));
        const [, pullback] = vjp((p: Tensor) => convolved(p, weight, one), zeros(shapesOf(one).x, 'f64'));
        expect(x.toArray()).toEqual(pullback(y).toArray());
      }),
      { numRuns: 200 },
    );
  });

  test('lets infinity go where it is met, and nowhere else', () => {
    const last = (shape: readonly number[], at: number): Tensor =>
      tensor(
        Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, k) => (k === at ? Infinity : 1)),
        { shape },
      );
    const [image, kernel] = [ones([1, 1, 5, 5], 'f64'), ones([1, 1, 3, 3], 'f64')];
    const y = ones([1, 1, 3, 3], 'f64');
    // The last element of x meets the last tap alone.
    const [, toWeight] = vjp((w: Tensor) => conv2d(last([1, 1, 5, 5], 24), w), kernel);
    expect([...toWeight(y).data]).toEqual([9, 9, 9, 9, 9, 9, 9, 9, Infinity]);
    // The first tap meets the first three rows and columns.
    const [, toImage] = vjp((x: Tensor) => conv2d(x, last([1, 1, 3, 3], 0)), image);
    expect(toImage(y).reshape([5, 5]).toArray()).toEqual([
      [Infinity, Infinity, Infinity, 2, 1],
      [Infinity, Infinity, Infinity, 4, 2],
      [Infinity, Infinity, Infinity, 6, 3],
      [2, 4, 6, 4, 2],
      [1, 2, 3, 2, 1],
    ]);
  });

  test('agrees in f32, and takes the wider of two dtypes', () => {
    const [x, weight] = [whole([2, 3, 9, 8], 1), whole([6, 3, 3, 2], 2)];
    const wide = conv2d(x, weight, { padding: 1 });
    expect(conv2d(x.cast('f32'), weight.cast('f32'), { padding: 1 })).toMatchObject({ dtype: 'f32' });
    expect(conv2d(x.cast('f32'), weight.cast('f32'), { padding: 1 }).toArray()).toEqual(wide.toArray());
    expect(conv2d(x.cast('f32'), weight, { padding: 1 }).dtype).toBe('f64');
  });

  test('with a 1x1 kernel is a product of matrices over the channels', () => {
    const [x, weight] = [whole([2, 5, 3, 4], 1), whole([7, 5, 1, 1], 2)];
    const product = matmul(weight.reshape([7, 5]), x.reshape([2, 5, 12])).reshape([2, 7, 3, 4]);
    expect(conv2d(x, weight).toArray()).toEqual(product.toArray());
  });

  test("with the input's own extents as kernel is a product of matrices over all of it", () => {
    const [x, weight] = [whole([3, 2, 4, 5], 1), whole([6, 2, 4, 5], 2)];
    const product = matmul(x.reshape([3, 40]), weight.reshape([6, 40]), { transposeB: true });
    expect(conv2d(x, weight).reshape([3, 6]).toArray()).toEqual(product.toArray());
  });

  test('with as many groups as channels keeps every channel to itself', () => {
    const [x, weight] = [whole([1, 5, 6, 6], 1), whole([5, 1, 3, 3], 2)];
    const together = conv2d(x, weight, { groups: 5 });
    for (let c = 0; c < 5; c++) {
      const alone = conv2d(x.slice([null, [c, c + 1]]), weight.slice([[c, c + 1]]));
      expect(together.slice([null, [c, c + 1]]).toArray()).toEqual(alone.toArray());
    }
  });

  test('keeps a NaN within the windows that see it', () => {
    const x = zeros([1, 1, 5, 5], 'f64').add(1);
    const spoilt = tensor(
      x.data.map((value, k) => (k === 0 ? Number.NaN : value)),
      { shape: [1, 1, 5, 5] },
    );
    const y = conv2d(spoilt, ones([5, 1, 2, 2], 'f64'));
    expect(Array.from(y.data, Number.isNaN).filter(Boolean)).toHaveLength(5);
    expect(Number.isNaN(y.data[0])).toBe(true);
  });

  test('of an empty batch, of no channels and to no outputs has the shape that it should', () => {
    expect(conv2d(zeros([0, 2, 4, 4]), zeros([3, 2, 3, 3])).shape).toEqual([0, 3, 2, 2]);
    expect(conv2d(zeros([2, 0, 2, 2]), zeros([1, 0, 2, 2])).toArray()).toEqual([[[[0]]], [[[0]]]]);
    expect(conv2d(zeros([2, 2, 4, 4]), zeros([0, 2, 3, 3])).shape).toEqual([2, 0, 2, 2]);
    expect(convTranspose1d(zeros([0, 2, 4]), zeros([2, 3, 3])).shape).toEqual([0, 3, 6]);
    const [toX, toWeight] = grad((x: Tensor, w: Tensor) => conv2d(x, w).sum(), { argnums: [0, 1] })(
      zeros([0, 2, 4, 4]),
      zeros([3, 2, 3, 3]),
    );
    expect([toX.shape, toWeight.sum().item()]).toEqual([[0, 2, 4, 4], 0]);
  });
});

describe("padding 'same'", () => {
  test.each([
    { extent: 5, kernel: 3, stride: 1, dilation: 1, pads: [1, 1] },
    // An even kernel has one zero more behind.
    { extent: 5, kernel: 2, stride: 1, dilation: 1, pads: [0, 1] },
    { extent: 6, kernel: 4, stride: 1, dilation: 1, pads: [1, 2] },
    // With a stride, the zeros follow from ceil(extent / stride) windows.
    { extent: 5, kernel: 3, stride: 2, dilation: 1, pads: [1, 1] },
    { extent: 6, kernel: 3, stride: 2, dilation: 1, pads: [0, 1] },
    { extent: 224, kernel: 7, stride: 2, dilation: 1, pads: [2, 3] },
    { extent: 7, kernel: 1, stride: 3, dilation: 1, pads: [0, 0] },
    { extent: 7, kernel: 3, stride: 1, dilation: 2, pads: [2, 2] },
    { extent: 3, kernel: 2, stride: 2, dilation: 3, pads: [1, 2] },
  ])(
    'of a kernel of $kernel, dilation $dilation, stride $stride over $extent is $pads (TensorFlow, JAX)',
    ({ extent, kernel, stride, dilation, pads: [before, after] }) => {
      const [x, weight] = [whole([1, 1, extent], 1), whole([1, 1, kernel], 2)];
      const same = conv1d(x, weight, { padding: 'same', stride, dilation });
      expect(same.shape).toEqual([1, 1, Math.ceil(extent / stride)]);
      const explicit = conv1d(x, weight, { padding: [[before!, after!]], stride, dilation });
      expect(same.toArray()).toEqual(explicit.toArray());
    },
  );

  test('makes a transposed convolution multiply the extents by the stride', () => {
    for (const kernel of [1, 2, 3, 4, 5]) {
      for (const stride of [1, 2, 3]) {
        const options = { padding: 'same', stride } as const;
        const [y, weight] = [whole([1, 2, 4], 1), whole([2, 3, kernel], 2)];
        const x = convTranspose1d(y, weight, options);
        expect(x.shape).toEqual([1, 3, 4 * stride]);
        const [, pullback] = vjp((p: Tensor) => conv1d(p, weight, options), zeros(x.shape, 'f64'));
        expect(pullback(y).toArray()).toEqual(x.toArray());
      }
    }
  });
});

describe('layouts', () => {
  test('channels last give the same numbers in the other order', () => {
    const [x, weight] = [whole([2, 4, 5, 6], 1), whole([6, 2, 2, 3], 2)];
    const options = { stride: 2, padding: 1, groups: 2 };
    const last = conv2d(x.permute([0, 2, 3, 1]), weight, { ...options, layout: 'NHWC' });
    expect(last.permute([0, 3, 1, 2]).toArray()).toEqual(conv2d(x, weight, options).toArray());
    const line = conv1d(counting([1, 3, 2]), ones([1, 2, 2], 'f64'), { layout: 'NWC' });
    expect(line.toArray()).toEqual([[[6], [14]]]);
    const up = convTranspose2d(x.permute([0, 2, 3, 1]), whole([4, 3, 2, 2], 3), { layout: 'NHWC' });
    expect(up.shape).toEqual([2, 6, 7, 3]);
  });
});

describe('derivatives of a convolution', () => {
  const geometry = [
    { stride: 1, padding: 'valid', dilation: 1, groups: 1 },
    { stride: 2, padding: 1, dilation: 1, groups: 2 },
    { stride: [1, 3], padding: 'same', dilation: [2, 1], groups: 1 },
  ] as const;

  test.each(geometry)('agree with differences at first and second order, %o', (options) => {
    const [x, weight] = [uniformly([2, 2, 5, 4], 1), uniformly([2, 2 / options.groups, 2, 3], 2)];
    checkGradients((p, q) => conv2d(p!, q!, options), [x, weight]);
    const back = uniformly([2, 2, 3, 3], 3);
    checkGradients((p, q) => convTranspose2d(p!, q!, options), [back, weight]);
  });

  test('of each of its pulls agree with differences too: third derivatives', () => {
    const [x, weight] = [uniformly([1, 2, 4], 1), uniformly([2, 1, 2], 2)];
    const options = { stride: 2, padding: 1, groups: 2 };
    // Cubic in both, so that the third derivative is not zero.
    const cubic = (p: Tensor, q: Tensor): Tensor => conv1d(p, q, options).pow(3).sum();
    const gradient = grad(cubic, { argnums: [0, 1] });
    checkGradients((p, q) => gradient(p!, q!), [x, weight]);
  });

  test('of a square of it in the kernel alone are gone at the third', () => {
    const x = uniformly([1, 1, 4, 4], 1);
    const first = grad((weight: Tensor) => conv2d(x, weight).square().sum());
    const second = grad((weight: Tensor) => first(weight).sum());
    const third = grad((weight: Tensor) => second(weight).sum());
    const weight = uniformly([2, 1, 3, 3], 3);
    expect(second(weight).data.some((value) => value !== 0)).toBe(true);
    expect(third(weight).data.every((value) => value === 0)).toBe(true);
  });

  test('are nodes of the same family', () => {
    const graph = trace(
      (x: Tensor, weight: Tensor) =>
        grad((p: Tensor, q: Tensor) => conv2d(p, q, { stride: 2, padding: 1 }).sum(), { argnums: [0, 1] })(x, weight),
      spec([1, 2, 8, 8]),
      spec([4, 2, 3, 3]),
    );
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(x: f32 [1, 2, 8, 8], weight: f32 [4, 2, 3, 3])
        %1 = transposedConvolution(1 f32 [1, 4, 4, 4], weight, stride [2, 2], padding [[1, 1], [1, 1]], dilation [1, 1], groups 1, extents [8, 8]): f32 [1, 2, 8, 8]  conv2d
        %2 = convolutionToWeight(x, 1 f32 [1, 4, 4, 4], stride [2, 2], padding [[1, 1], [1, 1]], dilation [1, 1], groups 1, extents [3, 3]): f32 [4, 2, 3, 3]  conv2d
        return [0] = %1, [1] = %2"
    `);
  });

  test('are of one node where the layout is the default', () => {
    const { nodes } = trace((x: Tensor) => conv2d(x, ones([1, 1, 2, 2])), spec([1, 1, 3, 3]));
    expect(nodes.filter(({ arity }) => arity > 0).map(({ op }) => op.name)).toEqual(['convolution']);
  });
});

describe('what a convolution refuses', () => {
  const x = zeros([32, 1, 28, 28]);
  const weight = zeros([8, 1, 5, 5]);

  test.each<[string, () => unknown, string[]]>([
    [
      'channels at the other end',
      () => conv2d(zeros([32, 28, 28, 1]), weight),
      [
        'ShapeError shape-mismatch',
        'conv2d: x [32, 28, 28, 1], read as NCHW, has 28 channels; the weight [8, 1, 5, 5], [out, in / groups, height, width], expects 1',
        "  try conv2d(x, weight, { layout: 'NHWC' })",
      ],
    ],
    [
      'channels of another number',
      () => conv2d(zeros([2, 3, 9, 9]), weight),
      [
        'ShapeError shape-mismatch',
        'conv2d: x [2, 3, 9, 9], read as NCHW, has 3 channels; the weight [8, 1, 5, 5], [out, in / groups, height, width], expects 1',
      ],
    ],
    [
      'channels of groups',
      () => conv2d(zeros([2, 4, 9, 9]), zeros([8, 4, 3, 3]), { groups: 2 }),
      [
        'ShapeError shape-mismatch',
        'conv2d: x [2, 4, 9, 9], read as NCHW, has 4 channels; the weight [8, 4, 3, 3], [out, in / groups, height, width] with 2 groups, expects 8',
      ],
    ],
    [
      'channels of a transposed one',
      () => convTranspose2d(zeros([2, 9, 9, 8]), weight),
      [
        'ShapeError shape-mismatch',
        'convTranspose2d: x [2, 9, 9, 8], read as NCHW, has 9 channels; the weight [8, 1, 5, 5], [in, out / groups, height, width], expects 8',
        "  try convTranspose2d(x, weight, { layout: 'NHWC' })",
      ],
    ],
    [
      'groups that do not divide the channels',
      () => conv2d(zeros([1, 4, 9, 9]), zeros([6, 1, 3, 3]), { groups: 3 }),
      ['ShapeError groups-do-not-divide', 'conv2d: 3 groups do not divide 4 channels'],
    ],
    [
      'groups that do not divide the outputs',
      () => conv2d(zeros([1, 4, 9, 9]), zeros([5, 2, 3, 3]), { groups: 2 }),
      ['ShapeError groups-do-not-divide', 'conv2d: 2 groups do not divide 5 outputs'],
    ],
    [
      'groups that are no number',
      () => conv2d(x, weight, { groups: 0 }),
      ['ArgumentError bad-groups', 'conv2d: groups is 0; expected a whole number from 1 on'],
    ],
    [
      'a kernel larger than the input',
      () => conv2d(zeros([1, 1, 4, 4]), weight),
      [
        'ShapeError kernel-too-large',
        'conv2d: the kernel [5, 5] is larger than the input [4, 4]',
        "  try padding: 'same'",
      ],
    ],
    [
      'a dilated kernel larger than the padded input',
      () => conv1d(zeros([1, 1, 4]), zeros([1, 1, 3]), { dilation: 3, padding: 1 }),
      [
        'ShapeError kernel-too-large',
        'conv1d: the kernel [3], which spans [7], is larger than the input [4], which is [6] with its padding',
        "  try padding: 'same'",
      ],
    ],
    [
      'an input without elements',
      () => conv2d(zeros([1, 1, 0, 4]), weight, { padding: 'same' }),
      [
        'ShapeError kernel-too-large',
        'conv2d: the kernel [5, 5] is larger than the input [0, 4], which is [4, 8] with its padding',
      ],
    ],
    [
      'a kernel without elements',
      () => conv2d(x, zeros([8, 1, 0, 5])),
      [
        'ShapeError empty-kernel',
        'conv2d: the kernel of a weight [8, 1, 0, 5], [out, in / groups, height, width], has no elements',
      ],
    ],
    [
      'a stride of nothing',
      () => conv2d(x, weight, { stride: 0 }),
      ['ArgumentError bad-stride', 'conv2d: stride is 0; expected a whole number from 1 on, or a list of 2'],
    ],
    [
      'strides for other axes',
      () => conv2d(x, weight, { stride: [1, 2, 3] }),
      ['ArgumentError bad-stride', 'conv2d: stride is [1, 2, 3]; expected a whole number from 1 on, or a list of 2'],
    ],
    [
      'half a dilation',
      () => conv1d(zeros([1, 1, 4]), zeros([1, 1, 3]), { dilation: 0.5 }),
      ['ArgumentError bad-dilation', 'conv1d: dilation is 0.5; expected a whole number from 1 on'],
    ],
    [
      'a negative padding',
      () => conv2d(x, weight, { padding: -1 }),
      [
        'ArgumentError bad-padding',
        "conv2d: padding is -1; expected 'valid', 'same', a whole number from 0 on, or a list of 2 numbers or pairs",
      ],
    ],
    [
      'a pair where a list is meant',
      () => conv1d(zeros([1, 1, 4]), zeros([1, 1, 3]), { padding: [1, 2] }),
      [
        'ArgumentError bad-padding',
        "conv1d: padding is [1, 2]; expected 'valid', 'same', a whole number from 0 on, or a list of one number or pair",
        '  try padding: [[1, 2]]',
      ],
    ],
    [
      'a padding by another name',
      () => conv2d(x, weight, { padding: 'full' as never }),
      [
        'ArgumentError bad-padding',
        "conv2d: padding is 'full'; expected 'valid', 'same', a whole number from 0 on, or a list of 2 numbers or pairs",
      ],
    ],
    [
      'a layout by another name',
      () => conv2d(x, weight, { layout: 'CHWN' as never }),
      ['ArgumentError not-a-layout', "conv2d: no layout named 'CHWN'; the layouts are 'NCHW' (default) and 'NHWC'"],
    ],
    [
      'a misspelt option',
      () => conv2d(x, weight, { strides: 2 } as never),
      [
        'ArgumentError unknown-option',
        'conv2d: no option named "strides"',
        '  near: "stride"; the options are "stride", "padding", "dilation", "groups", "layout"',
      ],
    ],
    [
      'an image that is no batch',
      () => conv2d(zeros([1, 28, 28]), weight),
      [
        'ShapeError wrong-rank',
        "conv2d: x has shape [1, 28, 28]; expected [batch, channels, height, width] (layout 'NCHW')",
        '  try x.expandDims(0) for a batch of one',
      ],
    ],
    [
      'a weight of another rank',
      () => conv2d(x, zeros([5, 5])),
      ['ShapeError wrong-rank', 'conv2d: the weight has shape [5, 5]; expected [out, in / groups, height, width]'],
    ],
    [
      'whole numbers',
      () => conv2d(x.cast('i32'), weight),
      ['DtypeError dtype-refused', 'conv2d: x is i32; expected f32 or f64', "  try x.cast('f32')"],
    ],
    [
      'a weight of whole numbers',
      () => conv2d(x, weight.cast('i32')),
      ['DtypeError dtype-refused', 'conv2d: weight is i32; expected f32 or f64', "  try weight.cast('f32')"],
    ],
    [
      'an output padding of a whole stride',
      () => convTranspose1d(zeros([1, 1, 4]), zeros([1, 1, 3]), { outputPadding: 1 }),
      [
        'ArgumentError bad-outputPadding',
        'convTranspose1d: outputPadding [1] is not below stride [1]: no convolution with this stride gives [4]',
      ],
    ],
    [
      "an output padding beside 'same'",
      () => convTranspose1d(zeros([1, 1, 4]), zeros([1, 1, 3]), { padding: 'same', stride: 2, outputPadding: 1 }),
      [
        'ArgumentError bad-outputPadding',
        "convTranspose1d: outputPadding has no meaning beside padding 'same', which gives extents times stride",
      ],
    ],
    [
      'more padding than there is to take away',
      () => convTranspose1d(zeros([1, 1, 1]), zeros([1, 1, 2]), { padding: 2 }),
      [
        'ShapeError bad-padding',
        'convTranspose1d: the padding is larger than what it is taken from: the result would have extents [-2]',
      ],
    ],
    [
      'no windows to transpose',
      () => convTranspose1d(zeros([1, 1, 0]), zeros([1, 1, 2])),
      ['ShapeError no-elements', 'convTranspose1d: x has no elements along a spatial axis: [0]'],
    ],
  ])('%s', (_, attempt, lines) => {
    expect(refusal(attempt)).toBe(lines.join('\n'));
  });
});
