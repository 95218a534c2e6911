/** Forward mode: how a function's value moves when its argument moves. */
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import type { Arguments } from '../derive/argument.ts';
import { pushTo } from '../derive/push-to.ts';
import { remembering } from '../graph/recording.ts';
import { asTensor } from '../tensor/create.ts';
import { sameSpec } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type TensorTree, type TreeLike, flatten, structureDifference, unflatten } from '../tensor/tree.ts';
import { checkOptions } from '../errors/check-options.ts';
import { checkedOutput, gradientOf, markSome, withAux } from './grad.ts';

/**
 * Jacobian-vector product: `[value, tangent]` of `fn` at `x` in direction `v`, a tree of the form of `x`.
 *
 * @param options.hasAux the function gives `[value, aux]`; the result is `[value, tangent, aux]`
 * @throws ShapeError `shape-mismatch` where `v` does not fit `x`
 * @example
 * const [y, dy] = jvp((x: Tensor) => x.square(), tensor(3), tensor(1)); // 9 and 6
 */
export function jvp<X, R, Aux>(
  fn: (x: X) => readonly [R, Aux],
  x: TreeLike<X>,
  v: TreeLike<X>,
  options: { hasAux: true },
): [value: R, tangent: TensorTree<R>, aux: Aux];
export function jvp<X, R>(fn: (x: X) => R, x: TreeLike<X>, v: TreeLike<X>): [value: R, tangent: TensorTree<R>];
export function jvp(
  fn: (x: never) => unknown,
  x: unknown,
  v: unknown,
  options: { hasAux?: true } = {},
): [value: unknown, tangent: unknown, aux?: unknown] {
  checkOptions('jvp', options, ['hasAux']);
  return pushedForward('jvp', fn, x, v, options.hasAux);
}

function pushedForward(
  op: string,
  fn: (x: never) => unknown,
  x: unknown,
  v: unknown,
  hasAux: boolean | undefined,
  named: (x: never) => unknown = fn,
): [value: unknown, tangent: unknown, aux?: unknown] {
  const { called, marked } = markSome(op, named, [x], [0]);
  const seeds = directionFor(op, x, marked[0]!, v);
  const [value, ...aux] = withAux(
    op,
    remembering({ backward: false }, () => fn(called[0] as never)),
    hasAux,
  );
  const form = flatten(value, op);
  const outputs = form.leaves.map((leaf) => checkedOutput(op, leaf));
  const tangents = pushTo(seeds, outputs);
  return [unflatten(form.structure, outputs), unflatten(form.structure, tangents), ...aux];
}

/** A direction, leaf by leaf beside the marked leaves of the point. */
export function directionFor(
  op: string,
  x: unknown,
  part: Arguments<unknown>,
  v: unknown,
): (readonly [leaf: Tensor, tangent: Tensor])[] {
  const given = flatten(v, op);
  const difference = structureDifference(flatten(x, op).structure, given.structure, '');
  if (difference !== undefined) {
    throw new ArgumentError({
      code: 'structure-mismatch',
      op,
      problem: `the direction has another form than the point: ${difference}`,
      received: v,
    });
  }
  return part.leaves.map((leaf, k) => {
    const tangent = asTensor(given.leaves[k] as Tensor, op, leaf.dtype);
    if (!sameSpec(tangent.spec, leaf.spec)) {
      throw new ShapeError({
        code: 'shape-mismatch',
        op,
        problem: `the direction${part.paths[k] === '' ? '' : ` at ${part.paths[k]}`} is ${tangent.spec}; the point is ${leaf.spec}`,
        expected: leaf.spec,
        received: tangent.spec,
      });
    }
    return [leaf, tangent] as const;
  });
}

/**
 * Hessian-vector product of a function that gives one number, forward over reverse; a tree of the form of `x`.
 *
 * @param options.hasAux the function gives `[value, aux]`; the result is `[product, aux]`
 * @throws what `grad` and `jvp` throw
 * @example
 * hvp((x: Tensor) => x.pow(3).sum(), tensor([1, 2]), tensor([1, 0])).toArray(); // [6, 0]
 */
export function hvp<X, Aux>(
  fn: (x: X) => readonly [Tensor, Aux],
  x: TreeLike<X>,
  v: TreeLike<X>,
  options: { hasAux: true },
): [product: TensorTree<X>, aux: Aux];
export function hvp<X>(fn: (x: X) => Tensor, x: TreeLike<X>, v: TreeLike<X>): TensorTree<X>;
export function hvp(fn: (x: never) => unknown, x: unknown, v: unknown, options: { hasAux?: true } = {}): unknown {
  checkOptions('hvp', options, ['hasAux']);
  const [, product, ...aux] = pushedForward('hvp', gradientOf(fn, options), x, v, options.hasAux, fn);
  return options.hasAux === true ? [product, ...aux] : product;
}
