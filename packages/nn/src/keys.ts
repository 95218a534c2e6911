/** Where a layer's randomness comes from. */
import { ArgumentError, type Tensor, type TensorLike, random } from '@edgewise/core';

/** Two ways to say the same: a key, or the seed of one. */
export interface KeyOptions {
  /** A key, i32 `[2]`, from `random.key` or `random.split`. */
  key?: TensorLike;
  /** Stands for `random.key(seed)`. */
  seed?: number;
}

let unnamed = 0;

/**
 * The key that options name. Without one, a new key at each call, the same ones in each run of a program: two layers
 * never start equal unless they are told to.
 */
export function keyOf(op: string, { key, seed }: KeyOptions): TensorLike {
  if (key !== undefined && seed !== undefined) {
    throw new ArgumentError({
      code: 'key-and-seed',
      op,
      problem: 'both a key and a seed are given; one says it all',
      expected: 'key or seed',
      received: { key, seed },
      remedy: `{ seed: ${seed} } alone`,
    });
  }
  return key ?? random.key(seed ?? 2 ** 32 + unnamed++);
}

/** `count` keys from those options, one a part. */
export function keysOf(op: string, options: KeyOptions, count: number): Tensor[] {
  return random.split(keyOf(op, options), count);
}
