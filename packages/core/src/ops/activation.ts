/** What stands between the layers of a network. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { timesNormalShare } from '../kernels/error-function.ts';
import { productError } from '../kernels/product-error.ts';
import { timesExponential } from '../kernels/times-exponential.ts';
import { timesTanhShare } from '../kernels/times-tanh-share.ts';
import { byElement } from '../op/by-element.ts';
import { checkAccepts } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import { axisOf, shapeText } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { split } from './joining.ts';
import { where } from './selection.ts';
import { erfc } from './special-functions.ts';

function logistic(x: number): number {
  if (x > -2) return 1 / (1 + Math.exp(-x));
  const small = Math.exp(x);
  return small - (small * small) / (1 + small); // one large term, which is exact to its last place
}

/** `1 / (1 + e^-x)`, without overflow on either side. @example sigmoid([0, -1000]).toArray(); // [0.5, 0] */
export const sigmoid: ElementwiseOp = defineElementwise({
  name: 'sigmoid',
  value: logistic,
  lower: (x, kernel) => kernel.sigmoid(x),
  slope: ({ output }) => output.mul(output.neg().add(1)),
  slopeAt: (_, y) => y * (-y + 1),
  slopeAtSingle: (_, y) => y * Math.fround(-y + 1),
  samples: { from: -4, to: 4 },
});

/** `max(x, 0)`; slope 0 at 0. @example relu([-1, 2]).toArray(); // [0, 2] */
export const relu: ElementwiseOp = defineElementwise({
  name: 'relu',
  value: (x) => (x < 0 ? 0 : x), // NaN stays NaN
  lower: (x, kernel) => {
    const zero = kernel.constant(0, x.type);
    return kernel.select(kernel.less(x, zero), zero, x);
  },
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = x[k]! < 0 ? 0 : x[k]!;
  },
  slope: ({ input }) => input.greater(0).cast(input.dtype),
  slopeAt: (x) => (x > 0 ? 1 : 0),
  samples: { from: -3, to: 3, kinks: [0] },
});

/** `log(1 + e^x)`: relu with a round corner. @example softplus([0, 1000]).toArray(); // [0.69315, 1000] */
export const softplus: ElementwiseOp = defineElementwise({
  name: 'softplus',
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), // e^x alone overflows from 710 on
  lower: (x, kernel) => kernel.softplus(x),
  slope: ({ input }) => input.sigmoid(),
  samples: { from: -4, to: 4 },
});

/** `log(sigmoid(x))`, accurate where the sigmoid rounds to 0 or 1. @example logSigmoid([-1000, 0]).toArray(); // [-1000, -0.69315] */
export const logSigmoid: ElementwiseOp = defineElementwise({
  name: 'logSigmoid',
  value: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  lower: (x, kernel) => kernel.logSigmoid(x),
  slope: ({ input }) => input.neg().sigmoid(),
  samples: { from: -4, to: 4 },
});

/** `min(max(x, 0), 6)`; slope 0 at 0 and at 6. @example relu6([-1, 3, 7]).toArray(); // [0, 3, 6] */
export const relu6: ElementwiseOp = defineElementwise({
  name: 'relu6',
  value: (x) => (x < 0 ? 0 : x > 6 ? 6 : x), // NaN stays NaN
  lower: (x, kernel) => {
    const [zero, six] = [kernel.constant(0, x.type), kernel.constant(6, x.type)];
    return kernel.select(kernel.less(x, zero), zero, kernel.select(kernel.greater(x, six), six, x));
  },
  loop: (out, x) => {
    for (let k = 0; k < out.length; k++) out[k] = x[k]! < 0 ? 0 : x[k]! > 6 ? 6 : x[k]!;
  },
  slope: ({ input }) => input.greater(0).logicalAnd(input.less(6)).cast(input.dtype),
  slopeAt: (x) => (x > 0 && x < 6 ? 1 : 0),
  samples: { from: -3, to: 9, kinks: [0, 6] },
});

/**
 * `x sigmoid(x)` (Elfwing, Uchibe, Doya 2018), also called swish.
 *
 * @example
 * silu([-1, 0, 1]).toArray(); // [-0.26894, 0, 0.73106]
 */
export const silu: ElementwiseOp = defineElementwise({
  name: 'silu',
  lower: (x, kernel) => kernel.silu(x),
  value: (x) => {
    if (x > -2) return x / (1 + Math.exp(-x));
    const small = Math.exp(x);
    return timesShare(x, small, small / (1 + small));
  },
  slope: ({ input }) => {
    const share = input.sigmoid();
    return share.mul(bounded(input).mul(share.neg().add(1)).add(1));
  },
  samples: { from: -4, to: 4 },
});

