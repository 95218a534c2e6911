/** The training loop, and what it remembers. */
import { EdgewiseError, type Tensor, inference, random, sub } from '@edgewise/core';
import { type MLP, accuracy, batches, crossEntropy } from '@edgewise/nn';
import { type Schedule, adam, optimizer } from '@edgewise/optim';
import type { Examples, Settings } from './problem.ts';

/** One step: takes a batch, moves the parameters, gives the loss before the move. */
export type TrainingStep = (x: Tensor, labels: Tensor) => { loss: Tensor };

/** How good the model is after an epoch. */
export interface Epoch {
  /** Mean loss of the epoch's steps. */
  readonly trainingLoss: number;
  readonly testLoss: number;
  /** Share of right answers, from 0 to 1. */
  readonly testAccuracy: number;
}

/**
 * Forward, backward and the optimizer: a plain function, which can be traced as it can be called. The learning rate falls
 * to zero along a line, so that training ends at rest and not on one of its last jumps.
 */
export function trainingStep(model: MLP, { learningRate }: Settings, steps: number): TrainingStep {
  const falling: Schedule = (step) => sub(1, step.cast('f32').div(steps)).mul(learningRate);
  const descent = optimizer(adam({ learningRate: falling }), model);
  return (x, labels) => {
    const loss = crossEntropy(model.forward(x), labels);
    loss.backward();
    descent.step();
    return { loss };
  };
}

export interface Training {
  readonly model: MLP;
  readonly step: TrainingStep;
  readonly training: Examples;
  readonly test: Examples;
  readonly settings: Settings;
  /** Decides the order of examples. */
  readonly key: Tensor;
  /** Called, and waited for, after each step. */
  readonly onStep: (stepsDone: number, latest: Epoch | undefined) => Promise<void>;
}

/** Trains for some epochs, each in a new order, and says how good the model was after each. */
export async function train({ model, step, training, test, settings, key, onStep }: Training): Promise<Epoch[]> {
  const data = { x: training.x, labels: training.labels };
  const epochs: Epoch[] = [];
  let stepsDone = 0;
  for (const epochKey of random.split(key, settings.epochs)) {
    const losses: number[] = [];
    for (const { x, labels } of batches(data, { size: settings.batchSize, key: epochKey })) {
      const loss = step(x, labels).loss.item() as number;
      stepsDone++;
      if (!Number.isFinite(loss)) throw diverged(loss, stepsDone);
      losses.push(loss);
      await onStep(stepsDone, epochs.at(-1));
    }
    epochs.push({ trainingLoss: mean(losses), ...judge(model, test) });
  }
  return epochs;
}

export function stepsOf({ epochs, batchSize }: Settings, { labels }: Examples): number {
  return epochs * Math.ceil(labels.size / batchSize);
}

function judge(model: MLP, { x, labels }: Examples): Pick<Epoch, 'testLoss' | 'testAccuracy'> {
  const logits = inference(() => model.forward(x));
  return {
    testLoss: crossEntropy(logits, labels).item() as number,
    testAccuracy: accuracy(logits, labels).item() as number,
  };
}

function diverged(loss: number, step: number): EdgewiseError {
  return new EdgewiseError({
    code: 'diverged',
    op: 'npm start',
    problem: `the loss is ${loss} at step ${step}; nothing was written`,
    received: loss,
    remedy: 'a smaller --learning-rate',
  });
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
