/**
 * A function as a closed graph, for ops that hold graphs: what it uses from outside becomes inputs. Nothing of the function
 * itself lives on, so the graph can be replayed anywhere.
 */
import { descendants, nodesBelow } from '../graph/below.ts';
import { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import { Scope, inScope } from '../graph/scope.ts';
import { asTensor } from '../tensor/create.ts';
import { type Cell, inFrame } from '../tensor/frame.ts';
import { placeholder, placeholderName } from '../tensor/placeholder.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type FlatTree, flatten } from '../tensor/tree.ts';
import { symbolicRead } from '../tensor/variable.ts';

/** What a function did when it was called with placeholders. */
export interface Trial {
  /** Its result, taken apart. */
  readonly form: FlatTree;
  readonly outputs: readonly Tensor[];
  /** What stood for the cells that it read. */
  readonly reads: ReadonlyMap<Cell, Tensor>;
  /** What it left in cells, cut from its history; nothing where it emptied one. */
  readonly writes: ReadonlyMap<Cell, Tensor | undefined>;
  /** Every value that it made has at least this id. */
  readonly since: number;
}

/** Calls `fn` in a frame of its own. Whoever calls this makes the placeholders that `fn` uses, and closes the graph inside. */
export function attempt(op: string, fn: () => unknown, opened: (input: Tensor) => Tensor): Trial {
  const since = recording.nextId;
  const { result, frame } = inFrame(
    (cell, content) => opened(symbolicRead(cell, content.spec)),
    () => inScope(new Scope(op, recording.scope), fn),
  );
  const form = flatten(result, op, 'result');
  return {
    form,
    outputs: form.leaves.map((leaf) => asTensor(leaf as Tensor, op)),
    reads: frame.reads,
    // As it would be read: an assignment cuts.
    writes: new Map([...frame.writes.keys()].map((cell) => [cell, frame.current.get(cell)])),
    since,
  };
}

/** A graph without captures but single numbers, and the outside values for its last inputs. */
export interface Closed {
  readonly graph: Graph<Tensor>;
  /** The graph's inputs are those it was to be a function of, then one for each of these. */
  readonly captured: readonly Tensor[];
}

export interface ClosedParts {
  /** What the graph is a function of: placeholders. */
  readonly inputs: readonly Tensor[];
  readonly inputNames?: readonly string[];
  readonly outputs: readonly Tensor[];
  readonly outputNames?: readonly string[];
  /**
   * Values from this id on were made inside and belong to the graph. Where it is absent, only what depends on an input
   * does, and all else is computed once outside.
   */
  readonly since?: number | undefined;
  /** What stands outside for placeholders that are not inputs: reads of cells. */
  readonly given?: ReadonlyMap<Tensor, Tensor>;
}

/** Closes a graph: applies its nodes again, with an input for each value that comes from outside. */
export function close({ inputs, inputNames = [], outputs, outputNames, since, given }: ClosedParts): Closed {
  const roots = new Set(inputs.map(({ node }) => node));
  const { nodes } = nodesBelow(outputs, since ?? lowestId([...inputs, ...(given?.keys() ?? [])]));
  const inner =
    since === undefined ? descendants(nodes, (node) => roots.has(node)) : { has: (id: number): boolean => id >= since };
  const standIn = new Map<Tensor, Tensor>(inputs.map((input) => [input, input]));
  const outside = new Map<Tensor, Tensor>(given ?? []);
  const inputOf = new Map<Tensor, Tensor>();
  const names: string[] = [];
  const taken = new Set(inputNames);

  const inside = (value: Tensor): Tensor => {
    const known = standIn.get(value);
    if (known !== undefined) return known;
    const outer = outside.get(value) ?? value;
    if (outer.id === 0 && typeof outer.storage === 'number') return outer;
    let input = inputOf.get(outer);
    if (input === undefined) {
      const own = placeholderName(outer) || `captured${inputOf.size}`;
      const name = taken.has(own) ? `${own}_${inputOf.size}` : own;
      taken.add(name);
      names.push(name);
      input = placeholder(outer.spec, name);
      inputOf.set(outer, input);
    }
    standIn.set(value, input);
    return input;
  };
  const apply = (node: Node<Tensor>, values: readonly Tensor[], results: Map<Tensor, Tensor>): void => {
    const made = inScope(node.scope, () => node.op.apply(values, node.attributes));
    node.outputs.forEach((output, k) => results.set(output, made[k]!));
  };
  for (const node of nodes) {
    if (roots.has(node) || (node.op.leaf && node.arity === 0)) continue;
    if (inner.has(node.id)) apply(node, node.inputs.map(inside), standIn);
    else if (node.inputs.some((input) => outside.has(input)))
      apply(
        node,
        node.inputs.map((input) => outside.get(input) ?? input),
        outside,
      );
  }
  const ends = outputs.map(inside);
  return {
    graph: new Graph({
      inputs: [...inputs, ...inputOf.values()],
      outputs: ends,
      inputNames: [...inputs.map((_, k) => inputNames[k] ?? ''), ...names],
      ...(outputNames === undefined ? {} : { outputNames }),
    }),
    captured: [...inputOf.keys()],
  };
}

function lowestId(values: readonly Tensor[]): number {
  return values.reduce((lowest, { id }) => Math.min(lowest, id), Number.POSITIVE_INFINITY);
}

/** Those of a list that are marked. */
export function chosen<T>(list: readonly T[], marks: readonly (boolean | undefined)[]): T[] {
  return list.filter((_, k) => marks[k] === true);
}

/** Values that nodes or outputs of a graph use. */
export function usedIn({ nodes, outputs }: Graph<Tensor>): ReadonlySet<Tensor> {
  const used = new Set(outputs);
  for (const node of nodes) for (const input of node.inputs) used.add(input);
  return used;
}
