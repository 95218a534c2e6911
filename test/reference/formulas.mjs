// What each elementwise op means, as a formula over real numbers, and the inputs at which it is looked at.

import * as real from './real.mjs';
import {
  add,
  decimal,
  divide,
  exp,
  expm1,
  half,
  log,
  log1p,
  multiply,
  negate,
  one,
  square,
  subtract,
  two,
} from './real.mjs';
import { around, between, bothSigns, exactly, nearQuarterTurns, negative, pairs, sizes } from './inputs.mjs';

const isNegative = (x) => real.sign(x) < 0;
/** f(-x) = -f(x): worked out for positive x. */
const odd = (f) => (x) => (isNegative(x) ? negate(f(negate(x))) : f(x));

const tan = (x) => {
  const { sin, cos } = real.sinCos(x);
  return divide(sin, cos);
};
const asin = (x) =>
  multiply(two, real.atan(divide(x, add(one, real.squareRoot(multiply(subtract(one, x), add(one, x)))))));
const acos = (x) =>
  isNegative(x)
    ? subtract(real.pi(), acos(negate(x)))
    : multiply(two, real.atan(real.squareRoot(divide(subtract(one, x), add(one, x)))));
const atan2 = (y, x) => {
  const angle = real.atan(divide(real.absolute(y), real.absolute(x)));
  const turned = isNegative(x) ? subtract(real.pi(), angle) : angle;
  return isNegative(y) ? negate(turned) : turned;
};
const sinh = odd((x) => {
  const m = expm1(x);
  return multiply(half, add(m, divide(m, add(m, one))));
});
const cosh = (x) => multiply(half, add(exp(x), exp(negate(x))));
const tanh = odd((x) => {
  const m = expm1(multiply(two, x));
  return divide(m, add(m, two));
});
const asinh = odd((x) => log1p(add(x, divide(square(x), add(one, real.squareRoot(add(one, square(x))))))));
const acosh = (x) => {
  const t = subtract(x, one);
  return log1p(add(t, real.squareRoot(add(multiply(two, t), square(t)))));
};
const atanh = odd((x) => multiply(half, log1p(divide(multiply(two, x), subtract(one, x)))));
const hypot = (x, y) => real.squareRoot(add(square(x), square(y)));
/** Of a negative x for whole y: the sign is that of an odd power. */
const pow = (x, y) => {
  const size = exp(multiply(y, log(real.absolute(x))));
  return isNegative(x) && real.nearest(y) % 2n !== 0n ? negate(size) : size;
};
const sigmoid = (x) => divide(one, add(one, exp(negate(x))));
const softplus = (x) => (isNegative(x) ? log1p(exp(x)) : add(x, log1p(exp(negate(x)))));
const gelu = (x) => multiply(multiply(half, x), real.erfc(negate(divide(x, real.squareRoot(two)))));
const geluTanh = (x) => {
  const inner = add(x, multiply(decimal('0.044715'), multiply(x, square(x))));
  return multiply(x, sigmoid(multiply(two, multiply(real.squareRoot(divide(two, real.pi())), inner))));
};
const hardSwish = (x) => {
  const gate = divide(add(x, real.exactly(3)), real.exactly(6));
  return multiply(x, isNegative(gate) ? real.zero : real.isLess(one, gate) ? one : gate);
};
const selu = (x) => {
  const scaled = multiply(decimal('1.0507009873554804934193349852946'), x);
  if (!isNegative(x)) return scaled;
  return multiply(
    multiply(decimal('1.0507009873554804934193349852946'), decimal('1.6732632423543772848170429916717')),
    expm1(x),
  );
};
const elu = (x) => (isNegative(x) ? expm1(x) : x);

const smallest = 5e-324;
const tiny = 2.2250738585072014e-308;
const largest = Number.MAX_VALUE;
const f32Largest = 3.4028234663852886e38;
/** The smallest numbers of both dtypes, on both sides of where digits begin to be lost. */
const subnormal = exactly(
  smallest,
  3e-320,
  tiny,
  1.401298464324817e-45,
  2.2420775429197073e-44,
  1.1754943508222875e-38,
);
const nearZero = (count) => bothSigns(sizes(1e-30, 1, count));
const allSizes = (count) => sizes(smallest, largest, count);
/** Sizes that f32 holds too. */
const f32Sizes = (count) => sizes(1e-45, f32Largest, count);

