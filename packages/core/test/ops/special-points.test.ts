/** Values and slopes where formulas break: NaN, infinities, signed zeros, ties, kinks, huge arguments. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  abs,
  acos,
  acosh,
  asin,
  atan,
  atan2,
  atanh,
  cbrt,
  compile,
  concatenate,
  elu,
  exp,
  expm1,
  grad,
  hessian,
  hypot,
  jvp,
  leakyRelu,
  log,
  log1p,
  logSoftmax,
  logSumExp,
  max,
  maximum,
  mean,
  min,
  minimum,
  norm,
  onesLike,
  pow,
  relu,
  remainder,
  sigmoid,
  sign,
  silu,
  softmax,
  softplus,
  sqrt,
  sum,
  tanh,
  tensor,
  where,
  zeros,
} from '../../src/index.ts';

const f64 = (values: number | number[]): Tensor => tensor(values, { dtype: 'f64' });
const { NaN: nan, POSITIVE_INFINITY: inf, MAX_VALUE: huge } = Number;

/** Values of an op at points, as one number and as elements of an array: they must be the same. */
function values(op: (x: Tensor) => Tensor, points: readonly number[]): number[] {
  const together = Array.from(op(f64([...points])).data);
  expect(points.map((point) => op(f64(point)).item())).toEqual(together);
  return together;
}

/** Slopes of an op at points. */
function slopes(op: (x: Tensor) => Tensor, points: readonly number[]): number[] {
  return Array.from(grad((x: Tensor) => op(x).sum())(f64([...points])).data);
}

describe('NaN', () => {
  test('goes through everything that is not a choice', () => {
    for (const op of [relu, sigmoid, softplus, tanh, exp, log, sqrt, abs, sign, silu, leakyRelu, elu]) {
      expect(values((x) => op(x), [nan])).toEqual([nan]);
    }
    expect([sum([1, nan]), mean([1, nan]), max([1, nan, 3]), min([nan, 1])].map((x) => x.item())).toEqual([
      nan,
      nan,
      nan,
      nan,
    ]);
    expect([maximum(nan, 1), maximum(1, nan), minimum(nan, 1)].map((x) => x.item())).toEqual([nan, nan, nan]);
    expect(softmax([1, nan]).toArray()).toEqual([nan, nan]);
  });

  test('is equal to nothing, and is found by argMax', () => {
    const x = tensor([1, nan]);
    expect([x.equal(x).toArray(), x.notEqual(x).toArray(), x.less(nan).toArray()]).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
    expect([tensor([1, nan, 3]).argMax().item(), tensor([1, nan, -3]).argMin().item()]).toEqual([1, 1]);
  });

  test('in the branch that where does not choose stays out of the value, and is kept out of the slope by a harmless input', () => {
    const guarded = (x: Tensor): Tensor => {
      const ok = x.greater(0);
      return where(ok, where(ok, x, 1).log(), 0);
    };
    expect(values(guarded, [-1, 0, 1])).toEqual([0, 0, 0]);
    expect(slopes(guarded, [-1, 0, 2])).toEqual([0, 0, 0.5]);
    const unguarded = (x: Tensor): Tensor => where(x.greater(0), x.sqrt(), 0);
    expect(values(unguarded, [-1, 4])).toEqual([0, 2]);
    expect(slopes(unguarded, [-1])).toEqual([nan]); // 0 * NaN, as documented
  });
});

