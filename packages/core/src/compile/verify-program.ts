/** A program held to the interpreter, call by call; where they differ, node by node. */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import { Graph, replay } from '../graph/graph.ts';
import { remembering, recording } from '../graph/recording.ts';
import { TracedGraph } from '../op/trace.ts';
import { isFloat } from '../tensor/dtype.ts';
import { read } from '../tensor/frame.ts';
import { type Tensor, denseData } from '../tensor/tensor.ts';
import { Executable } from './executable.ts';

/** Sums are added in another order: their terms may be off by so many units of the largest. */
const TOLERANCE: Readonly<Record<string, number>> = { f32: 2 ** -24 * 4096, f64: 2 ** -53 * 4096 };

/**
 * Takes one step both ways.
 *
 * @throws EdgewiseError `program-differs`, naming the first node that does
 */
export function verifyAgainstInterpreter(executable: Executable, args: readonly Tensor[]): Tensor[] {
  const { graph, traced } = executable;
  const before = [...args, ...traced.reads.map((cell) => read(cell)!)];
  const expected = interpreted(graph, before);
  const results = executable.call(args, 1);
  const after = [...results, ...traced.writes.flatMap(([cell, output]) => (output === undefined ? [] : [read(cell)!]))];
  const coarse = coarseIn(graph);
  if (expected.every((value, k) => isClose(value, after[k]!, coarse.has(graph.outputs[k]!)))) return results;
  throw firstDifference(graph, before);
}

function interpreted(graph: Graph<Tensor>, inputs: readonly Tensor[]): Tensor[] {
  return remembering({ since: recording.nextId }, () => replay(graph, inputs));
}

/** The same graph with every node's values as results, run both ways. */
function firstDifference(graph: Graph<Tensor>, inputs: readonly Tensor[]): EdgewiseError {
  const values = graph.nodes.flatMap((node) => node.outputs.map((output) => ({ node, output })));
  const parts = { inputs: graph.inputs, outputs: values.map(({ output }) => output) };
  const everything = new Graph(parts);
  const form = { kind: 'leaf' } as const;
  const flat = { leaves: [], paths: [], structure: form };
  const traced = new TracedGraph(parts, flat, form, [], [], []);
  const executable = new Executable(traced, everything);
  const computed = executable.call(inputs, 1);
  executable.release();
  const expected = interpreted(everything, inputs);
  const coarse = coarseIn(graph);
  const at = expected.findIndex((value, k) => !isClose(value, computed[k]!, coarse.has(everything.outputs[k]!)));
  const found = values[at];
  const place = found === undefined ? 'the results as a whole' : `${found.node.op.name} (${found.output.spec})`;
  return new EdgewiseError({
    code: 'program-differs',
    op: 'compile',
    problem: `the program and the interpreter differ first at ${place}`,
    scope: found?.node.scope?.path,
    expected: expected[at],
    received: computed[at],
    graph,
  });
}

/** What is made from f32, directly or not: it is as far off as that, whatever its own dtype. */
function coarseIn(graph: Graph<Tensor>): ReadonlySet<Tensor> {
  const coarse = new Set<Tensor>();
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.some((input) => input.dtype === 'f32' || coarse.has(input))) for (const one of outputs) coarse.add(one);
  }
  return coarse;
}

/** @param isCoarse whether it was made from f32 */
function isClose(expected: Tensor, computed: Tensor, isCoarse: boolean): boolean {
  const [p, q] = [denseData(expected), denseData(computed)];
  if (p.length !== q.length) return false;
  let scale = 0;
  for (const value of p) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  const allowed = isFloat(expected.dtype) ? scale * TOLERANCE[isCoarse ? 'f32' : expected.dtype]! : 0;
  return p.every((value, k) => Object.is(value, q[k]) || Math.abs(value - q[k]!) <= allowed || value === q[k]);
}
