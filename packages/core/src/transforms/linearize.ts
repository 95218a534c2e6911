/** A function at a point as the linear map that it is nearby. */
import { remembering } from '../graph/recording.ts';
import { pushTo } from '../derive/push-to.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type TensorTree, type TreeLike, flatten, unflatten } from '../tensor/tree.ts';
import { checkedOutput, markSome } from './grad.ts';
import { directionFor } from './jvp.ts';

/**
 * `[value, push]`: the value of `fn` at `x`, and the function that takes a direction, a tree of the form of `x`, to the
 * tangent of the value. `fn` is called once; `push` may be called often.
 *
 * @throws ArgumentError `structure-mismatch`, ShapeError `shape-mismatch` where a direction does not fit `x`
 * @example
 * const [y, push] = linearize((x: Tensor) => x.square(), tensor([1, 3]));
 * push(tensor([1, 0])).toArray(); // [2, 0]
 * push(tensor([0, 1])).toArray(); // [0, 6]
 */
export function linearize<X, R>(
  fn: (x: X) => R,
  x: TreeLike<X>,
): [value: R, push: (direction: TreeLike<X>) => TensorTree<R>] {
  const { called, marked } = markSome('linearize', fn, [x], [0]);
  const part = marked[0]!;
  const form = flatten(
    remembering({ backward: false }, () => fn(called[0] as X)),
    'linearize',
  );
  const outputs = form.leaves.map((leaf): Tensor => checkedOutput('linearize', leaf));
  const push = (direction: TreeLike<X>): TensorTree<R> =>
    unflatten(form.structure, pushTo(directionFor('linearize', x, part, direction), outputs));
  return [unflatten<R>(form.structure, outputs), push];
}
