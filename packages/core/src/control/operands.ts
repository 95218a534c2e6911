/** The arguments of a function that is to become a graph, and its result: trees outside, lists of tensors inside. */
import { asTensor } from '../tensor/create.ts';
import { placeholder } from '../tensor/placeholder.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Structure, flatten, unflatten } from '../tensor/tree.ts';
import { chosen } from './body.ts';

export interface Operands {
  readonly values: readonly Tensor[];
  readonly paths: readonly string[];
  /** The same trees with other tensors in them; plain numbers stay as they are. */
  rebuild<T>(values: readonly Tensor[]): T;
}

/** Takes arguments apart. A plain number is an argument like a string: it is passed on. */
export function operands(op: string, args: unknown, root = ''): Operands {
  const { leaves, paths, structure } = flatten(args, op, root);
  const isTensor = leaves.map((leaf) => typeof leaf !== 'number');
  return {
    values: chosen(leaves, isTensor).map((leaf) => asTensor(leaf as Tensor, op)),
    paths: chosen(paths, isTensor),
    rebuild: (values) => {
      let at = 0;
      return unflatten(
        structure,
        leaves.map((leaf, k) => (isTensor[k] === true ? values[at++] : leaf)),
      );
    },
  };
}

/** A placeholder for each value, called by its path. */
export function standIns(values: readonly Tensor[], names: readonly string[]): Tensor[] {
  return values.map((value, k) => placeholder(value.spec, names[k] === '' ? 'x' : (names[k] ?? 'x')));
}

/** Puts a tree together whose leaves are all tensors. */
export function assembled<T>(structure: Structure, values: readonly Tensor[]): T {
  return unflatten<T>(structure, values);
}
