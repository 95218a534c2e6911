/**
 * From a function to a graph: it is called with placeholders, and Variables that it reads and assigns become inputs and
 * outputs.
 */
import { ArgumentError, EdgewiseError, ShapeError } from '../errors/edgewise-error.ts';
import { nodesBelow } from '../graph/below.ts';
import { Graph, type GraphParts, replay } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { currentPath } from '../graph/scope.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import { type Cell, inFrame, read, write } from '../tensor/frame.ts';
import { placeholder } from '../tensor/placeholder.ts';
import { Spec, sameSpec } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  type FlatTree,
  type Leaf,
  type Structure,
  type TensorTree,
  flatten,
  structureDifference,
  unflatten,
} from '../tensor/tree.ts';
import { symbolicRead } from '../tensor/variable.ts';
import { parameterNames } from './parameter-names.ts';

/** For each argument, a tree with specs (or tensors, of which the spec is taken) where the function takes tensors. */
export type SpecTree<T> = T extends Tensor
  ? Spec | Leaf
  : T extends Map<infer K, infer V>
    ? Map<K, SpecTree<V>>
    : T extends object
      ? { [K in keyof T]: SpecTree<T[K]> }
      : T | Spec;

type Write = readonly [cell: Cell, output: Tensor | undefined];

/**
 * The graph of a traced function. Inputs are the arguments' leaves, then what it read of Variables; outputs are the
 * result's leaves, then what it wrote to them.
 */
export class TracedGraph<Args extends readonly unknown[] = readonly unknown[], R = unknown> extends Graph<Tensor> {
  /** @internal The arguments it was traced with, taken apart. */
  readonly argumentsForm: FlatTree;
  /** @internal */
  readonly resultForm: Structure;
  /** @internal Cells whose content is an input. */
  readonly reads: readonly Cell[];
  /** @internal Cells that get an output, or are emptied. */
  readonly writes: readonly Write[];
  /** @internal Cells that were read and held nothing: with something in them the graph would be another. */
  readonly empties: readonly Cell[];

  /** @internal */
  constructor(
    parts: GraphParts<Tensor>,
    argumentsForm: FlatTree,
    resultForm: Structure,
    reads: readonly Cell[],
    writes: readonly Write[],
    empties: readonly Cell[],
  ) {
    super(parts);
    this.argumentsForm = argumentsForm;
    this.resultForm = resultForm;
    this.reads = reads;
    this.writes = writes;
    this.empties = empties;
  }

  /** @internal The input that held, before, what an output puts in the same Variable; none for results. */
  inputReplacedBy(outputIndex: number): Tensor | undefined {
    const filled = this.writes.filter(([, output]) => output !== undefined);
    const [cell] = filled[outputIndex - (this.outputs.length - filled.length)] ?? [];
    const read = cell === undefined ? -1 : this.reads.indexOf(cell);
    return read < 0 ? undefined : this.inputs[this.inputs.length - this.reads.length + read];
  }

  /** The same function of the same arguments and Variables, with other values computed for its outputs. @internal */
  withOutputs(outputs: readonly Tensor[]): TracedGraph<Args, R> {
    const { inputs, inputNames, outputNames } = this;
    let at = outputs.length - this.writes.filter(([, output]) => output !== undefined).length;
    const writes = this.writes.map(([cell, output]): Write => [cell, output === undefined ? undefined : outputs[at++]]);
    return new TracedGraph(
      { inputs, outputs, inputNames, outputNames },
      this.argumentsForm,
      this.resultForm,
      this.reads,
      writes,
      this.empties,
    );
  }

