import { expect, test } from 'vitest';
import { finished, start } from './run.ts';

test('the quickstart prints values, derivatives and a graph', async () => {
  const { code, stdout, stderr } = await finished(start('quickstart'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').slice(0, 6)).toEqual([
    'loss at w = 1: tensor(4.6667, f32 [])',
    'slope there: tensor(-9.3333, f32 [])',
    'curvature: tensor(9.3333, f32 [])',
    'w after 20 steps: tensor(2, f32 [])',
    '',
    'graph(w: f32 [], x: f32 [3], y: f32 [3])',
  ]);
  expect(stdout).toContain('\nthe graph at w = 2: tensor(0, f32 [])\n\ndigraph {\n');
});

test("a model of one's own trains, and its graph has a box for each module", async () => {
  const { code, stdout, stderr } = await finished(start('custom-model'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Model\n {2}widen: Linear\n {4}weight: f32 \[2, 32\]\n/);
  expect(stdout).toMatch(/\n4386 parameters\nstep 0: loss 0\.\d+\n/);
  expect(Number(/right for (\d+) % of the points/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(99);
  expect(stdout).toContain('subgraph "cluster_model/blocks0"');
  expect(stdout).toContain('"first\\n2 parameters\\n2 ops", class="folded"');
});

test("ops of one's own have derivatives, and are boxes in the picture", async () => {
  const { code, stdout, stderr } = await finished(start('custom-op'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').slice(0, 5)).toEqual([
    'swish(1), its slope and its curvature: 0.7311, 0.9277, 0.3024',
    'passing(-3) and its slope: -1.0000, 1.0000',
    'softsign(1) and its curvature: 0.5000, -0.2500',
    'reversed([1, 2, 3]): [ 3, 2, 1 ]',
    'slopes of its weighted sum: [ 100, 10, 1 ]',
  ]);
  for (const box of ['swish\\n2 ops', 'passing\\n', 'softsign', 'reversed']) expect(stdout).toContain(`[label="${box}`);
});
