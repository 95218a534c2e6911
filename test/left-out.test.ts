// What a run leaves out, it names in its last lines and does not count as passed.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A repository with one test file of each kind, which uses this repository's vitest and its configuration. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'edgewise-left-out-')));
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
mkdirSync(join(folder, 'test'));
for (const kind of ['', '.browser', '.data', '.long', '.data.long']) {
  const text = `import { test } from 'vitest';\ntest('one', () => {});\ntest.skip('two', () => {});\n`;
  writeFileSync(join(folder, `test/planted${kind}.test.ts`), text);
}

afterAll(() => rmSync(folder, { recursive: true }));

/** The lines from "left out:" on, and the count that .ci/run adds up. */
function run(environment: Record<string, string>): { last: string[]; count: string | undefined } {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(root, 'vitest.config.ts');
  const counts = join(folder, 'counts');
  rmSync(counts, { force: true });
  const { stdout } = spawnSync(process.execPath, [vitest, 'run', '--root', folder, '--config', config], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CHROMIUM_PATH: 'none', EDGEWISE_TESTS: '', EDGEWISE_COUNTS: counts, ...environment },
  });
  const lines = stdout.trimEnd().split('\n');
  return {
    last: lines.slice(lines.indexOf('left out:')),
    count: readFileSync(counts, 'utf8').trimEnd().split('\n').pop(),
  };
}

test('without a browser and without data, both are named, and so are long tests', () => {
  const { last, count } = run({ EDGEWISE_DATA: '' });
  expect(last).toEqual([
    'left out:',
    '  1 browser test file(s): no Chromium was found; set CHROMIUM_PATH to one',
    '  1 data test file(s): set EDGEWISE_DATA to a folder that contains mnist/',
    '  2 long test file(s): they run by `npm run long-test`',
    '  skip: test/planted.test.ts > two',
  ]);
  expect(count).toBe('count 1 0 3'); // the browser and the data file count as skipped; the long ones have their own run
});

test('a data folder without the data is named', () => {
  const { last, count } = run({ EDGEWISE_DATA: folder });
  expect(last).toContain(`  1 data test file(s): EDGEWISE_DATA is "${folder}", which does not contain mnist/`);
  expect(count).toBe('count 1 0 3');
});

test('with data, the tests that need it run', () => {
  mkdirSync(join(folder, 'data/mnist'), { recursive: true });
  const { last, count } = run({ EDGEWISE_DATA: join(folder, 'data') });
  expect(last.join('\n')).not.toContain('data test file');
  expect(count).toBe('count 2 0 3');
});

test('a long run is of the long tests alone', () => {
  expect(run({ EDGEWISE_TESTS: 'long', EDGEWISE_DATA: '' })).toEqual({
    last: [
      'left out:',
      '  1 data test file(s): set EDGEWISE_DATA to a folder that contains mnist/',
      '  skip: test/planted.long.test.ts > two',
    ],
    count: 'count 1 0 2',
  });
});