  /** Runs the graph on numbers, or inlines it where an argument is symbolic. @internal */
  call(args: Args): R {
    const given = flatten(args, 'run', '');
    const difference = structureDifference(this.argumentsForm.structure, given.structure, 'arguments');
    if (difference !== undefined) {
      throw new ShapeError({
        code: 'structure-mismatch',
        op: 'run',
        problem: `arguments of another form than the graph was traced with: ${difference}`,
        received: args,
      });
    }
    const values = given.leaves.map((leaf, k) => fitted(this.inputs[k]!, leaf as Tensor, this.inputNames[k]));
    for (const cell of this.reads) {
      const content = read(cell);
      if (content === undefined) {
        throw new ArgumentError({
          code: 'empty-cell',
          op: 'run',
          problem: `${cell.label()} held a tensor when the graph was traced, and is empty now`,
          expected: 'a tensor',
          remedy: 'tracing again: whether a gradient is there is part of the graph',
        });
      }
      values.push(content);
    }
    const outputs = replay(this, values);
    const results = this.outputs.length - this.writes.filter(([, output]) => output !== undefined).length;
    let at = results;
    for (const [cell, output] of this.writes) write(cell, output === undefined ? undefined : outputs[at++]);
    return unflatten<R>(this.resultForm, outputs.slice(0, results));
  }
}

/** Placeholders of traces that are still open: a value made from any other has leaked out of its trace. */
const open = new Set<Node<Tensor>>();

/**
 * Calls `fn` with placeholders and gives the graph of what it did. No numbers are needed; tracing is not a mode, and
 * eager values that `fn` uses become constants of the graph.
 *
 * @param inputs for each argument a tree with `spec(shape, dtype)`, or a tensor of that shape, at its leaves
 * @throws ArgumentError `symbolic-value` where `fn` reads a number; EdgewiseError `foreign-placeholder`
 * @example
 * const g = trace((x: Tensor, y: Tensor) => x.mul(y).sum(), spec([2]), spec([2]));
 * run(g, tensor([1, 2]), tensor([3, 4])).item(); // 11
 */
export function trace<Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
  ...inputs: { [K in keyof Args]: SpecTree<Args[K]> }
): TracedGraph<{ [K in keyof Args]: Args[K] }, TensorTree<R>> {
  const form = flatten(inputs, 'trace', '');
  const names = argumentNames(form.paths, parameterNames('trace', fn));
  const placeholders = form.leaves.map((leaf, k) =>
    placeholder(leaf instanceof Spec ? leaf : asTensor(leaf as Tensor, 'trace').spec, names[k]!),
  );
  return whileOpen((opened) => {
    placeholders.forEach(opened);
    const { result, frame } = inFrame(
      (cell, content) => opened(symbolicRead(cell, content.spec)),
      () => fn(...unflatten<Args>(form.structure, placeholders)),
    );
    const flat = flatten(result, 'trace', 'result');
    const writes = [...frame.writes];
    const outputs = [
      ...flat.leaves.map((leaf) => asTensor(leaf as Tensor, 'trace')),
      ...writes.flatMap(([, output]) => output ?? []),
    ];
    refuseForeign(outputs, fn.name);
    const reads = [...frame.reads];
    const readNames = reads.map(([cell, input]) => cellName(cell, input));
    const nameOf = new Map(reads.map(([cell], k) => [cell, readNames[k]!]));
    return new TracedGraph(
      {
        inputs: [...placeholders, ...reads.map(([, input]) => input)],
        outputs,
        inputNames: [...names, ...readNames],
        outputNames: [
          ...flat.paths.map((path) => path.replace(/^result\.?/, '')),
          ...writes.flatMap(([cell, output]) => (output === undefined ? [] : [nameOf.get(cell) ?? cell.label()])),
        ],
      },
      form,
      flat.structure,
      reads.map(([cell]) => cell),
      writes,
      [...frame.empties],
    );
  });
}

/** @internal Calls `fn`, which tells of its placeholders: until it ends, traces inside may use what is made from them. */
export function whileOpen<T>(fn: (opened: (input: Tensor) => Tensor) => T): T {
  const mine: Node<Tensor>[] = [];
  try {
    return fn((input) => {
      if (input.node !== undefined) {
        mine.push(input.node);
        open.add(input.node);
      }
      return input;
    });
  } finally {
    for (const node of mine) open.delete(node);
  }
}

