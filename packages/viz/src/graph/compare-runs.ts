/** Where two runs of one graph part ways, node by node. */
import { type Graph, type Node, type Tensor, checkOptions, compile, lineOf } from '@edgewise/core';
import { badArgument, checkSize } from '../bad-argument.ts';
import { graphOf } from './model-of.ts';
import { shortNumber, shortValue } from './statistics.ts';

/** How far apart the values of a node are in two runs. */
export interface NodeDifference {
  /** The node of the first run. */
  readonly node: Node<Tensor>;
  /** Where it is: `mlp/hidden0/matmul`. */
  readonly place: string;
  /** The line of user code that called it, where `debugLines` was on. */
  readonly line?: string;
  /**
   * The largest distance of two elements, as a share of the largest element of both: 0 where all are equal, infinite where one
   * run has a NaN or an infinity and the other has none there.
   */
  readonly difference: number;
  /** The values of the node in both runs, in few numbers. */
  readonly values: readonly [first: string, second: string];
}

export interface CompareOptions {
  /** The difference from which on a node is said to disagree; 1e-4 where a value is f32, else 1e-10. */
  readonly tolerance?: number;
}

/** What came of comparing two runs; `String(comparison)` says it in words. */
export class RunComparison {
  /** For each node with numbers in both runs, in the order in which the ops ran. */
  readonly nodes: readonly NodeDifference[];
  /** The nodes that disagree, in the same order. */
  readonly disagreeing: readonly NodeDifference[];
  /** The first node that disagrees: what comes after it may only pass its difference on. */
  readonly first: NodeDifference | undefined;

  constructor(nodes: readonly NodeDifference[], disagreeing: readonly NodeDifference[]) {
    this.nodes = nodes;
    this.disagreeing = disagreeing;
    this.first = disagreeing[0];
  }

  toString(): string {
    const { nodes, disagreeing, first } = this;
    const count = `${disagreeing.length} of ${nodes.length} nodes disagree`;
    if (first === undefined) {
      const worst = nodes.reduce((most, { difference }) => Math.max(most, difference), 0);
      return `no node of ${nodes.length} disagrees; the largest difference is ${shortNumber(worst)}`;
    }
    const { place, line, difference, values } = first;
    return [
      `${count}; the first is ${place}, by ${shortNumber(difference)}`,
      `  first run:  ${values[0]}`,
      `  second run: ${values[1]}`,
      ...(line === undefined ? [] : [`  called at ${line}`]),
    ].join('\n');
  }
}

/**
 * Compares two runs of one graph node by node, and finds the first that disagrees: the same function in f32 and in f64, on two
 * inputs that should not matter, or as it was before a change. `toHtml(first, { comparison })` shows it in colour.
 *
 * The second run may be `'compiled'`: the same ops on the same values in one WebAssembly program. It gives the values of all
 * nodes, so what a program hands on in registers is stored there.
 *
 * @param first a recorded tensor or a graph of known values
 * @param second the same ops in the same order, from other values; or `'compiled'`
 * @param options.tolerance the difference from which on a node disagrees, as a share of its largest element
 * @throws ArgumentError `different-graphs` with the first op that differs; `not-a-graph`, `not-recorded`, `no-values`,
 *   `bad-size`, `unknown-option`
 * @example
 * const run = (dtype: 'f32' | 'f64') => record(() => tensor([1, 2], { dtype }).mul(1e-9).add(1).sub(1).sum());
 * compareRuns(run('f64'), run('f32')).first?.place; // 'sub'
 */
export function compareRuns(
  first: Graph<Tensor> | Tensor,
  second: Graph<Tensor> | Tensor | 'compiled',
  options: CompareOptions = {},
): RunComparison {
  checkOptions('compareRuns', options, ['tolerance']);
  const { tolerance } = options;
  if (tolerance !== undefined) checkSize('compareRuns', 'tolerance', tolerance, 0);
  const graph = graphOf('compareRuns', first);
  const ours = opsOf(graph);
  const theirs = second === 'compiled' ? compiledRun(graph, ours) : eagerRun(ours, graphOf('compareRuns', second));
  if (ours.length > 0 && ours.every(({ outputs }) => outputs.every(({ isSymbolic }) => isSymbolic))) {
    throw badArgument('compareRuns', {
      code: 'no-values',
      problem: 'the first run is a graph without numbers, so there is nothing to compare',
      expected: 'a recorded tensor or a graph of known values',
      received: first,
      remedy: 'compareRuns(record(() => f(x)), record(() => f(y)))',
    });
  }
  const nodes: NodeDifference[] = [];
  const disagreeing: NodeDifference[] = [];
  for (const [k, node] of ours.entries()) {
    const others = theirs[k] ?? [];
    const difference = differenceOf(node.outputs, others);
    if (difference === undefined) continue;
    const line = lineOf(node);
    const found: NodeDifference = {
      node,
      place: placeOf(node),
      ...(line === undefined ? {} : { line }),
      difference,
      values: [valuesOf(node.outputs), valuesOf(others)],
    };
    nodes.push(found);
    if (difference > (tolerance ?? usualTolerance([...node.outputs, ...others]))) disagreeing.push(found);
  }
  return new RunComparison(nodes, disagreeing);
}

