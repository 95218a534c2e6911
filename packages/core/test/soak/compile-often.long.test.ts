/** Ten thousand functions compiled and dropped: neither the heap nor the arena of programs grows. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { buildCore } from './build-core.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'edgewise-compile-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('ten thousand compilations hold no memory', async () => {
  await buildCore(folder);
  const program = fileURLToPath(new URL('compile-often.mjs', import.meta.url));
  const core = pathToFileURL(join(folder, 'core.js')).href;
  const { stdout } = await run(process.execPath, ['--expose-gc', '--max-old-space-size=64', program, core, '10000']);
  const { used, sum } = JSON.parse(stdout) as { used: { heap: number; outside: number }[]; sum: number };
  const [early, late] = [used[0]!, used.at(-1)!];
  expect(sum).toBeGreaterThan(0);
  expect((late.heap - early.heap) / 2 ** 20).toBeLessThan(4);
  expect((late.outside - early.outside) / 2 ** 20).toBeLessThan(1);
}, 600_000);
