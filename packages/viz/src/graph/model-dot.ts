/** A folded model as DOT text, in the classes and shapes of `toDot`, with names by which a page finds boxes and wires again. */
import { type BoxName, type Open, boxNames, closedGroups, wiresOf } from './fold.ts';
import { type GraphModel, type ModelGroup, type ModelNode, type Part, partsOf } from './model.ts';

export interface ModelDotOptions {
  readonly direction: 'down' | 'right';
  /** Whether there is room between boxes for numbers to be written on the edges. */
  readonly spacious: boolean;
}

/** How many boxes and wires a picture may have for Graphviz to look for the best places, and to bend wires around boxes. */
const limits = { best: 200, bends: 400 } as const;

/** What makes a layout of many boxes and wires take a fraction of a second instead of seconds. */
function haste(boxes: number, wires: number): string {
  if (wires > limits.bends) return ' nslimit=0.01; nslimit1=0.01; mclimit=0.01; searchsize=3; splines=line;';
  if (Math.max(boxes, wires) <= limits.best) return '';
  return ' nslimit=1; nslimit1=1; mclimit=0.1; searchsize=5; splines=polyline;';
}

/** From top to bottom where there are modules, from left to right for expressions. */
export function directionOf({ groups }: GraphModel): 'down' | 'right' {
  return groups.some(({ kind }) => kind === 'module' || kind === 'kernel' || kind === 'stretch') ? 'down' : 'right';
}

/** Boxes are named as `boxNames` says; the wire at place k of `wiresOf` has the id `w<k>`. */
export function modelDot(model: GraphModel, open: Open, { direction, spacious }: ModelDotOptions): string {
  const names = boxNames(model, open);
  const space = spacious ? ' nodesep=0.5; ranksep=1.1;' : '';
  const wires = wiresOf(model, names);
  // Words on wires take ranks of their own, and seconds; where there are so many wires, tooltips have to do.
  const hasWords = wires.length <= limits.best;
  return [
    `digraph ${quoted(model.title)} {`,
    `  rankdir=${direction === 'down' ? 'TB' : 'LR'}; newrank=true;${space}${haste(new Set(names).size, wires.length)}`,
    '  node [fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.15,0.07"];',
    '  edge [fontname="Helvetica,Arial,sans-serif", fontsize=9];',
    ...new Boxes(model, open).lines(-1, '  '),
    ...besideLines(model, names),
    ...wires.map(({ from, to, kind, edges }, index) => {
      const specs = edges.map((edge) => model.edges[edge]?.spec ?? '');
      const words = quoted(wireLabel(specs, kind === 'gradient' ? 'gradients' : 'values'));
      const text = `id="w${index}", ${hasWords ? 'label' : 'tooltip'}=${words}`;
      switch (kind) {
        case 'forward':
          return `  ${from} -> ${to} [${text}];`;
        case 'gradient':
          return `  ${from} -> ${to} [${text}, class="backward"];`;
        case 'backward': // what flows back flows up: written from its end to its start, with the arrow turned
          return `  ${to} -> ${from} [${text}, class="backward reversed", dir=back];`;
        case 'update':
          return `  ${to} -> ${from} [${text}, class="update", style=dashed, dir=both];`;
        case 'saved':
          return `  ${from} -> ${to} [id="w${index}", tooltip=${quoted(specs[0] ?? '')}, class="saved", style=dotted, constraint=false];`;
      }
    }),
    '}',
    '',
  ].join('\n');
}

/** The title of a box: what a person calls it. */
export function titleOfNode({ op, name }: ModelNode): string {
  return name ?? op;
}

/** `hidden × 12`, or the plain name. */
export function titleOfGroup({ name, count }: ModelGroup): string {
  return count === undefined ? name : `${name} × ${count}`;
}

/** What is folded into a box: `3 ops, 2 parameters`. */
export function contentsOf(nodes: readonly ModelNode[]): string {
  const count = (word: string, wanted: (node: ModelNode) => boolean): string[] => {
    const found = nodes.filter(wanted).length;
    return found === 0 ? [] : [`${found} ${word}${found === 1 || word === 'backward' ? '' : 's'}`];
  };
  return [
    ...count('op', ({ kind }) => kind === 'op'),
    ...count('backward', ({ kind }) => kind === 'backward'),
    ...count('parameter', ({ kind }) => kind === 'parameter'),
    ...count('state', ({ kind }) => kind === 'state'),
  ].join(', ');
}

/** What a graph has, in a line: `3 ops, 1 parameter, 4 edges`. */
export function captionOf({ nodes, edges }: GraphModel): string {
  const contents = contentsOf(nodes);
  return `${contents === '' ? '' : `${contents}, `}${edges.length} edge${edges.length === 1 ? '' : 's'}`;
}

