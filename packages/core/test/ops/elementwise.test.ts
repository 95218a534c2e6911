/** Elementwise ops beyond the laws: slopes where formulas break, third derivatives, whole numbers, options and refusals. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  abs,
  acosh,
  asinh,
  atan2,
  atanh,
  cbrt,
  ceil,
  celu,
  clip,
  elu,
  erf,
  erfc,
  exp2,
  expm1,
  floor,
  gelu,
  glu,
  grad,
  hardSwish,
  hypot,
  isFinite,
  isNaN,
  leakyRelu,
  log10,
  log1p,
  log2,
  logSigmoid,
  logicalXor,
  mish,
  nanToNum,
  pow,
  relu6,
  remainder,
  round,
  rsqrt,
  selu,
  sigmoid,
  silu,
  softplus,
  sqrt,
  tanh,
  tensor,
  trunc,
} from '../../src/index.ts';
import { checkGradients } from '../../src/testing/index.ts';

type Unary = (x: Tensor) => Tensor;

const inf = Infinity;
const f64 = (values: number | number[]): Tensor => tensor(values, { dtype: 'f64' });
const i32 = (values: number[]): Tensor => tensor(values, { dtype: 'i32' });

/** The derivative of some order at points; zeros of either sign are one. */
function derivatives(op: Unary, order: 1 | 2 | 3, points: readonly number[], dtype: 'f64' | 'f32' = 'f64'): number[] {
  let of: Unary = (x) => op(x).sum();
  for (let k = 1; k < order; k++) {
    const before = of;
    of = (x) => grad(before)(x).sum();
  }
  return Array.from(grad(of)(tensor([...points], { dtype })).data, (value) => value + 0);
}

const geluTanh: Unary = (x) => gelu(x, { approximate: true });
const both: readonly (readonly [number, number])[] = [
  [0, 0],
  [3, 0],
  [0, -2],
  [1e200, 1e200],
  [1e-200, -1e-200],
  [inf, 1],
  [-1, inf],
  [inf, -inf],
];