/** What is scanned against a table. The limit, in units in the last place, is 2 in f64 and 2.5 in f32 unless it says otherwise. */
export const tables = {
  exp: {
    truth: exp,
    at: [
      nearZero(60),
      between(-745, 709.7, 90),
      between(-104, 88.7, 60),
      around(709.782712893384, -745.1332191019411, 88.72283905206835, -103.97208, -708.3964185322641),
      bothSigns(subnormal),
    ],
  },
  exp2: {
    truth: (x) => exp(multiply(x, real.ln2())),
    at: [
      nearZero(50),
      between(-1074, 1024, 90),
      between(-149, 128, 60),
      around(1024, -1074, -1022, 128, -149, 0.5, -1),
      exactly(10, -10, 1023, -126),
      bothSigns(subnormal),
    ],
  },
  expm1: {
    truth: expm1,
    at: [
      nearZero(90),
      between(-40, 20, 60),
      between(0, 709.7, 40),
      around(709.782712893384, 88.72283905206835, -37.4, 0.34657359027997264, 1.0397207708399179),
      bothSigns(subnormal),
    ],
  },
  log: {
    truth: log,
    at: [
      allSizes(80),
      f32Sizes(40),
      between(0.5, 2, 70),
      sizes(0.999, 1.001, 20),
      around(1, Math.E, 0.7071067811865476, 1.4142135623730951),
      subnormal,
    ],
  },
  log2: {
    truth: (x) => divide(log(x), real.ln2()),
    at: [allSizes(80), f32Sizes(40), between(0.5, 2, 70), sizes(0.999, 1.001, 20), around(1, 2, 8, 0.25), subnormal],
  },
  log10: {
    truth: (x) => divide(log(x), real.ln10()),
    at: [
      allSizes(80),
      f32Sizes(40),
      between(0.5, 2, 70),
      sizes(0.999, 1.001, 20),
      around(1, 10, 100, 1000, 1e22),
      subnormal,
    ],
  },
  log1p: {
    truth: log1p,
    at: [
      nearZero(90),
      between(-0.99999, 1, 60),
      sizes(1, largest, 40),
      sizes(1, f32Largest, 20),
      around(-0.9999999, 1, 0.41421356237309503, -0.2928932188134525),
      bothSigns(subnormal),
    ],
  },
  rsqrt: {
    truth: (x) => divide(one, real.squareRoot(x)),
    at: [allSizes(70), f32Sizes(40), between(1, 4, 80), around(1, 4, 2), subnormal],
  },
  cbrt: {
    truth: real.cubeRoot,
    at: [bothSigns(allSizes(70)), bothSigns(f32Sizes(40)), between(1, 8, 80), around(1, 8, 27), bothSigns(subnormal)],
  },
  hypot: {
    truth: hypot,
    at: [
      pairs(bothSigns(allSizes(30)), bothSigns(allSizes(30))),
      pairs(between(-4, 4, 100), between(-4, 4, 100)),
      pairs(f32Sizes(30), f32Sizes(30)),
      pairs(sizes(1e300, 1e308, 12), sizes(1e300, 1e308, 12)),
      pairs(sizes(smallest, 1e-300, 20), sizes(smallest, 1e-300, 20)),
      () => [
        [3, 4],
        [1, 1e-9],
        [1e-170, 1e-170],
        [1.2e308, 1.2e308],
        [3e38, 3e38],
      ],
    ],
  },
  pow: {
    truth: pow,
    at: [
      pairs(between(0.5, 2, 80), between(-120, 120, 80)),
      pairs(sizes(1e-30, 1e30, 40), between(-1.2, 1.2, 40)),
      pairs(allSizes(30), between(-1, 1, 30)),
      pairs(sizes(0.999999, 1.000001, 20), bothSigns(sizes(1, 1e6, 20))),
      pairs(negative(between(0.5, 3, 16)), (draw) => between(-30, 30, 16)(draw).map(Math.round)),
      () => [
        [2, 1023],
        [2, -1074],
        [10, 308],
        [10, 22],
        [0.1, 2],
        [9, 0.5],
        [1.0000000000000002, 4e15],
        [0.9999999999999999, 1e18],
      ],
    ],
  },
  sin: {
    truth: (x) => real.sinCos(x).sin,
    at: [
      nearZero(40),
      between(-10, 10, 50),
      nearQuarterTurns(90),
      between(-1e5, 1e5, 30),
      bothSigns(sizes(1e5, largest, 16)),
      bothSigns(subnormal),
    ],
  },
  cos: {
    truth: (x) => real.sinCos(x).cos,
    at: [
      nearZero(30),
      between(-10, 10, 60),
      nearQuarterTurns(90),
      between(-1e5, 1e5, 30),
      bothSigns(sizes(1e5, largest, 16)),
      bothSigns(subnormal),
    ],
  },
  tan: {
    truth: tan,
    at: [
      nearZero(40),
      between(-10, 10, 50),
      nearQuarterTurns(90),
      between(-1e5, 1e5, 30),
      bothSigns(sizes(1e5, largest, 16)),
      bothSigns(subnormal),
    ],
  },
  asin: {
    truth: asin,
    at: [
      nearZero(70),
      between(-0.9999, 0.9999, 100),
      (draw) => sizes(1e-16, 0.01, 30)(draw).map((d) => 1 - d),
      around(0.5, -0.975),
      bothSigns(subnormal),
    ],
  },
  acos: {
    truth: acos,
    at: [
      nearZero(60),
      between(-0.9999, 0.9999, 110),
      (draw) => sizes(1e-16, 0.01, 30)(draw).map((d) => 1 - d),
      around(0.5, -0.5),
      bothSigns(subnormal),
    ],
  },
  atan: {
    truth: real.atan,
    at: [
      nearZero(60),
      between(-5, 5, 90),
      bothSigns(sizes(1, largest, 30)),
      bothSigns(sizes(1, f32Largest, 20)),
      around(0.4375, 0.6875, 1.1875, 2.4375),
      bothSigns(subnormal),
    ],
  },
  atan2: {
    truth: atan2,
    at: [
      pairs(between(-4, 4, 110), between(-4, 4, 110)),
      pairs(bothSigns(allSizes(30)), bothSigns(allSizes(30))),
      pairs(bothSigns(f32Sizes(30)), bothSigns(f32Sizes(30))),
      pairs(nearZero(20), between(-1, 1, 20)),
      () => [
        [1, 1],
        [-1, 1],
        [1, -1],
        [-1, -1],
        [1e-300, -1],
        [1, 1e-300],
        [1e300, 1e-300],
        [smallest, 1],
        [smallest, -1],
        [1e-300, 1e10],
      ],
    ],
  },
  sinh: {
    truth: sinh,
    at: [
      nearZero(60),
      between(-25, 25, 70),
      between(-710, 710, 40),
      between(-89, 89, 30),
      around(710.4758600739439, 89.41598629223294, 22, 1),
      bothSigns(subnormal),
    ],
  },
  cosh: {
    truth: cosh,
    at: [
      nearZero(40),
      between(-25, 25, 80),
      between(-710, 710, 50),
      between(-89, 89, 30),
      around(710.4758600739439, 89.41598629223294, 22, 0.34657359027997264),
      bothSigns(subnormal),
    ],
  },
  tanh: {
    truth: tanh,
    at: [
      nearZero(70),
      between(-1, 1, 70),
      between(-22, 22, 60),
      exactly(1e4, -1e4, 350, -350),
      around(0.625, 22, 0.55),
      bothSigns(subnormal),
    ],
  },
  asinh: {
    truth: asinh,
    at: [
      nearZero(70),
      between(-3, 3, 80),
      bothSigns(sizes(1, largest, 30)),
      bothSigns(sizes(1, f32Largest, 20)),
      around(2, 268435456),
      bothSigns(subnormal),
    ],
  },
  acosh: {
    truth: acosh,
    at: [
      between(1, 2, 80),
      (draw) => sizes(1e-15, 1, 60)(draw).map((d) => 1 + d),
      sizes(1, largest, 50),
      sizes(1, f32Largest, 30),
      around(2, 268435456),
      exactly(largest),
    ],
  },
  atanh: {
    truth: atanh,
    at: [
      nearZero(70),
      between(-0.9999, 0.9999, 100),
      (draw) => sizes(1e-7, 0.01, 30)(draw).map((d) => 1 - d),
      around(0.5),
      bothSigns(subnormal),
    ],
  },
  erf: {
    truth: real.erf,
    limit: 8,
    at: [
      nearZero(60),
      between(-1, 1, 60),
      between(-6, 6, 80),
      exactly(10, -10, 27),
      around(0.46875, 4, 5.921587195794507),
      bothSigns(subnormal),
    ],
  },
  erfc: {
    truth: real.erfc,
    limit: 8,
    at: [
      nearZero(40),
      between(-6, 1, 50),
      between(0.4, 4, 60),
      between(4, 10.1, 30),
      between(10, 26.5, 25),
      between(26.5, 27.3, 10),
      around(0.46875, 4),
      bothSigns(subnormal),
    ],
  },
  sigmoid: {
    truth: sigmoid,
    at: [
      nearZero(40),
      between(-6, 6, 80),
      between(-745, 40, 60),
      between(-103, 20, 40),
      exactly(1e4, 700, -740, -1000),
      around(-2, -36.7),
      bothSigns(subnormal),
    ],
  },
  logSigmoid: {
    truth: (x) => negate(softplus(negate(x))),
    at: [
      nearZero(40),
      between(-6, 6, 80),
      between(-40, 745, 60),
      between(-20, 103, 40),
      exactly(1e4, -1e4, 740),
      bothSigns(subnormal),
    ],
  },
  softplus: {
    truth: softplus,
    at: [
      nearZero(40),
      between(-6, 6, 80),
      between(-745, 40, 60),
      between(-103, 20, 40),
      exactly(1e4, 700, -740),
      bothSigns(subnormal),
    ],
  },
  silu: {
    truth: (x) => multiply(x, sigmoid(x)),
    at: [
      nearZero(50),
      between(-8, 8, 90),
      between(-752, 40, 60),
      between(-108, 20, 40),
      exactly(1e4, 700, -1000),
      around(-2, -708),
      bothSigns(subnormal),
    ],
  },
  mish: {
    truth: (x) => multiply(x, tanh(softplus(x))),
    at: [
      nearZero(50),
      between(-8, 8, 90),
      between(-752, 40, 60),
      between(-108, 20, 40),
      exactly(1e4, 700, -1000),
      around(-2, -708),
      bothSigns(subnormal),
    ],
  },
  gelu: {
    truth: gelu,
    limit: 8,
    at: [
      nearZero(50),
      between(-6, 6, 100),
      between(-14.3, -4, 40),
      between(-38.6, -14, 24),
      exactly(100, -100, 40),
      around(-0.6629126073623882, -5.656854249492381),
      bothSigns(subnormal),
    ],
  },
  'gelu-tanh': {
    op: 'gelu',
    arguments: [{ approximate: true }],
    truth: geluTanh,
    limit: 8,
    at: [
      nearZero(50),
      between(-6, 6, 100),
      between(-11, -4, 40),
      between(-21.7, -10, 30),
      exactly(100, -100, 40),
      around(-1.2),
      bothSigns(subnormal),
    ],
  },
  hardSwish: {
    truth: hardSwish,
    at: [nearZero(40), between(-4, 4, 150), exactly(-100, 100, 1e300, -1e300), around(-3, 3), bothSigns(subnormal)],
  },
  leakyRelu: {
    truth: (x) => (isNegative(x) ? multiply(real.exactly(0.01), x) : x),
    at: [bothSigns(sizes(1e-30, 1e30, 200)), exactly(1e300, -1e300)],
  },
  elu: { truth: elu, at: [nearZero(80), between(-40, 5, 120), exactly(1e300, -1e4)] },
  celu: { truth: elu, at: [nearZero(80), between(-40, 5, 120), exactly(1e300, -1e4)] },
  selu: { truth: selu, at: [nearZero(80), between(-40, 5, 120), exactly(1e300, -1e4)] },
};

