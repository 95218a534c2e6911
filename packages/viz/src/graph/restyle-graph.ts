/**
 * Turns Graphviz's drawing into one of ours: what a node is (its class in DOT) decides its colours and its border, names become
 * words that can be read aloud, and what the author of a DOT text coloured by hand stays as it is.
 */
import { type ColourName, type NodeKind, colour } from '../theme.ts';
import { type SvgElement, type SvgNode, element, everyElement, textOf } from '../svg/svg-tree.ts';
import { fitText, ownWeight } from './fit-text.ts';

/** What was found in the drawing. */
export interface GraphParts {
  /** The graph's name in DOT, '' without one. */
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly edgeCount: number;
  readonly modules: readonly string[];
}

/** A drawn node. */
export interface GraphNode {
  /** Its text, lines joined by spaces. */
  readonly label: string;
  /** What it is, if its class says so. */
  readonly kind: NodeKind | undefined;
}

/** How the border of each kind is drawn, so that kinds are told apart without colour, together with the shapes in DOT. */
export const borders: Readonly<Record<NodeKind, { readonly width: number; readonly dash?: string }>> = {
  input: { width: 2.2 },
  parameter: { width: 1.4 },
  constant: { width: 1.2, dash: '1.5 3' },
  op: { width: 1.2 },
  output: { width: 3 },
  folded: { width: 1.4 },
  backward: { width: 1.4, dash: '5 3' },
};

/** What is said first wins: an op that gives the output is drawn as the output. */
const precedence: readonly NodeKind[] = ['parameter', 'input', 'output', 'constant', 'backward', 'folded', 'op'];

/** Restyles the tree in place and says what is in it. */
export function restyleGraph(svg: SvgElement): GraphParts {
  const graph = svg.children.find((child) => typeof child !== 'string' && classesOf(child).includes('graph'));
  const parts = typeof graph === 'object' ? graph.children.filter((child) => typeof child !== 'string') : [];
  const labels = new Map<string, string>();
  const nodes: GraphNode[] = [];
  const modules: string[] = [];
  let edgeCount = 0;
  let name = '';
  for (const part of parts.filter((candidate) => classesOf(candidate).includes('node'))) {
    const label = visibleText(part);
    labels.set(titleOf(part), label);
    nodes.push({ label, kind: restyleNode(part, label) });
  }
  for (const part of parts) {
    const classes = classesOf(part);
    if (classes.includes('edge')) {
      restyleEdge(part, labels);
      edgeCount += 1;
    } else if (classes.includes('cluster')) {
      modules.push(visibleText(part));
      restyleCluster(part);
    } else if (part.name === 'title') {
      name = textOf(part);
    } else if (!classes.includes('node')) {
      inkInsteadOfBlack(part);
    }
  }
  if (typeof graph === 'object') {
    for (const part of parts) if (classesOf(part).includes('cluster')) graph.children.push(...takenLabels(part));
    dropBackground(graph);
    fitText(graph);
  }
  return { name, nodes, edgeCount, modules };
}

/** The kind that a node's classes name. */
function kindOf(classes: readonly string[]): NodeKind | undefined {
  return precedence.find((kind) => classes.includes(kind));
}

function restyleNode(node: SvgElement, label: string): NodeKind | undefined {
  const kind = kindOf(classesOf(node));
  describe(node, 'name', tooltipOf(node) ?? (label === '' ? titleOf(node) : label));
  if (kind === undefined) {
    if (hasOwnFill(node)) keepBlack(node);
    else inkInsteadOfBlack(node);
    return undefined;
  }
  const { width, dash } = borders[kind];
  const parts = [...everyElement(node)];
  for (const [index, shape] of parts.filter(isShape).entries()) {
    // Graphviz draws the outer one of two borders last: filled, it would hide the inner one.
    paint(shape, index === 0 ? colour(`${kind}-fill`) : 'none', colour(`${kind}-edge`));
    shape.attributes.set('stroke-width', String(width));
    if (dash !== undefined) shape.attributes.set('stroke-dasharray', dash);
  }
  for (const text of parts) if (text.name === 'text') text.attributes.set('fill', colour('ink'));
  return kind;
}

function restyleEdge(edge: SvgElement, labels: ReadonlyMap<string, string>): void {
  const classes = classesOf(edge);
  const written = titleOf(edge).split(/->|--/);
  // What flows back is written from its end to its start, for the sake of the layout.
  const [from = '', to = ''] = classes.includes('reversed') ? written.reverse() : written;
  const words = [labels.get(from.split(':')[0] ?? '') ?? from, labels.get(to.split(':')[0] ?? '') ?? to];
  const label = visibleText(edge);
  edge.attributes.set('data-from', from);
  edge.attributes.set('data-to', to);
  describe(edge, undefined, tooltipOf(edge) ?? `${words.join(' → ')}${label === '' ? '' : `, ${label}`}`);
  const stroke: ColourName = classes.includes('backward') ? 'backward-edge' : 'op-edge';
  for (const shape of everyElement(edge)) {
    if (shape.name === 'text') {
      if (isDefault(shape.attributes.get('fill'))) shape.attributes.set('fill', colour('ink'));
      withHalo(shape);
    } else if (isShape(shape)) {
      if (isDefault(shape.attributes.get('stroke'))) shape.attributes.set('stroke', colour(stroke));
      if (shape.attributes.get('fill') === 'black') shape.attributes.set('fill', colour(stroke));
      if (classes.includes('backward') && shape.name === 'path' && !shape.attributes.has('stroke-dasharray')) {
        shape.attributes.set('stroke-dasharray', '5 3');
      }
    }
  }
}

