/** The interactive page of a graph: laid out here, folded, searched and played there. */
import { type Graph, type Tensor, checkOptions } from '@edgewise/core';
import { badArgument, checkSize } from '../bad-argument.ts';
import type { ColourName } from '../theme.ts';
import { type FoldChoice, foldStates, openAtFirst } from '../graph/fold-states.ts';
import { contentsOf, directionOf, modelDot } from '../graph/model-dot.ts';
import { graphOf, modelOf } from '../graph/model-of.ts';
import { type RecordedWalk, recordWalk } from '../graph/record-walk.ts';
import { drawDot } from '../graph/render-svg.ts';
import { withRepetitions } from '../graph/repetition.ts';
import { withStretches } from '../graph/stretches.ts';
import { escaped } from '../svg/svg-tree.ts';
import { graphPageCss } from './graph-page-css.ts';
import { graphPageBody } from './graph-page-body.ts';
import { htmlDocument } from './html-document.ts';
import { type PageState, embeddedJson } from './page-data.ts';
import { pageSteps } from './page-steps.ts';
import { themeScript, themeScriptHash } from './theme-script.ts';
import { viewerScript, viewerScriptHash } from './viewer-script.ts';

/** What `toHtml` and `exportHtml` show. */
export interface HtmlOptions {
  /** The page's heading; 'Graph' by default. */
  readonly title?: string;
  /** Scopes that are folded at first, by path and whether they are composites; as many modules as fit are open by default. */
  readonly fold?: FoldChoice;
  /** The walk to play; by default core's, where the graph's first output is one known number. `false` for none. */
  readonly walk?: RecordedWalk | false;
  /** The most boxes in one picture (120). A graph that would have more is folded further. */
  readonly mostBoxes?: number;
  /** The most boxes in all pictures of the page together (1000): what ways of folding it can show. */
  readonly layoutBudget?: number;
}

const optionNames = [
  'title',
  'fold',
  'walk',
  'mostBoxes',
  'layoutBudget',
] as const satisfies readonly (keyof HtmlOptions)[];

const colours: readonly ColourName[] = [
  'paper',
  'ink',
  'soft',
  'line',
  'link',
  'alarm',
  'module-fill',
  'module-edge',
  'op-edge',
  'output-edge',
  'output-fill',
  'backward-edge',
  'backward-fill',
  'input-edge',
  'input-fill',
  'parameter-edge',
  'folded-edge',
  'sequential-5',
];

/** Boxes that are small enough in number to leave room for numbers on the edges. */
const roomy = 40;

/** Printed graphs of more characters than this are cut. */
const longestText = 200_000;

/**
 * A page that shows a graph: one HTML text that needs nothing else, to be opened from a file, without network and server.
 *
 * It can be panned, zoomed, searched, folded and unfolded, walked along its edges by keyboard, and read aloud. Where the
 * loss has numbers, it plays the forward and the backward pass edge by edge. Layouts are made here, by Graphviz; the page
 * holds one for every group opened by itself, and as many combinations as the budget allows.
 *
 * @param graph a graph, or a recorded tensor with its history
 * @param options.title the page's heading
 * @param options.fold which scopes are folded at first: `(path, isComposite) => boolean`
 * @param options.walk a walk from `recordWalk` to play, or `false`
 * @param options.mostBoxes the most boxes in one picture
 * @param options.layoutBudget the most boxes in all pictures together
 * @returns a whole HTML document
 * @throws ArgumentError `not-a-graph`, `not-recorded`, `bad-size`, `unknown-option`
 * @example
 * const w = variable(2, { name: 'w' });
 * const html = await toHtml(w.value.mul(3).sub(12).square(), { title: '(3w - 12)²' });
 * html.startsWith('<!doctype html>'); // true
 */
export async function toHtml(graph: Graph<Tensor> | Tensor, options: HtmlOptions = {}): Promise<string> {
  checkOptions('toHtml', options, optionNames);
  const { title = 'Graph', fold, mostBoxes = 120, layoutBudget = 1000 } = options;
  checkSize('toHtml', 'mostBoxes', mostBoxes, 10);
  checkSize('toHtml', 'layoutBudget', layoutBudget, 1);
  const whole = graphOf('toHtml', graph);
  const walk = options.walk === false ? undefined : (options.walk ?? walkOf(whole));
  const plain = modelOf(whole, title, walk?.gradients);
  const model = withStretches(withRepetitions(plain), Math.floor(mostBoxes / 2));
  const steps = walk === undefined ? [] : pageSteps(model, walk);
  const direction = directionOf(model);
  const first = openAtFirst(model, Math.ceil(mostBoxes / 2), fold);
  const states: PageState[] = [];
  for (const open of foldStates(model, first, { boxes: mostBoxes, total: layoutBudget })) {
    const spacious = steps.length > 0 && model.nodes.length <= roomy;
    const svg = await drawDot(modelDot(model, open, { direction, spacious }), {
      engine: 'dot',
      theme: 'auto',
      title,
      key: false,
    });
    states.push({ open: [...open], svg });
  }
  const [shown] = states;
  if (shown === undefined) {
    throw badArgument('toHtml', { code: 'layout-failed', problem: 'there is no way to lay this graph out' });
  }
  const data = { model, direction, steps, states: states.map((state, k) => (k === 0 ? { ...state, svg: '' } : state)) };
  const text = String(whole);
  return htmlDocument({
    title,
    colours,
    css: graphPageCss,
    scripts: [
      { text: themeScript, hash: themeScriptHash },
      { text: viewerScript, hash: viewerScriptHash },
    ],
    body: graphPageBody({
      title,
      caption: `${contentsOf(model.nodes)}, ${model.edges.length} edges`,
      svg: shown.svg,
      text: escaped(
        text.length <= longestText ? text : `${text.slice(0, longestText)}\n... cut after ${longestText} characters`,
      ),
      json: embeddedJson(data),
    }),
  });
}

/** Core's walk, where there is one number to walk back from. */
function walkOf({ outputs, nodes }: Graph<Tensor>): RecordedWalk | undefined {
  const [loss] = outputs;
  if (loss?.node === undefined || loss.isSymbolic || loss.size !== 1 || nodes.length > 5000) return undefined;
  return loss.dtype === 'f32' || loss.dtype === 'f64' ? recordWalk(loss) : undefined;
}