const floor = ({ mantissa, exponent }) =>
  exponent >= 0 ? { mantissa, exponent } : real.exactly(mantissa >> BigInt(-exponent));
const ceil = (x) => negate(floor(negate(x)));
const identity = (x) => x;
const larger = (x, y) => (real.isLess(x, y) ? y : x);
const smaller = (x, y) => (real.isLess(x, y) ? x : y);
const round = (x) => {
  const below = floor(x);
  const rest = subtract(x, below);
  const isTie = real.sign(subtract(rest, half)) === 0;
  const isUp = isTie
    ? below.exponent < 1 && (below.mantissa << BigInt(below.exponent)) % 2n !== 0n
    : real.isLess(half, rest);
  return isUp ? add(below, one) : below;
};

const anySize = [
  bothSigns(sizes(1e-300, 1e300, 60)),
  bothSigns(sizes(1e-30, 1e30, 60)),
  between(-8, 8, 60),
  (draw) => between(-20, 20, 40)(draw).map((x) => Math.round(x) / 2),
];
const anyPair = [
  pairs(between(-8, 8, 60), between(-8, 8, 60)),
  pairs(bothSigns(sizes(1e-18, 1e18, 60)), bothSigns(sizes(1e-18, 1e18, 60))),
  pairs(bothSigns(sizes(1e-150, 1e150, 60)), bothSigns(sizes(1e-150, 1e150, 60))),
];
/** Within 2^200 of each other, so that no quotient needs more digits than are kept. */
const comparablePair = anyPair.slice(0, 2);

