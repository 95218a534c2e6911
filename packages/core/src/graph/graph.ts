/** A graph: what lies between some inputs and some outputs. An object to walk, run, print, draw and transform. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { descendants, nodesBelow } from './below.ts';
import type { Edge, Node, Value } from './node.ts';
import { type Scope, inScope } from './scope.ts';

export interface GraphParts<V extends Value<V>> {
  /** What the graph is a function of, in order. */
  readonly inputs: readonly V[];
  readonly outputs: readonly V[];
  /** Names of inputs, for print and pictures; where missing, the value is numbered. */
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
}

/**
 * Nodes are those that the outputs need and that depend on an input; everything else a node uses is a *capture*: a
 * constant of the graph, computed once outside. A graph without inputs (from a recorded value) holds all nodes below its
 * outputs.
 */
export class Graph<V extends Value<V>> {
  readonly inputs: readonly V[];
  readonly outputs: readonly V[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** In order of creation. Those that made the inputs are not among them. */
  readonly nodes: readonly Node<V>[];

  constructor({ inputs, outputs, inputNames, outputNames }: GraphParts<V>) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.inputNames = inputNames ?? [];
    this.outputNames = outputNames ?? [];
    const made = new Set(inputs.map((input) => input.node));
    if (made.has(undefined)) {
      throw new ArgumentError({
        code: 'input-without-node',
        op: 'Graph',
        problem: 'an input of a graph is a placeholder or another recorded value',
      });
    }
    // What is older than every input does not depend on one: histories are not walked.
    const { nodes } = nodesBelow(outputs, inputs.length === 0 ? 0 : Math.min(...inputs.map(({ id }) => id)));
    if (inputs.length === 0) {
      this.nodes = nodes;
    } else {
      const inner = descendants(nodes, (node) => made.has(node));
      this.nodes = nodes.filter((node) => inner.has(node.id) && !made.has(node));
    }
  }

  /** Views of (node, slot), in order of their target. */
  get edges(): Edge<V>[] {
    return this.nodes.flatMap((node) => node.edges);
  }

  /** Values that nodes or outputs use and that the graph neither makes nor is given. */
  get captures(): V[] {
    const known = new Set<V>(this.inputs);
    const captured = new Set<V>();
    for (const node of this.nodes) {
      for (const input of node.inputs) if (!known.has(input)) captured.add(input);
      for (const output of node.outputs) known.add(output);
    }
    for (const output of this.outputs) if (!known.has(output)) captured.add(output);
    return [...captured];
  }

  /** The scopes that nodes were built under, each with those around it, outermost first. */
  get scopes(): Scope<V>[] {
    const found = new Set<Scope<V>>();
    for (const node of this.nodes) {
      const path: Scope<V>[] = [];
      for (let scope = node.scope; scope !== undefined; scope = scope.parent) path.push(scope);
      for (const scope of path.reverse()) found.add(scope);
    }
    return [...found];
  }
}

/**
 * Re-applies a graph's nodes in order: the one way to run and to transform a graph.
 *
 * @param given what stands for the graph's inputs
 * @param visit applies one node to new inputs and gives its new outputs; unless said otherwise by applying its op again
 * @returns what stands for the graph's outputs; captures stand for themselves
 */
export function replay<V extends Value<V>>(
  graph: Graph<V>,
  given: readonly V[],
  visit: (node: Node<V>, inputs: readonly V[]) => readonly V[] = reapply,
): V[] {
  const standIn = new Map<V, V>(graph.inputs.map((input, k) => [input, given[k]!]));
  for (const node of graph.nodes) {
    const outputs = visit(
      node,
      node.inputs.map((input) => standIn.get(input) ?? input),
    );
    node.outputs.forEach((output, k) => standIn.set(output, outputs[k]!));
  }
  return graph.outputs.map((output) => standIn.get(output) ?? output);
}

function reapply<V extends Value<V>>(node: Node<V>, inputs: readonly V[]): readonly V[] {
  return inScope(node.scope, () => node.op.apply(inputs, node.attributes));
}
