/** Loops of a known length that are written more simply than as a scan: `forLoop`, `map`. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import { arange } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorTree, TreeLike } from '../tensor/tree.ts';
import { loopOver, type ScanOptions } from './scan.ts';

/**
 * Applies `body` to a state `count` times, with the number of the step, from 0, as an i32 tensor. A `scan` without entries
 * and results.
 *
 * @throws ShapeError `carry-changes`; ArgumentError `bad-option`
 * @example
 * forLoop(5, (k, total: Tensor) => total.add(k), tensor(0)).item(); // 10
 */
export function forLoop<S>(
  count: number,
  body: (k: Tensor, state: S) => S,
  state: TreeLike<S>,
  options: Pick<ScanOptions, 'checkpoint'> = {},
): TensorTree<S> {
  checkOptions('forLoop', options, ['checkpoint']);
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError({
      code: 'bad-option',
      op: 'forLoop',
      problem: `the count is ${String(count)}; expected a whole number of steps`,
      expected: 'a whole number',
      received: count,
    });
  }
  const step = (carry: never, k: never): unknown => [body(k, carry), undefined];
  return loopOver('forLoop', step, state, arange(count), options)[0] as TensorTree<S>;
}

/**
 * Applies `fn` to each entry of `xs` along the first axis, one after the other, and stacks the results. `vmap` applies it
 * to all at once, which is faster and takes memory for all.
 *
 * @throws ShapeError `no-axis`, `different-lengths`
 * @example
 * map((x: Tensor) => x.square().sum(), tensor([[1, 2], [3, 4]])).toArray(); // [5, 25]
 */
export function map<X, Y>(fn: (x: X) => Y, xs: TreeLike<X>): TensorTree<Y> {
  const step = (_: never, x: never): unknown => [undefined, fn(x)];
  return loopOver('map', step, undefined, xs, {})[1] as TensorTree<Y>;
}
