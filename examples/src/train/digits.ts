/** The problem of handwritten digits, or of any small grey pictures in the same format. */
import { FileError, type Tensor, inference, random, take, tensor } from '@edgewise/core';
import { type MLP, idxMagic, parseIdx } from '@edgewise/nn';
import { imageGrid, matrixPlot } from '@edgewise/viz';
import { type IdxPair, findIdxPairs, readUnpacked } from './idx-folder.ts';
import type { Examples, Picture, Problem } from './problem.ts';

/** Examples that are pictures. */
interface ImageSet extends Examples {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Digits from a folder: a training and a test set if both are there; of a single set one in five images, chosen by the
 * key, is held out.
 *
 * @throws FileError where a file is missing or is not what it should be
 */
export function digits(folder: string, key: Tensor): Problem {
  const { training, test } = readSets(findIdxPairs(folder), folder, key);
  const classes = 1 + Math.max(...[training, test].map(({ labels }) => labels.max().item() as number));
  return {
    title: 'Handwritten digits',
    things: 'images',
    training,
    test,
    classes,
    defaults: { hidden: [128], activation: 'relu', epochs: 12, batchSize: 64, learningRate: 0.002 },
    pictures: async (model) => {
      const answers = answersOf(model, test);
      return [await confusion(answers, classes), await mistakes(answers, test)];
    },
  };
}

function readSets(pairs: readonly IdxPair[], folder: string, key: Tensor): { training: ImageSet; test: ImageSet } {
  const [first, second] = pairs;
  if (first !== undefined && second === undefined) return splitSet(readSet(first), first.images, key);
  const forTraining = pairs.filter(({ name }) => /train/i.test(name));
  const forTest = pairs.filter(({ name }) => /t10k|test/i.test(name));
  if (pairs.length !== 2 || forTraining.length !== 1 || forTest.length !== 1) {
    throw refuse(
      'too-many-sets',
      `${folder} has ${pairs.length} sets: ${pairs.map(({ name }) => name).join(', ')}\n  expected one, or one to train on ("train") and one to test on ("t10k" or "test")`,
    );
  }
  const [training, test] = [readSet(forTraining[0]!), readSet(forTest[0]!)];
  if (training.rows !== test.rows || training.columns !== test.columns) {
    throw refuse(
      'sizes-differ',
      `${forTraining[0]!.images} has images of ${sizeOf(training)}, ${forTest[0]!.images} of ${sizeOf(test)}`,
    );
  }
  return { training, test };
}

function readSet({ images, labels }: IdxPair): ImageSet {
  const { shape, data: pixels } = parseIdx(readUnpacked(images), { name: images, magic: idxMagic.images });
  const { data: classes } = parseIdx(readUnpacked(labels), { name: labels, magic: idxMagic.labels });
  const [count = 0, rows = 0, columns = 0] = shape;
  if (count !== classes.length) {
    throw refuse('counts-differ', `${images} has ${count} images, ${labels} has ${classes.length} labels`);
  }
  if (count === 0 || rows * columns === 0)
    throw refuse('no-images', `${images} has ${count} images of ${rows} x ${columns}`);
  return {
    x: tensor(greys(pixels)).reshape([count, rows * columns]),
    labels: tensor(Int32Array.from(classes)),
    rows,
    columns,
  };
}

/** From 0 to 1. A loop: the images of MNIST have 47 million pixels, for which `Float32Array.from` takes seconds. */
function greys(pixels: ArrayLike<number>): Float32Array {
  const scaled = new Float32Array(pixels.length);
  for (let k = 0; k < pixels.length; k++) scaled[k] = pixels[k]! / 255;
  return scaled;
}

function splitSet(all: ImageSet, file: string, key: Tensor): { training: ImageSet; test: ImageSet } {
  const count = all.labels.size;
  if (count < 5)
    throw refuse('too-few-images', `${file} has ${count} images; expected at least 5, since one in five is held out`);
  const order = random.permutation(key, count);
  const part = (from: number, to: number): ImageSet => {
    const places = order.slice([[from, to]]);
    return { ...all, x: take(all.x, places), labels: take(all.labels, places) };
  };
  const held = Math.floor(count / 5);
  return { training: part(held, count), test: part(0, held) };
}

/** What the model says of an example, and what is right. */
interface Answer {
  readonly index: number;
  readonly right: number;
  readonly said: number;
  /** The probability that the model gives to what it says, and to what is right. */
  readonly sure: number;
  readonly chance: number;
}

function answersOf(model: MLP, { x, labels }: Examples): Answer[] {
  const probabilities = inference(() => model.forward(x).softmax({ axis: -1 }));
  const [said, values, right] = [probabilities.argMax({ axis: -1 }).data, probabilities.data, labels.data];
  const classes = probabilities.shape[1]!;
  return Array.from(right, (label, index) => ({
    index,
    right: Number(label),
    said: Number(said[index]),
    sure: Number(values[index * classes + Number(said[index])]),
    chance: Number(values[index * classes + Number(label)]),
  }));
}

async function confusion(answers: readonly Answer[], classes: number): Promise<Picture> {
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (const { right, said } of answers) counts[right]![said]!++;
  return {
    name: 'confusion',
    title: 'Which digits it takes for which',
    text: 'A row for each digit, a column for each answer: the test images of that digit that got that answer. Right answers stand on the diagonal.',
    svg: await matrixPlot(counts, { title: 'Confusion matrix', xLabel: 'answer', yLabel: 'digit' }),
  };
}

const shownMistakes = 30;

async function mistakes(answers: readonly Answer[], { x, rows, columns }: ImageSet): Promise<Picture> {
  const wrong = answers.filter(({ said, right }) => said !== right);
  const worst = wrong.toSorted((a, b) => a.chance - b.chance || a.index - b.index).slice(0, shownMistakes);
  const pixels = x.data;
  const size = rows * columns;
  return {
    name: 'mistakes',
    title: 'Its worst mistakes',
    text: `The ${worst.length} of ${wrong.length} wrong answers that give the right digit the smallest probability. Below each image: what it is, and what the network said and how sure it was.`,
    svg: await imageGrid(
      worst.map(({ index }) => Array.from(pixels.slice(index * size, (index + 1) * size), Number)),
      {
        width: columns,
        height: rows,
        range: [0, 1],
        captions: worst.map(({ right, said, sure }) => `${right}, said ${said} (${Math.round(100 * sure)} %)`),
        title: 'Worst mistakes',
      },
    ),
  };
}

function sizeOf({ rows, columns }: ImageSet): string {
  return `${rows} x ${columns}`;
}

function refuse(code: string, problem: string): FileError {
  return new FileError({ code, op: '--data', problem });
}
