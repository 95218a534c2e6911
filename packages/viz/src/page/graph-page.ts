/** The interactive page of a graph: laid out here, folded, searched and played there. */
import { EdgewiseError, Graph, type Tensor, checkOptions } from '@edgewise/core';
import { badArgument, checkSize } from '../bad-argument.ts';
import type { ColourName } from '../theme.ts';
import type { RunComparison } from '../graph/compare-runs.ts';
import { groupsAround } from '../graph/fold.ts';
import { type FoldChoice, foldStates, openAtFirst } from '../graph/fold-states.ts';
import { isTooMuch, usualTimeLimit } from '../graph/layout.ts';
import { type GraphModel, mostHeat } from '../graph/model.ts';
import { captionOf, directionOf, modelDot } from '../graph/model-dot.ts';
import { type Known, graphOf, modelOf } from '../graph/model-of.ts';
import { type CompiledProgram, isProgram, programLegend, programModels } from '../graph/program-models.ts';
import { type RecordedWalk, recordWalk } from '../graph/record-walk.ts';
import { drawDot } from '../graph/render-svg.ts';
import { withRepetitions } from '../graph/repetition.ts';
import { shortNumber } from '../graph/statistics.ts';
import { withStretches } from '../graph/stretches.ts';
import { escaped } from '../svg/svg-tree.ts';
import { graphPageCss } from './graph-page-css.ts';
import { type Legend, graphPageBody } from './graph-page-body.ts';
import { htmlDocument } from './html-document.ts';
import { type PageData, type PageState, type PageView, embeddedJson } from './page-data.ts';
import { pageSteps } from './page-steps.ts';
import { themeScript, themeScriptHash } from './theme-script.ts';
import { viewerScript, viewerScriptHash } from './viewer-script.ts';

/** What a page can be made of. */
export type Shown = Graph<Tensor> | Tensor | EdgewiseError | CompiledProgram;

/** How `toHtml` and `exportHtml` show it. */
export interface HtmlOptions {
  /** The page's heading; 'Graph' by default. */
  readonly title?: string;
  /** Scopes that are folded at first, by path and whether they are composites; as many modules as fit are open by default. */
  readonly fold?: FoldChoice;
  /** The walk to play; by default core's, where the graph's first output is one known number and nothing is compared. `false` for none. */
  readonly walk?: RecordedWalk | false;
  /** A comparison of this run with another one, from `compareRuns`: nodes that disagree are dark, and the first is selected. */
  readonly comparison?: RunComparison;
  /** How long the layout of one picture may take, in milliseconds (10,000). What takes longer is folded further, or left out. */
  readonly timeLimit?: number;
  /** The most boxes in one picture (120). A graph that would have more is folded further. */
  readonly mostBoxes?: number;
  /** The most boxes in all pictures of the page together (1000): what ways of folding it can show. */
  readonly layoutBudget?: number;
}

