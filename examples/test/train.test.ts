import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { writeSet } from './idx-files.ts';
import { emptyFolder, filesIn, finished, start, train } from './run.ts';

vi.setConfig({ testTimeout: 120_000 }); // ms; each run is a program of its own

/** What an attribute says. */
function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

const quick = ['--epochs', '2', '--hidden', '8'];

describe('without arguments', () => {
  test('two spirals are learned: over 99 % of the held-out points are right', async () => {
    const folder = emptyFolder();
    const { code, stdout, stderr } = await finished(start('train/main', [], folder));
    expect(code).toBe(0);
    const page = join(folder, 'out', 'index.html');
    expect(stdout).toMatch(
      /^two spirals: 1000 points to train on, 1000 to test on\nmodel: 2-32-32-2, silu, 1218 parameters\n/,
    );
    expect(stdout).toContain(`\npage: ${page}\n      ${pathToFileURL(page).href}\n`);
    expect(stdout).toMatch(/\ntraining loss 0\.\d+, test loss 0\.\d+\n/);
    expect(Number(/test accuracy (\d+\.\d) %\n$/.exec(stdout)?.[1])).toBeGreaterThan(99);
    // Without a terminal, progress is plain lines.
    expect(stderr).toMatch(/^ {2}0 % \| epoch 1 \| 0\.\d s\n/);
    expect(stderr).toMatch(/100 % \| loss 0\.\d{4}, test accuracy \d+\.\d % \| \d+\.\d s\n$/);
    expect(stderr).not.toContain('\u001b');
  });

  test('the folder has the page, its pictures, and the training step as DOT', async () => {
    const out = join(emptyFolder(), 'out');
    await train('--out', out, ...quick);
    const files = filesIn(out);
    expect(Object.keys(files)).toEqual([
      '.edgewise-results',
      'backprop.html',
      'boundary.svg',
      'index.html',
      'loss.svg',
      'program.html',
      'step-opened.dot',
      'step-opened.svg',
      'step.dot',
      'step.html',
      'step.svg',
    ]);
    for (const name of Object.keys(files).filter((file) => file.endsWith('.svg'))) {
      expect(files[name]).toMatch(/^<svg [^]*<\/svg>\s*$/);
    }
    const page = files['index.html']!;
    expect(page).toMatch(/^<!doctype html>\n[^]*<\/html>\n$/);
    expect(page.match(/<svg /g)).toHaveLength(2);
    // The pages to walk through are in the report, and files beside it; one of them has a backward pass to play.
    const walks = ['step.html', 'backprop.html', 'program.html'];
    expect([...page.matchAll(/<li><a href="([^"#]+)"/g)].map(([, file]) => file)).toEqual(walks);
    const framed = [...page.matchAll(/<iframe [^>]*srcdoc="([^"]*)"/g)].map(([, text = '']) => unescaped(text));
    expect(framed).toEqual(walks.map((file) => files[file]));
    expect(files['step.html']).toContain('<h1>A training step</h1>');
    expect(files['backprop.html']).toMatch(/"kind":"edge","edge":\d+,"total"/);
    expect(files['program.html']).toMatch(/<option value="0">Kernels: \d+<\/option>/);
    expect(page.match(/<section /g)).toHaveLength(page.match(/<\/section>/g)!.length);
    expect(page.replaceAll(/srcdoc="[^"]*"/g, '')).not.toMatch(/undefined|NaN|\[object/);
    expect(page.match(/<h2[^>]*>[^<]*/g)?.map((heading) => heading.replace(/<[^>]*>/, ''))).toEqual([
      'What it learned',
      'How it learned',
      'A training step',
      'Backpropagation, edge by edge',
      'The step as a program',
      'How it was made',
    ]);
    // Readable: four boxes between the batch and the loss.
    expect(files['step.dot']?.replaceAll(/\d+ (op|backward)/g, 'some $1')).toMatchInlineSnapshot(`
      "digraph {
        rankdir=TB; newrank=true;
        node [fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.15,0.07"];
        edge [fontname="Helvetica,Arial,sans-serif", fontsize=9];
        n1 [label="x\\nf32 [32, 2]", class="input", shape=ellipse, style="solid"];
        n2 [label="labels\\ni32 [32]", class="input", shape=ellipse, style="solid"];
        n3 [label="mlp\\n4 parameters\\nsome ops, some backward", class="folded", shape=box3d, style="solid", margin="0.22,0.09"];
        n4 [label="adam\\n9 states\\nsome ops", class="folded", shape=box3d, style="solid", margin="0.22,0.09"];
        n5 [label="crossEntropy\\nsome ops, some backward", class="folded", shape=box3d, style="solid", margin="0.22,0.09"];
        n6 [label="loss", class="output", shape=box, style="solid"];
        n1 -> n3 [label="f32 [32, 2]"];
        n2 -> n5 [label="i32 [32]"];
        n3 -> n5 [label="f32 [32, 2]"];
        n3 -> n5 [label="f32 [32, 2]", class="backward reversed", dir=back];
        n3 -> n4 [label="4 gradients", class="backward"];
        n5 -> n6 [label="f32 []"];
        n3 -> n4 [label="4 values", class="update", style=dashed, dir=both];
      }
      "
    `);
  });
});

describe('the seed', () => {
  test('the same seed gives the same output and the same files, to the last digit', async () => {
    const out = join(emptyFolder(), 'out');
    const once = await train('--out', out, '--seed', '7', ...quick);
    const files = filesIn(out);
    const again = await train('--out', out, '--seed', '7', ...quick);
    expect(again.stdout).toBe(once.stdout);
    expect(filesIn(out)).toEqual(files);
  });

  test('another seed gives another run', async () => {
    const out = join(emptyFolder(), 'out');
    const once = await train('--out', out, '--seed', '7', ...quick);
    const other = await train('--out', out, '--seed', '8', ...quick);
    expect(other.stdout.replace('seed 8', 'seed 7')).not.toBe(once.stdout);
  });
});

describe('an end before the end', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops the training, and writes nothing', async (signal, code) => {
    const folder = emptyFolder();
    const child = start('train/main', ['--out', join(folder, 'out'), '--epochs', '100000']);
    child.stderr?.once('data', () => child.kill(signal));
    const ended = await finished(child);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(/\ninterrupted; nothing was written\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('an interrupted run leaves the results of the run before', async () => {
    const folder = emptyFolder();
    const out = join(folder, 'out');
    await train('--out', out, ...quick);
    const before = filesIn(out);
    const child = start('train/main', ['--out', out, '--epochs', '100000']);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    await finished(child);
    expect(filesIn(out)).toEqual(before);
    expect(readdirSync(folder)).toEqual([basename(out)]);
  });

  test('a loss that is no number ends the run', async () => {
    const folder = emptyFolder();
    const { code, stderr } = await train('--out', join(folder, 'out'), '--learning-rate', '1e30');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'npm start: the loss is NaN at step 2; nothing was written\n  try a smaller --learning-rate\n',
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("a user's folder is refused before anything is trained", async () => {
  const out = emptyFolder();
  writeFileSync(join(out, 'thesis.txt'), 'two years of work');
  expect(await train('--out', out)).toEqual({
    code: 1,
    stdout: '',
    stderr: `npm start: --out: ${out} has files in it that no earlier run wrote, and would be replaced\n  try an empty folder or a new name, or move those files away\n`,
  });
  expect(filesIn(out)).toEqual({ 'thesis.txt': 'two years of work' });
});

test('epochs, widths, learning rate and batch size can be set, for either problem', async () => {
  const folder = emptyFolder();
  writeSet(folder, 'train', 20);
  const settings = ['--hidden', '6,5', '--epochs', '3', '--learning-rate', '0.5', '--batch-size', '7', '--seed=9'];
  for (const data of [[], ['--data', folder]]) {
    const { code, stdout } = await train(...data, ...settings, '--out', join(folder, 'out'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^model: \d+-6-5-\d, /m);
    expect(stdout).toMatch(/^adam, learning rate 0\.5; batches of 7, 3 epochs, seed 9$/m);
  }
});
