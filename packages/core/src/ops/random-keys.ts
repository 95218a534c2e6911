/** Keys, and keys from keys. */
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { defineOp } from '../op/define-op.ts';
import { type BatchContext, type Op, notDifferentiable } from '../op/op.ts';
import { forEachKey } from '../random/for-each-key.ts';
import { keyWords, placeInDraw, threefryWords } from '../random/threefry-words.ts';
import { purpose, threefry } from '../random/threefry.ts';
import { type TensorLike, asTensor, tensor } from '../tensor/create.ts';
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
  const source = asTensor(like, 'random.split', 'i32');
  checkKey(source, 'random.split');
  const keys = splitKeys(source, count);
  return Array.from({ length: count }, (_, k) => keys.slice([k]));
}

/**
 * The primitive behind `random.split`: the new keys as rows, of each of several keys.
 *
 * @example
 * random.splitKeys(random.key(1), 3).shape; // [3, 2]
 */
export const splitKeys: Op<[key: Tensor], [count: number]> = defineOp({
  name: 'random.split',
  infer: ([source], [count]) => specOf([...axesOfKeys(source), count, 2], 'i32'),
  forward: ([source], [count], { data }) => {
    const words = new Int32Array(2);
    forEachKey(source.data, data, (key0, key1, out) => {
      for (let k = 0; k < count; k++) {
        threefry(key0, key1, k, purpose.keys, words);
        out.set(words, 2 * k);
      }
    });
  },
  lower: (context, kernel) => {
    const [k, word] = placeInDraw(context, kernel).axes;
    const [first, second] = threefryWords(keyWords(context, kernel), k!, purpose.keys, kernel);
    return kernel.select(kernel.equal(word!, kernel.constant(0, 'i32')), first, second);
  },
  pull: [notDifferentiable],
  batch: keyByKey,
  samples: [{ shapes: [[2]], dtypes: ['i32'], from: 0, to: 100, arguments: [3] }],
});

/** The batch rule of what draws from a key: inside, an op draws from each of several keys, `[..., 2]`, what it gives alone. */
export function keyByKey<A extends readonly unknown[]>({
  inputs,
  attributes,
  apply,
}: BatchContext<[key: Tensor], A, [Tensor]>): Tensor {
  return apply(inputs, attributes);
}

/** The axes along which several keys lie; none for one key. Only batches have some: `checkKey` holds users to one. */
export function axesOfKeys(source: Spec): Shape {
  const axes = source.shape.slice(0, -1);
  checkKey(specOf(source.shape.slice(axes.length), source.dtype));
  return axes;
}

/** Refuses what is no key. */
export function checkKey(source: Spec, op?: string): void {
  if (source.dtype === 'i32' && source.shape.length === 1 && source.shape[0] === 2) return;
  throw new ShapeError({
    code: 'not-a-key',
    op,
    problem: `a key is i32 [2]; received ${source.dtype} ${shapeText(source.shape)}`,
    expected: 'i32 [2]',
    received: source,
    remedy: 'random.key(seed)',
  });
}
