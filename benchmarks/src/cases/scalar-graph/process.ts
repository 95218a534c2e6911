/**
 * A process that times both programs on one graph, turn by turn, and prints JSON: how its garbage collector settles is
 * part of what is measured, so each process is one sample. Needs `--expose-gc`.
 */
import { cpuSeconds } from '../../harness.ts';
import { randomGraph } from './random-graph.ts';
import { buildByEdgewise, gradientByEdgewise, variablesOf } from './by-edgewise.ts';
import { buildByTape, gradientByTape } from './by-tape.ts';

/** What the process prints. */
export interface Printed {
  readonly edges: number;
  /** Nanoseconds an edge, a turn each. */
  readonly ours: readonly number[];
  readonly tape: readonly number[];
  /** Heap that one node of the built graph holds. */
  readonly bytes: { readonly ours: number; readonly tape: number };
}

const [count, rounds, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const graph = randomGraph(count);
const variables = variablesOf(graph);
const collect = globalThis.gc ?? (() => undefined);

/** Nanoseconds an edge over a turn. It starts with a clean heap: nobody pays for what the other one left. */
function turn(program: () => unknown): number {
  collect();
  const start = cpuSeconds();
  let spent = 0;
  let runs = 0;
  for (; spent < seconds; runs++) {
    program();
    spent = cpuSeconds() - start;
  }
  return (spent / runs / graph.edges) * 1e9;
}

function bytesANode(build: () => unknown): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const built = build();
  collect();
  const after = process.memoryUsage().heapUsed;
  return built === undefined ? 0 : (after - before) / graph.ops.length;
}

function checkAgreement(ours: readonly number[], tape: readonly number[]): void {
  ours.forEach((value, k) => {
    const expected = tape[k]!;
    if (Math.abs(value - expected) > 1e-9 * (1 + Math.abs(expected))) {
      throw new RangeError(`the gradients of input ${k} differ: ${value} and by tape ${expected}`);
    }
  });
}

const programs = { ours: () => gradientByEdgewise(graph, variables), tape: () => gradientByTape(graph) };
checkAgreement(programs.ours(), programs.tape());
turn(programs.tape);
turn(programs.ours);
const printed = { ours: [] as number[], tape: [] as number[] };
for (let round = 0; round < rounds; round++) {
  printed.tape.push(turn(programs.tape));
  printed.ours.push(turn(programs.ours));
}
const bytes = {
  ours: bytesANode(() =>
    buildByEdgewise(
      graph,
      variables.map((input) => input.value),
    ),
  ),
  tape: bytesANode(() => buildByTape(graph)),
};
console.log(JSON.stringify({ edges: graph.edges, ...printed, bytes } satisfies Printed));
