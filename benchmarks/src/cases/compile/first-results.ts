/**
 * A process that makes three training steps of different programs for a network, and prints JSON: how long each took from
 * the call to its result, by the clock and in processor time of all threads.
 */
import { type Tensor, compile, random } from '@edgewise/core';
import { MLP } from '@edgewise/nn';
import { adam, optimizer, sgd } from '@edgewise/optim';
import { cpuSeconds } from '../../harness.ts';

/** What the process prints. */
export interface Printed {
  readonly wall: readonly number[];
  readonly processor: readonly number[];
}

const [batch, ...sizes] = process.argv.slice(2).map(Number) as [number, ...number[]];
const printed = { wall: [] as number[], processor: [] as number[] };
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
}
console.log(JSON.stringify(printed satisfies Printed));
