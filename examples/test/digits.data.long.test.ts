import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, train } from './run.ts';

const mnist = join(process.env['EDGEWISE_DATA'] ?? '', 'mnist');

test.each([1, 2, 3])('real digits, seed %i: at least 93.5 % of the held-out ones are right', async (seed) => {
  const out = join(emptyFolder(), 'out');
  const { stdout } = await train('--data', mnist, '--out', out, '--seed', String(seed));
  expect(Number(/\ntest accuracy (\d+\.\d) %\n$/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(93.5);
});
