/** Training steps of networks so small that everything but the arithmetic counts. */
import { type Tensor, compile, tensor } from '@edgewise/core';
import { MLP, meanSquaredError } from '@edgewise/nn';
import { optimizer, sgd } from '@edgewise/optim';
import { type Row, nanoseconds } from '../../report.ts';
import { type Job, runByHand } from './by-c.ts';
import { type Step, loopStep, startOf, straightLineStep } from './by-hand.ts';
import { type Means, checkAgreement, inputs, rowsAgainst } from './rows.ts';

const corners = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [[0], [1], [1], [0]],
};
const rate = 0.05;

interface Network {
  readonly sizes: readonly number[];
  readonly activation: 'sigmoid' | 'tanh';
  readonly job: Job;
  /** Nanoseconds of the job where the bars were set. */
  readonly there: number;
  readonly bars: { readonly inRun: number; readonly aCall?: number };
  readonly inJavaScript: { readonly name: string; readonly step: Step };
}

const networks: readonly Network[] = [
  {
    sizes: [2, 2, 1],
    activation: 'sigmoid',
    job: 'sigmoid-2-2-1',
    there: 56,
    bars: { inRun: 80, aCall: 350 },
    inJavaScript: { name: 'JavaScript without loops', step: straightLineStep([2, 2, 1], rate) },
  },
  {
    sizes: [2, 16, 16, 1],
    activation: 'tanh',
    job: 'tanh-2-16-16-1',
    there: 419,
    bars: { inRun: 700 },
    inJavaScript: { name: 'loops in JavaScript', step: loopStep(16, rate) },
  },
];

export function smallNetworks(index: number, means: Means): Row[] {
  const { sizes, activation, job, there, bars, inJavaScript } = networks[index]!;
  const steps = means.effort.quick ? 10 : 1000;
  const model = new MLP(sizes, { activation });
  const start = startOf(sizes);
  model.parameters().forEach((parameter, k) => {
    parameter.assign(tensor(start[k]!, { dtype: 'f32' }).reshape(parameter.spec.shape));
  });
  const descent = optimizer(sgd({ learningRate: rate }), model);
  const output = (y: Tensor): Tensor => (activation === 'sigmoid' ? y.sigmoid() : y);
  const program = compile((x: Tensor, y: Tensor) => {
    const loss = meanSquaredError(output(model.forward(x)), y);
    loss.backward();
    descent.step();
    return loss;
  });
  const tensorsOf = (seed: number) => [tensor(corners.x).add(seed * 1e-3), tensor(corners.y)] as const;
  const flatOf = (seed: number) =>
    tensorsOf(seed).map(({ data }) => Float64Array.from(data)) as [Float64Array, Float64Array];
  const [next, flat] = [inputs(tensorsOf), inputs(flatOf)];
  const byHand = inJavaScript.step;

  const what = `MLP ${sizes.join('-')}, batch 4, SGD`;
  const losses = Array.from({ length: 4 }, () => program(...next()).item());
  const theirs = Array.from({ length: 4 }, () => byHand(...flat()));
  checkAgreement(`${what}, JavaScript`, losses, theirs, 1e-5);
  if (means.byHand !== undefined) checkAgreement(`${what}, C++`, losses, runByHand(means.byHand, job, 0).given, 1e-5);

  const many = (): void => {
    for (let k = 0; k < steps; k++) byHand(...flat());
  };
  const described = { unit: 'ns/step', inUnit: nanoseconds, twin: { job, there } };
  return [
    ...rowsAgainst(
      { ...described, what: `${what}: in run(${steps})`, bar: bars.inRun, repeats: steps },
      () => program.run(steps, ...next()),
      { [inJavaScript.name]: many },
      means,
    ),
    ...rowsAgainst(
      { ...described, what: `${what}: one call a step`, ...(bars.aCall === undefined ? {} : { bar: bars.aCall }) },
      () => program(...next()),
      {},
      means,
    ),
  ];
}
