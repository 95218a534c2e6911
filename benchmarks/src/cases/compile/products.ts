/** Products of square matrices. */
import { type Variable, compile, random, variable } from '@edgewise/core';
import { type Effort, cpuSeconds, race } from '../../harness.ts';
import { type Row, raceRow } from '../../report.ts';
import { peakLoop } from './peak-loop.ts';
import { inputs } from './rows.ts';

export function products(effort: Effort): Row[] {
  const peak = peakLoop(cpuSeconds);
  return (effort.quick ? [8] : [64, 128, 256, 512, 1024]).map((n) => {
    const variables = (seed: number): Variable => variable(random.uniform(random.key(seed), [n, n]));
    const c = variables(3);
    // A program for each pair of sides: the inputs differ from call to call
    const next = inputs((seed) => {
      const [a, b] = [variables(seed), variables(seed + 10)];
      return compile(() => c.assign(a.value.matmul(b.value)));
    });
    const flops = 2 * n ** 3;
    return raceRow(
      {
        what: `matmul n = ${n}; by hand: as many operations in registers`,
        unit: 'GFLOP/s',
        bar: { of: 'ratio', atMost: 1 / 0.9 },
      },
      race({ ours: () => next()(), byHand: () => peak.run(flops) }, effort),
      (seconds) => flops / seconds / 1e9,
    );
  });
}
