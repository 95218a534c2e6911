/** What takes minutes of "Understanding neural networks and backpropagation, part I". */
import { describe, expect, test } from 'vitest';
import { expectAllWithin, expectWithin } from './expect-close.ts';
import { reluNetworks } from './facts.ts';
import { train } from './relu-networks.ts';

describe('trained a sample at a time from the second draw', () => {
  test.each(Object.entries(reluNetworks.training))('%s ends where it should', (_, example) => {
    const { b, w, mse } = train(example, 20);
    const { expected, tolerance } = example;
    expectAllWithin(w, expected.draw20.w, tolerance.expected);
    expectAllWithin(b, expected.draw20.b, tolerance.expected);
    expectWithin(mse, expected.draw20.mse, tolerance.expected);
  });
});

test('the biases of the third example go as far on the way as they should', () => {
  const { expected, range, printed, tolerance, inputs } = reluNetworks.excursions;
  const found = { b1max: [] as number[], b2max: [] as number[], b2min: [] as number[] };
  for (let draw = inputs.draws[0]; draw <= inputs.draws[1]; draw++) {
    const reached = { b1max: -Infinity, b2max: -Infinity, b2min: Infinity };
    train(reluNetworks.training.example3, draw, {
      watch: ({ b }) => {
        const [first, second] = b.data;
        reached.b1max = Math.max(reached.b1max, first!);
        reached.b2max = Math.max(reached.b2max, second!);
        reached.b2min = Math.min(reached.b2min, second!);
        return true;
      },
    });
    for (const name of ['b1max', 'b2max', 'b2min'] as const) found[name].push(reached[name]);
  }
  for (const name of ['b1max', 'b2max', 'b2min'] as const) {
    const sorted = found[name].toSorted((p, q) => p - q);
    const median = sorted[sorted.length / 2]!; // of an even number, the upper of the two in the middle
    expectWithin(median, expected[name], tolerance.expected);
    expectWithin(median, printed[name], tolerance.printed);
    expectAllWithin([sorted[0]!, sorted.at(-1)!], range[name], tolerance.range);
  }
});

test('the trap of the fourth example opens at a larger learning rate', () => {
  const { expected } = reluNetworks.escape;
  const escaped = (lr: number): number => {
    let count = 0;
    for (let draw = 1; draw <= 60; draw++) {
      if (train(reluNetworks.training.example4, draw, { lr, iterations: 20_000 }).mse < 1e-3) count++;
    }
    return count;
  };
  expect(escaped(0.01)).toBe(expected['0.01'][0]);
  expect(escaped(0.025)).toBe(expected['0.025'][0]);
});
