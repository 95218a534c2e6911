/** Where two runs of one graph part ways, node by node. */
import { type Graph, type Node, type Tensor, checkOptions, lineOf } from '@edgewise/core';
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
 * @param first a recorded tensor or a graph of known values
 * @param second the same ops in the same order, from other values
 * @param options.tolerance the difference from which on a node disagrees, as a share of its largest element
 * @throws ArgumentError `different-graphs` with the first op that differs; `not-a-graph`, `not-recorded`, `bad-size`,
 *   `unknown-option`
 * @example
 * const run = (dtype: 'f32' | 'f64') => record(() => tensor([1, 2], { dtype }).mul(1e-9).add(1).sub(1).sum());
 * compareRuns(run('f64'), run('f32')).first?.place; // 'sub'
 */
export function compareRuns(
  first: Graph<Tensor> | Tensor,
  second: Graph<Tensor> | Tensor,
  options: CompareOptions = {},
): RunComparison {
  checkOptions('compareRuns', options, ['tolerance']);
  const { tolerance } = options;
  if (tolerance !== undefined) checkSize('compareRuns', 'tolerance', tolerance, 0);
  const [ours, theirs] = [opsOf(graphOf('compareRuns', first)), opsOf(graphOf('compareRuns', second))];
  const nodes: NodeDifference[] = [];
  const disagreeing: NodeDifference[] = [];
  for (let k = 0; k < Math.max(ours.length, theirs.length); k++) {
    const [node, other] = [ours[k], theirs[k]];
    if (node === undefined || other === undefined || !areAlike(node, other)) throw different(k, node, other);
    const difference = differenceOf(node, other);
    if (difference === undefined) continue;
    const line = lineOf(node);
    const found: NodeDifference = {
      node,
      place: placeOf(node),
      ...(line === undefined ? {} : { line }),
      difference,
      values: [valuesOf(node), valuesOf(other)],
    };
    nodes.push(found);
    if (difference > (tolerance ?? usualTolerance(node, other))) disagreeing.push(found);
  }
  return new RunComparison(nodes, disagreeing);
}

/** A few hundred roundings, which long sums and products may take. */
function usualTolerance(node: Node<Tensor>, other: Node<Tensor>): number {
  return [...node.outputs, ...other.outputs].some(({ dtype }) => dtype === 'f32') ? 1e-4 : 1e-10;
}

/** Nodes that compute: what a value is given is not compared. Casts only stand where dtypes differ. */
function opsOf({ nodes }: Graph<Tensor>): Node<Tensor>[] {
  return nodes.filter(({ op, arity }) => !op.transparent && !(op.leaf && arity === 0));
}

function areAlike(node: Node<Tensor>, other: Node<Tensor>): boolean {
  return (
    node.op.name === other.op.name &&
    node.outputs.length === other.outputs.length &&
    node.outputs.every(({ shape }, k) => String(shape) === String(other.outputs[k]?.shape))
  );
}

/** Undefined where one of them has no numbers. */
function differenceOf(node: Node<Tensor>, other: Node<Tensor>): number | undefined {
  let worst = 0;
  for (const [k, ours] of node.outputs.entries()) {
    const theirs = other.outputs[k];
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

function valuesOf({ outputs }: Node<Tensor>): string {
  return outputs.map((output) => shortValue(output)).join('; ');
}