/**
 * Ops whose result is the true one rounded once, as the definition of the language promises of + - * / and sqrt. The truth
 * is so short that no table is needed. In f32 it is rounded twice, to f64 and then to f32, which for these gives the same:
 * 53 bits are two more than twice 24 (Figueroa 1995).
 */
export const exact = {
  abs: { truth: real.absolute, at: anySize },
  add: { truth: add, at: anyPair },
  ceil: { truth: ceil, at: anySize },
  clip: { arguments: [{ min: -1.5, max: 2 }], truth: (x) => larger(smaller(x, two), real.exactly(-1.5)), at: anySize },
  div: { truth: divide, at: anyPair },
  floor: { truth: floor, at: anySize },
  maximum: { truth: larger, at: anyPair },
  minimum: { truth: smaller, at: anyPair },
  mul: { truth: multiply, at: anyPair },
  nanToNum: { truth: identity, at: anySize },
  neg: { truth: negate, at: anySize },
  reciprocal: { truth: (x) => divide(one, x), at: anySize },
  relu: { truth: (x) => larger(x, real.zero), at: anySize },
  relu6: { truth: (x) => smaller(larger(x, real.zero), real.exactly(6)), at: anySize },
  remainder: { truth: (x, y) => subtract(x, multiply(y, floor(divide(x, y)))), at: comparablePair },
  round: { truth: round, at: anySize },
  sign: { truth: (x) => real.exactly(real.sign(x)), at: anySize },
  sqrt: { truth: real.squareRoot, at: [sizes(smallest, largest, 60), f32Sizes(60), between(0, 8, 60)] },
  square: {
    truth: square,
    at: [bothSigns(sizes(1e-150, 1e150, 60)), bothSigns(sizes(1e-18, 1e18, 60)), between(-8, 8, 60)],
  },
  stopGradient: { truth: identity, at: anySize },
  sub: { truth: subtract, at: anyPair },
  trunc: { truth: (x) => (isNegative(x) ? ceil(x) : floor(x)), at: anySize },
};
