/** DOT text as an independent parser reads it. */
import { type RootGraphModel, type SubgraphModel, fromDot } from 'ts-graphviz';

export interface DotNode {
  readonly id: string;
  /** The first line of its label. */
  readonly title: string;
  readonly lines: readonly string[];
  readonly kind: string;
  /** Titles of the clusters around it, outermost first. */
  readonly path: readonly string[];
}
export interface DotEdge {
  readonly from: DotNode;
  readonly to: DotNode;
  readonly label: string | undefined;
  readonly kind: string;
}
export interface ParsedDot {
  readonly nodes: readonly DotNode[];
  readonly edges: readonly DotEdge[];
  readonly clusters: readonly { readonly path: readonly string[]; readonly kind: string }[];
  node(title: string): DotNode;
  of(kind: string): DotNode[];
}

/** What a label says: line ends, backslashes and entities as Graphviz reads them. */
function decoded(label: unknown): string {
  if (typeof label !== 'string') return '';
  return label
    .replaceAll(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character))
    .replaceAll('&amp;', '&');
}

function textOf(attributes: { get(key: 'label' | 'class'): unknown }, key: 'label' | 'class'): string {
  return decoded(attributes.get(key));
}

export function parsedDot(dot: string): ParsedDot {
  const root: RootGraphModel = fromDot(dot);
  const nodes = new Map<string, DotNode>();
  const clusters: { path: readonly string[]; kind: string }[] = [];
  const collect = (graph: RootGraphModel | SubgraphModel, path: readonly string[]): void => {
    for (const { id, attributes } of graph.nodes) {
      if (attributes.get('label') === undefined) continue; // a mention in { rank=same; }
      const [title = '', ...lines] = textOf(attributes, 'label').split('\n');
      nodes.set(id, { id, title, lines, kind: textOf(attributes, 'class'), path });
    }
    for (const inner of graph.subgraphs) {
      if (inner.id?.startsWith('cluster_') !== true) continue;
      const inside = [...path, textOf(inner, 'label')];
      clusters.push({ path: inside, kind: textOf(inner, 'class') });
      collect(inner, inside);
    }
  };
  collect(root, []);
  const end = (target: unknown): DotNode => {
    if (typeof target !== 'object' || target === null || !('id' in target) || typeof target.id !== 'string')
      throw new TypeError('an edge without an end');
    const found = nodes.get(target.id);
    if (found === undefined) throw new Error(`an edge at ${target.id}, which is not drawn`);
    return found;
  };
  const edges = root.edges.map(({ targets, attributes }) => {
    const kind = textOf(attributes, 'class');
    const [from, to] = kind.includes('reversed') ? [targets[1], targets[0]] : targets;
    const label = attributes.get('label');
    return { from: end(from), to: end(to), label: label === undefined ? undefined : decoded(label), kind };
  });
  const all = [...nodes.values()];
  return {
    nodes: all,
    edges,
    clusters,
    node: (title) => {
      const found = all.filter((node) => node.title === title);
      if (found.length !== 1) throw new Error(`${found.length} nodes are called ${title}`);
      return found[0]!;
    },
    of: (kind) => all.filter((node) => node.kind.split(' ').includes(kind)),
  };
}
