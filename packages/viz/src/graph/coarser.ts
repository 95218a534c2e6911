/** A graph as DOT text: as it was asked for, and then coarser and coarser, for when Graphviz cannot cope. */
import { type Graph, type Tensor, toDot } from '@edgewise/core';
import { type Open, closedGroups } from './fold.ts';
import { type Fold, type FoldChoice, boxCount, openAtFirst } from './fold-states.ts';
import type { GraphModel } from './model.ts';
import { partsOf } from './model.ts';
import { directionOf, modelDot, titleOfGroup } from './model-dot.ts';
import { graphOf, modelOf } from './model-of.ts';
import { withRepetitions } from './repetition.ts';
import { withStretches } from './stretches.ts';

/** Something to lay out. */
export interface Candidate {
  readonly dot: string;
  /** What is folded that nobody asked to have folded. */
  readonly note?: string;
}

/** Up to this many nodes a graph is drawn as `toDot` has it; Graphviz is told to hurry with more. */
const few = 150;

/** More boxes than this are not tried: no time that somebody waits would be enough. */
const hopeless = 20_000;

/** The most boxes of the coarser pictures, in order. */
const coarser = [200, 60, 20] as const;

export function* candidatesOf(graph: Graph<Tensor> | Tensor, fold: Fold | undefined): Generator<Candidate> {
  const whole = graphOf('renderSvg', graph);
  if (fold === undefined && whole.nodes.length <= few) {
    yield { dot: toDot(graph) };
  }
  const plain = modelOf(whole, 'Graph');
  const asked = fold === 'repetitions' ? withRepetitions(plain) : plain;
  const open = openAtFirst(asked, Number.POSITIVE_INFINITY, choiceOf(fold));
  const isFirst = fold !== undefined || whole.nodes.length > few;
  if (isFirst && boxCount(partsOf(asked), open) <= hopeless) yield { dot: dotOf(asked, open) };
  const repeated = withRepetitions(plain);
  for (const most of coarser) {
    const model = withStretches(repeated, Math.floor(most / 2));
    const first = openAtFirst(model, most);
    yield { dot: dotOf(model, first), note: foldedIn(model, first) };
  }
}

function choiceOf(fold: Fold | undefined): FoldChoice | undefined {
  if (fold === undefined) return (_, isComposite) => isComposite;
  if (fold === 'repetitions') return undefined;
  return typeof fold === 'function' ? fold : () => fold;
}

function dotOf(model: GraphModel, open: Open): string {
  return modelDot(model, open, { direction: directionOf(model), spacious: false });
}

/** The folded groups that are seen, by title: `hidden × 12; part 1 of 4 and 3 more`. */
export function foldedIn(model: GraphModel, open: Open): string {
  const closed = closedGroups(model, open);
  const titles = model.groups.flatMap((group, index) => (closed[index] === index ? [titleOfGroup(group)] : []));
  const most = 6;
  return titles.length <= most
    ? titles.join('; ')
    : `${titles.slice(0, most).join('; ')} and ${titles.length - most} more`;
}