describe('kinks and ties', () => {
  test('relu and abs have slope 0 at 0; leakyRelu and elu the one from below', () => {
    expect(slopes(relu, [0, -0])).toEqual([0, 0]);
    expect(slopes(abs, [0])).toEqual([0]);
    expect(slopes((x) => leakyRelu(x), [0])).toEqual([0.01]);
    expect(slopes((x) => elu(x), [0])).toEqual([1]);
    expect(values(sign, [-3, -0, 0, 2])).toEqual([-1, -0, 0, 1]);
  });

  test('the largest of equals share the slope', () => {
    expect(slopes((x) => max(x), [3, 1, 3])).toEqual([0.5, 0, 0.5]);
    expect(slopes((x) => min(x), [2, 2, 2, 2])).toEqual([0.25, 0.25, 0.25, 0.25]);
    const both = grad((x: Tensor, y: Tensor) => maximum(x, y).sum(), { argnums: [0, 1] });
    expect(both(f64([1, 2, 3]), f64([2, 2, 2])).map((x) => x.toArray())).toEqual([
      [0, 0.5, 1],
      [1, 0.5, 0],
    ]);
    expect(grad((x: Tensor) => maximum(x, x))(f64(5)).item()).toBe(1);
  });

  test('elementwise choices keep signed zeros apart', () => {
    expect(Object.is(maximum(f64(-0), f64(0)).item(), 0)).toBe(true);
    expect(Object.is(minimum(f64(0), f64(-0)).item(), -0)).toBe(true);
    expect(Object.is(relu(f64(-0)).item(), -0)).toBe(true);
    expect(Object.is(f64(0).neg().item(), -0)).toBe(true);
    expect(f64(0).equal(f64(-0)).item()).toBe(1);
  });
});

describe('powers and roots', () => {
  test('x^0 is 1 with slope 0, also at 0', () => {
    expect(values((x) => pow(x, 0), [0, -2, inf, nan])).toEqual([1, 1, 1, 1]);
    expect(slopes((x) => pow(x, 0), [0, 2])).toEqual([0, 0]);
  });

  test('where 1/x is too large, x^0 and x^1 have slopes of every order all the same', () => {
    for (const [dtype, x] of [
      ['f32', 1e-40],
      ['f32', 1e-30],
      ['f64', 1e-310],
      ['f64', 1e-200],
    ] as const) {
      const at = tensor(x, { dtype });
      const orders = (y: number): number[] => {
        let f = (base: Tensor): Tensor => pow(base, y);
        return [1, 2, 3].map(() => (f = grad(f))(at).item());
      };
      expect(orders(0).map(Math.abs)).toEqual([0, 0, 0]);
      expect(orders(1).map(Math.abs)).toEqual([1, 0, 0]);
      expect(grad((base: Tensor) => pow(base, tensor([0, 1, 2], { dtype })).sum())(at).item()).toBe(1);
    }
  });

  test('whole powers have their slopes at 0 and below', () => {
    expect(slopes((x) => pow(x, 2), [0, -3])).toEqual([0, -6]);
    expect(slopes((x) => pow(x, 3), [0, -2])).toEqual([0, 12]);
    expect(slopes((x) => pow(x, 1), [0, -2])).toEqual([1, 1]);
    expect(grad(grad((x: Tensor) => pow(x, 2)))(f64(0)).item()).toBe(2);
    expect(grad(grad((x: Tensor) => pow(x, 1)))(f64(0)).item()).toBe(0);
  });

  test('the slope in the exponent is 0 where the base is 0, and NaN below', () => {
    const inExponent = (base: number, y: number): number => grad((at: Tensor) => pow(f64(base), at))(f64(y)).item();
    expect(inExponent(0, 2)).toBe(0);
    expect(inExponent(2, 3)).toBeCloseTo(8 * Math.LN2, 12);
    expect(inExponent(-2, 2)).toBe(nan);
  });

  test('the root has an infinite slope at 0, and is NaN below', () => {
    expect(values(sqrt, [0, -1, inf])).toEqual([0, nan, inf]);
    expect(slopes(sqrt, [0])).toEqual([inf]);
    expect(slopes(log, [0])).toEqual([inf]);
    expect(values(log, [0, -1, inf])).toEqual([-inf, nan, inf]);
  });

  test('division by zero is infinite, and zero by zero is NaN', () => {
    expect(values((x) => x.div(0), [1, -1, 0])).toEqual([inf, -inf, nan]);
  });
});

