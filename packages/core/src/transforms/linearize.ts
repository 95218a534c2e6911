/** A function at a point as the linear map that it is nearby. */
import { checkOptions } from '../errors/check-options.ts';
import { remembering } from '../graph/recording.ts';
import { pushTo } from '../derive/push-to.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type TensorTree, type TreeLike, flatten, unflatten } from '../tensor/tree.ts';
import { checkedOutput, markSome, withAux } from './grad.ts';
import { directionFor } from './jvp.ts';

/**
 * `[value, push]`: the value of `fn` at `x`, and the function that takes a direction, a tree of the form of `x`, to the
 * tangent of the value. `fn` is called once; `push` may be called often.
 *
 * @param options.hasAux the function gives `[value, aux]`; the result is `[value, push, aux]`
 * @throws ArgumentError `structure-mismatch`, ShapeError `shape-mismatch` where a direction does not fit `x`
 * @example
 * const [y, push] = linearize((x: Tensor) => x.square(), tensor([1, 3]));
 * push(tensor([1, 0])).toArray(); // [2, 0]
 * push(tensor([0, 1])).toArray(); // [0, 6]
 */
export function linearize<X, R, Aux>(
  fn: (x: X) => readonly [R, Aux],
  x: TreeLike<X>,
  options: { hasAux: true },
): [value: R, push: (direction: TreeLike<X>) => TensorTree<R>, aux: Aux];
export function linearize<X, R>(
  fn: (x: X) => R,
  x: TreeLike<X>,
): [value: R, push: (direction: TreeLike<X>) => TensorTree<R>];
export function linearize(
  fn: (x: never) => unknown,
  x: unknown,
  options: { hasAux?: true } = {},
): [value: unknown, push: (direction: unknown) => unknown, aux?: unknown] {
  checkOptions('linearize', options, ['hasAux']);
  const { called, marked } = markSome('linearize', fn, [x], [0]);
  const part = marked[0]!;
  const [value, ...aux] = withAux(
    'linearize',
    remembering({ backward: false }, () => fn(called[0] as never)),
    options.hasAux,
  );
  const form = flatten(value, 'linearize');
  const outputs = form.leaves.map((leaf): Tensor => checkedOutput('linearize', leaf));
  const push = (direction: unknown): unknown =>
    unflatten(form.structure, pushTo(directionFor('linearize', x, part, direction), outputs));
  return [unflatten(form.structure, outputs), push, ...aux];
}
