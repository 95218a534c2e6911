import { programBeside, runNode } from '../../child.ts';
import { type Effort, distribution, raceOf } from '../../harness.ts';
import { type Bar, type Case, type Row, raceRow } from '../../report.ts';
import type { Printed } from './process.ts';

/** Turns in a process. They are long: the heap takes its time to settle. */
const turns: Pick<Effort, 'rounds' | 'seconds'> = { rounds: 5, seconds: 0.5 };

/** Nodes, how many processes there are, each of which is a sample, and what is promised. */
const sizes: readonly { nodes: number; processes: number; bar?: Bar }[] = [
  { nodes: 1e3, processes: 3 },
  { nodes: 1e4, processes: 5, bar: { of: 'ratio', atMost: 1 } },
  { nodes: 1e5, processes: 3, bar: { of: 'ratio', atMost: 0.8 } },
  { nodes: 1e6, processes: 3, bar: { of: 'ratio', atMost: 0.8 } },
];

/** Which of its two modes the tape is in: garbage that dies young is nearly free, garbage that is copied is not. */
function modeOf(nanosecondsAnEdge: number): string {
  return nanosecondsAnEdge < 130 ? 'fast' : 'slow';
}

const median = (samples: readonly number[]): number => distribution(samples).median;

export const scalarGraph: Case = {
  question:
    'What does it cost to build a graph of scalars and to walk back through it, against a class with a closure an op?',

  run(effort) {
    const rows: Row[] = [];
    const remarks: string[] = [];
    for (const { nodes, processes, bar } of effort.quick ? sizes.slice(0, 1) : sizes) {
      const runs = Array.from({ length: effort.quick ? 1 : processes }, () => runProcess(nodes, effort));
      const what = `${nodes.toExponential(0).replace('+', '')} nodes, ${runs[0]!.edges.toLocaleString('en')} edges`;
      const times = raceOf(
        runs.map(({ ours }) => median(ours)),
        runs.map(({ tape }) => median(tape)),
      );
      rows.push(raceRow({ what, unit: 'ns/edge', ...(bar === undefined ? {} : { bar }) }, times));
      const bytes = {
        ours: distribution(runs.map((run) => run.bytes.ours)),
        byHand: distribution(runs.map((run) => run.bytes.tape)),
      };
      // A smaller graph drowns in what else a process holds.
      if (nodes >= 1e5) rows.push({ what: `${what}, heap`, unit: 'bytes/node', ...bytes });
      const each = runs.map(
        ({ ours, tape }) => `${median(tape).toFixed(0)} (${modeOf(median(tape))}), ours ${median(ours).toFixed(0)}`,
      );
      remarks.push(`${what}, ns/edge of the tape in each process, and its mode: ${each.join('; ')}`);
    }
    return { rows, remarks };
  },
};

function runProcess(nodes: number, effort: Effort): Printed {
  const { rounds, seconds } = effort.quick ? effort : turns;
  const program = programBeside(import.meta.url, 'process');
  return JSON.parse(runNode(['--expose-gc', program, ...[nodes, rounds, seconds].map(String)]).printed) as Printed;
}
