/** The picture of a graph: DOT laid out by Graphviz, cleaned, in the theme, with a key, and readable aloud. */
import { type Graph, type Tensor, checkOptions } from '@edgewise/core';
import { badArgument, checkChoice, checkSize } from '../bad-argument.ts';
import { type NodeKind, type Theme, colour, themes } from '../theme.ts';
import { type Block, type KeyEntry, emptyBody, key, padded, paragraph, sampleSize, stacked } from '../svg/block.ts';
import { cleanSvg } from '../svg/clean-svg.ts';
import { finishSvg } from '../svg/finish-svg.ts';
import { type SvgElement, element, everyElement, readSvg } from '../svg/svg-tree.ts';
import { type Engine, engines } from './graphviz.ts';
import { isTooMuch, layout, usualTimeLimit } from './layout.ts';
import { type Candidate, candidatesOf } from './coarser.ts';
import type { Fold } from './fold-states.ts';
import { type GraphParts, borders, restyleGraph } from './restyle-graph.ts';

/** How `renderSvg` draws. */
export interface RenderSvgOptions {
  /** How nodes are placed; `dot`, in layers, by default. */
  readonly engine?: Engine;
  /** `auto`, the default, follows the page or the reader's system. */
  readonly theme?: Theme;
  /** The picture's name for screen readers; by default the graph's name in DOT. */
  readonly title?: string;
  /** Whether a key below the graph says what the colours and borders mean; by default it does where there are at least two. */
  readonly key?: boolean;
  /** What is drawn as one box, of a graph that is not DOT text; composites alone unless said otherwise. */
  readonly fold?: Fold;
  /** How long Graphviz may take, in milliseconds (10,000). A graph that takes longer is folded, and the picture says so. */
  readonly timeLimit?: number;
}

const optionNames = [
  'engine',
  'theme',
  'title',
  'key',
  'fold',
  'timeLimit',
] as const satisfies readonly (keyof RenderSvgOptions)[];

const kindWords: Readonly<Record<NodeKind, string>> = {
  input: 'input',
  parameter: 'parameter',
  constant: 'constant',
  op: 'operation',
  folded: 'folded module',
  output: 'output',
  backward: 'backward',
};

/**
 * Draws a graph as SVG text, with Graphviz and without installing it: in Node, in a page and in a worker.
 *
 * Nodes, edges and clusters of the classes that `toDot` writes (`input`, `parameter`, `constant`, `op`, `output`, `folded`,
 * `backward`; `module` for clusters) get the theme's colours. Colours in a DOT text of your own stay. The result fits the
 * width of what it is put into, has nothing to fetch, and no label can bring a script into it.
 *
 * Graphviz runs in a thread of its own. A graph for which it takes longer than `timeLimit` is drawn folded, and words below
 * the picture say what was folded; DOT text cannot be folded, and is refused.
 *
 * @param graph a graph or a recorded tensor, drawn as `toDot(graph)` says, or DOT text
 * @param options.engine how nodes are placed: `dot` (default), `neato`, `fdp`, `sfdp`, `circo`, `twopi`, `osage`, `patchwork`
 * @param options.theme `light`, `dark`, or `auto` (default): as `data-theme` on the page's root element says, else as the reader's system
 * @param options.title the picture's name for screen readers
 * @param options.key whether to explain colours and borders below the graph
 * @param options.fold what is drawn as one box: `true`, `false`, `repetitions`, or a function of path and whether it is a composite
 * @param options.timeLimit milliseconds for each attempt at a layout, once Graphviz is loaded
 * @returns an `svg` element as text; a point of Graphviz is 4/3 of a pixel, as in CSS
 * @throws ArgumentError `bad-dot` with line and place, `layout-failed`, `layout-too-slow`, `unknown-option`,
 *   `unknown-choice`, `bad-size`
 * @example
 * const svg = await renderSvg('digraph { x [class="input"]; x -> square [label="f32 [2]"]; square [class="op output"] }');
 * svg.startsWith('<svg'); // true
 */
export async function renderSvg(
  graph: string | Graph<Tensor> | Tensor,
  options: RenderSvgOptions = {},
): Promise<string> {
  checkOptions('renderSvg', options, optionNames);
  const { engine = 'dot', theme = 'auto', title, key: wantsKey, fold, timeLimit = usualTimeLimit } = options;
  checkChoice('renderSvg', 'engine', engine, engines);
  checkChoice('renderSvg', 'theme', theme, themes);
  checkSize('renderSvg', 'timeLimit', timeLimit, 1);
  if (typeof graph !== 'string' && (typeof graph !== 'object' || graph === null)) {
    throw badArgument('renderSvg', {
      code: 'not-a-graph',
      problem: `expected a graph or DOT text, received ${graph === null ? 'null' : typeof graph}`,
      expected: 'a Graph, a recorded Tensor or a string',
      received: graph,
      remedy: 'renderSvg(trace(f, spec))',
    });
  }
  const drawing = { engine, theme, title, key: wantsKey, timeLimit };
  if (typeof graph === 'string') return drawDot(graph, drawing);
  return firstPossible(candidatesOf(graph, fold), ({ dot, note }) =>
    drawDot(dot, note === undefined ? drawing : { ...drawing, note: noteOn(note, timeLimit) }),
  );
}