const optionNames = [
  'title',
  'fold',
  'walk',
  'comparison',
  'timeLimit',
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
  ...([0, 2, 4, 6, 8, 10] as const).flatMap((step): ColourName[] => [`sequential-${step}`, `on-sequential-${step}`]),
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
 * Of an error that has a graph, such as shapes that do not fit or a NaN that `debugNaN` met, it shows the graph as far as it
 * came, and begins with the op that is to blame.
 *
 * Of a compiled program it shows the kernels, each with the ops that it computes, its arithmetic, its bytes, and its time
 * where `program.profile` has measured it; and the graph as it was after each pass.
 *
 * @param graph a graph, a recorded tensor with its history, an error with a graph, or what `compile` gave
 * @param options.title the page's heading
 * @param options.fold which scopes are folded at first: `(path, isComposite) => boolean`
 * @param options.walk a walk from `recordWalk` to play, or `false`
 * @param options.comparison from `compareRuns(graph, other)`, to be shown in colour
 * @param options.timeLimit milliseconds for the layout of one picture
 * @param options.mostBoxes the most boxes in one picture
 * @param options.layoutBudget the most boxes in all pictures together
 * @returns a whole HTML document
 * @throws ArgumentError `not-a-graph`, `not-recorded`, `no-graph` of an error without one, `not-compiled` of a program that was
 *   not called, `no-values`, `bad-size`, `layout-too-slow`, `unknown-option`
 * @example
 * const w = variable(2, { name: 'w' });
 * const html = await toHtml(w.value.mul(3).sub(12).square(), { title: '(3w - 12)²' });
 * html.startsWith('<!doctype html>'); // true
 */
export async function toHtml(graph: Shown, options: HtmlOptions = {}): Promise<string> {
  checkOptions('toHtml', options, optionNames);
  const { title = 'Graph', mostBoxes = 120, layoutBudget = 1000, timeLimit = usualTimeLimit } = options;
  checkSize('toHtml', 'mostBoxes', mostBoxes, 10);
  checkSize('toHtml', 'layoutBudget', layoutBudget, 1);
  checkSize('toHtml', 'timeLimit', timeLimit, 1);
  const wanted = { title, fold: options.fold, mostBoxes, layoutBudget, timeLimit };
  return isProgram(graph) ? programHtml(graph, options, wanted) : graphHtml(graph, options, wanted);
}

async function graphHtml(
  graph: Exclude<Shown, CompiledProgram>,
  options: HtmlOptions,
  wanted: Wanted,
): Promise<string> {
  const { title } = wanted;
  const { comparison } = options;
  const whole = graphOf('toHtml', graph instanceof EdgewiseError ? graphOfError('toHtml', graph) : graph);
  // What one looks for in an error or a comparison is not the backward pass.
  const isPlayed = !(graph instanceof EdgewiseError) && (comparison === undefined || options.walk !== undefined);
  const walk = !isPlayed || options.walk === false ? undefined : (options.walk ?? walkOf(whole));
  const plain = modelOf(whole, title, {
    ...(walk === undefined ? {} : { gradients: walk.gradients }),
    ...(graph instanceof EdgewiseError ? knownOfError(graph, whole) : {}),
    ...(comparison === undefined ? {} : knownOfComparison(comparison)),
  });
  const view = await pictured('Graph', plain, { ...wanted, walk });
  const steps = walk === undefined ? [] : pageSteps(view.model, walk);
  return documentOf(title, [view], {
    steps,
    text: String(whole),
    ...(graph instanceof EdgewiseError ? { problem: graph.message } : {}),
    ...(comparison === undefined ? {} : { legend: { ...comparisonScale, words: String(comparison) } }),
  });
}

/** Kernels open where all of them together are few boxes; modules as in any graph. */
async function programHtml(program: CompiledProgram, options: HtmlOptions, wanted: Wanted): Promise<string> {
  for (const option of ['walk', 'comparison'] as const) {
    if (options[option] === undefined) continue;
    throw badArgument('toHtml', {
      code: 'no-values',
      problem: `a program keeps no values on the way, so it has no ${option}`,
      received: option,
      remedy: 'toHtml(record(() => fn(x)), { walk, comparison })',
    });
  }
  if (program.graphs.length === 0) {
    throw badArgument('toHtml', {
      code: 'not-compiled',
      problem: 'the program has not been called yet, so nothing is compiled',
      remedy: 'program(x) before toHtml(program)',
    });
  }
  const { title, layoutBudget } = wanted;
  const [kernels, ...graphs] = programModels(program, title);
  const areFew = kernels.model.nodes.length <= roomy;
  const half = Math.max(1, Math.floor(layoutBudget / 2));
  const views: [PageView, ...PageView[]] = [
    await pictured(kernels.name, kernels.model, { ...wanted, layoutBudget: half, fold: () => !areFew }),
  ];
  for (const { name, model } of graphs) {
    const share = Math.max(1, Math.floor(half / graphs.length));
    views.push(await pictured(name, model, { ...wanted, layoutBudget: share }));
  }
  return documentOf(title, views, {
    steps: [],
    text: [kernels.text, ...graphs.map(({ name, text }) => `${name}\n\n${text}`)].join('\n\n\n'),
    legend: programLegend(program),
  });
}

interface Besides {
  readonly steps: PageData['steps'];
  /** The text alternative. */
  readonly text: string;
  readonly problem?: string;
  readonly legend?: Legend;
}

function documentOf(
  title: string,
  views: readonly [PageView, ...PageView[]],
  { steps, text, problem, legend }: Besides,
): string {
  const [first, ...others] = views;
  const [shown, ...further] = first.states;
  const inPage = { ...first, states: shown === undefined ? [] : [{ ...shown, svg: '' }, ...further] };
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
      caption: captionOf(first.model),
      svg: shown?.svg ?? '',
      ...(problem === undefined ? {} : { problem }),
      ...(legend === undefined ? {} : { legend }),
      ...(others.length === 0 ? {} : { views: views.map(({ name }) => name) }),
      text: escaped(
        text.length <= longestText ? text : `${text.slice(0, longestText)}\n... cut after ${longestText} characters`,
      ),
      json: embeddedJson({ views: [inPage, ...others], steps }),
    }),
  });
}

interface Wanted {
  readonly title: string;
  readonly fold: FoldChoice | undefined;
  readonly mostBoxes: number;
  readonly layoutBudget: number;
  readonly timeLimit: number;
  readonly walk?: RecordedWalk | undefined;
}

