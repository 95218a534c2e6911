/** Runs a graph on known values, many times: what `replay` looks up by value is looked up here once. Keeps no history. */
import { Graph, replay } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { recording, remembering } from '../graph/recording.ts';
import { inScope } from '../graph/scope.ts';
import { Tensor } from '../tensor/tensor.ts';

interface Step {
  readonly node: Node<Tensor>;
  /** Where its inputs stand. */
  readonly inputs: readonly number[];
  /** Where its first output goes; the others follow. */
  readonly output: number;
  /** What nobody needs after it. */
  readonly last: readonly number[];
}

interface Plan {
  /** Constants at their places; the rest is filled in by a run. */
  readonly start: readonly (Tensor | undefined)[];
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
}

const plans = new WeakMap<Graph<Tensor>, Plan>();

export interface LoopStep {
  readonly loop: string;
  readonly step: number;
}

/** The steps of loops that are running, outermost first, as far as somebody watches: `step 3 of scan`. */
export const runningSteps: LoopStep[] = [];

/** Whether the nodes of a body stand in the graph themselves, step after step, in place of the one that holds it. */
export const bodies = { areWrittenOut: false };

/** Calls `fn` with bodies written out: for who follows what they do. */
export function writingBodiesOut<T>(fn: () => T): T {
  const before = bodies.areWrittenOut;
  bodies.areWrittenOut = true;
  try {
    return fn();
  } finally {
    bodies.areWrittenOut = before;
  }
}

/** The outputs of a step's graph, with the history of all that is in it. */
export function writtenOut(graph: Graph<Tensor>, given: readonly Tensor[], at: LoopStep): Tensor[] {
  runningSteps.push(at);
  try {
    return replay(graph, given);
  } finally {
    runningSteps.pop();
  }
}

/**
 * A function of known values for the graph's inputs, and of the number of the step. The results have no history, and are
 * new tensors. Who watches nodes is shown those of the graph, as they run.
 *
 * @param loop what runs it step by step
 */
export function interpreted(
  graph: Graph<Tensor>,
  loop?: string,
): (given: readonly Tensor[], step?: number) => Tensor[] {
  let plan = plans.get(graph);
  if (plan === undefined) {
    plan = planOf(graph);
    plans.set(graph, plan);
  }
  const { start, steps, outputs } = plan;
  const run = (given: readonly Tensor[], apply: typeof applied): Tensor[] => {
    const values = start.slice();
    for (let k = 0; k < given.length; k++) values[k] = given[k];
    for (const { node, inputs, output, last } of steps) {
      const results = apply(
        node,
        inputs.map((at) => values[at]!),
      );
      for (let k = 0; k < results.length; k++) values[output + k] = results[k];
      for (const at of last) values[at] = undefined;
    }
    return outputs.map((at) => plain(values[at]!));
  };
  return (given, step) => {
    if (recording.watchers.size === 0) return run(given, applied);
    if (loop !== undefined && step !== undefined) runningSteps.push({ loop, step });
    try {
      return remembering({ everything: 1 }, () => run(given, reapplied));
    } finally {
      if (loop !== undefined && step !== undefined) runningSteps.pop();
    }
  };
}

function applied({ op, attributes }: Node<Tensor>, inputs: readonly Tensor[]): readonly Tensor[] {
  return op.apply(inputs, attributes);
}

/** Where it was traced, so that a watcher sees which part of a model runs. */
function reapplied(node: Node<Tensor>, inputs: readonly Tensor[]): readonly Tensor[] {
  return inScope(node.scope, () => applied(node, inputs));
}

/** Calls `fn`, which runs graphs on known values: nothing made inside is anybody's history. */
export function withoutHistory<T>(fn: () => T): T {
  return remembering({ since: recording.nextId, everything: 0, cutsSince: Number.POSITIVE_INFINITY }, fn);
}

/** The same numbers, as a tensor that nothing else knows. */
export function plain({ spec, storage }: Tensor): Tensor {
  return new Tensor(spec, storage);
}

function planOf(graph: Graph<Tensor>): Plan {
  const places = new Map<Tensor, number>();
  const start: (Tensor | undefined)[] = [];
  const place = (value: Tensor): number => {
    const known = places.get(value);
    if (known !== undefined) return known;
    places.set(value, start.length);
    return start.push(value) - 1;
  };
  for (const input of graph.inputs) place(input);
  const lastUse = new Map<number, number>();
  const steps = graph.nodes.map((node, k) => {
    const inputs = node.inputs.map(place);
    inputs.forEach((at) => lastUse.set(at, k));
    const output = start.length;
    for (const made of node.outputs) {
      places.set(made, start.length);
      start.push(undefined);
    }
    return { node, inputs, output, last: [] as number[] };
  });
  const outputs = graph.outputs.map(place);
  const kept = new Set(outputs);
  for (const [at, k] of lastUse) if (!kept.has(at)) steps[k]!.last.push(at);
  return { start, steps, outputs };
}
