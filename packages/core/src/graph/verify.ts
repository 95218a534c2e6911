/** What is true of every graph. Run between transformations in tests, and by whoever builds graphs by hand. */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import type { Graph } from './graph.ts';
import type { Node, Value } from './node.ts';

/** What a room that knows more than the graph can add: a sentence on what is wrong with a node, or nothing. */
export type NodeLaw<V extends Value<V>> = (node: Node<V>) => string | undefined;

/**
 * Throws unless: ids rise; every node comes after what it uses; outputs of a node carry its consecutive ids and point
 * back to it; inputs are distinct; each further `law` holds of each node; and all this of the graphs that nodes hold, which
 * use nothing from outside that has a history.
 *
 * @throws EdgewiseError `invalid-graph`, naming the node and the law
 */
export function verify<V extends Value<V>>(graph: Graph<V>, ...laws: NodeLaw<V>[]): void {
  let last = 0;
  for (const node of graph.nodes) {
    if (node.id <= last) fail(node, `its id does not come after %${last}`);
    last = node.id + node.outputs.length - 1;
    for (const input of node.inputs) {
      if (input.node !== undefined && input.id >= node.id) fail(node, `it uses %${input.id}, which is made later`);
      if (input.node !== undefined && !input.node.outputs.includes(input))
        fail(node, `%${input.id} is not an output of its own node`);
    }
    node.outputs.forEach((output, k) => {
      if (output.node !== node) fail(node, `output ${k} points to another node`);
      if (output.id !== node.id + k) fail(node, `output ${k} has id ${output.id}, expected ${node.id + k}`);
    });
    for (const { name, graph: held, slots } of node.graphs) {
      if (slots.length !== held.inputs.length)
        fail(node, `its ${name} has ${held.inputs.length} inputs, and ${slots.length} slots stand for them`);
      if (slots.some((slot) => slot >= node.arity)) fail(node, `its ${name} takes from a slot that it does not have`);
      const [open] = held.captures.filter((value) => value.node !== undefined);
      if (open !== undefined) fail(node, `its ${name} uses %${open.id} from outside`);
      verify(held, ...laws);
    }
    for (const law of laws) {
      const problem = law(node);
      if (problem !== undefined) fail(node, problem);
    }
  }
  if (new Set(graph.inputs).size !== graph.inputs.length) {
    throw new EdgewiseError({ code: 'invalid-graph', op: 'verify', problem: 'an input is listed twice', graph });
  }

  function fail(node: Node<V>, problem: string): never {
    throw new EdgewiseError({
      code: 'invalid-graph',
      op: 'verify',
      problem: `%${node.id} = ${node.op.name}: ${problem}`,
      scope: node.scope?.path,
      graph,
    });
  }
}
