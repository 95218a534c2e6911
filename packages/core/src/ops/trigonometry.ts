/** Circular and hyperbolic functions and their inverses. Angles are in radians. */
import { type BinaryElementwiseOp, type ElementwiseOp, defineElementwise } from '../op/define-elementwise.ts';
import { hypot, overHypotenuse } from './exponential.ts';

/** Sine. @example sin([0, 1]).toArray(); // [0, 0.84147] */
export const sin: ElementwiseOp = defineElementwise({
  name: 'sin',
  value: Math.sin,
  lower: (x, kernel) => kernel.sin(x),
  slope: ({ input }) => input.cos(),
  samples: { from: -4, to: 4 },
});

/** Cosine. @example cos([0, 1]).toArray(); // [1, 0.5403] */
export const cos: ElementwiseOp = defineElementwise({
  name: 'cos',
  value: Math.cos,
  lower: (x, kernel) => kernel.cos(x),
  slope: ({ input }) => input.sin().neg(),
  samples: { from: -4, to: 4 },
});

/** Tangent. @example tan([0, 1]).toArray(); // [0, 1.55741] */
export const tan: ElementwiseOp = defineElementwise({
  name: 'tan',
  value: Math.tan,
  lower: (x, kernel) => kernel.tan(x),
  slope: ({ output }) => output.square().add(1),
  samples: { from: -1.2, to: 1.2 },
});

/** Inverse sine, in [-π/2, π/2]; NaN outside [-1, 1]. @example asin([0, 1]).toArray(); // [0, 1.5708] */
export const asin: ElementwiseOp = defineElementwise({
  name: 'asin',
  value: Math.asin,
  lower: (x, kernel) => kernel.asin(x),
  slope: ({ input }) => oneMinusSquare(input).rsqrt(),
  samples: { from: -0.8, to: 0.8 },
});

/** Inverse cosine, in [0, π]; NaN outside [-1, 1]. @example acos([1, 0]).toArray(); // [0, 1.5708] */
export const acos: ElementwiseOp = defineElementwise({
  name: 'acos',
  value: Math.acos,
  lower: (x, kernel) => kernel.acos(x),
  slope: ({ input }) => oneMinusSquare(input).rsqrt().neg(),
  samples: { from: -0.8, to: 0.8 },
});

/** Inverse tangent, in [-π/2, π/2]. @example atan([0, 1]).toArray(); // [0, 0.7854] */
export const atan: ElementwiseOp = defineElementwise({
  name: 'atan',
  value: Math.atan,
  lower: (x, kernel) => kernel.atan(x),
  slope: ({ input }) => atanSlope(input),
  samples: { from: -3, to: 3 },
});

/** The primitive behind the slope of `atan`, `1 / (1 + x^2)`: that of its parts is 0 * infinity where x^2 is infinite. */
export const atanSlope: ElementwiseOp = defineElementwise({
  name: 'atanSlope',
  value: (x) => 1 / (x * x + 1),
  lower: (x, kernel) => {
    const one = kernel.constant(1, x.type);
    return kernel.div(one, kernel.add(kernel.mul(x, x), one));
  },
  slope: ({ input, output }) => output.mul(overSquare(input, 1)).mul(-2),
});

/**
 * The angle of the point (x, y), in [-π, π]: `atan(y / x)` in the right quadrant. `y` comes first, as everywhere. The slopes
 * are 0 at 0, 0 and where x or y is infinite.
 *
 * @example
 * atan2([1, -1], [-1, -1]).toArray(); // [2.35619, -2.35619]
 */
export const atan2: BinaryElementwiseOp = defineElementwise({
  name: 'atan2',
  value: Math.atan2,
  lower: (x, y, kernel) => kernel.atan2(x, y),
  slope: [({ inputs: [y, x] }) => overSquare(x, y), ({ inputs: [y, x] }) => overSquare(y, x).neg()],
  samples: { from: 0.3, to: 3 },
});

/**
 * The primitive behind the slopes of `atan2`: `x / (x^2 + y^2)`, where the squares alone would overflow or vanish too; 0
 * where the radius is 0 or infinite. One op, since its slopes are products of its values, which need no radius.
 */
