import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, train } from './run.ts';

const seeds = Array.from({ length: 20 }, (_, k) => k + 1);

test.each(seeds)('two spirals, seed %i: more than 99 of 100 held-out points are right', async (seed) => {
  const { stdout } = await train('--out', join(emptyFolder(), 'out'), '--seed', String(seed));
  expect(Number(/\ntest accuracy (\d+\.\d) %\n$/.exec(stdout)?.[1])).toBeGreaterThan(99);
});
