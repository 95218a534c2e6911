/** The problem that needs no file: which of two spirals does a point lie on? */
import { type Tensor, inference, random, tensor } from '@edgewise/core';
import { type MLP, twoSpirals } from '@edgewise/nn';
import { type ContourPoint, contourPlot } from '@edgewise/viz';
import type { Examples, Picture, Problem } from './problem.ts';

export function spirals(key: Tensor): Problem {
  const [forTraining, forTest] = random.split(key, 2);
  const training = twoSpirals({ count: 1000, key: forTraining! });
  const test = twoSpirals({ count: 1000, key: forTest! });
  return {
    title: 'Two spirals',
    things: 'points',
    training,
    test,
    classes: 2,
    defaults: { hidden: [32, 32], activation: 'silu', epochs: 80, batchSize: 32, learningRate: 0.02 },
    pictures: async (model) => [await boundary(model, training, test)],
  };
}

/** Samples of the plane along each axis. */
const resolution = 120;
const reach = 1.15;

async function boundary(model: MLP, training: Examples, test: Examples): Promise<Picture> {
  const svg = await contourPlot(
    {
      values: probabilityOfSecond(model, plane()).data as Float32Array,
      width: resolution,
      height: resolution,
      x: [-reach, reach],
      y: [-reach, reach],
    },
    {
      boundary: 0.5,
      points: [...pointsOf(training, 250), ...pointsOf(test, 250, true)],
      title: 'Decision boundary',
      valueLabel: 'probability of spiral 1',
    },
  );
  return {
    name: 'boundary',
    title: 'What it learned',
    text: 'Colours say which spiral the network takes each place of the plane to belong to; along the bold line it cannot tell. Filled points are some that it was trained on, hollow ones some that it has never seen.',
    svg,
  };
}

/** A grid of points, `[resolution * resolution, 2]`, row by row from the bottom. */
function plane(): Tensor {
  const at = (step: number): number => -reach + (2 * reach * step) / (resolution - 1);
  const points = Float32Array.from({ length: 2 * resolution ** 2 }, (_, k) => {
    const point = k >> 1;
    return at(k % 2 === 0 ? point % resolution : Math.floor(point / resolution));
  });
  return tensor(points).reshape([resolution ** 2, 2]);
}

function probabilityOfSecond(model: MLP, points: Tensor): Tensor {
  return inference(() =>
    model
      .forward(points)
      .softmax({ axis: -1 })
      .slice([[0], [1, 2]])
      .squeeze(),
  );
}

function pointsOf({ x, labels }: Examples, count: number, heldOut = false): ContourPoint[] {
  const [places, classes] = [x.data, labels.data];
  return Array.from({ length: count }, (_, k) => ({
    x: places[2 * k]!,
    y: places[2 * k + 1]!,
    label: `spiral ${classes[k]}`,
    heldOut,
  }));
}
