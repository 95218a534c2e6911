/** Common subexpressions: the same op on the same inputs with the same attributes is computed once. */
import { type Graph, replay, withOutputs } from '../../graph/graph.ts';
import type { Node } from '../../graph/node.ts';
import { inScope } from '../../graph/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * What checkpoint recomputes carries a token among its attributes, which is equal to nothing but itself, and stays.
 *
 *     graph(x: f32 [2])                       graph(x: f32 [2])
 *       %1 = exp(x): f32 [2]                    %1 = exp(x): f32 [2]
 *       %2 = exp(x): f32 [2]             ->     %2 = add(%1, %1): f32 [2]
 *       %3 = add(%1, %2): f32 [2]               return %2
 *       return %3
 */
export function mergeDuplicates(graph: Graph<Tensor>): Graph<Tensor> {
  const known = new Map<string, readonly Tensor[]>();
  const numbers = new Map<unknown, number>();
  const numberOf = (thing: unknown): number => {
    const number = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, number);
    return number;
  };
  const keyOf = (node: Node<Tensor>, inputs: readonly Tensor[]): string =>
    [numberOf(node.op), ...inputs.map(nameOf), attributeKey(node.attributes, numberOf)].join(' ');
  /** Constants of one value are one, whoever made them. */
  const nameOf = (value: Tensor): string =>
    typeof value.storage === 'number' && value.node === undefined
      ? `${Object.is(value.storage, -0) ? '-0' : value.storage}:${value.spec}`
      : `#${numberOf(value)}`;
  const outputs = replay(graph, graph.inputs, (node, inputs) => {
    const key = keyOf(node, inputs);
    let made = known.get(key);
    if (made === undefined) known.set(key, (made = inScope(node.scope, () => node.op.apply(inputs, node.attributes))));
    return made;
  });
  return withOutputs(graph, outputs);
}

/** Plain data by what it says, everything else by identity. */
export function attributeKey(attribute: unknown, numberOf: (thing: unknown) => number): string {
  if (Array.isArray(attribute)) return `[${attribute.map((item) => attributeKey(item, numberOf)).join()}]`;
  if (typeof attribute === 'object' && attribute !== null && Object.getPrototypeOf(attribute) === Object.prototype) {
    const entries = Object.entries(attribute).map(([key, value]) => `${key}:${attributeKey(value, numberOf)}`);
    return `{${entries.join()}}`;
  }
  if (typeof attribute === 'string') return JSON.stringify(attribute);
  if (typeof attribute === 'number') return Object.is(attribute, -0) ? '-0' : `${attribute}`;
  if (typeof attribute === 'boolean') return `${attribute}`;
  return attribute === undefined ? '' : `#${numberOf(attribute)}`;
}
