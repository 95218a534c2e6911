/** `by-hand.cpp`: built where there is a gcc, and timed in processes of its own, turn by turn. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The source lies beside this module's, and is not copied to what is built of that. */
const source = fileURLToPath(new URL('../../../src/cases/compile/by-hand.cpp', import.meta.url));

/** How each job is compiled, as it was where the bars were set. */
const options = {
  networks: ['-march=native', '-ffast-math'],
  fused: ['-msse4.2', '-ffast-math'], // vectors of 128 bits, as WebAssembly has
  curvature: ['-march=native'],
} as const;

const jobs = {
  'sigmoid-2-2-1': 'networks',
  'tanh-2-16-16-1': 'networks',
  fused: 'fused',
  product: 'curvature',
  matrix: 'curvature',
} as const satisfies Record<string, keyof typeof options>;

export type Job = keyof typeof jobs;

/** Builds into a temporary folder. Gives why, where it cannot. */
export function buildByHand(): { folder: string } | { reason: string } {
  const folder = mkdtempSync(join(tmpdir(), 'edgewise-by-hand-'));
  for (const [name, flags] of Object.entries(options)) {
    const args = ['-O3', '-std=c++17', ...flags, source, '-o', join(folder, name), '-lmvec', '-lm'];
    const { status, error, stderr } = spawnSync('g++', args, { encoding: 'utf8' });
    if (status === 0) continue;
    removeByHand(folder);
    return { reason: error === undefined ? `g++ said: ${stderr.trim().split('\n')[0]}` : 'there is no g++' };
  }
  return { folder };
}

export function removeByHand(folder: string): void {
  rmSync(folder, { recursive: true });
}

/** Runs a job until `seconds` of processor time are over. Gives seconds a call, and what the job gave at first. */
export function runByHand(folder: string, job: Job, seconds: number): { seconds: number; given: number[] } {
  const { status, stdout } = spawnSync(join(folder, jobs[job]), [job, String(seconds)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`by-hand ${job} ended with ${status ?? 'a signal'}`);
  return JSON.parse(stdout) as { seconds: number; given: number[] };
}
