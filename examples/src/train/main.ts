/** What `npm start` runs: trains a small network, and writes pictures of its graph and of what it learned. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EdgewiseError, random } from '@edgewise/core';
import { MLP } from '@edgewise/nn';
import { digits } from './digits.ts';
import { Interruption, interruptions, pauseFor } from './interruption.ts';
import { type Options, UsageError, helpText, parseOptions } from './options.ts';
import { checkReplaceable, replaceFolder } from './out-folder.ts';
import type { Problem, Settings } from './problem.ts';
import { showProgress } from './progress.ts';
import { pageName, percent, reportFiles } from './report.ts';
import { spirals } from './spirals.ts';
import { playedLoss, stepGraph, stepPages, stepPictures, stepProgram } from './step-pictures.ts';
import { stepsOf, train, trainingStep } from './training.ts';

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options.help) return say(helpText);
  checkReplaceable(options.out);
  const interrupted = interruptions();

  // Everything random follows from the seed, each part by a key of its own.
  const [forData, forModel, forOrder] = random.split(random.key(options.seed), 3);
  const problem = options.data === undefined ? spirals(forData!) : digits(options.data, forData!);
  const settings = settingsFor(options, problem);
  const sizes = [problem.training.x.shape[1]!, ...settings.hidden, problem.classes];
  const model = new MLP(sizes, { activation: settings.activation, key: forModel! });
  const modelText = `${sizes.join('-')}, ${settings.activation}, ${countOf(model)} parameters`;
  say(
    `${problem.title.toLowerCase()}: ${problem.training.labels.size} ${problem.things} to train on, ${problem.test.labels.size} to test on`,
  );
  say(`model: ${modelText}`);
  say(
    `adam, learning rate ${settings.learningRate}; batches of ${settings.batchSize}, ${settings.epochs} epochs, seed ${options.seed}`,
  );

  const steps = stepsOf(settings, problem.training);
  const step = trainingStep(model, settings, steps);
  const graph = stepGraph(step, problem, settings);
  const loss = playedLoss(model, problem);
  const another = new MLP(sizes, { activation: settings.activation, key: forModel! });
  const program = stepProgram(trainingStep(another, settings, steps), problem, settings);
  const progress = showProgress(steps);
  let epochs;
  try {
    epochs = await train({
      model,
      step,
      training: problem.training,
      test: problem.test,
      settings,
      key: forOrder!,
      onStep: async (done, latest) => {
        progress.update(
          done,
          latest === undefined
            ? 'epoch 1'
            : `loss ${latest.testLoss.toFixed(4)}, test accuracy ${percent(latest.testAccuracy)}`,
        );
        await pauseFor(interrupted);
      },
    });
  } finally {
    progress.stop();
  }

  const files = await reportFiles({
    problem,
    settings,
    seed: options.seed,
    model: modelText,
    epochs,
    learned: await problem.pictures(model),
    graphs: await stepPictures(graph),
    graphPages: await stepPages(graph, loss, program),
  });
  await pauseFor(interrupted);
  replaceFolder(options.out, files);

  const page = join(resolve(options.out), pageName);
  const last = epochs.at(-1)!;
  say(`training loss ${last.trainingLoss}, test loss ${last.testLoss}`);
  say(`page: ${page}`);
  say(`      ${pathToFileURL(page).href}`);
  say(`test accuracy ${percent(last.testAccuracy)}`);
}

function settingsFor({ hidden, epochs, learningRate, batchSize }: Options, { defaults }: Problem): Settings {
  return {
    activation: defaults.activation,
    hidden: hidden ?? defaults.hidden,
    epochs: epochs ?? defaults.epochs,
    learningRate: learningRate ?? defaults.learningRate,
    batchSize: batchSize ?? defaults.batchSize,
  };
}

function countOf(model: MLP): number {
  return model.parameters().reduce((sum, { spec }) => sum + spec.shape.reduce((a, b) => a * b, 1), 0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Mistakes of the user and of files are told in words; any other error is ours, and keeps its stack. */
function exitCodeFor(error: unknown): number {
  if (error instanceof Interruption) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (!(error instanceof EdgewiseError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return error instanceof UsageError ? 2 : 1;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = exitCodeFor(error);
}