describe('where e^x alone would overflow', () => {
  test('sigmoid, softplus and tanh are exact at both ends', () => {
    expect(values(sigmoid, [-inf, -800, -40, 40, 800, inf])).toEqual([0, 0, Math.exp(-40), 1, 1, 1]);
    expect(values(softplus, [-inf, -800, 800, inf])).toEqual([0, 0, 800, inf]);
    expect(values(tanh, [-inf, -800, 800, inf])).toEqual([-1, -1, 1, 1]);
    expect(slopes(sigmoid, [-800, 800])).toEqual([0, 0]);
    expect(slopes(softplus, [-800, 800])).toEqual([0, 1]);
    expect(slopes((x) => elu(x), [800, -800])).toEqual([1, 0]);
  });

  test('small arguments keep their digits', () => {
    expect(Math.abs(values(expm1, [1e-15])[0]! / 1e-15 - 1)).toBeLessThan(1e-15);
    expect(Math.abs(values(log1p, [1e-15])[0]! / 1e-15 - 1)).toBeLessThan(1e-15);
    expect(values(softplus, [-40])).toEqual([Math.exp(-40)]);
  });

  test('logSumExp and softmax hold at any size', () => {
    expect(logSumExp(f64([1000, 1000])).item()).toBe(1000 + Math.LN2);
    expect(logSumExp(f64([-1000, -1000])).item()).toBe(-1000 + Math.LN2);
    expect(logSumExp(f64([huge, 0])).item()).toBe(huge);
    expect(logSumExp(f64([-inf, -inf])).item()).toBe(-inf);
    expect(logSumExp(f64([inf, 0])).item()).toBe(inf);
    expect(logSumExp(f64([-inf, 3])).item()).toBe(3);
    expect(softmax(f64([-inf, 0, 0])).toArray()).toEqual([0, 0.5, 0.5]);
    expect(softmax(f64([1000, 0])).toArray()).toEqual([1, 0]);
    expect(logSoftmax(f64([1000, 0])).toArray()).toEqual([0, -1000]);
    expect(logSoftmax(f64([-inf, 0])).toArray()).toEqual([-inf, 0]);
  });

  test('beside +infinity there are no shares, whatever the others are', () => {
    for (const other of [1, 1000, -inf]) {
      expect(softmax(f64([other, inf])).toArray()).toEqual([nan, nan]);
      expect(logSoftmax(f64([other, inf])).toArray()).toEqual([nan, nan]);
    }
    expect(softmax(f64([-inf, -inf])).toArray()).toEqual([nan, nan]);
  });

  test('and so do their slopes', () => {
    expect(slopes((x) => logSumExp(x), [1000, 1000])).toEqual([0.5, 0.5]);
    expect(slopes((x) => logSumExp(x), [-inf, 3])).toEqual([0, 1]);
    expect(slopes((x) => logSoftmax(x).slice([0]), [1000, 0])).toEqual([0, 0]);
    expect(Array.from(grad((x: Tensor) => softmax(x).slice([1]).sum())(f64([-inf, 0, 0])).data, (k) => k + 0)).toEqual([
      0, 0.25, -0.25,
    ]);
  });
});

