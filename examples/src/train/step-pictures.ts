/** The whole training step as a graph, drawn twice: folded, and with one layer opened. */
import { type TracedGraph, spec, toDot, trace } from '@edgewise/core';
import { renderSvg } from '@edgewise/viz';
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