/** All pictures of a graph. Where the first takes too long, there are fewer boxes in each; of the others, those are left out. */
async function pictured(name: string, plain: GraphModel, wanted: Wanted): Promise<PageView> {
  const { title, fold, layoutBudget, timeLimit, walk } = wanted;
  const seconds = `${timeLimit / 1000} s`;
  let refusal: unknown;
  for (let mostBoxes = wanted.mostBoxes; mostBoxes >= 10; mostBoxes = Math.floor(mostBoxes / 2)) {
    const model = withStretches(withRepetitions(plain), Math.floor(mostBoxes / 2));
    const direction = directionOf(model);
    const spacious = walk !== undefined && model.nodes.length <= roomy;
    const choice = mostBoxes === wanted.mostBoxes ? fold : undefined;
    const first = openAtFirst(model, Math.ceil(mostBoxes / 2), choice);
    for (const group of groupsAround(model, model.nodes[model.focus ?? -1]?.group)) first.add(group);
    const states: PageState[] = [];
    let left = 0;
    for (const open of foldStates(model, first, { boxes: mostBoxes, total: layoutBudget })) {
      const dot = modelDot(model, open, { direction, spacious });
      try {
        const svg = await drawDot(dot, { engine: 'dot', theme: 'auto', title, key: false, timeLimit });
        states.push({ open: [...open], svg });
      } catch (error) {
        if (!isTooMuch(error)) throw error;
        refusal = error;
        if (states.length === 0) break;
        left++;
      }
    }
    const [shown, ...others] = states;
    if (shown === undefined) continue;
    const coarser = `Folded further than asked, because a layout took longer than ${seconds}`;
    const fewer = `${left === 1 ? '1 way' : `${left} ways`} of folding left out, because the layout took longer than ${seconds}`;
    const notes = [...(mostBoxes < wanted.mostBoxes ? [coarser] : []), ...(left > 0 ? [fewer] : [])];
    return {
      name,
      model,
      direction,
      states: [shown, ...others],
      ...(notes.length === 0 ? {} : { note: notes.join('. ') }),
    };
  }
  throw refusal;
}

/** The graph as far as it came. */
function graphOfError(functionName: string, error: EdgewiseError): Graph<Tensor> {
  if (error.graph instanceof Graph) return error.graph as Graph<Tensor>;
  throw badArgument(functionName, {
    code: 'no-graph',
    problem: `the error (${error.code}) has no graph: it was not made by an op`,
    expected: 'an error with a graph, such as one of shapes or of debugNaN',
    received: error.code,
  });
}

/** What an error says of its graph: which op is to blame. */
function knownOfError({ code, op = 'op', scope = '', problem }: EdgewiseError, { outputs }: Graph<Tensor>): Known {
  const [bad] = outputs;
  // `debugNaN` hands over what it met; any other refusal the inputs that did not fit.
  if (code === 'not-finite' && bad?.node !== undefined) {
    return { focus: bad.node, notes: new Map([[bad.node, { problem }]]) };
  }
  const path = scope === op ? '' : scope.endsWith(`/${op}`) ? scope.slice(0, -op.length - 1) : scope;
  return { refused: { op, path, problem } };
}

const comparisonScale = {
  from: 'Equal',
  to: 'different by 1 and more; two powers of ten a shade. Red borders: the runs disagree.',
} as const;

/** A comparison in colours: from equal to as different as can be, two powers of ten a shade. */
function knownOfComparison({ nodes, disagreeing, first }: RunComparison): Known {
  const disagree = new Set(disagreeing);
  return {
    legend: 'difference of the two runs',
    ...(first === undefined ? {} : { focus: first.node }),
    notes: new Map(
      nodes.map((each) => {
        const { node, difference, values } = each;
        const facts = [
          { name: 'difference', text: shortNumber(difference) },
          { name: 'first run', text: values[0] },
          { name: 'second run', text: values[1] },
        ];
        const heat =
          difference === 0 ? 0 : Math.round(Math.min(mostHeat, Math.max(0, mostHeat + Math.log10(difference) / 2)));
        return [
          node,
          {
            facts,
            heat,
            ...(disagree.has(each) ? { problem: `the runs disagree by ${shortNumber(difference)}` } : {}),
          },
        ];
      }),
    ),
  };
}

/** Core's walk, where there is one number to walk back from. */
function walkOf({ outputs, nodes }: Graph<Tensor>): RecordedWalk | undefined {
  const [loss] = outputs;
  if (loss?.node === undefined || loss.isSymbolic || loss.size !== 1 || nodes.length > 5000) return undefined;
  return loss.dtype === 'f32' || loss.dtype === 'f64' ? recordWalk(loss) : undefined;
}