export const overSquare: BinaryElementwiseOp = defineElementwise({
  name: 'overSquare',
  value: (x, y) => overHypotenuse(x, y, 2),
  lower: (x, y, kernel) => kernel.overHypotenuse(x, y, 2),
  slope: [
    ({ inputs: [x, y], output }) => {
      const other = overSquare(y, x);
      return other.sub(output).mul(other.add(output));
    },
    ({ inputs: [x, y], output }) => output.mul(overSquare(y, x)).mul(-2),
  ],
});

/** Hyperbolic sine. @example sinh([0, 1]).toArray(); // [0, 1.1752] */
export const sinh: ElementwiseOp = defineElementwise({
  name: 'sinh',
  value: Math.sinh,
  lower: (x, kernel) => kernel.sinh(x),
  slope: ({ input }) => cosh(input),
  samples: { from: -3, to: 3 },
});

/** Hyperbolic cosine. @example cosh([0, 1]).toArray(); // [1, 1.54308] */
export const cosh: ElementwiseOp = defineElementwise({
  name: 'cosh',
  value: Math.cosh,
  lower: (x, kernel) => kernel.cosh(x),
  slope: ({ input }) => sinh(input),
  samples: { from: -3, to: 3 },
});

/** Hyperbolic tangent. @example tanh([0, 1]).toArray(); // [0, 0.76159] */
export const tanh: ElementwiseOp = defineElementwise({
  name: 'tanh',
  value: tangent,
  lower: (x, kernel) => kernel.tanh(x),
  slope: ({ output }) => output.square().neg().add(1),
  slopeAt: (_, y) => -(y * y) + 1,
  slopeAtSingle: (_, y) => -Math.fround(y * y) + 1,
  samples: { from: -3, to: 3 },
});

/**
 * Rational approximation near 0 (S. L. Moshier, Cephes; after W. J. Cody, W. Waite, Software Manual for the Elementary
 * Functions, 1980): within 1.3 units in the last place, where Math.tanh is off by up to 2.2.
 */
function tangent(x: number): number {
  const size = Math.abs(x);
  if (size < 1e-9) return x; // -0 too
  if (size >= 0.625) {
    const share = 1 - 2 / (Math.exp(2 * size) + 1);
    return x < 0 ? -share : share;
  }
  const z = x * x;
  const top = (-0.9643991794250523 * z - 99.28772310019185) * z - 1614.6876844170845;
  const bottom = ((z + 112.81167849163293) * z + 2235.4883906010045) * z + 4844.063053251255;
  return x + (x * z * top) / bottom;
}

/** Inverse hyperbolic sine. @example asinh([0, 1]).toArray(); // [0, 0.88137] */
export const asinh: ElementwiseOp = defineElementwise({
  name: 'asinh',
  value: Math.asinh,
  lower: (x, kernel) => kernel.asinh(x),
  slope: ({ input }) => hypot(input, 1).reciprocal(), // x^2 alone would overflow
  samples: { from: -3, to: 3 },
});

/** Inverse hyperbolic cosine, from 0 up; NaN below 1. Its slope at 1 is infinite. @example acosh(1).item(); // 0 */
export const acosh: ElementwiseOp = defineElementwise({
  name: 'acosh',
  value: Math.acosh,
  lower: (x, kernel) => kernel.acosh(x),
  slope: ({ input }) => input.sub(1).rsqrt().mul(input.add(1).rsqrt()),
  samples: { from: 1.3, to: 4 },
});

/**
 * Inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond.
 *
 * @example
 * atanh([0, 0.5]).toArray(); // [0, 0.54931]
 */
export const atanh: ElementwiseOp = defineElementwise({
  name: 'atanh',
  value: Math.atanh,
  lower: (x, kernel) => kernel.atanh(x),
  slope: ({ input }) => oneMinusSquare(input).reciprocal(),
  samples: { from: -0.8, to: 0.8 },
});

/**
 * The primitive behind the slopes of inverse functions: `1 - x^2` as a product, since the difference loses digits near 1.
 * One op, since the slopes of the product cancel near 0.
 */
export const oneMinusSquare: ElementwiseOp = defineElementwise({
  name: 'oneMinusSquare',
  value: (x) => (1 - x) * (1 + x),
  lower: (x, kernel) => {
    const one = kernel.constant(1, x.type);
    return kernel.mul(kernel.sub(one, x), kernel.add(one, x));
  },
  slope: ({ input }) => input.mul(-2),
});
