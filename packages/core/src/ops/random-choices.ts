/** Choices: yes or no, one of several, a whole number, an order. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { checkAccepts } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { forEachKey } from '../random/for-each-key.ts';
import { purpose, threefry, unitFromWords } from '../random/threefry.ts';
import { wholeNumbers } from '../random/whole-numbers.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import { type Shape, axisOf, checkShape, sameShape, shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { axesOfKeys, checkKey, keyByKey } from './random-keys.ts';
import { uniform } from './random-numbers.ts';

/**
 * True with a probability, else false: bool of `shape`, to which the probabilities broadcast (without it, of theirs).
 *
 * @throws ShapeError `not-a-key`, `shape-mismatch`
 * @example
 * random.bernoulli(random.key(1), 0.5, [4]).toArray(); // [true, true, true, false]
 */
export const bernoulli: Composite<(key: TensorLike, probability: TensorLike, shape?: Shape) => Tensor> = composite(
  'random.bernoulli',
  (key: TensorLike, like: TensorLike, shape?: Shape) => {
    const probability = asTensor(like, 'random.bernoulli');
    const size = shape ?? probability.shape;
    // With 53 bits small probabilities are met too.
    return uniform(key, size, { dtype: 'f64' }).less(probability.broadcastTo(size));
  },
  {
    samples: [
      { shapes: [[2], [3]], dtypes: ['i32', 'float'], from: [0, 0], to: [100, 1] },
      { shapes: [[2], []], dtypes: ['i32', 'float'], from: [0, 0], to: [100, 1], arguments: [[2, 0]] },
    ],
  },
);

export interface CategoricalOptions {
  /** The axis of the categories (the last). */
  axis?: number;
  /** Of the result; it ends as the logits do without their axis. That alone, where it is not given. */
  shape?: Shape;
}

/**
 * The number (i32) of a category, drawn with the probabilities `softmax(logits)` along an axis (the last): that of the
 * largest after numbers of Gumbel's distribution are added. -Infinity is never drawn.
 *
 * @throws ShapeError `not-a-key`, `shape-mismatch`; ArgumentError `axis-out-of-range`, `unknown-option`
 * @example
 * random.categorical(random.key(1), [-Infinity, 0, -Infinity], { shape: [3] }).toArray(); // [1, 1, 1]
 */
export const categorical: Composite<(key: TensorLike, logits: TensorLike, options?: CategoricalOptions) => Tensor> =
  composite(
    'random.categorical',
    (key: TensorLike, like: TensorLike, options: CategoricalOptions = {}) => {
      checkOptions('random.categorical', options, ['axis', 'shape']);
      const logits = asTensor(like, 'random.categorical');
      checkAccepts('random.categorical', 'number', logits.dtype);
      const axis = axisOf('random.categorical', options.axis ?? -1, logits.rank);
      const rows = logits.shape.filter((_, k) => k !== axis);
      const { shape = rows } = options;
      checkShape('random.categorical', shape);
      const draws = shape.slice(0, Math.max(0, shape.length - rows.length));
      if (!sameShape(shape.slice(draws.length), rows)) {
        throw new ShapeError({
          code: 'shape-mismatch',
          problem: `shape ${shapeText(shape)} does not end as the logits do without axis ${axis}, ${shapeText(rows)}`,
          expected: rows,
          received: shape,
        });
      }
      // The least number is not 0: two infinities must not meet.
      const unit = uniform(key, [...draws, ...logits.shape], { dtype: 'f64' }).maximum(2 ** -54);
      const noise = unit.log().neg().log().neg();
      return logits
        .cast('f64')
        .add(noise)
        .argMax({ axis: draws.length + axis });
    },
    {
      samples: [
        { shapes: [[2], [3]], dtypes: ['i32', 'float'], from: [0, -2], to: [100, 2] },
        {
          shapes: [[2], [3, 2]],
          dtypes: ['i32', 'float'],
          from: [0, -2],
          to: [100, 2],
          arguments: [{ axis: 0, shape: [4, 2] }],
        },
      ],
    },
  );

export interface IntegersOptions {
  /** The least number (0). */
  min?: number;
  /** One more than the greatest. */
  max: number;
}

/**
 * Whole numbers from `min` (0) to `max`, which is not among them: i32, all equally likely to the last bit.
 *
 * @throws ArgumentError `not-a-range`, `unknown-option`; ShapeError `not-a-key`, `not-a-shape`
 * @example
 * random.integers(random.key(1), [3], { max: 6 }).shape; // [3]
 */
export const integers: Op<
  [key: Tensor],
  [shape: Shape, min: number, max: number],
  [Tensor],
  [shape: Shape, options: IntegersOptions]
> = defineOp({
  name: 'random.integers',
  attributeNames: ['shape', 'min', 'max'],
  plain: ['i32'],
  canonical: ([source], [shape, options]) => {
    checkKey(source);
    checkOptions('random.integers', options, ['min', 'max']);
    const { min = 0, max } = options;
    const fits = Number.isInteger(min) && Number.isInteger(max) && min < max;
    if (fits && min >= -(2 ** 31) && max <= 2 ** 31) return [shape, min, max];
    throw new ArgumentError({
      code: 'not-a-range',
      problem: `no whole numbers of 32 bits lie from ${String(min)} up to and without ${String(max)}`,
      expected: 'min < max',
      received: [min, max],
      remedy: max === undefined ? 'random.integers(key, shape, { max: 6 })' : undefined,
    });
  },
  infer: ([source], [shape]) => {
    checkShape('random.integers', shape);
    return specOf([...axesOfKeys(source), ...shape], 'i32');
  },
  forward: ([source], [, min, max], { data }) =>
    forEachKey(source.data, data, (key0, key1, out) => wholeNumbers(key0, key1, min, max, out)),
  pull: [notDifferentiable],
  batch: keyByKey,
  samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [[2, 3], { min: -2, max: 5 }] }],
});

/**
 * The numbers 0 to `count - 1` in random order, i32 `[count]` (Fisher and Yates; every order equally likely up to 2^-53).
 *
 * @example
 * random.permutation(random.key(1), 3).size; // 3
 */
export const permutation: Op<[key: Tensor], [count: number]> = defineOp({
  name: 'random.permutation',
  plain: ['i32'],
  canonical: ([source], written) => {
    checkKey(source);
    return written;
  },
  infer: ([source], [count]) => {
    checkShape('random.permutation', [count]);
    return specOf([...axesOfKeys(source), count], 'i32');
  },
  forward: ([source], [count], { data }) => {
    const words = new Int32Array(2);
    forEachKey(source.data, data, (key0, key1, out) => {
      for (let k = 0; k < count; k++) out[k] = k;
      for (let k = count - 1; k > 0; k--) {
        threefry(key0, key1, k, purpose.order, words);
        const other = Math.floor(unitFromWords(words) * (k + 1));
        [out[k], out[other]] = [out[other]!, out[k]!];
      }
    });
  },
  pull: [notDifferentiable],
  batch: keyByKey,
  samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [5] }],
});
