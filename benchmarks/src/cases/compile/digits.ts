/** Training steps of networks whose products of matrices count, and Adam alone. */
import { type Tensor, type Variable, compile, random, variable } from '@edgewise/core';
import { MLP, crossEntropy } from '@edgewise/nn';
import { adam, optimizer } from '@edgewise/optim';
import { type Effort, cpuSeconds, race, raceOf, stopwatch, takeTurns } from '../../harness.ts';
import { type Row, microseconds, raceRow } from '../../report.ts';
import { peakLoop } from './peak-loop.ts';
import { inputs } from './rows.ts';

/**
 * What no optimizer of this kind can beat: four arrays read and three written, and a square root and a division for each
 * number. Whichever of the two takes longer.
 */
function adamLimit(count: number, effort: Effort): () => unknown {
  const [p, g, m, v, out] = [1, 2, 3, 4, 5].map((seed) =>
    variable(random.uniform(random.key(seed), [count], { min: 0.5, max: 1 })),
  ) as [Variable, Variable, Variable, Variable, Variable];
  const traffic = compile(() => {
    // Ever the same sizes: nothing becomes subnormal, and nothing overflows
    p.assign(g.value.sub(p.value));
    m.assign(g.value.sub(m.value));
    v.assign(g.value.sub(v.value));
  });
  const roots = compile(() => out.assign(g.value.div(m.value.square().sqrt())));
  const times = race({ ours: () => traffic(), byHand: () => roots() }, effort);
  return times.ours.median > times.byHand.median ? () => traffic() : () => roots();
}

/** Steps of Adam alone, on numbers from nowhere. */
function adamStep(count: number): () => unknown {
  const [p, g] = [1, 2].map((seed) => variable(random.normal(random.key(seed), [count]))) as [Variable, Variable];
  const descent = optimizer(adam(), [p]);
  const program = compile(() => {
    p.grad = g.value;
    descent.step();
  });
  return () => program();
}

export function adamAlone(effort: Effort): Row[] {
  return (effort.quick ? [1000] : [109_386, 1_000_000]).map((count) =>
    raceRow(
      {
        what: `Adam on ${count.toLocaleString('en')} numbers, alone; by hand: the longer of its traffic, and a root and a division each`,
        unit: 'us',
        bar: { of: 'ratio', atMost: 1.3 },
      },
      race({ ours: adamStep(count), byHand: adamLimit(count, effort) }, effort),
      microseconds,
    ),
  );
}

export function digits(batch: number, effort: Effort): Row[] {
  const sizes = effort.quick ? [16, 8, 8, 4] : [784, 128, 64, 10];
  const model = new MLP(sizes, { activation: 'relu', seed: 1 });
  const descent = optimizer(adam(), model);
  const program = compile((x: Tensor, labels: Tensor) => {
    const loss = crossEntropy(model.forward(x), labels);
    loss.backward();
    descent.step();
    return loss;
  });
  const next = inputs(
    (seed) =>
      [
        random.uniform(random.key(seed), [batch, sizes[0]!], { min: -1, max: 1 }),
        random.integers(random.key(seed), [batch], { min: 0, max: sizes.at(-1)! }),
      ] as const,
  );
  // Forward, and the two products of backward; the first layer's inputs have no derivative.
  const products = sizes.slice(1).map((columns, k) => 2 * batch * sizes[k]! * columns);
  const flops = products.reduce((sum, each, k) => sum + (k === 0 ? 2 : 3) * each, 0);
  const count = model.parameters().reduce((sum, { spec }) => sum + spec.shape.reduce((a, b) => a * b, 1), 0);
  const peak = peakLoop(cpuSeconds);
  const samples = takeTurns(
    {
      ours: stopwatch(() => program(...next()), effort.seconds),
      operations: stopwatch(() => peak.run(flops), effort.seconds),
      adam: stopwatch(adamStep(count), effort.seconds),
    },
    effort.rounds,
  );
  const limits = samples.operations.map((seconds, turn) => seconds + samples.adam[turn]!);
  return [
    raceRow(
      {
        what: `MLP ${sizes.join('-')}, relu, batch ${batch}, Adam; by hand: its ${(flops / 1e6).toFixed(1)} MFLOP in registers, and Adam alone`,
        unit: 'us/step',
        bar: { of: 'ratio', atMost: 1.1 },
      },
      raceOf(samples.ours, limits),
      microseconds,
    ),
  ];
}
