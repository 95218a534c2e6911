/** A graph of one example applied to a batch of them: each node by the batch rule of its op, or once an example. */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import type { Graph } from '../graph/graph.ts';
import type { BatchInputs, BatchOutput, Node } from '../graph/node.ts';
import { Scope, inScope } from '../graph/scope.ts';
import { stack } from '../ops/joining.ts';
import { uniform } from '../tensor/create.ts';
import { sameShape, shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A value that stands for one example's: the same for all, or one for each along a further, leading axis. */
export type Batched = BatchOutput<Tensor>;

export interface VmappedGraph {
  /** What stands for the graph's outputs. */
  readonly outputs: readonly Batched[];
  /** Names of the ops that were applied once an example, one for each node. */
  readonly looped: readonly string[];
}

/**
 * Replays the graph on a batch. What no example touches is computed once.
 *
 * @param given what stands for the graph's inputs
 * @param size the extent of the batch axis
 * @param captured what stands for values that the graph uses and does not make; they themselves, unless said otherwise
 */
export function vmapGraph(
  graph: Graph<Tensor>,
  given: readonly Batched[],
  size: number,
  captured: (capture: Tensor) => Batched = (capture) => ({ value: capture, batched: false }),
): VmappedGraph {
  const standIns = new Map(graph.inputs.map((input, k) => [input, given[k]!]));
  const looped: string[] = [];
  const standInOf = (value: Tensor): Batched => standIns.get(value) ?? captured(value);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(standInOf);
    const outputs = inScope(node.scope, () => applied(node, inputs, size, looped));
    node.outputs.forEach((output, k) => {
      checkShape(node, output, outputs[k]!, size);
      standIns.set(output, outputs[k]!);
    });
  }
  return { outputs: graph.outputs.map(standInOf), looped };
}

function applied(node: Node<Tensor>, given: readonly Batched[], size: number, looped: string[]): readonly Batched[] {
  const batch: BatchInputs<Tensor> = {
    inputs: given.map(({ value }) => value),
    batched: given.map(({ batched }) => batched),
    size,
  };
  if (!batch.batched.includes(true)) {
    return node.op.apply(batch.inputs, node.attributes).map((value) => ({ value, batched: false }));
  }
  // Of no example there is nothing to compute, and no derivative.
  if (size === 0) {
    return node.outputs.map(({ shape, dtype }) => ({ value: uniform(specOf([0, ...shape], dtype), 0), batched: true }));
  }
  const outputs = node.op.batch?.(batch, node.attributes);
  if (outputs !== undefined) return outputs;
  looped.push(node.op.name);
  return onceAnExample(node, batch).map((value) => ({ value, batched: true }));
}

/** Slices, applies and stacks, in a scope that says so: printed and drawn, a graph shows what runs as a loop. */
function onceAnExample(node: Node<Tensor>, { inputs, batched, size }: BatchInputs<Tensor>): readonly Tensor[] {
  return inScope(new Scope(`${node.op.name} once an example`, node.scope), () => {
    const results = Array.from({ length: size }, (_, example) =>
      node.op.apply(
        inputs.map((input, slot) => (batched[slot] === true ? input.slice([example]) : input)),
        node.attributes,
      ),
    );
    return node.outputs.map((_, k) => stack(results.map((outputs) => outputs[k]!)));
  });
}

/** A rule that is wrong about shapes would be seen far from where it is wrong. */
function checkShape(node: Node<Tensor>, example: Tensor, { value, batched }: Batched, size: number): void {
  const expected = batched ? [size, ...example.shape] : example.shape;
  if (sameShape(value.shape, expected) && value.dtype === example.dtype) return;
  throw new EdgewiseError({
    code: 'wrong-batch',
    op: node.op.name,
    problem: `the batch rule gives ${value.spec}; expected ${example.dtype} ${shapeText(expected)}`,
    scope: node.scope?.path,
    expected: specOf(expected, example.dtype),
    received: value.spec,
  });
}
