/** Numbers spread evenly, or as the normal distribution has them. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, DtypeError } from '../errors/edgewise-error.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { purpose, threefry, unitFromWords } from '../random/threefry.ts';
import { forEachKey } from '../random/for-each-key.ts';
import { keyWords, placeInDraw, threefryWords } from '../random/threefry-words.ts';
import { truncatedNormals } from '../random/truncated-normal.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import { type Dtype, isFloat } from '../tensor/dtype.ts';
import { type Shape, checkShape } from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { axesOfKeys, checkKey, keyByKey, split } from './random-keys.ts';

/**
 * The primitive behind `random.uniform`: numbers in [0, 1), with 24 bits in f32 and 53 in f64.
 *
 * @example
 * random.unitUniform(random.key(1), [2, 3], 'f64').shape; // [2, 3]
 */
export const unitUniform: Op<[key: Tensor], [shape: Shape, dtype: Dtype]> = defineOp({
  name: 'random.uniform',
  infer: ([source], [shape, dtype]) => specOfNumbers('random.uniform', axesOfKeys(source), shape, dtype),
  forward: ([source], [, dtype], { data }) => {
    const words = new Int32Array(2);
    forEachKey(source.data, data, (key0, key1, out) => {
      if (dtype === 'f64') {
        for (let k = 0; k < out.length; k++) {
          threefry(key0, key1, k, purpose.numbers, words);
          out[k] = unitFromWords(words);
        }
      } else {
        for (let k = 0; k < out.length; k++) {
          if (k % 2 === 0) threefry(key0, key1, k / 2, purpose.numbers, words);
          out[k] = (words[k % 2]! >>> 8) / 16777216;
        }
      }
    });
  },
  lower: (context, kernel) => {
    const key = keyWords(context, kernel);
    const { flat } = placeInDraw(context, kernel);
    const [, dtype] = context.attributes;
    if (dtype === 'f64') {
      const [high, low] = threefryWords(key, flat, purpose.numbers, kernel);
      const upper = kernel.mul(
        kernel.convert(kernel.shiftRightUnsigned(high, 5), 'f64'),
        kernel.constant(67108864, 'f64'),
      );
      const sum = kernel.add(upper, kernel.convert(kernel.shiftRightUnsigned(low, 6), 'f64'));
      return kernel.mul(sum, kernel.constant(2 ** -53, 'f64'));
    }
    const [even, odd] = threefryWords(key, kernel.quotient(flat, 2), purpose.numbers, kernel);
    const isEven = kernel.equal(kernel.modulo(flat, 2), kernel.constant(0, 'i32'));
    const word = kernel.shiftRightUnsigned(kernel.select(isEven, even, odd), 8);
    return kernel.mul(kernel.convert(word, 'f32'), kernel.constant(2 ** -24, 'f32'));
  },
  pull: [notDifferentiable],
  batch: keyByKey,
  samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [[3], 'f64'] }],
});

export interface UniformOptions {
  min?: number;
  max?: number;
  dtype?: Dtype;
}

/**
 * Numbers spread evenly over [min, max), [0, 1) unless said otherwise. Where they are rounded at last, as between 1000 and
 * 1001 in f32, a few of them are max itself; `random.integers` never gives it.
 *
 * @throws ShapeError `not-a-key`, DtypeError `dtype-refused`, ArgumentError `not-bounds`
 * @example
 * random.uniform(random.key(1), [3], { min: -1, max: 1 }).shape; // [3]
 */
export const uniform: Composite<(key: TensorLike, shape: Shape, options?: UniformOptions) => Tensor> = composite(
  'random.uniform',
  (like: TensorLike, shape: Shape, options: UniformOptions = {}) => {
    checkOptions('random.uniform', options, ['min', 'max', 'dtype']);
    const { min = 0, max = 1, dtype = 'f32' } = options;
    const source = asTensor(like, 'random.uniform', 'i32');
    checkKey(source);
    const width = max - min;
    if (!(min <= max && Number.isFinite(dtype === 'f32' ? Math.fround(width) : width))) {
      throw new ArgumentError({
        code: 'not-bounds',
        problem: `numbers cannot be spread evenly from ${String(min)} to ${String(max)}${min <= max ? `: what lies between is no number of ${dtype}` : ''}`,
        expected: 'min <= max, both finite',
        received: [min, max],
      });
    }
    const unit = unitUniform(source, shape, dtype);
    return min === 0 && max === 1 ? unit : unit.mul(width).add(min);
  },
  { samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [[3], { min: -1 }] }] },
);

