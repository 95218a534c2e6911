/**
 * Loops that run for ever in practice, each in a process of its own with 64 MB of heap. Nothing is freed by hand; what is
 * in use after a collection at 10 % of the steps is in use at the end, to 1 MB.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCore } from './build-core.ts';
import { loops } from './loops.mjs';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'edgewise-soak-'));

beforeAll(async () => {
  await buildCore(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly steps: number;
  readonly early: number;
  readonly late: number;
  readonly result: number;
}

async function soak(name: string): Promise<Report> {
  const program = fileURLToPath(new URL('run-loop.mjs', import.meta.url));
  const core = pathToFileURL(join(folder, 'core.js')).href;
  const { stdout } = await run(process.execPath, ['--expose-gc', '--max-old-space-size=64', program, core, name]);
  return JSON.parse(stdout) as Report;
}

const megabyte = 2 ** 20;

/** What comes out shows that the loop did something: the cell at rest, the loss at its least. */
const results: Record<string, (result: number) => boolean> = {
  'a recurrent cell': (sum) => Math.abs(sum) > 0.01,
  'inference with a derivative': (sum) => sum > 1,
  descent: (loss) => loss < 1e-6,
  'a traced step': (loss) => loss < 1e-6,
};

test.each(Object.keys(loops))(
  '%s holds no memory',
  async (name) => {
    const { early, late, result, steps } = await soak(name);
    const [, isReached] = Object.entries(results).find(([start]) => name.startsWith(start))!;
    expect(steps).toBeGreaterThanOrEqual(20_000);
    expect({ result, isReached: isReached(result) }).toMatchObject({ isReached: true });
    expect((late - early) / megabyte).toBeLessThan(1);
    expect(late / megabyte).toBeLessThan(64);
  },
  120_000,
);

test('a loop that keeps its history does not pass', async () => {
  await expect(soak('a recurrent cell that remembers')).rejects.toThrow('heap out of memory');
}, 120_000);
