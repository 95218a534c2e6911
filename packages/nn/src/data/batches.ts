/** A data set in pieces that fit a training step. */
import {
  ArgumentError,
  ShapeError,
  Tensor,
  type TensorLike,
  checkOptions,
  flatten,
  mapTree,
  random,
  slice,
  take,
} from '@edgewise/core';

export interface BatchOptions {
  /** Examples in a batch; the last one may be shorter. */
  size: number;
  /** Shuffles, each key in another order; without one, examples come as they are. A key an epoch: `random.split`. */
  key?: TensorLike;
}

/**
 * One pass over a data set, batch by batch: trees of the form of `data`, each tensor cut along its first axis.
 *
 * @param data a tree of tensors `[n, ...]`, usually `{ x, labels }`
 * @throws ArgumentError `not-a-size`, `no-data`, `unknown-option`; ShapeError `lengths-differ`
 * @example
 * const data = { x: tensor([[1], [2], [3]]), labels: tensor([0, 1, 0], { dtype: 'i32' }) };
 * Array.from(batches(data, { size: 2, key: random.key(1) }), ({ x }) => x.shape[0]); // [2, 1]
 */
export function batches<T>(data: T, options: BatchOptions): Generator<T, void, undefined> {
  checkOptions('batches', options, ['size', 'key']);
  const { size, key } = options;
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new ArgumentError({
      code: 'not-a-size',
      op: 'batches',
      problem: `size is ${String(size)}; expected a whole number above 0`,
      expected: 'a whole number above 0',
      received: size,
    });
  }
  const count = lengthOf(data);
  const order = key === undefined ? undefined : random.permutation(key, count);
  // Checked at the call; a generator's own body runs only when somebody asks for the first batch.
  return (function* pieces(): Generator<T, void, undefined> {
    for (let from = 0; from < count; from += size) {
      const stretch = [[from, from + size]] as const;
      const places = order === undefined ? undefined : slice(order, stretch);
      yield mapTree((x) => (places === undefined ? slice(x, stretch) : take(x, places)), data);
    }
  })();
}

/** How many examples there are: the extent that all first axes have. */
function lengthOf(data: unknown): number {
  const { leaves, paths } = flatten(data, 'batches');
  const lengths = leaves.map((leaf, k) => {
    if (leaf instanceof Tensor && leaf.rank > 0) return leaf.shape[0]!;
    throw new ArgumentError({
      code: 'no-data',
      op: 'batches',
      problem: `${paths[k] === '' ? 'the data' : paths[k]} is no tensor with a first axis to cut`,
      expected: 'a tensor [n, ...]',
      received: leaf,
    });
  });
  const [first] = lengths;
  if (first === undefined) {
    throw new ArgumentError({
      code: 'no-data',
      op: 'batches',
      problem: 'there is no tensor in the data',
      received: data,
    });
  }
  const other = lengths.findIndex((length) => length !== first);
  if (other < 0) return first;
  throw new ShapeError({
    code: 'lengths-differ',
    op: 'batches',
    problem: `${paths[0]} has ${first} examples, ${paths[other]} has ${lengths[other]}`,
    expected: first,
    received: lengths[other],
  });
}
