/** Marks what a transformation differentiates: the same value, made anew, so that its descendants are known by their ids. */
import { DtypeError } from '../errors/edgewise-error.ts';
import { Operation, newNode } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import { type Leaf, flatten, unflatten } from '../tensor/tree.ts';
import { asTensor } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { Spec } from '../tensor/spec.ts';
import { Tensor, onlyOutput } from '../tensor/tensor.ts';

/** The identity. It stays in graphs that are traced through, where nobody sees it: not printed, not drawn, not kept on replay. */
const argumentOp: Operation<Tensor> = new Operation<Tensor>({
  name: 'argument',
  transparent: true,
  differentiable: () => true,
  apply: (inputs) => inputs,
  shares: ({ inputs }, total, wanted) => (inputs.some(wanted) ? [total as Tensor] : []),
  push: (_, __, tangent) => [tangent],
  reads: 'copies',
  batch: ({ inputs: [value] }) => [{ value: value!, batched: true }],
});

export interface Arguments<T> {
  /** The leaves as values that nothing else is made from. */
  readonly leaves: readonly Tensor[];
  readonly paths: readonly string[];
  /** The same tree with those leaves in it. */
  readonly tree: T;
  /** A tree of the same form from other leaves. */
  rebuild<R>(leaves: readonly Tensor[]): R;
}

/**
 * Takes a tree apart and marks its leaves.
 *
 * @param others how to differentiate other arguments instead: a remedy
 * @throws DtypeError `not-differentiable` for leaves that are not f32 or f64
 */
export function markArguments<T>(tree: unknown, op: string, root: string, others: string): Arguments<T> {
  const flat = flatten(tree, op, root);
  const leaves = flat.leaves.map((leaf, k) => mark(leaf, op, flat.paths[k]!, others));
  return {
    leaves,
    paths: flat.paths,
    tree: unflatten<T>(flat.structure, leaves),
    rebuild: (others) => unflatten(flat.structure, others),
  };
}

/** Several arguments as one: the list of them. */
export function listOf(parts: readonly Arguments<unknown>[]): Arguments<readonly unknown[]> {
  return {
    leaves: parts.flatMap(({ leaves }) => leaves),
    paths: parts.flatMap(({ paths }) => paths),
    tree: parts.map(({ tree }) => tree),
    rebuild: <R>(leaves: readonly Tensor[]): R => {
      let at = 0;
      return parts.map((part) => part.rebuild(leaves.slice(at, (at += part.leaves.length)))) as R;
    },
  };
}

function mark(leaf: Leaf, op: string, path: string, others: string): Tensor {
  if (leaf instanceof Spec) {
    throw new DtypeError({
      code: 'not-a-tensor',
      op,
      problem: `${path} is a spec; expected a tensor`,
      received: leaf,
      remedy: 'trace(f, spec(...)) for a graph without numbers',
    });
  }
  const value = asTensor(leaf, op);
  if (!isFloat(value.dtype)) {
    throw new DtypeError({
      code: 'not-differentiable',
      op,
      problem: `${path || 'the argument'} is ${value.dtype}; derivatives are taken with respect to f32 and f64`,
      expected: 'f32 or f64',
      received: value.dtype,
      remedy: `x.cast('f32'), or ${others}`,
    });
  }
  return markLeaf(value);
}

/** The same values, made anew. */
export function markLeaves(values: readonly Tensor[]): Tensor[] {
  return values.map(markLeaf);
}

function markLeaf(value: Tensor): Tensor {
  const older = value.storage === undefined || value.id >= recording.since ? [value] : [];
  const node = newNode(argumentOp, [], older, 1);
  return onlyOutput(node, new Tensor(value.spec, value.storage));
}