const clusterClasses: Readonly<Record<ModelGroup['kind'], string>> = {
  module: 'module',
  stretch: 'module',
  kernel: 'module',
  composite: 'composite',
  repetition: 'composite',
  graph: 'graph',
};

class Boxes {
  private readonly model: GraphModel;
  private readonly open: Open;
  private readonly parts: ReadonlyMap<number, readonly Part[]>;
  private readonly inside = new Map<number, ModelNode[]>();

  constructor(model: GraphModel, open: Open) {
    this.model = model;
    this.open = open;
    this.parts = partsOf(model);
    const closed = closedGroups(model, open);
    for (const node of model.nodes) {
      const group = closed[node.group ?? -1] ?? -1;
      const list = this.inside.get(group);
      if (list === undefined) this.inside.set(group, [node]);
      else list.push(node);
    }
  }

  /** What lies in a group, or at the top: its boxes, and a cluster for each open group. */
  lines(around: number, indent: string): string[] {
    return (this.parts.get(around) ?? []).flatMap(({ kind, index }) => {
      if (kind === 'node') return [`${indent}n${index} [${nodeAttributes(this.model.nodes[index] as ModelNode)}];`];
      const group = this.model.groups[index] as ModelGroup;
      if (!this.open.has(index)) return [`${indent}g${index} [${this.foldedAttributes(group, index)}];`];
      return [
        `${indent}subgraph cluster_g${index} {`,
        `${indent}  label=${quoted(short(titleOfGroup(group), 64))}; class="${clusterClasses[group.kind]}"; style="rounded"; labeljust=l; fontname="Helvetica,Arial,sans-serif"; fontsize=11;`,
        ...this.lines(index, `${indent}  `),
        `${indent}}`,
      ];
    });
  }

  private foldedAttributes(group: ModelGroup, index: number): string {
    const contents = contentsOf(this.inside.get(index) ?? []);
    const lines = [short(titleOfGroup(group), 48), contents, group.words ?? ''].filter((line) => line !== '');
    const label = quoted(lines.join('\n'));
    // The depth of a folded box takes room beside its text.
    return `label=${label}, class="folded", shape=box3d, style="solid", margin="0.22,0.09"`;
  }
}

function nodeAttributes(node: ModelNode): string {
  const { kind, notes, constants, specs } = node;
  const [shape, style] = looks[kind];
  const isLeaf = kind === 'input' || kind === 'parameter' || kind === 'state';
  const lines = [
    short(titleOfNode(node), 48),
    ...(constants === undefined ? [] : [`with ${short(constants, 32)}`]),
    ...(notes === undefined ? [] : [short(notes, 32)]),
    ...(isLeaf ? specs.slice(0, 1) : []),
  ];
  const kindClass = kind === 'backward' ? 'op backward' : kind === 'state' ? 'input' : kind;
  return `label=${quoted(lines.join('\n'))}, class="${kindClass}", shape=${shape}, style="${style}"`;
}

const looks: Readonly<Record<ModelNode['kind'], readonly [shape: string, style: string]>> = {
  input: ['ellipse', 'solid'],
  state: ['ellipse', 'solid'],
  parameter: ['box', 'filled'],
  constant: ['box', 'dashed'],
  op: ['box', 'rounded'],
  backward: ['box', 'rounded'],
  output: ['box', 'solid'],
};

/** The first backward node of a forward node stands beside it; the others follow from their edges. */
function besideLines(model: GraphModel, names: readonly BoxName[]): string[] {
  const met = new Set<BoxName>();
  return model.nodes.flatMap(({ pulled }, index) => {
    const [own = '', forward = ''] = [names[index], names[pulled ?? -1]];
    if (pulled === undefined || own.startsWith('g') || forward.startsWith('g') || met.has(forward)) return [];
    met.add(forward);
    return [`  { rank=same; ${forward}; ${own}; }`];
  });
}

/** Numbers have no shape worth saying; of many values the number is said. */
function wireLabel(specs: readonly string[], noun: string): string {
  const different = [...new Set(specs)];
  if (specs.length === 1) return specs[0]?.endsWith('[]') === true ? '' : (specs[0] ?? '');
  if (different.length === 1) return `${specs.length} × ${different[0]}`;
  return different.length === 2 && specs.length === 2 ? different.join('\n') : `${specs.length} ${noun}`;
}

/** As much of a text as a box has room for; a page shows all of it. */
function short(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** What no SVG may contain: control characters, and halves of characters outside of the basic plane. */
const unprintable =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Any text as a DOT string; "&" is escaped, too, because Graphviz reads entities. */
export function quoted(text: string): string {
  const safe = text
    .replace(unprintable, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/\r\n|\r|\n/g, '\\n');
  return `"${safe}"`;
}
