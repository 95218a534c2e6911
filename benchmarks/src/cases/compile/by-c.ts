/** `by-hand.cpp`: built where there is a gcc, and timed in a process of its own, turn by turn. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
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

/** What a turn of a job in C++ prints. */
interface Turn {
  /** A call. */
  readonly seconds: number;
  /** What the job gave at first. */
  readonly given: number[];
}

/** One turn of at least `seconds` of processor time, in a process of its own. */
export function runByHand(folder: string, job: Job, seconds: number): Turn {
  const args = [job, String(seconds)];
  const { status, stdout } = spawnSync(join(folder, jobs[job]), args, { encoding: 'utf8', input: '\n' });
  if (status !== 0) throw new Error(`by-hand ${job} ended with ${status ?? 'a signal'}`);
  return JSON.parse(stdout) as Turn;
}

/**
 * Turns of a job in one process that waits between them. It is started before anything is measured: after a process has
 * started another, the first write to each of its pages is a fault, and a program that gives large arrays would pay for them
 * in every turn.
 */
export function turnsByHand(folder: string, job: Job, seconds: number): { turn: () => number; end: () => void } {
  const pipes = mkdtempSync(join(folder, 'pipes-'));
  const [asked, answered] = [join(pipes, 'asked'), join(pipes, 'answered')];
  execFileSync('mkfifo', [asked, answered]);
  // Open both ways, a pipe waits for nobody when it is opened
  const [ask, answer] = [openSync(asked, 'r+'), openSync(answered, 'r+')];
  const child = spawn(join(folder, jobs[job]), [job, String(seconds)], { stdio: [ask, answer, 'ignore'] });
  const end = (): void => {
    child.kill();
  };
  process.once('exit', end);
  const bytes = Buffer.alloc(1 << 20);
  const turn = (): number => {
    writeSync(ask, '\n');
    let length = 0;
    do length += readSync(answer, bytes, length, bytes.length - length, null);
    while (bytes[length - 1] !== 10);
    return (JSON.parse(bytes.toString('utf8', 0, length)) as Turn).seconds;
  };
  return { turn, end };
}
