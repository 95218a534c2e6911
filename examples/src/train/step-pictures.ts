/** The whole training step as a graph: drawn folded and with one layer opened, and as pages to walk through. */
import { type Tensor, type TracedGraph, record, spec, toDot, trace } from '@edgewise/core';
import { type MLP, crossEntropy } from '@edgewise/nn';
import { renderSvg, toHtml } from '@edgewise/viz';
import type { Picture, Problem, Settings } from './problem.ts';
import type { TrainingStep } from './training.ts';

/** A picture that is kept as DOT, too. */
export interface GraphPicture extends Picture {
  readonly dot: string;
}

/** The step is called with placeholders: nothing is trained by it. */
export function stepGraph(step: TrainingStep, { training }: Problem, { batchSize }: Settings): TracedGraph {
  const rows = Math.min(batchSize, training.labels.size);
  return trace(step, spec([rows, training.x.shape[1]!]), spec([rows], 'i32')) as TracedGraph;
}

export async function stepPictures(graph: TracedGraph): Promise<GraphPicture[]> {
  const shown = openedLayer(graph);
  return [
    await picture(graph, () => true, {
      name: 'step',
      title: 'A training step',
      text: `All of one step, each module folded into a box: ${graph.nodes.length} operations in all. Solid arrows lead forward from the batch to the loss. Dashed orange ones carry gradients back. The optimizer takes them and replaces the parameters, which it also reads: the dashed arrow with two heads.`,
    }),
    await picture(graph, (path, isComposite) => isComposite || (path !== 'mlp' && path !== shown), {
      name: 'step-opened',
      title: 'The same step, one layer opened',
      text: `The network with its layers, and ${shown} opened. The orange operations compute its gradients, each beside the operation that it belongs to; what they use again of the forward pass reaches them by dotted arrows.`,
    }),
  ];
}

/** The last hidden layer; the output layer where there is none. */
function openedLayer(graph: TracedGraph): string {
  const paths = new Set(graph.scopes.map(({ path }) => path));
  return [...paths].filter((path) => /^mlp\/hidden\d+$/.test(path)).at(-1) ?? 'mlp/output';
}

async function picture(
  graph: TracedGraph,
  fold: (path: string, isComposite: boolean) => boolean,
  words: Pick<Picture, 'name' | 'title' | 'text'>,
): Promise<GraphPicture> {
  const dot = toDot(graph, { fold });
  return { ...words, dot, svg: await renderSvg(dot, { title: words.title }) };
}

/** How many examples the backward pass is played for: enough for a batch, few enough for its numbers to be read. */
const played = 4;

/** The loss of some examples, with its history: what the page of the backward pass plays. */
export function playedLoss(model: MLP, { training }: Problem): Tensor {
  const rows = Math.min(played, training.labels.size);
  const [x, labels] = [training.x.slice([[0, rows]]), training.labels.slice([[0, rows]])];
  return record(() => crossEntropy(model.forward(x), labels));
}

/** A page's file, and what a reader finds there. */
export interface GraphPage {
  readonly file: string;
  readonly text: string;
  readonly html: string;
}

export async function stepPages(graph: TracedGraph, loss: Tensor): Promise<GraphPage[]> {
  // As many ways of folding as fit into a second.
  const budget = { layoutBudget: 400 };
  return [
    {
      file: 'step.html',
      text: 'Walk through this step: fold and unfold its modules, search it, follow its edges',
      html: await toHtml(graph, { title: 'A training step', fold: () => true, ...budget }),
    },
    {
      file: 'backprop.html',
      text: `Play backpropagation edge by edge, with the numbers of ${played} examples before the training`,
      html: await toHtml(loss, { title: 'Backpropagation, edge by edge', ...budget }),
    },
  ];
}