/**
 * `x tanh(softplus(x))` (Misra 2019).
 *
 * @example
 * mish([-1, 0, 1]).toArray(); // [-0.3034, 0, 0.8651]
 */
export const mish: ElementwiseOp = defineElementwise({
  name: 'mish',
  lower: (x, kernel) => kernel.mish(x),
  // tanh(log(1 + n)) = n (n + 2) / (2 + n (n + 2)), n = e^x, written so that all but one term is small or exact
  value: (x) => {
    if (x > 40) return x;
    if (x > -2) {
      const inverse = Math.exp(-x);
      if (x <= 0) return x / (inverse + (0.5 + 0.5 / (1 + 2 * inverse)));
      const square = 2 * inverse * inverse;
      return x - x * (square / (1 + 2 * inverse + square));
    }
    const n = Math.exp(x);
    return timesShare(x, n, (n * (n + 1)) / (2 + n * (n + 2)));
  },
  slope: ({ input }) => {
    const share = input.softplus().tanh();
    return share.add(bounded(input).mul(share.square().neg().add(1)).mul(input.sigmoid()));
  },
  samples: { from: -4, to: 4 },
});

/** `x power (1 - share)` for power = e^x and a share that is small, or 0: what the product loses in rounding is put back. */
function timesShare(x: number, power: number, share: number): number {
  if (x < -600) return timesExponential(x, x);
  const product = x * power;
  return product - (product * share - productError(x, power, product));
}

/** x within bounds beyond which what it is multiplied with is 0, also where x is infinite. */
function bounded(x: Tensor): Tensor {
  return x.clip({ min: -1000, max: 1000 });
}

/**
 * `x relu6(x + 3) / 6` (Howard and others 2019): silu in straight lines and a parabola. Slope 0 at -3 and 1 at 3.
 *
 * @example
 * hardSwish([-4, -1, 0, 3]).toArray(); // [0, -0.33333, 0, 3]
 */
export const hardSwish: ElementwiseOp = defineElementwise({
  name: 'hardSwish',
  value: (x) => (x <= -3 ? -0 : x >= 3 ? x : (x * (x + 3)) / 6),
  lower: (x, kernel) => {
    const [low, three, six, none] = [-3, 3, 6, -0].map((value) => kernel.constant(value, x.type));
    const inside = kernel.div(kernel.mul(x, kernel.add(x, three!)), six!);
    const upper = kernel.select(kernel.compare('greaterEqual', x, three!), x, inside);
    return kernel.select(kernel.compare('lessEqual', x, low!), none!, upper);
  },
  slope: ({ input: x }) => where(x.greaterEqual(3), 1, where(x.greater(-3), x.add(1.5).div(3), 0)),
  samples: { from: -5, to: 5, kinks: [-3, 3] },
});

/** Which form of gelu. */
export interface GeluOptions {
  /** The form with tanh in place of the error function (false): off by up to 5e-4. */
  approximate?: boolean;
}

/**
 * x times the share of a normal distribution below x (Hendrycks, Gimpel 2016): `x (1 + erf(x / √2)) / 2`. With
 * `approximate: true`, `x (1 + tanh(√(2/π) (x + 0.044715 x^3))) / 2`, as GPT-2 and JAX have it.
 *
 * @example
 * gelu([-1, 0, 1]).toArray(); // [-0.15866, 0, 0.84134]
 * gelu([-1, 0, 1], { approximate: true }).toArray(); // [-0.15881, 0, 0.84119]
 */
export const gelu: Op<[x: Tensor], [approximate: boolean], [Tensor], [options?: GeluOptions]> = defineOp({
  name: 'gelu',
  attributeNames: ['approximate'],
  canonical: ([x], [options = {}]) => {
    checkOptions('gelu', options, ['approximate']);
    checkAccepts('gelu', 'float', x.dtype);
    return [options.approximate ?? false];
  },
  ...byElement<[approximate: boolean]>(
    (x, approximate) => (approximate ? timesTanhShare(x) : timesNormalShare(x)),
    (x, kernel, approximate) => (approximate ? kernel.geluTanh(x) : kernel.gelu(x)),
  ),
  pull: [({ cotangent, inputs: [x], attributes: [approximate] }) => cotangent.mul(geluSlope(x, approximate))],
  push: [({ tangent, inputs: [x], attributes: [approximate] }) => tangent.mul(geluSlope(x, approximate))],
  samples: [
    { shapes: [[2, 3]], from: -4, to: 4 },
    { shapes: [[2, 3]], from: -4, to: 4, arguments: [{ approximate: true }] },
    { shapes: [[]], from: -4, to: 4 },
  ],
});

