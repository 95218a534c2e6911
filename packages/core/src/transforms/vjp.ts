/** Reverse mode of a function with any result: its value, and what pulls cotangents back. */
import { seedOf } from '../derive/backward.ts';
import { type Region, pullTo, regionBetween } from '../derive/pull-to.ts';
import { recording, remembering } from '../graph/recording.ts';
import { flatten, type TensorTree, type TreeLike, unflatten } from '../tensor/tree.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import { structureDifference } from '../tensor/tree.ts';
import { checkedOutput, markSome } from './grad.ts';
import { listOf } from '../derive/argument.ts';

/** The cotangent of the only argument, or the tuple of those of all. */
export type Pulled<Args extends readonly unknown[]> = Args['length'] extends 1
  ? TensorTree<Args[0]>
  : { -readonly [K in keyof Args]: TensorTree<Args[K]> };

/**
 * Vector-Jacobian products: `[value, pullback]`, where `pullback(cotangent)` takes a tree of the form of the value and
 * gives the cotangent of the argument (of all of them, as a tuple, where there are several). It may be called often.
 *
 * @throws ShapeError `shape-mismatch` where the cotangent does not fit the value
 * @example
 * const [y, pullback] = vjp((x: Tensor) => x.square(), tensor([1, 2]));
 * pullback(tensor([1, 10])).toArray(); // [2, 40]
 */
export function vjp<const Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
  ...args: { [K in keyof Args]: TreeLike<Args[K]> }
): [value: R, pullback: (cotangent: TreeLike<R>) => Pulled<Args>] {
  const list: readonly unknown[] = args;
  const { called, marked } = markSome('vjp', fn, list, [...list.keys()]);
  const value = remembering({ backward: true }, () => fn(...(called as unknown as Args)));
  const form = flatten(value, 'vjp');
  const outputs = form.leaves.map((leaf) => checkedOutput('vjp', leaf));
  const all = listOf(marked);

  // What lies between is the same each time; whether others watch it depends on who is differentiating at the time.
  let region: Region | undefined;
  let foundSince = recording.since;

  const pullback = (cotangent: TreeLike<R>): Pulled<Args> => {
    const given = flatten(cotangent, 'vjp');
    const difference = structureDifference(form.structure, given.structure, '');
    if (difference !== undefined) {
      throw new ArgumentError({
        code: 'structure-mismatch',
        op: 'vjp',
        problem: `the cotangent has another form than the value: ${difference}`,
        received: cotangent,
      });
    }
    const seeds = outputs.map((output, k) => [output, seedOf('vjp', output, given.leaves[k] as Tensor)] as const);
    if (region === undefined || foundSince !== recording.since) {
      region = regionBetween(all.leaves, outputs);
      foundSince = recording.since;
    }
    const trees = all.rebuild<readonly unknown[]>(pullTo('vjp', seeds, all.leaves, all.paths, { region }));
    return (trees.length === 1 ? trees[0] : trees) as Pulled<Args>;
  };
  return [unflatten<R>(form.structure, outputs), pullback];
}