/** What clusters are drawn in our colours; `graph` is one that a node holds, such as the body of a loop. */
const ourClusters = ['module', 'composite', 'graph'] as const;

/** How the borders of clusters tell them apart. */
const clusterDashes = { module: undefined, composite: '2 3', graph: '8 3' } as const;

function restyleCluster(cluster: SvgElement): void {
  describe(cluster, 'name', tooltipOf(cluster) ?? visibleText(cluster));
  const own = ourClusters.find((name) => classesOf(cluster).includes(name));
  if (own === undefined) {
    if (hasOwnFill(cluster)) keepBlack(cluster);
    else inkInsteadOfBlack(cluster);
    return;
  }
  const isBackward = classesOf(cluster).includes('backward');
  for (const shape of everyElement(cluster)) {
    if (isShape(shape)) {
      const fill = own === 'module' ? colour('module-fill') : 'none';
      paint(shape, fill, colour(isBackward ? 'backward-edge' : 'module-edge'));
      const dash = clusterDashes[own];
      if (dash !== undefined) shape.attributes.set('stroke-dasharray', dash);
      // Boxes lie in boxes: a tint that lets the outer one through makes depth visible.
      shape.attributes.set('fill-opacity', '0.7');
    } else if (shape.name === 'text') {
      shape.attributes.set('fill', colour('ink'));
      shape.attributes.set('font-weight', ownWeight);
    }
  }
}

/** The title of a module, out of its cluster: Graphviz draws edges over it, and there it would be crossed out. */
function takenLabels(cluster: SvgElement): SvgElement[] {
  if (!ourClusters.some((name) => classesOf(cluster).includes(name))) return [];
  const labels = cluster.children.flatMap((child) =>
    typeof child !== 'string' && child.name === 'text' ? [child] : [],
  );
  const others = cluster.children.filter((child) => typeof child === 'string' || child.name !== 'text');
  cluster.children.splice(0, cluster.children.length, ...others);
  for (const label of labels) withHalo(label);
  return labels;
}

/** Paper around the letters keeps them readable where a line passes below. */
function withHalo({ attributes }: SvgElement): void {
  attributes.set('stroke', colour('paper'));
  attributes.set('stroke-width', '3');
  attributes.set('stroke-linejoin', 'round');
  attributes.set('paint-order', 'stroke');
}

/** The white rectangle that Graphviz draws below everything, unless its author asked for another colour. */
function dropBackground(graph: SvgElement): void {
  const at = graph.children.findIndex((child) => typeof child !== 'string' && child.name === 'polygon');
  const background = graph.children[at];
  if (typeof background === 'object' && background.attributes.get('fill') === 'white') graph.children.splice(at, 1);
}

function inkInsteadOfBlack(part: SvgElement): void {
  for (const { name, attributes } of everyElement(part)) {
    if (name === 'text' && isDefault(attributes.get('fill'))) attributes.set('fill', colour('ink'));
    if (attributes.get('stroke') === 'black') attributes.set('stroke', colour('ink'));
    if (attributes.get('fill') === 'black') attributes.set('fill', colour('ink'));
  }
}

/** A fill chosen by the author was chosen for black text, in either theme. */
function keepBlack(part: SvgElement): void {
  for (const { name, attributes } of everyElement(part)) {
    if (name === 'text' && !attributes.has('fill')) attributes.set('fill', 'black');
  }
}

function hasOwnFill(part: SvgElement): boolean {
  return [...everyElement(part)].some(
    (shape) => isShape(shape) && !['none', undefined].includes(shape.attributes.get('fill')),
  );
}

function isDefault(paintValue: string | undefined): boolean {
  return paintValue === undefined || paintValue === 'black';
}

function isShape({ name }: SvgElement): boolean {
  return name === 'polygon' || name === 'ellipse' || name === 'path' || name === 'polyline' || name === 'circle';
}

function paint(shape: SvgElement, fill: string, stroke: string): void {
  // A double border is a second shape without a fill of its own; `transparent` marks a shape that is only a frame for others.
  if (shape.attributes.get('stroke') === 'transparent') return;
  shape.attributes.set('fill', fill);
  shape.attributes.set('stroke', stroke);
}

/** Puts words in the title, which browsers show as a tooltip, and Graphviz's own name beside it for those who look nodes up. */
function describe(part: SvgElement, data: 'name' | undefined, words: string): void {
  const own = titleOf(part);
  if (data !== undefined) part.attributes.set(`data-${data}`, own);
  part.children.splice(
    0,
    part.children.length,
    element('title', {}, [words]),
    ...part.children.filter((child) => typeof child === 'string' || child.name !== 'title'),
  );
}

function titleOf(part: SvgElement): string {
  const title = part.children.find((child) => typeof child !== 'string' && child.name === 'title');
  return title === undefined ? '' : textOf(title);
}

/** A tooltip that the DOT text asks for; Graphviz writes one that only repeats the label when there is a link, too. */
function tooltipOf(part: SvgElement): string | undefined {
  for (const { attributes } of everyElement(part)) {
    const tooltip = attributes.get('data-tooltip');
    if (tooltip !== undefined && tooltip !== '') return tooltip;
  }
  return undefined;
}

/** The text that stands in the picture, lines joined by spaces. */
function visibleText(part: SvgNode): string {
  if (typeof part === 'string') return '';
  return [...everyElement(part)]
    .filter(({ name }) => name === 'text')
    .map((text) => textOf(text).trim())
    .filter((text) => text !== '')
    .join(' ');
}

function classesOf({ attributes }: SvgElement): string[] {
  return (attributes.get('class') ?? '').split(/\s+/);
}