// √(2/π) twice, and 0.044715 times that
const linear = 2 * Math.sqrt(2 / Math.PI);
const cubic = 0.044715 * linear;

function geluSlope(x: Tensor, approximate: boolean): Tensor {
  // Beyond 40 the bell is 0; a bounded x keeps it from 0 * infinity.
  const t = x.clip({ min: -40, max: 40 });
  if (!approximate) {
    const bell = t
      .square()
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return erfc(x.mul(-Math.SQRT1_2)).mul(0.5).add(t.mul(bell));
  }
  const square = t.square();
  const share = t.mul(square.mul(cubic).add(linear)).sigmoid(); // (1 + tanh(u)) / 2 = sigmoid(2 u)
  const steepness = square.mul(3 * cubic).add(linear);
  return share.mul(t.mul(share.neg().add(1)).mul(steepness).add(1));
}

/**
 * The first half of x along an axis (the last) times the sigmoid of the second (Dauphin and others 2017): the axis is halved.
 *
 * @throws ShapeError `odd-extent`; ArgumentError `axis-out-of-range`, `unknown-option`
 * @example
 * glu([1, 2, 0, 1000]).toArray(); // [0.5, 2]
 */
export const glu: Composite<(x: TensorLike, options?: { axis?: number }) => Tensor> = composite(
  'glu',
  (like: TensorLike, options: { axis?: number } = {}) => {
    checkOptions('glu', options, ['axis']);
    const x = asTensor(like, 'glu');
    const axis = axisOf('glu', options.axis ?? -1, x.rank);
    const extent = x.shape[axis]!;
    if (extent % 2 !== 0) {
      throw new ShapeError({
        code: 'odd-extent',
        problem: `axis ${axis} of shape ${shapeText(x.shape)} has extent ${extent}, which has no half`,
        expected: 'an even extent',
        received: extent,
      });
    }
    const [value, gate] = split(x, 2, { axis });
    return value!.mul(gate!.sigmoid());
  },
  { samples: [{ shapes: [[2, 4]] }, { shapes: [[4, 3]], arguments: [{ axis: 0 }] }] },
);

/** The slope below 0. */
export interface LeakyReluOptions {
  negativeSlope?: number;
}

/**
 * `x` above 0, `negativeSlope x` (0.01) below. At 0 the slope is the one from below.
 *
 * @throws ArgumentError `unknown-option`; DtypeError `dtype-refused`
 * @example
 * leakyRelu([-2, 0, 3], { negativeSlope: 0.5 }).toArray(); // [-1, 0, 3]
 */
export const leakyRelu: Op<[x: Tensor], [negativeSlope: number], [Tensor], [options?: LeakyReluOptions]> = defineOp({
  name: 'leakyRelu',
  attributeNames: ['negativeSlope'],
  canonical: ([x], [options = {}]) => {
    checkOptions('leakyRelu', options, ['negativeSlope']);
    checkAccepts('leakyRelu', 'float', x.dtype);
    return [options.negativeSlope ?? 0.01];
  },
  ...byElement<[negativeSlope: number]>(
    (x, below) => (x > 0 ? x : below * x),
    (x, kernel, below) => {
      const isAbove = kernel.greater(x, kernel.constant(0, x.type));
      return kernel.select(isAbove, x, kernel.mul(kernel.constant(below, x.type), x));
    },
  ),
  pull: [({ cotangent, inputs: [x], attributes: [below] }) => where(x.greater(0), cotangent, cotangent.mul(below))],
  push: [({ tangent, inputs: [x], attributes: [below] }) => where(x.greater(0), tangent, tangent.mul(below))],
  samples: [
    { shapes: [[2, 3]], from: -3, to: 3, kinks: [0] },
    { shapes: [[]], from: -3, to: 3, kinks: [0], arguments: [{ negativeSlope: 0.2 }] },
  ],
});

/** How far down the curve goes: to -alpha. */
export interface ExponentialUnitOptions {
  alpha?: number;
}

