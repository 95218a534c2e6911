/** What the graph's texts and pictures say about tensors. */
import type { Node } from '../graph/node.ts';
import type { Describe } from '../graph/print.ts';
import { formatNumber } from './format.ts';
import type { Tensor } from './tensor.ts';
import { Variable } from './variable.ts';
import { Graph } from '../graph/graph.ts';

export const describeTensors: Describe<Tensor> = {
  spec: (value) => value.spec.toString(),
  constant: (value) => {
    if (typeof value.storage !== 'number') return `constant ${value.spec}`;
    const number = formatNumber(value.storage, value.dtype === 'bool');
    return value.rank === 0 ? number : `${number} ${value.spec}`;
  },
  notes: ({ op, attributes }) =>
    attributes.flatMap((value, k) => {
      const name = op.attributeNames[k];
      // Tokens only tell things apart; graphs are shown by themselves.
      if (value === undefined || value === false || typeof value === 'symbol' || value instanceof Graph) return [];
      if (value === true) return [name ?? 'true'];
      return [name === undefined ? attribute(value) : `${name} ${attribute(value)}`];
    }),
  transparent: (node) => node.op.transparent,
  leafName,
};

function leafName(node: Node<Tensor>): string | undefined {
  const [of] = node.attributes;
  if (!node.op.leaf) return undefined;
  return of instanceof Variable ? (of.name ?? 'variable') : typeof of === 'string' ? of : undefined;
}

function attribute(value: unknown): string {
  if (value instanceof Variable) return value.name ?? 'variable';
  if (value instanceof Graph) return `graph of ${value.nodes.length} nodes`;
  if (Array.isArray(value)) return `[${value.map(attribute).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, entry]) => `${key}: ${attribute(entry)}`)
      .join(', ')} }`;
  }
  return String(value);
}
