/** Compiled programs against loops by hand, against C++, and against what this machine computes at most. */
import { programBeside, runNode } from '../../child.ts';
import { type Effort, distribution } from '../../harness.ts';
import { type Case, type Row, barHere, milliseconds } from '../../report.ts';
import { buildByHand, removeByHand } from './by-c.ts';
import type { Printed } from './first-results.ts';
import { groupNames } from './groups.ts';

/** V8 collects garbage on the core that is measured: where it has another, the two wait for each other's arrays. */
function rowsOfGroup(name: string, { quick, rounds, seconds }: Effort, folder: string | undefined): Row[] {
  const args = [name, quick, rounds, seconds].map(String);
  const program = programBeside(import.meta.url, 'group');
  const all = ['--single-threaded-gc', program, ...args, ...(folder === undefined ? [] : [folder])];
  return JSON.parse(runNode(all).printed) as Row[];
}

/** Milliseconds that `node -e 0` took where the bars of `firstResults` were set. */
const bareThere = 46;

/** The first and the third program of a process that is unlike others, from trace to result. */
function firstResults({ quick }: Effort): Row[] {
  const networks = [
    { sizes: [2, 2, 1], batch: 4, bars: { first: 50, third: 10 }, calls: 40_000 },
    { sizes: [784, 128, 64, 10], batch: 32, bars: { first: 100, third: 25 }, calls: 1000 },
  ];
  const processes = quick ? 1 : 5;
  const bare: number[] = [];
  const runs = networks.map(() => [] as Printed[]);
  for (let k = 0; k < processes; k++) {
    bare.push(runNode(['-e', '0']).seconds);
    networks.forEach(({ sizes, batch, calls }, n) => {
      const numbers = [quick ? 20 : calls, batch, ...sizes];
      const args = [programBeside(import.meta.url, 'first-results'), ...numbers.map(String)];
      runs[n]!.push(JSON.parse(runNode(args).printed) as Printed);
    });
  }
  const factor = milliseconds(distribution(bare).median) / bareThere;
  return networks.flatMap(({ sizes, bars }, n) => [
    ...(['first', 'third'] as const).map((which): Row => {
      const of = (kind: 'wall' | 'processor') =>
        distribution(runs[n]!.map((run) => milliseconds(run[kind][which === 'first' ? 0 : 2]!)));
      const all = of('processor').median.toFixed(0);
      return {
        what: `trace to first result, MLP ${sizes.join('-')}: ${which} program of a process (processor time of all threads: ${all} ms)`,
        unit: 'ms',
        ours: of('wall'),
        bar: barHere(bars[which], factor),
      };
    }),
    {
      what: `calls until top speed, MLP ${sizes.join('-')}: third program of a process`,
      unit: 'calls',
      ours: distribution(runs[n]!.map((run) => run.callsToTopSpeed)),
    },
  ]);
}

export const compiled: Case = {
  question: 'How fast are programs, against C++, against loops by hand, and against what WebAssembly can do at most?',

  run(effort) {
    const first = firstResults(effort);
    const byHand = buildByHand();
    const folder = 'folder' in byHand ? byHand.folder : undefined;
    try {
      const rows = groupNames.flatMap((name) => rowsOfGroup(name, effort, folder));
      return {
        rows: [...rows, ...first],
        remarks: [
          "Inputs differ from call to call, but for the million numbers. Each group of rows has a process of its own: nobody's program is seven programs at once, and what one leaves in the heap, and in what V8 knows of functions, changes the others. Their garbage is collected on the core that is measured (--single-threaded-gc).",
          '"In registers" is a loop of f32x4 multiplications and additions without memory, the best of 8 to 16 sums: no program is faster.',
          'A bar in nanoseconds or microseconds was set on another machine ("there"): beside it is what it is here, longer by as much as C++ takes longer for the same; from trace to first result, by as much as `node -e 0` does. The verdict is on that, and in brackets on the bar as it was set.',
          'reason' in byHand
            ? `C++ did not run, so bars are those of the other machine: ${byHand.reason}.`
            : 'C++ is by-hand.cpp, in doubles but for the million numbers, by gcc -O3 for this processor, with -ffast-math for the networks; for the million numbers with vectors of 128 bits.',
          'From trace to first result: the median of five processes, by the clock, which is what one waits for; V8 compiles on other threads meanwhile.',
        ],
      };
    } finally {
      if (folder !== undefined) removeByHand(folder);
    }
  },
};