/**
 * Runs a traced graph: values for its arguments in, its result out. Variables are read as they are now; what the traced
 * function assigned is assigned when all is computed.
 *
 * @throws ShapeError `structure-mismatch`, `shape-mismatch`
 * @example
 * const g = trace((x: Tensor) => x.square(), spec([]));
 * run(g, tensor(3)).item(); // 9
 */
export function run<Args extends readonly unknown[], R>(graph: TracedGraph<Args, R>, ...args: Args): R {
  return graph.call(args);
}

/**
 * A graph as a function. A traced one takes the arguments and gives the result of what was traced; any other takes a tensor
 * for each input and gives the list of outputs.
 *
 * @throws ShapeError `shape-mismatch`, ArgumentError `wrong-arguments`
 * @example
 * const f = toFunction(trace((x: Tensor) => x.square().sum(), spec([2])));
 * grad(f)(tensor([1, 2])).toArray(); // [2, 4]
 */
export function toFunction<Args extends readonly unknown[], R>(graph: TracedGraph<Args, R>): (...args: Args) => R;
export function toFunction(graph: Graph<Tensor>): (...inputs: TensorLike[]) => Tensor[];
export function toFunction(graph: Graph<Tensor>): (...args: never[]) => unknown {
  if (graph instanceof TracedGraph) return (...args: unknown[]) => (graph as TracedGraph).call(args);
  return (...args: readonly TensorLike[]) => {
    if (args.length !== graph.inputs.length) {
      throw new ArgumentError({
        code: 'wrong-arguments',
        op: 'toFunction',
        problem: `the graph has ${graph.inputs.length} inputs; the call has ${args.length}`,
        expected: graph.inputs.length,
        received: args.length,
      });
    }
    return replay(
      graph,
      graph.inputs.map((input, k) => fitted(input, args[k]!, graph.inputNames[k])),
    );
  };
}

function fitted({ spec }: Tensor, like: TensorLike, name: string | undefined): Tensor {
  const value = asTensor(like, 'run', spec.dtype);
  if (sameSpec(value.spec, spec)) return value;
  throw new ShapeError({
    code: 'shape-mismatch',
    op: 'run',
    problem: `${name ?? 'an argument'} is ${value.spec}; the graph was traced with ${spec}`,
    expected: spec,
    received: value.spec,
  });
}

/** `weight` is `mlp/hidden0/weight` where it was read there; a name that is a path already stays. */
function cellName(cell: Cell, input: Tensor): string {
  const label = cell.label();
  const path: string[] = [];
  for (let scope = input.node?.scope; scope !== undefined; scope = scope.parent) {
    if (!scope.composite && scope.name !== '') path.unshift(scope.name);
  }
  return label.includes('/') ? label : [...path, label].join('/');
}

/** `[0].w` is `w` of the first argument: its name goes in front where there are several arguments. */
function argumentNames(paths: readonly string[], parameters: readonly (string | undefined)[]): string[] {
  const several = new Set(paths.map((path) => /^\[(\d+)\]/.exec(path)?.[1])).size > 1;
  return paths.map((path) => {
    const [, number = '0', rest = ''] = /^\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
    const parameter = parameters[Number(number)] ?? (several ? `argument${number}` : 'x');
    if (rest === '') return parameter;
    return several
      ? `${parameter}${rest.startsWith('[') ? '' : '.'}${rest}`
      : rest.startsWith('[')
        ? `${parameter}${rest}`
        : rest;
  });
}

function refuseForeign(outputs: readonly Tensor[], name: string): void {
  for (const node of nodesBelow(outputs).nodes) {
    const [value] = node.outputs;
    if (!node.op.leaf || node.arity > 0 || value?.isSymbolic !== true || open.has(node)) continue;
    throw new EdgewiseError({
      code: 'foreign-placeholder',
      op: 'trace',
      problem: `${name || 'the function'} uses a ${node.op.name} (${value.spec}) from another trace, which is over`,
      scope: currentPath(),
      received: value.spec,
      remedy: 'passing the value as an argument, or returning it from the function that made it',
    });
  }
}
