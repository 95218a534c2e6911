/** A graph together with its backward pass: the same inputs; outputs are the value and the cotangents of what it is of. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { Graph } from '../graph/graph.ts';
import { remembering } from '../graph/recording.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { seedOf } from './backward.ts';
import { pullTo } from './pull-to.ts';

/**
 * The graph with the cotangents of its floating inputs as further outputs, named `d loss / d input`. The first output
 * must be one number.
 *
 * @throws ArgumentError `needs-cotangent`, `no-inputs`
 * @example
 * const g = trace((w: Tensor) => w.square().sum(), spec([2]));
 * g.withBackward().outputs.length; // 2: the sum, and its derivative
 */
export function withBackward(graph: Graph<Tensor>): Graph<Tensor> {
  const [loss] = graph.outputs;
  const targets = graph.inputs
    .map((input, k) => ({ input, name: graph.inputNames[k] ?? `input ${k}` }))
    .filter(({ input }) => isFloat(input.dtype));
  if (loss === undefined || targets.length === 0) {
    throw new ArgumentError({
      code: 'no-inputs',
      op: 'withBackward',
      problem: 'the graph has no output, or no floating input to differentiate',
      received: graph,
    });
  }
  const cotangents = remembering({ everything: 1 }, () =>
    pullTo(
      'withBackward',
      [[loss, seedOf('withBackward', loss)]],
      targets.map(({ input }) => input),
      targets.map(({ name }) => name),
    ),
  );
  return new Graph({
    inputs: graph.inputs,
    outputs: [...graph.outputs, ...cotangents],
    inputNames: graph.inputNames,
    outputNames: [
      ...graph.outputs.map((_, k) => graph.outputNames[k] ?? ''),
      ...targets.map(
        ({ name }) => `d${graph.outputNames[0] === '' ? '' : ` ${graph.outputNames[0] ?? ''}`} / d ${name}`,
      ),
    ],
  });
}
