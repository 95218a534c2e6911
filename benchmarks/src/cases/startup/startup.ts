import { programBeside, runNode } from '../../child.ts';
import { raceOf } from '../../harness.ts';
import { type Case, type Row, milliseconds, raceRow } from '../../report.ts';

/** Of the initial weights: what every framework prints that trains this step. */
const firstLoss = '0.250159';

export const startup: Case = {
  question: 'How long does a fresh process take to its first training step of XOR, against Node that does nothing?',

  run({ quick }) {
    const samples = { bare: [] as number[], core: [] as number[], all: [] as number[] };
    // The first round warms the disk's cache.
    for (let round = quick ? 0 : -1; round < (quick ? 1 : 15); round++) {
      const times = {
        bare: runNode(['-e', '0']).seconds,
        core: secondsOf('xor-with-core'),
        all: secondsOf('xor-with-all'),
      };
      if (round < 0) continue;
      samples.bare.push(times.bare);
      samples.core.push(times.core);
      samples.all.push(times.all);
    }
    const row = (what: string, ours: readonly number[]): Row =>
      raceRow({ what, unit: 'ms', bar: { of: 'ratio', atMost: 90 / 46 } }, raceOf(ours, samples.bare), milliseconds);
    return {
      rows: [row('core', samples.core), row('core, nn and optim', samples.all)],
      remarks: [
        'by hand: a process that does nothing; the bar is 90 ms where that takes 46, and in proportion elsewhere',
      ],
    };
  },
};

function secondsOf(name: string): number {
  const { printed, seconds } = runNode([programBeside(import.meta.url, name)]);
  if (printed.trim() !== firstLoss) throw new RangeError(`${name}: the loss is ${printed}, expected ${firstLoss}`);
  return seconds;
}