/** `x` above 0, `alpha (e^(x / width) - 1)` below; `widthOf` gives the width from alpha. */
/* @__NO_SIDE_EFFECTS__ */
function defineExponentialUnit(
  name: string,
  widthOf: (alpha: number) => number,
  checkAlpha: (alpha: number) => void,
): Op<[x: Tensor], [alpha: number], [Tensor], [options?: ExponentialUnitOptions]> {
  const times = (flow: Tensor, x: Tensor, alpha: number): Tensor => {
    const above = x.greater(0);
    // e^x of large x is not chosen, but 0 * infinity would still reach the second derivative: so it is given 0.
    const growth = where(above, 0, x).div(widthOf(alpha)).exp();
    return where(above, flow, flow.mul(growth.mul(alpha / widthOf(alpha))));
  };
  return defineOp({
    name,
    attributeNames: ['alpha'],
    canonical: ([x], [options = {}]) => {
      checkOptions(name, options, ['alpha']);
      checkAccepts(name, 'float', x.dtype);
      const { alpha = 1 } = options;
      checkAlpha(alpha);
      return [alpha];
    },
    ...byElement<[alpha: number]>(
      (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x / widthOf(alpha))),
      (x, kernel, alpha) => {
        const [zero, factor, width] = [0, alpha, widthOf(alpha)].map((number) => kernel.constant(number, x.type));
        const below = kernel.mul(factor!, kernel.expm1(kernel.div(x, width!)));
        return kernel.select(kernel.greater(x, zero!), x, below);
      },
    ),
    pull: [({ cotangent, inputs: [x], attributes: [alpha] }) => times(cotangent, x, alpha)],
    push: [({ tangent, inputs: [x], attributes: [alpha] }) => times(tangent, x, alpha)],
    samples: [
      { shapes: [[2, 3]], from: -3, to: 3, kinks: [0] },
      { shapes: [[3]], from: -3, to: 3, kinks: [0], arguments: [{ alpha: 2 }] },
      { shapes: [[]], from: -3, to: 3, kinks: [0] },
    ],
  });
}

/**
 * `x` above 0, `alpha (e^x - 1)` below, alpha 1 (Clevert, Unterthiner, Hochreiter 2016). At 0 the slope is the one from
 * below.
 *
 * @throws ArgumentError `unknown-option`; DtypeError `dtype-refused`
 * @example
 * elu([-1, 0, 1], { alpha: 2 }).toArray(); // [-1.26424, 0, 1]
 */
export const elu: Op<[x: Tensor], [alpha: number], [Tensor], [options?: ExponentialUnitOptions]> =
  defineExponentialUnit(
    'elu',
    () => 1,
    () => {},
  );

/**
 * `scale x` above 0, `scale alpha (e^x - 1)` below, with the numbers that keep mean 0 and variance 1 from layer to layer
 * (Klambauer, Unterthiner, Mayr, Hochreiter 2017). At 0 the slope is the one from below.
 *
 * @example
 * selu([-1, 0, 1]).toArray(); // [-1.11133, 0, 1.0507]
 */
export const selu: ElementwiseOp = defineElementwise({
  name: 'selu',
  value: (x) => (x > 0 ? seluScale * x : seluScaleAlpha * Math.expm1(x)),
  lower: (x, kernel) => {
    const [zero, scale, scaleAlpha] = [0, seluScale, seluScaleAlpha].map((value) => kernel.constant(value, x.type));
    const isAbove = kernel.greater(x, zero!);
    return kernel.select(isAbove, kernel.mul(scale!, x), kernel.mul(scaleAlpha!, kernel.expm1(x)));
  },
  slope: ({ input: x }) => {
    const above = x.greater(0);
    return where(above, seluScale, where(above, 0, x).exp().mul(seluScaleAlpha));
  },
  samples: { from: -3, to: 3, kinks: [0] },
});

const seluScale = 1.0507009873554805;
const seluScaleAlpha = 1.7580993408473768; // scale times alpha, alpha = 1.6732632423543772848170429916717

/**
 * `x` above 0, `alpha (e^(x / alpha) - 1)` below, alpha 1 (Barron 2017): elu with slope 1 at 0 for every alpha.
 *
 * @throws ArgumentError `not-an-alpha`
 * @example
 * celu([-2, 0, 1], { alpha: 2 }).toArray(); // [-1.26424, 0, 1]
 */
export const celu: Op<[x: Tensor], [alpha: number], [Tensor], [options?: ExponentialUnitOptions]> =
  defineExponentialUnit(
    'celu',
    (alpha) => alpha,
    (alpha) => {
      if (Math.abs(alpha) > 0) return;
      throw new ArgumentError({
        code: 'not-an-alpha',
        problem: `alpha is ${String(alpha)}; x is divided by it`,
        received: alpha,
      });
    },
  );