/** A few hundred roundings, which long sums and products may take. */
function usualTolerance(values: readonly Tensor[]): number {
  return values.some(({ dtype }) => dtype === 'f32') ? 1e-4 : 1e-10;
}

/** The outputs of each op of another run. */
function eagerRun(ours: readonly Node<Tensor>[], other: Graph<Tensor>): (readonly Tensor[])[] {
  const theirs = opsOf(other);
  for (let k = 0; k < Math.max(ours.length, theirs.length); k++) {
    const [node, its] = [ours[k], theirs[k]];
    if (node === undefined || its === undefined || !areAlike(node, its)) throw different(k, node, its);
  }
  return theirs.map(({ outputs }) => outputs);
}

/** The outputs of each op as a program of the same graph computes them; none of an op without numbers. */
function compiledRun(graph: Graph<Tensor>, ours: readonly Node<Tensor>[]): (readonly Tensor[])[] {
  const applied = graph.nodes.filter((node) => !isLeaf(node) && node.outputs.every(({ isSymbolic }) => !isSymbolic));
  const made = new Set(applied.flatMap((node) => node.outputs));
  // What ops are given is what the program is a function of: numbers that it knew would be computed as it is traced.
  const given = [...new Set(applied.flatMap((node) => node.inputs))].filter((value) => !made.has(value));
  const outputs = ours.flatMap((node) => node.outputs.filter((output) => made.has(output)));
  const program = compile((args: readonly Tensor[]): Tensor[] => {
    const standIn = new Map<Tensor, Tensor>(given.map((value, k) => [value, args[k] ?? value]));
    for (const { op, inputs, attributes, outputs: own } of applied) {
      const results = op.apply(
        inputs.map((input) => standIn.get(input) ?? input),
        attributes,
      );
      own.forEach((output, k) => standIn.set(output, results[k] ?? output));
    }
    return outputs.map((output) => standIn.get(output) ?? output);
  });
  const computed = new Map<Tensor, Tensor>();
  program(given).forEach((value, k) => {
    const output = outputs[k];
    if (output !== undefined) computed.set(output, value);
  });
  return ours.map((node) => node.outputs.flatMap((output) => computed.get(output) ?? []));
}

/** Nodes that compute: what a value is given is not compared. Casts only stand where dtypes differ. */
function opsOf({ nodes }: Graph<Tensor>): Node<Tensor>[] {
  return nodes.filter((node) => !node.op.transparent && !isLeaf(node));
}

function isLeaf({ op, arity }: Node<Tensor>): boolean {
  return op.leaf && arity === 0;
}

function areAlike(node: Node<Tensor>, other: Node<Tensor>): boolean {
  return (
    node.op.name === other.op.name &&
    node.outputs.length === other.outputs.length &&
    node.outputs.every(({ shape }, k) => String(shape) === String(other.outputs[k]?.shape))
  );
}

/** Undefined where one of them has no numbers. */
function differenceOf(first: readonly Tensor[], second: readonly Tensor[]): number | undefined {
  let worst = 0;
  for (const [k, ours] of first.entries()) {
    const theirs = second[k];
    if (theirs === undefined || ours.isSymbolic || theirs.isSymbolic) return undefined;
    worst = Math.max(worst, relativeDistance(ours.data, theirs.data));
  }
  return worst;
}

function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [distance, largest] = [0, 0];
  for (let k = 0; k < a.length; k++) {
    const [x = Number.NaN, y = Number.NaN] = [a[k], b[k]];
    if (Object.is(x, y) || x === y) continue;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return Number.POSITIVE_INFINITY;
    distance = Math.max(distance, Math.abs(x - y));
  }
  if (distance === 0) return 0;
  for (const values of [a, b]) {
    for (let k = 0; k < values.length; k++) {
      const size = Math.abs(values[k] ?? 0);
      if (size > largest && Number.isFinite(size)) largest = size;
    }
  }
  return distance / largest;
}

function different(k: number, node: Node<Tensor> | undefined, other: Node<Tensor> | undefined): Error {
  const words = (of: Node<Tensor> | undefined): string =>
    of === undefined ? 'nothing' : `${placeOf(of)}: ${of.outputs.map(({ spec }) => spec.toString()).join('; ')}`;
  return badArgument('compareRuns', {
    code: 'different-graphs',
    problem: `the runs are not of one graph: op ${k} is ${words(node)} in the first and ${words(other)} in the second`,
    expected: words(node),
    received: words(other),
  });
}

function placeOf(node: Node<Tensor>): string {
  return [node.scope?.path ?? '', node.op.name].filter((part) => part !== '').join('/');
}

function valuesOf(outputs: readonly Tensor[]): string {
  return outputs.map((output) => shortValue(output)).join('; ');
}