describe('second derivatives at the ends of the range', () => {
  type Unary = (x: Tensor) => Tensor;
  const single = Math.fround(3.4028234663852886e38);

  /** Of a function of one number, in reverse over reverse, forward over reverse and reverse over forward. */
  const secondDerivatives = (of: Unary): Unary[] => {
    const slope = grad((x: Tensor) => of(x).sum());
    const tangent: Unary = (x) => jvp(of, x, onesLike(x))[1];
    return [
      (x) => grad((at: Tensor) => slope(at).sum())(x),
      (x) => jvp(slope, x, onesLike(x))[1],
      (x) => grad((at: Tensor) => tangent(at).sum())(x),
    ];
  };

  const expectSecond = (of: Unary, dtype: 'f32' | 'f64', at: number, truth: number): void => {
    for (const second of secondDerivatives(of)) {
      const x = tensor([at], { dtype });
      const found = [second(tensor(at, { dtype })).item(), second(x).data[0]!, compile(second)(x).data[0]!];
      for (const value of found) {
        if (truth === 0 || !Number.isFinite(truth)) expect(value + 0).toBe(truth);
        else expect(Math.abs(value / truth - 1)).toBeLessThan(1e-6);
      }
    }
  };

  test.each<[name: string, of: Unary, points: [dtype: 'f32' | 'f64', at: number, truth: number][]]>([
    [
      'asin: x / (1 - x^2)^1.5',
      asin,
      [
        ['f64', 1e-20, 1e-20],
        ['f32', 1e-5, 1e-5],
        ['f32', -1e-30, -1e-30],
      ],
    ],
    [
      'acos: -x / (1 - x^2)^1.5',
      acos,
      [
        ['f64', -1e-20, 1e-20],
        ['f32', 1e-5, -1e-5],
      ],
    ],
    [
      'atanh: 2 x / (1 - x^2)^2',
      atanh,
      [
        ['f64', 1e-20, 2e-20],
        ['f32', 1e-5, 2e-5],
        ['f32', 1e-30, 2e-30],
      ],
    ],
    [
      'atan: -2 x / (1 + x^2)^2',
      atan,
      [
        ['f64', 1e100, -2e-300],
        ['f64', -huge, 0],
        ['f64', inf, 0],
        ['f32', 3e38, 0],
        ['f32', -inf, 0],
      ],
    ],
    [
      'acosh: -x / (x^2 - 1)^1.5',
      acosh,
      [
        ['f64', inf, 0],
        ['f32', inf, 0],
      ],
    ],
    [
      'cbrt: -2/9 x^(-5/3)',
      cbrt,
      [
        ['f64', inf, 0],
        ['f64', -inf, 0],
        ['f32', inf, 0],
        ['f32', 1e-20, (-2 / 9) * 1e-20 ** (-5 / 3)],
      ],
    ],
  ])('%s', (_, of, points) => {
    for (const [dtype, at, truth] of points) expectSecond(of, dtype, at, truth);
  });

  test('remainder has none in its second argument, however small that is', () => {
    for (const [dtype, y] of [
      ['f64', 1e-200],
      ['f64', 5e-324],
      ['f32', 1e-20],
      ['f32', -1e-45],
    ] as const) {
      expectSecond((at) => remainder(tensor(1, { dtype }), at), dtype, y, 0);
    }
  });

  /** By x twice, by x and y, by y and x, by y twice: each alone, since 0 times an infinite one would be NaN. */
  const secondOf = (of: (x: Tensor, y: Tensor) => Tensor, dtype: 'f32' | 'f64', x: number, y: number): number[] => {
    const [first, second] = [tensor(x, { dtype }), tensor(y, { dtype })];
    return [0, 1].flatMap((a) =>
      [0, 1].map((b) => {
        const derivative = grad(grad(of, { argnums: a }), { argnums: b });
        const eager = derivative(first, second).item() + 0;
        expect(compile(derivative)(first, second).item() + 0).toBe(eager);
        return eager;
      }),
    );
  };

  test('hypot: y^2 / h^3, -x y / h^3, x^2 / h^3', () => {
    expect(secondOf(hypot, 'f64', 0, 5e-324)).toEqual([inf, 0, 0, 0]);
    expect(secondOf(hypot, 'f32', 0, 1e-45)).toEqual([inf, 0, 0, 0]);
    expect(secondOf(hypot, 'f64', 0, 0)).toEqual([0, 0, 0, 0]);
    expect(secondOf(hypot, 'f64', 1e-20, 0.5).map((value) => Number(value.toPrecision(12)))).toEqual([
      2, -4e-20, -4e-20, 8e-40,
    ]);
    expect(secondOf(hypot, 'f64', 3e200, 4e200).map((value) => Number(value.toPrecision(12)))).toEqual([
      1.28e-201, -9.6e-202, -9.6e-202, 7.2e-202,
    ]);
  });

  test('hypot has its slopes where it is too large to be a number, and where it is one of the smallest', () => {
    const slopes = grad((x: Tensor, y: Tensor) => hypot(x, y).sum(), { argnums: [0, 1] });
    for (const [dtype, most, least] of [
      ['f64', huge, 5e-324],
      ['f32', single, 2 ** -149],
    ] as const) {
      const x = tensor([most, -most, most, least, least], { dtype });
      const y = tensor([most, most, most / 2, -least, 2 * least], { dtype });
      for (const found of [slopes(x, y), compile(slopes)(x, y)].map((pair) => pair.map(({ data }) => data))) {
        [0.5, -0.5, 0.8, 0.5, 0.2].forEach((square, k) =>
          expect(found[0]![k]! * Math.abs(found[0]![k]!)).toBeCloseTo(square, 6),
        );
        [0.5, 0.5, 0.2, -0.5, 0.8].forEach((square, k) =>
          expect(found[1]![k]! * Math.abs(found[1]![k]!)).toBeCloseTo(square, 6),
        );
      }
      expect(secondOf(hypot, dtype, most, most)).toEqual([0, 0, 0, 0]);
    }
  });

  test('atan2: -2 x y / r^4, (y^2 - x^2) / r^4, 2 x y / r^4', () => {
    const angle = (y: Tensor, x: Tensor): Tensor => atan2(y, x);
    expect(secondOf(angle, 'f32', 0, 1e-20)).toEqual([0, -inf, -inf, 0]);
    expect(secondOf(angle, 'f64', 1e-200, 0)).toEqual([0, inf, inf, 0]);
    expect(secondOf(angle, 'f32', 1e-20, -1e-20)).toEqual([inf, 0, 0, -inf]);
    expect(secondOf(angle, 'f64', 0, 0)).toEqual([0, 0, 0, 0]);
    expect(secondOf(angle, 'f32', 1e-30, 1e-20).map((value) => Number(value.toPrecision(6)))).toEqual([
      -2e30,
      -inf,
      -inf,
      2e30,
    ]);
  });

  test('x^y: y (y - 1) x^(y - 2), x^(y - 1) (1 + y log x), log^2 x x^y', () => {
    for (const [dtype, x] of [
      ['f64', 1e-200],
      ['f32', 1e-30],
      ['f32', 2 ** -32],
    ] as const) {
      const [twice, mixed, turned] = secondOf(pow, dtype, x, 0);
      expect(twice).toBe(0);
      for (const value of [mixed!, turned!]) expect(Math.abs(value * x - 1)).toBeLessThan(1e-6);
    }
    // By the base first nothing is divided by it.
    const byBaseFirst = (dtype: 'f32' | 'f64', x: number, y: number): number => secondOf(pow, dtype, x, y)[1]!;
    expect(byBaseFirst('f64', 1e-310, 0)).toBe(inf);
    expect(byBaseFirst('f32', 1e-40, 1e-20)).toBe(inf);
    expect(byBaseFirst('f64', 1e-310, 3)).toBe(0);
    expect(byBaseFirst('f64', 1e-200, 2) / 1e-200).toBeCloseTo(1 + 2 * Math.log(1e-200), 9);
    expect(byBaseFirst('f64', 0, 2)).toBe(0);
  });

  test('norm: what is too large is infinite', () => {
    expect(hessian((x: Tensor) => norm(x))(f64([0, 1e-310])).data[0]).toBe(inf);
    expect(hessian((x: Tensor) => norm(x))(tensor([0, 1e-40])).data[0]).toBe(inf);
  });

  test('the hypotenuse of the smallest numbers keeps their digits', () => {
    for (const x of [2 ** -149, 2 ** -140, 2 ** -130]) {
      expect(hypot(tensor(x), tensor(0)).item()).toBe(x);
      expect(hypot(tensor([3 * x]), tensor([4 * x])).toArray()).toEqual([5 * x]);
    }
    expect(hypot(tensor(single), tensor(0)).item()).toBe(single);
  });
});

describe('nothing at all', () => {
  test('elementwise ops and sums of empty tensors are empty, and zero', () => {
    expect(zeros([0, 3]).exp().shape).toEqual([0, 3]);
    expect(zeros([0, 3]).sum({ axis: 0 }).toArray()).toEqual([0, 0, 0]);
    expect(grad((x: Tensor) => x.square().sum())(zeros([0, 3])).shape).toEqual([0, 3]);
    expect(logSumExp(zeros([2, 3]), { axis: 0 }).shape).toEqual([3]);
    expect(logSumExp(zeros([0, 2]), { axis: 0 }).toArray()).toEqual([-inf, -inf]);
    expect(softmax(zeros([0, 2]), { axis: 0 }).shape).toEqual([0, 2]);
    expect(logSoftmax(zeros([2, 0])).shape).toEqual([2, 0]);
    const joined = (a: Tensor, b: Tensor): Tensor => concatenate([a, b], { axis: 1 });
    expect(compile(joined)(zeros([2, 0]), zeros([2, 0])).shape).toEqual([2, 0]);
  });
});
