/**
 * A process that makes three training steps of different programs for a network, and prints JSON: how long each took from
 * the call to its result, by the clock and in processor time of all threads; and after how many calls the last of them is
 * as fast as it becomes.
 */
import { type Tensor, compile, random } from '@edgewise/core';
import { MLP } from '@edgewise/nn';
import { adam, optimizer, sgd } from '@edgewise/optim';
import { cpuSeconds, distribution } from '../../harness.ts';

/** What the process prints. */
export interface Printed {
  readonly wall: readonly number[];
  readonly processor: readonly number[];
  readonly callsToTopSpeed: number;
}

/** Calls whose median is looked at: a single one may have been interrupted. */
const together = 10;

/** As fast as it becomes, but for noise. */
const nearly = 1.25;

/** How many calls come before those that take, from then on, what the last quarter of all calls takes. */
function callsToTopSpeed(call: () => unknown, calls: number): number {
  const medians: number[] = [];
  for (let group = 0; group < calls / together; group++) {
    const samples = Array.from({ length: together }, () => {
      const start = performance.now();
      call();
      return performance.now() - start;
    });
    medians.push(distribution(samples).median);
  }
  const top = distribution(medians.slice(-Math.ceil(medians.length / 4))).median;
  const isFast = (median: number | undefined): boolean => median !== undefined && median <= nearly * top;
  return together * medians.findIndex((median, k) => isFast(median) && isFast(medians[k + 1] ?? median));
}

const [calls, batch, ...sizes] = process.argv.slice(2).map(Number) as [number, number, ...number[]];
const printed = { wall: [] as number[], processor: [] as number[], callsToTopSpeed: 0 };
for (const seed of [1, 2, 3]) {
  const model = new MLP(sizes, { activation: seed === 1 ? 'tanh' : 'sigmoid', seed });
  const descent = optimizer(seed === 2 ? sgd({ learningRate: 0.1 }) : adam(), model);
  const program = compile((x: Tensor) => {
    const loss = model.forward(x).square().mean();
    loss.backward();
    descent.step();
    return loss;
  });
  const x = random.uniform(random.key(seed), [batch, sizes[0]!], { min: -1, max: 1 });
  const [start, used] = [performance.now(), cpuSeconds()];
  program(x).item();
  printed.processor.push(cpuSeconds() - used);
  printed.wall.push((performance.now() - start) / 1000);
  if (seed === 3) printed.callsToTopSpeed = callsToTopSpeed(() => program(x).item(), calls);
}
console.log(JSON.stringify(printed satisfies Printed));