/**
 * Numbers of the normal distribution with mean 0 and variance 1 (Box, Muller 1958).
 *
 * @example
 * random.normal(random.key(1), [3]).shape; // [3]
 */
export const normal: Composite<(key: TensorLike, shape: Shape, options?: { dtype?: Dtype }) => Tensor> = composite(
  'random.normal',
  (like: TensorLike, shape: Shape, options: { dtype?: Dtype } = {}) => {
    checkOptions('random.normal', options, ['dtype']);
    const [forRadius, forAngle] = split(like, 2);
    // 1 - u lies in (0, 1]: the logarithm is finite.
    const radius = uniform(forRadius!, shape, options).neg().log1p().mul(-2).sqrt();
    return radius.mul(
      uniform(forAngle!, shape, options)
        .mul(2 * Math.PI)
        .cos(),
    );
  },
  { samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [[3]] }] },
);

export interface TruncatedNormalOptions {
  /** The least number (-2). */
  lower?: number;
  /** The greatest (2). */
  upper?: number;
  dtype?: Dtype;
}

/**
 * Numbers of the normal distribution with mean 0 and variance 1, of those between `lower` (-2) and `upper` (2), either of
 * which may be infinite (Robert 1995, "Simulation of truncated normal variables": exact, however far out the bounds lie).
 *
 * @throws ArgumentError `not-bounds`, `unknown-option`; ShapeError `not-a-key`, `not-a-shape`; DtypeError `dtype-refused`
 * @example
 * random.truncatedNormal(random.key(1), [100], { lower: 3, upper: Infinity }).min().item() >= 3; // true
 */
export const truncatedNormal: Op<
  [key: Tensor],
  [shape: Shape, lower: number, upper: number, dtype: Dtype],
  [Tensor],
  [shape: Shape, options?: TruncatedNormalOptions]
> = defineOp({
  name: 'random.truncatedNormal',
  attributeNames: ['shape', 'lower', 'upper', 'dtype'],
  plain: ['i32'],
  canonical: ([source], [shape, options = {}]) => {
    checkKey(source);
    checkOptions('random.truncatedNormal', options, ['lower', 'upper', 'dtype']);
    const { lower = -2, upper = 2, dtype = 'f32' } = options;
    if (lower <= upper && lower < Number.POSITIVE_INFINITY && upper > Number.NEGATIVE_INFINITY) {
      return [shape, lower, upper, dtype];
    }
    throw new ArgumentError({
      code: 'not-bounds',
      problem: `no numbers lie from ${lower} to ${upper}`,
      expected: 'lower <= upper',
      received: [lower, upper],
    });
  },
  infer: ([source], [shape, , , dtype]) => specOfNumbers('random.truncatedNormal', axesOfKeys(source), shape, dtype),
  forward: ([source], [, lower, upper], { data }) =>
    forEachKey(source.data, data, (key0, key1, out) => truncatedNormals(key0, key1, lower, upper, out)),
  pull: [notDifferentiable],
  batch: keyByKey,
  samples: [
    { shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [[3]] },
    { shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [[2, 0], { lower: 1, dtype: 'f64' }] },
  ],
});

/** Of the numbers of several keys, or of one. */
function specOfNumbers(name: string, axes: Shape, shape: Shape, dtype: Dtype): Spec {
  checkShape(name, shape);
  if (isFloat(dtype)) return specOf([...axes, ...shape], dtype);
  throw new DtypeError({
    code: 'dtype-refused',
    problem: `numbers are f32 or f64; received ${dtype}`,
    expected: 'float',
    received: dtype,
  });
}
