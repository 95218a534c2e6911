/** What is alive while derivatives are taken: counted in arrays, in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCore } from '../soak/build-core.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'edgewise-memory-'));

beforeAll(() => buildCore(folder), 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function measure<Report>(name: string): Promise<Report> {
  const program = fileURLToPath(new URL('measure-memory.mjs', import.meta.url));
  const core = pathToFileURL(join(folder, 'core.js')).href;
  const { stdout } = await run(process.execPath, ['--expose-gc', program, core, name]);
  return JSON.parse(stdout) as Report;
}

interface Held {
  readonly arrays: number;
  readonly gradient: number;
  readonly value: number;
}

test('checkpoint changes what is held for the backward pass from 200 arrays to 20, and no value', async () => {
  const plain = await measure<Held>('twenty blocks');
  const kept = await measure<Held>('twenty blocks, checkpointed');
  expect(plain.arrays).toBeGreaterThan(195);
  expect(kept.arrays).toBeLessThan(25);
  expect([kept.value, kept.gradient]).toEqual([plain.value, plain.gradient]);
}, 60_000);

interface Growth {
  readonly seen: readonly number[];
  readonly calls: number;
  readonly result: number;
}

test('forward mode through 1,000 steps of a loop holds as much at the last step as at the first', async () => {
  const { seen, calls, result } = await measure<Growth>('forward through a loop');
  expect(calls).toBe(2000);
  expect(Math.abs(result)).toBeGreaterThan(0);
  expect(Math.max(...seen)).toBeLessThan(15);
}, 60_000);

test('reverse mode holds the carry of each step, and nothing else of it', async () => {
  const { seen } = await measure<Growth>('backward through a loop');
  expect(Math.min(...seen)).toBeGreaterThan(1000);
  expect(Math.max(...seen)).toBeLessThan(1010);
}, 60_000);
