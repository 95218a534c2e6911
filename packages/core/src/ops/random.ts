/** Randomness is counter-based: a key is a tensor, the same key gives the same numbers, and keys split into keys. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { purpose, threefry, unitFromWords } from '../random/threefry.ts';
import { type TensorLike, asTensor, tensor } from '../tensor/create.ts';
import { type Dtype, isFloat } from '../tensor/dtype.ts';
import { type Shape, checkShape, shapeText } from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * A key from a seed, a whole number up to 2^53: i32 `[2]`.
 *
 * @throws ArgumentError `not-a-seed`
 * @example
 * random.uniform(random.key(1), [2]).toArray(); // [0.11815, 0.43147], each time
 */
export function key(seed: number): Tensor {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ArgumentError({
      code: 'not-a-seed',
      op: 'random.key',
      problem: `a seed is a whole number from 0 to 2^53 - 1; received ${String(seed)}`,
      received: seed,
    });
  }
  return tensor(new Int32Array([Math.floor(seed / 2 ** 32), seed | 0]));
}

/**
 * `count` new keys, i32 `[count, 2]`, independent of each other and of what the key itself gives.
 *
 * @example
 * const [forWeights, forNoise] = random.split(random.key(1), 2);
 */
export function split(like: TensorLike, count: number): Tensor[] {
  checkShape('random.split', [count]);
  const keys = splitKeys(asTensor(like, 'random.split', 'i32'), count);
  return Array.from({ length: count }, (_, k) => keys.slice([k]));
}

/** The primitive behind `random.split`: the new keys as rows. */
export const splitKeys: Op<[key: Tensor], [count: number]> = defineOp({
  name: 'random.split',
  infer: ([source], [count]) => {
    checkKey(source);
    return specOf([count, 2], 'i32');
  },
  forward: ([source], [count], { data }) => {
    const words = new Int32Array(2);
    for (let k = 0; k < count; k++) {
      threefry(source.data[0]!, source.data[1]!, k, purpose.keys, words);
      data.set(words, 2 * k);
    }
  },
  pull: [notDifferentiable],
  samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [3] }],
});

/** The primitive behind `random.uniform`: numbers in [0, 1), with 24 bits in f32 and 53 in f64. */
export const unitUniform: Op<[key: Tensor], [shape: Shape, dtype: Dtype]> = defineOp({
  name: 'random.uniform',
  infer: ([source], [shape, dtype]) => {
    checkKey(source);
    checkShape('random.uniform', shape);
    if (!isFloat(dtype))
      throw new DtypeError({
        code: 'dtype-refused',
        problem: `numbers are f32 or f64; received ${dtype}`,
        expected: 'float',
        received: dtype,
      });
    return specOf(shape, dtype);
  },
  forward: ([source], [, dtype], { data }) => {
    const words = new Int32Array(2);
    const [key0, key1] = [source.data[0]!, source.data[1]!];
    if (dtype === 'f64') {
      for (let k = 0; k < data.length; k++) {
        threefry(key0, key1, k, purpose.numbers, words);
        data[k] = unitFromWords(words);
      }
    } else {
      for (let k = 0; k < data.length; k++) {
        if (k % 2 === 0) threefry(key0, key1, k / 2, purpose.numbers, words);
        data[k] = (words[k % 2]! >>> 8) / 16777216;
      }
    }
  },
  pull: [notDifferentiable],
  samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [[3], 'f64'] }],
});

export interface UniformOptions {
  min?: number;
  max?: number;
  dtype?: Dtype;
}

/**
 * Numbers spread evenly over [min, max), [0, 1) unless said otherwise.
 *
 * @throws ShapeError `not-a-key`, DtypeError `dtype-refused`
 * @example
 * random.uniform(random.key(1), [3], { min: -1, max: 1 }).shape; // [3]
 */
export const uniform: Composite<(key: TensorLike, shape: Shape, options?: UniformOptions) => Tensor> = composite(
  'random.uniform',
  (like: TensorLike, shape: Shape, options: UniformOptions = {}) => {
    checkOptions('random.uniform', options, ['min', 'max', 'dtype']);
    const { min = 0, max = 1, dtype = 'f32' } = options;
    const unit = unitUniform(asTensor(like, 'random.uniform', 'i32'), shape, dtype);
    return min === 0 && max === 1 ? unit : unit.mul(max - min).add(min);
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

/**
 * The numbers 0 to `count - 1` in random order, i32 `[count]` (Fisher and Yates; every order equally likely up to 2^-53).
 *
 * @example
 * random.permutation(random.key(1), 3).size; // 3
 */
export const permutation: Op<[key: Tensor], [count: number]> = defineOp({
  name: 'random.permutation',
  plain: ['i32'],
  infer: ([source], [count]) => {
    checkKey(source);
    checkShape('random.permutation', [count]);
    return specOf([count], 'i32');
  },
  forward: ([source], [count], { data }) => {
    const words = new Int32Array(2);
    for (let k = 0; k < count; k++) data[k] = k;
    for (let k = count - 1; k > 0; k--) {
      threefry(source.data[0]!, source.data[1]!, k, purpose.order, words);
      const other = Math.floor(unitFromWords(words) * (k + 1));
      [data[k], data[other]] = [data[other]!, data[k]!];
    }
  },
  pull: [notDifferentiable],
  samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [5] }],
});

function checkKey(source: Spec): void {
  if (source.dtype === 'i32' && source.shape.length === 1 && source.shape[0] === 2) return;
  throw new ShapeError({
    code: 'not-a-key',
    problem: `a key is i32 [2]; received ${source.dtype} ${shapeText(source.shape)}`,
    expected: 'i32 [2]',
    received: source,
    remedy: 'random.key(seed)',
  });
}
