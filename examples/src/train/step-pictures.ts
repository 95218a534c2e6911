/** The whole training step as a graph: drawn folded and with one layer opened, and as pages to walk through. */
import { type Tensor, type TracedGraph, compile, record, spec, toDot, trace } from '@edgewise/core';
import { type MLP, crossEntropy } from '@edgewise/nn';
import { type CompiledProgram, renderSvg, toHtml } from '@edgewise/viz';
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

/** A page to walk through: shown in the report, and a file beside it. */
export interface GraphPage {
  readonly file: string;
  readonly title: string;
  readonly text: string;
  readonly html: string;
}

/** @param program the step, compiled and called once */
export async function stepPages(graph: TracedGraph, loss: Tensor, program: CompiledProgram): Promise<GraphPage[]> {
  // As many ways of folding as fit into a second or two.
  const budget = { layoutBudget: 300 };
  return [
    {
      file: 'step.html',
      title: 'A training step',
      text: `All of one step: ${graph.nodes.length} operations. Solid arrows lead forward from the batch to the loss, dashed orange ones carry gradients back. The optimizer takes them and replaces the parameters. Click a box to see what is known of it, and press f to unfold it; search by name, op or shape; arrow keys walk along edges.`,
      html: await toHtml(graph, { title: 'A training step', fold: () => true, ...budget }),
    },
    {
      file: 'backprop.html',
      title: 'Backpropagation, edge by edge',
      text: `The loss of ${played} examples before the training. Play lets numbers flow forward and then back, one edge a step: the chain rule on the edge, the sum rule at the node.`,
      html: await toHtml(loss, { title: 'Backpropagation, edge by edge', ...budget }),
    },
    {
      file: 'program.html',
      title: 'The step as a program',
      text: 'What compile makes of the same step: kernels, each with the operations that it computes. The darker, the more arithmetic. The list at the top has the graph after each pass, too.',
      html: await toHtml(program, { title: 'The step as a program', layoutBudget: 150 }),
    },
  ];
}

/** The step compiled, and taken once by a model that is not the one to be trained. */
export function stepProgram(step: TrainingStep, { training }: Problem, { batchSize }: Settings): CompiledProgram {
  const rows = Math.min(batchSize, training.labels.size);
  const program = compile(step);
  program(training.x.slice([[0, rows]]), training.labels.slice([[0, rows]]));
  return program;
}
