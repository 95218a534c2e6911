/** Boxes, clusters and edges as DOT text: how what is to be drawn is laid out and escaped. */

/** A call of a module or of a composite, or a node that holds graphs, with what is inside. */
export interface Cluster {
  /** Unique in the picture. */
  readonly name: string;
  readonly title: string;
  readonly kind: 'module' | 'composite' | 'graph';
  readonly parent: Cluster | undefined;
}

export interface Box {
  readonly id: string;
  readonly kind: 'input' | 'parameter' | 'constant' | 'op' | 'op backward' | 'output' | 'folded';
  readonly title: string;
  readonly lines: string[];
  readonly cluster: Cluster | undefined;
  /** The box of the forward node whose derivative rule made this one. */
  readonly beside: Box | undefined;
}

export interface Wire {
  readonly from: Box;
  readonly to: Box;
  /**
   * `backward` between backward nodes, `gradient` out of them, `saved` from a forward value to a backward node, `update`
   * to the cell that takes the value, `exchange` from a cell and back to it.
   */
  readonly kind: 'forward' | 'backward' | 'gradient' | 'saved' | 'update' | 'exchange';
  readonly label: string;
}

export interface DotParts {
  readonly boxes: readonly Box[];
  readonly wires: readonly Wire[];
  readonly direction: 'down' | 'right';
}

export function dotText({ boxes, wires, direction }: DotParts): string {
  return [
    'digraph {',
    `  rankdir=${direction === 'down' ? 'TB' : 'LR'}; newrank=true;`,
    '  node [fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.15,0.07"];',
    '  edge [fontname="Helvetica,Arial,sans-serif", fontsize=9];',
    ...clusterLines(boxes, undefined, '  '),
    ...besideLines(boxes),
    ...wires.map(wireLine),
    '}',
    '',
  ].join('\n');
}

/** What lies in a cluster, or in none: its own boxes, and the clusters directly inside. */
function clusterLines(boxes: readonly Box[], around: Cluster | undefined, indent: string): string[] {
  const lines: string[] = [];
  const inner = new Set<Cluster>();
  for (const box of boxes) {
    if (box.cluster === around) lines.push(`${indent}${box.id} [${boxAttributes(box)}];`);
    else {
      const next = childTowards(box.cluster, around);
      if (next !== undefined) inner.add(next);
    }
  }
  for (const cluster of inner) {
    lines.push(
      `${indent}subgraph ${quoted(`cluster_${cluster.name}`)} {`,
      `${indent}  label=${quoted(cluster.title)}; class=${quoted(cluster.kind)}; style="rounded"; labeljust=l; fontname="Helvetica,Arial,sans-serif"; fontsize=11;`,
      ...clusterLines(boxes, cluster, `${indent}  `),
      `${indent}}`,
    );
  }
  return lines;
}

/** The cluster directly inside `around` that `cluster` is, or lies in. */
function childTowards(cluster: Cluster | undefined, around: Cluster | undefined): Cluster | undefined {
  for (let at = cluster; at !== undefined; at = at.parent) if (at.parent === around) return at;
  return undefined;
}

/** The first backward node of a forward node stands beside it; the others follow from their edges. */
function besideLines(boxes: readonly Box[]): string[] {
  const met = new Set<Box>();
  return boxes.flatMap((box) => {
    if (box.beside === undefined || box.beside.kind === 'folded' || met.has(box.beside)) return [];
    met.add(box.beside);
    return [`  { rank=same; ${box.beside.id}; ${box.id}; }`];
  });
}

/**
 * What flows back flows up: such an edge is written from its end to its start, with the arrow turned, so that the
 * backward nodes are laid out as a mirror image beside the forward ones.
 */
function wireLine({ from, to, kind, label }: Wire): string {
  const text = `label=${quoted(label)}`;
  switch (kind) {
    case 'forward':
      return `  ${from.id} -> ${to.id} [${text}];`;
    case 'gradient':
      return `  ${from.id} -> ${to.id} [${text}, class="backward"];`;
    case 'backward':
      return `  ${to.id} -> ${from.id} [${text}, class="backward reversed", dir=back];`;
    case 'update':
      return `  ${to.id} -> ${from.id} [${text}, class="update reversed", style=dashed, dir=back];`;
    case 'exchange':
      return `  ${from.id} -> ${to.id} [${text}, class="update", style=dashed, dir=both];`;
    case 'saved': // its shape stands on the edge that leads forward
      return `  ${from.id} -> ${to.id} [tooltip=${quoted(label)}, class="saved", style=dotted, constraint=false];`;
  }
}

function boxAttributes({ kind, title, lines }: Box): string {
  const [shape, style] = looks[kind];
  const label = quoted([title, ...lines.filter((line) => line !== '')].join('\n'));
  // The depth of a folded box takes room beside its text.
  const margin = kind === 'folded' ? ', margin="0.22,0.09"' : '';
  return `label=${label}, class=${quoted(kind)}, shape=${shape}, style=${quoted(style)}${margin}`;
}

const looks: Readonly<Record<Box['kind'], readonly [shape: string, style: string]>> = {
  input: ['ellipse', 'solid'],
  parameter: ['box', 'filled'],
  constant: ['box', 'dashed'],
  op: ['box', 'rounded'],
  'op backward': ['box', 'rounded'],
  output: ['box', 'solid'],
  folded: ['box3d', 'solid'],
};

/** What no SVG may contain: control characters, and halves of characters outside of the basic plane. */
const unprintable =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Any text as a DOT string: quotes, backslashes and line ends escaped; "&" too, which Graphviz reads as an entity. */
export function quoted(text: string): string {
  const safe = text
    .replaceAll('&', '&amp;')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(unprintable, '\ufffd');
  return `"${safe}"`;
}
