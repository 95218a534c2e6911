/** The arguments of a function that is to become a graph, and its result: trees outside, lists of tensors inside. */
import { markLeaves } from '../derive/argument.ts';
import { asTensor } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
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

/** `[0].w` is `x.w` where the first parameter is called x. */
export function argumentNames(paths: readonly string[], parameters: readonly (string | undefined)[]): string[] {
  return paths.map((path) =>
    path.replace(/^\[(\d+)\]/, (_, number: string) => parameters[Number(number)] ?? `x${number}`),
  );
}

/** Inputs of a node, made anew for its derivative rule. */
export interface Marks {
  /** The slots that a derivative is taken of, and what stands in them. */
  readonly slots: readonly number[];
  readonly leaves: readonly Tensor[];
  /** What stands in all slots. */
  readonly values: readonly Tensor[];
  /** A list with something for each slot, from what there is for those that are marked. */
  spread(shares: readonly (Tensor | undefined)[]): (Tensor | undefined)[];
}

/** Marks the floating inputs that are wanted, as values that nothing else is made from. */
export function markedInputs(inputs: readonly Tensor[], wanted: (slot: number) => boolean): Marks {
  const slots = inputs.flatMap((input, slot) => (isFloat(input.dtype) && wanted(slot) ? [slot] : []));
  const leaves = markLeaves(slots.map((slot) => inputs[slot]!));
  const values = inputs.slice();
  slots.forEach((slot, k) => (values[slot] = leaves[k]!));
  return {
    slots,
    leaves,
    values,
    spread: (shares) => {
      const list: (Tensor | undefined)[] = inputs.map(() => undefined);
      slots.forEach((slot, k) => (list[slot] = shares[k]));
      return list;
    },
  };
}