/** Draws the first candidate that is not too much for Graphviz. */
async function firstPossible(
  candidates: Iterable<Candidate>,
  draw: (candidate: Candidate) => Promise<string>,
): Promise<string> {
  let refusal: unknown;
  for (const candidate of candidates) {
    try {
      return await draw(candidate);
    } catch (error) {
      if (!isTooMuch(error)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

function noteOn(folded: string, timeLimit: number): string {
  return `Folded, because the whole graph could not be laid out in ${timeLimit / 1000} s: ${folded}.`;
}

/** How a text is drawn; all that `renderSvg` decides. */
interface Drawing {
  readonly engine: Engine;
  readonly theme: Theme;
  readonly title: string | undefined;
  readonly key: boolean | undefined;
  readonly timeLimit: number;
  /** Words below the picture. */
  readonly note?: string;
}

/** DOT text as a picture. */
export async function drawDot(
  dot: string,
  { engine, theme, title, key: wantsKey, timeLimit, note }: Drawing,
): Promise<string> {
  const drawn = readSvg(await layout(dot, engine, timeLimit));
  if (drawn === undefined) throw new Error('renderSvg: Graphviz gave no SVG; please report the graph');
  keepTooltips(drawn);
  const svg = cleanSvg(drawn);
  const parts = restyleGraph(svg);
  const body = parts.nodes.length === 0 ? emptyBody('a graph without nodes', 320, 80) : asBlock(svg);
  const entries = keyEntries(parts);
  const picture = padded(
    stacked(
      [
        body,
        note === undefined ? nothing : paragraph(note, Math.max(body.width, 320), 'note'),
        (wantsKey ?? entries.length > 1) ? key(entries, Math.max(body.width, 320)) : nothing,
      ],
      14,
    ),
    8,
  );
  const name = title ?? (['', '%3', 'G'].includes(parts.name) ? 'Graph' : parts.name);
  return finishSvg(picture.content, { ...picture, title: name, description: inWords(parts), theme });
}

const nothing: Block = { content: [], width: 0, height: 0 };

/** Links are dropped unless they are safe; the tooltips on them are words, and stay. */
function keepTooltips(svg: SvgElement): void {
  for (const part of everyElement(svg)) {
    for (const child of part.children) {
      if (typeof child === 'string' || child.name !== 'a') continue;
      part.attributes.set('data-tooltip', child.attributes.get('xlink:title') ?? '');
    }
  }
}

/** CSS pixels in a point. */
const point = 4 / 3;

/** Graphviz's drawing with its top left corner at (0, 0), in pixels. */
function asBlock(svg: SvgElement): Block {
  const [left = 0, top = 0, width = 0, height = 0] = (svg.attributes.get('viewBox') ?? '').split(/[\s,]+/).map(Number);
  const transform = `scale(${point.toFixed(5)}) translate(${-left},${-top})`;
  return { content: [element('g', { transform }, svg.children)], width: width * point, height: height * point };
}

function keyEntries({ nodes }: GraphParts): KeyEntry[] {
  const present = new Set(nodes.map((node) => node.kind));
  return (['input', 'parameter', 'constant', 'op', 'folded', 'output', 'backward'] as const)
    .filter((kind) => present.has(kind))
    .map((kind) => ({ label: kindWords[kind], sample: sample(kind) }));
}

/** A small node as `toDot` has it drawn: an ellipse, a box, a box with round corners, or one with a depth. */
function sample(kind: NodeKind): SvgElement[] {
  const { width: lineWidth, dash } = borders[kind];
  const { width, height } = sampleSize;
  const look = {
    fill: colour(`${kind}-fill`),
    stroke: colour(`${kind}-edge`),
    'stroke-width': lineWidth,
    'stroke-dasharray': dash,
  };
  const half = lineWidth / 2;
  if (kind === 'input') {
    return [
      element('ellipse', { cx: width / 2, cy: height / 2, rx: width / 2 - half, ry: height / 2 - half, ...look }),
    ];
  }
  if (kind === 'folded') {
    const depth = 3;
    const outline = `M${half},${depth + half}l${depth},${-depth}H${width - half}V${height - depth - half}l${-depth},${depth}H${half}Z`;
    const edges = `M${half},${depth + half}H${width - depth - half}V${height - half}m0,${depth + lineWidth - height}l${depth},${-depth}`;
    return [element('path', { d: outline, ...look }), element('path', { d: edges, ...look, fill: 'none' })];
  }
  const rx = kind === 'op' || kind === 'backward' ? 5 : 1;
  return [element('rect', { x: half, y: half, width: width - lineWidth, height: height - lineWidth, rx, ...look })];
}

/** What the picture shows, for those who do not see it. */
function inWords({ nodes, edgeCount, modules }: GraphParts): string {
  const sentences = [`A graph of ${count(nodes.length, 'node')} and ${count(edgeCount, 'edge')}.`];
  for (const kind of ['input', 'parameter', 'output'] as const) {
    const labels = nodes.filter((node) => node.kind === kind).map((node) => node.label);
    if (labels.length > 0) sentences.push(`${capitalised(kindWords[kind])}s: ${listed(labels)}.`);
  }
  if (modules.length > 0) sentences.push(`Modules: ${listed(modules)}.`);
  return sentences.join(' ');
}

function listed(labels: readonly string[]): string {
  const most = 12;
  const rest = labels.length - most;
  return `${labels.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function capitalised(word: string): string {
  return `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`;
}
