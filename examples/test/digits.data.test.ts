import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, train } from './run.ts';

const mnist = join(process.env['EDGEWISE_DATA'] ?? '', 'mnist');

test('two epochs over real digits: most of the held-out ones are right', { timeout: 120_000 }, async () => {
  const out = join(emptyFolder(), 'out');
  const { stdout } = await train('--data', mnist, '--out', out, '--epochs', '2', '--hidden', '32');
  expect(stdout).toMatch(/^handwritten digits: 8000 images to train on, 2000 to test on\nmodel: 784-32-10, relu, /);
  expect(Number(/\ntest accuracy (\d+\.\d) %\n$/.exec(stdout)?.[1])).toBeGreaterThan(88);
});