describe('no derivative turns to NaN', () => {
  // Values at the ends are on the page of special values; what they tend to there is the slope.
  test.each<[string, Unary, below: number, above: number]>([
    ['sigmoid', sigmoid, 0, 0],
    ['softplus', softplus, 0, 1],
    ['logSigmoid', logSigmoid, 1, 0],
    ['tanh', tanh, 0, 0],
    ['erf', erf, 0, 0],
    ['erfc', erfc, 0, 0],
    ['gelu', (x) => gelu(x), 0, 1],
    ['gelu with tanh', geluTanh, 0, 1],
    ['silu', silu, 0, 1],
    ['mish', mish, 0, 1],
    ['hardSwish', hardSwish, 0, 1],
    ['relu6', relu6, 0, 0],
    ['elu', (x) => elu(x), 0, 1],
    ['celu', (x) => celu(x), 0, 1],
    ['selu', selu, 0, 1.0507009873554805],
  ])('%s: far out and at infinity, up to the third order', (_, op, below, above) => {
    for (const [dtype, largest] of [
      ['f64', 1e300],
      ['f32', 3e38],
    ] as const) {
      const near = (x: number): number => (dtype === 'f64' ? x : Math.fround(x));
      const points = [-inf, -largest, -1e4, 1e4, largest, inf];
      expect(derivatives(op, 1, points, dtype)).toEqual([below, below, below, above, above, above].map(near));
      expect(derivatives(op, 2, points, dtype)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(derivatives(op, 3, points, dtype)).toEqual([0, 0, 0, 0, 0, 0]);
    }
  });

  test('log1p and expm1 keep their slopes where x is small, and where it ends', () => {
    expect(derivatives(log1p, 1, [0, 1e-300, -1, inf])).toEqual([1, 1, inf, 0]);
    expect(derivatives(log1p, 2, [0, 1e-300])).toEqual([-1, -1]);
    expect(derivatives(expm1, 1, [0, 1e-300, -1e4, -inf])).toEqual([1, 1, 0, 0]);
    expect(derivatives((x) => expm1(x.neg()).neg().log1p(), 1, [1e-8])[0]).toBeCloseTo(1, 7);
  });

  test('roots and powers at 0 have the slopes that are documented', () => {
    expect(derivatives(sqrt, 1, [0])).toEqual([inf]);
    expect(derivatives(cbrt, 1, [0, -8, inf])).toEqual([inf, 1 / 12, 0]);
    expect(derivatives(rsqrt, 1, [0, 4, inf])).toEqual([-inf, -1 / 16, 0]);
    expect(derivatives(abs, 1, [0])).toEqual([0]);
    expect(derivatives(abs, 2, [0])).toEqual([0]);
    for (const [y, slopes] of [
      [0, [0, 0, 0]],
      [1, [1, 0, 0]],
      [2, [0, 2, 0]],
      [3, [0, 0, 6]],
    ] as const) {
      expect(([1, 2, 3] as const).map((order) => derivatives((x) => pow(x, y), order, [0])[0])).toEqual(slopes);
    }
  });

  test('hypot has slope 0 at the origin and where it is infinite', () => {
    for (const order of [1, 2] as const) {
      for (const [x, y] of both) {
        const inX = derivatives((at) => hypot(at, f64(y)), order, [x])[0]!;
        const inY = derivatives((at) => hypot(f64(x), at), order, [y])[0]!;
        expect([inX, inY].some(Number.isNaN)).toBe(false);
      }
    }
    expect(derivatives((x) => hypot(x, f64(0)), 1, [0, 3, -3, inf])).toEqual([0, 1, -1, 0]);
    expect(derivatives((x) => hypot(x, f64(1e200)), 1, [1e200])[0]).toBeCloseTo(Math.SQRT1_2, 15);
    expect(derivatives((x) => hypot(x, f64(1e-200)), 1, [1e-200])[0]).toBeCloseTo(Math.SQRT1_2, 15);
  });

  test('atan2 has its slopes on the axes, of any size, and 0 at the origin and at infinity', () => {
    for (const order of [1, 2] as const) {
      for (const [y, x] of both) {
        const slopes = [
          derivatives((at) => atan2(at, f64(x)), order, [y])[0]!,
          derivatives((at) => atan2(f64(y), at), order, [x])[0]!,
        ];
        expect(slopes.some(Number.isNaN)).toBe(false);
      }
    }
    const inY = (y: number, x: number): number => derivatives((at) => atan2(at, f64(x)), 1, [y])[0]!;
    const inX = (y: number, x: number): number => derivatives((at) => atan2(f64(y), at), 1, [x])[0]!;
    expect([inY(0, 2), inY(0, -2), inY(2, 0), inY(-2, 0)]).toEqual([0.5, -0.5, 0, 0]);
    expect([inX(0, 2), inX(0, -2), inX(2, 0), inX(-2, 0)]).toEqual([0, 0, -0.5, 0.5]);
    expect([inY(0, 0), inX(0, 0), inY(1, inf), inX(inf, 1)]).toEqual([0, 0, 0, 0]);
    expect(inY(1e200, 1e200) * 1e200).toBeCloseTo(0.5, 15);
    expect(inY(1e-200, 1e-200) * 1e-200).toBeCloseTo(0.5, 15);
  });

  test('inverse hyperbolic functions do not lose their slopes to a square', () => {
    expect(derivatives(asinh, 1, [0, 1e200, inf])).toEqual([1, 1e-200, 0]);
    expect(derivatives(asinh, 1, [1e30], 'f32')).toEqual([Math.fround(1e-30)]);
    expect(derivatives(acosh, 1, [1, inf])).toEqual([inf, 0]);
    expect(derivatives(acosh, 1, [1e200])[0]! * 1e200).toBeCloseTo(1, 15);
    expect(derivatives(atanh, 1, [0, 1])).toEqual([1, inf]);
  });
});

describe('third derivatives', () => {
  // The second derivative of the slope, against differences of it.
  test.each<[string, Unary, points: number[]]>([
    ['exp2', exp2, [-1.5, 0, 2]],
    ['log2', log2, [0.4, 1, 3]],
    ['log10', log10, [0.4, 1, 3]],
    ['rsqrt', rsqrt, [0.4, 1, 3]],
    ['cbrt', cbrt, [0.6, 1, -2]],
    ['asinh', asinh, [-2, 0, 1.5]],
    ['acosh', acosh, [1.6, 3]],
    ['atanh', atanh, [-0.5, 0, 0.4]],
    ['tanh', tanh, [-1, 0, 0.7]],
    ['erf', erf, [-1.2, 0, 0.8]],
    ['erfc', erfc, [-1.2, 0, 2.5]],
    ['sigmoid', sigmoid, [-2, 0, 3]],
    ['logSigmoid', logSigmoid, [-2, 0, 3]],
    ['softplus', softplus, [-2, 0, 3]],
    ['silu', silu, [-2, 0, 3]],
    ['mish', mish, [-2, 0, 3]],
    ['gelu', (x) => gelu(x), [-2, 0, 1.3]],
    ['gelu with tanh', geluTanh, [-2, 0, 1.3]],
    ['selu', selu, [-2, -0.5, 2]],
    ['celu', (x) => celu(x, { alpha: 2 }), [-2, -0.5, 2]],
    ['hypot', (x) => hypot(x, x.square().add(0.5)), [-1, 0.2, 2]],
    ['atan2', (x) => atan2(x, x.square().add(0.5)), [-1, 0, 2]],
    ['glu', (x) => glu(x.reshape([1, -1])), [0.3, 2, -1, 0.7]],
  ])('%s', (_, op, points) => {
    const slope = (x: Tensor): Tensor => grad((at: Tensor) => op(at).sum())(x);
    checkGradients(slope, [f64(points)], { orders: [2], tolerance: 1e-6 });
  });
});

describe('corners', () => {
  test('clip has slope 1 at its bounds and 0 outside', () => {
    const clipped: Unary = (x) => clip(x, { min: -1, max: 2 });
    expect(derivatives(clipped, 1, [-2, -1, 0, 2, 3, inf])).toEqual([0, 1, 1, 1, 0, 0]);
    expect(derivatives((x) => clip(x, { max: 2 }), 1, [-inf, 2, 3])).toEqual([1, 1, 0]);
    // The bound is rounded to the dtype, as x is: 0.1 in f32 lies on it.
    expect(derivatives((x) => clip(x, { max: 0.1 }), 1, [0.1], 'f32')).toEqual([1]);
    expect(clip(tensor(0.5), { max: 0.1 }).item()).toBe(Math.fround(0.1));
  });

  test('activations made of pieces have the slope that is documented where pieces meet', () => {
    expect(derivatives(relu6, 1, [0, 6, 3])).toEqual([0, 0, 1]);
    expect(derivatives(hardSwish, 1, [-3, 0, 3])).toEqual([0, 0.5, 1]);
    expect(derivatives(selu, 1, [0])[0]).toBe(1.7580993408473768);
    expect(derivatives((x) => celu(x, { alpha: 3 }), 1, [0])).toEqual([1]);
  });

  test('rounding has slope 0, also at its jumps', () => {
    for (const op of [floor, ceil, round, trunc]) {
      expect(derivatives(op, 1, [-1.5, -1, 0, 0.5, 1.2])).toEqual([0, 0, 0, 0, 0]);
    }
  });

  test('remainder has slope 1 in x, and minus the whole quotient in y', () => {
    const inY = (x: number, y: number): number => derivatives((at) => remainder(f64(x), at), 1, [y])[0]!;
    expect(derivatives((x) => remainder(x, f64(3)), 1, [5, -5, 6])).toEqual([1, 1, 1]);
    expect([inY(5, 3), inY(-5, 3), inY(5, -3), inY(6, 3), inY(1, 0.1)]).toEqual([-1, 2, 2, -2, -9]);
    expect(derivatives((y) => remainder(f64(5.5), y), 2, [2.3])).toEqual([0]);
  });

  test('what stands for NaN and infinity does not move with x', () => {
    expect(derivatives((x) => nanToNum(x), 1, [NaN, inf, -inf, 2])).toEqual([0, 0, 0, 1]);
  });
});

describe('whole numbers and booleans', () => {
  test('rounding, clip and nanToNum leave i32 what it is', () => {
    for (const op of [floor, ceil, round, trunc]) {
      const result = op(i32([-7, 0, 2 ** 31 - 1]));
      expect([result.dtype, result.toArray()]).toEqual(['i32', [-7, 0, 2 ** 31 - 1]]);
    }
    const clipped = clip(i32([-7, 0, 9]), { min: -2, max: 5 });
    expect([clipped.dtype, clipped.toArray()]).toEqual(['i32', [-2, 0, 5]]);
    expect(nanToNum(i32([3])).dtype).toBe('i32');
  });

  test('remainder of i32 has the sign of the divisor, and is 0 by 0', () => {
    const result = remainder(i32([5, -5, 5, -5, 7, -(2 ** 31)]), i32([3, 3, -3, -3, 0, -1]));
    expect([result.dtype, result.toArray()]).toEqual(['i32', [2, 1, -1, -2, 0, 0]]);
  });

  test('isNaN, isFinite and logicalXor take every dtype and give bool', () => {
    expect([isNaN(i32([1])).toArray(), isFinite(tensor([true])).toArray()]).toEqual([[false], [true]]);
    const xor = logicalXor(tensor([true, true, false]), tensor([0, 2, NaN]));
    expect([xor.dtype, xor.toArray()]).toEqual(['bool', [true, false, true]]);
  });

  test('functions that have fractions refuse them', () => {
    const unary: Unary[] = [rsqrt, cbrt, exp2, log2, log10, asinh, acosh, atanh, erf, erfc, logSigmoid, relu6, selu];
    const withOptions: Unary[] = [gelu, glu, elu, celu, leakyRelu].map((op) => (x) => op(x));
    for (const op of [...unary, mish, silu, hardSwish, ...withOptions]) {
      expect(() => op(i32([1, 2]))).toThrow(/the input is i32; expected f32 or f64/);
    }
    for (const op of withOptions) expect(() => op(tensor([true, false]))).toThrow(/the input is bool; expected f32/);
    expect(() => hypot(i32([1]), i32([2]))).toThrow(/^hypot: the input is i32; expected f32 or f64/);
    expect(() => atan2(i32([1]), i32([2]))).toThrow(/^atan2: the input is i32; expected f32 or f64/);
    expect(() => remainder(tensor([true]), tensor([true]))).toThrow(/^remainder: the input is bool/);
  });
});

describe('options', () => {
  test('clip says what is wrong with its bounds', () => {
    expect(() => clip([1], { min: 2, max: 1 })).toThrow('clip: min 2 lies above max 1');
    expect(() => clip([1], { min: NaN })).toThrow('clip: a bound is a number; received NaN');
    expect(() => clip(i32([1]), { max: 0.5 })).toThrow('clip: a bound is a whole number; received 0.5');
    expect(() => clip([1], { low: 2 } as object)).toThrow('clip: no option named "low"');
    // As NumPy writes it, or after list.map
    expect(() => (clip as (...args: unknown[]) => unknown)([1], 0, 1)).toThrow('clip: expected an object of options');
  });

  test('gelu has two forms, which differ a little', () => {
    const x = f64([-1, 0, 1, 3]);
    const difference = gelu(x)
      .sub(gelu(x, { approximate: true }))
      .abs();
    expect(difference.max().item()).toBeGreaterThan(1e-5);
    expect(difference.max().item()).toBeLessThan(5e-4);
  });

  test('glu halves an axis, and says where that cannot be', () => {
    expect(
      glu(
        tensor([
          [1, 0],
          [2, 0],
        ]),
        { axis: 0 },
      ).shape,
    ).toEqual([1, 2]);
    expect(() => glu([1, 2, 3])).toThrow('glu: axis 0 of shape [3] has extent 3, which has no half');
  });

  test('celu refuses to divide by nothing', () => {
    expect(() => celu([1], { alpha: 0 })).toThrow('celu: alpha is 0; x is divided by it');
  });

  test('nanToNum takes other numbers', () => {
    const x = tensor([NaN, inf, -inf]);
    expect(nanToNum(x, { nan: 1, positiveInfinity: 2, negativeInfinity: 3 }).toArray()).toEqual([1, 2, 3]);
  });
});
