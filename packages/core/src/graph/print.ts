/** A graph as text, one line a node: stable, so that it can be compared and taught with. */
import type { Graph } from './graph.ts';
import type { Node, Value } from './node.ts';

/** What the room that knows values tells about them. */
export interface Describe<V extends Value<V>> {
  /** Shape and dtype: `f32 [2, 3]`. */
  spec(value: V): string;
  /** A constant in short: its number, or its spec. */
  constant(value: V): string;
  /** A node's attributes as a picture shows them: what is switched off is left out. */
  notes(node: Node<V>): string[];
  /** Whether a node is not to be seen: its output is its input. */
  transparent(node: Node<V>): boolean;
  /** The name of what a leaf stands for, where it has one. */
  leafName(node: Node<V>): string | undefined;
}

/**
 * Text like
 *
 *     graph(w: f32 [2, 2], b: f32 [2])
 *       %1 = matmul(w, w): f32 [2, 2]           mlp/hidden0
 *       return %1
 *
 * Values are numbered in order from 1, whatever their ids. Graphs that a node holds stand below it, further in.
 */
export function printGraph<V extends Value<V>>(graph: Graph<V>, describe: Describe<V>, name = 'graph'): string {
  const names = new Map<V, string>(graph.inputs.map((input, k) => [input, graph.inputNames[k] ?? `input${k}`]));
  const nameOf = (value: V): string => names.get(value) ?? leafNameOf(value) ?? describe.constant(value);
  const leafNameOf = (value: V): string | undefined =>
    value.node === undefined ? undefined : describe.leafName(value.node);

  const lines: { text: string; scope: string; held: readonly string[] }[] = [];
  let count = 0;
  for (const node of graph.nodes) {
    if (node.op.leaf && node.arity === 0) continue;
    if (describe.transparent(node) && node.inputs[0] !== undefined) {
      names.set(node.outputs[0]!, nameOf(node.inputs[0]));
      continue;
    }
    const inputs = node.inputs.map(nameOf);
    for (const output of node.outputs) names.set(output, `%${++count}`);
    const left = node.outputs.map((output) => names.get(output)).join(', ');
    const specs = node.outputs.map((output) => describe.spec(output)).join(', ');
    lines.push({
      text: `  ${left} = ${node.op.name}(${[...inputs, ...describe.notes(node)].join(', ')}): ${specs}`,
      scope: node.scope?.path ?? '',
      held: node.graphs.map((held) => printGraph(held.graph, describe, held.name)),
    });
  }
  const width = Math.min(80, Math.max(0, ...lines.map(({ text }) => text.length)));
  const signature = graph.inputs.map((input) => `${nameOf(input)}: ${describe.spec(input)}`).join(', ');
  const results = graph.outputs.map((output, k) => {
    const name = graph.outputNames[k] ?? '';
    return name === '' ? nameOf(output) : `${name} = ${nameOf(output)}`;
  });
  return [
    `${name}(${signature})`,
    ...lines.flatMap(({ text, scope, held }) => [
      scope === '' ? text : `${text.padEnd(width)}  ${scope}`,
      ...held.map((inner) => inner.replace(/^/gm, '    ')),
    ]),
    `  return ${results.join(', ')}`,
  ].join('\n');
}
