/** Runs built programs of the examples as a user does, in folders of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `examples/dist/<program>.js`. */
export function start(program: string, args: readonly string[] = [], cwd?: string): ChildProcess {
  const file = fileURLToPath(new URL(`../dist/${program}.js`, import.meta.url));
  return spawn(process.execPath, [file, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Waits for a program's end. */
export function finished(child: ChildProcess): Promise<Finished> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout?.on('data', (data: Buffer) => stdout.push(data.toString()));
  child.stderr?.on('data', (data: Buffer) => stderr.push(data.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: stdout.join(''), stderr: stderr.join('') }));
  });
}

/** What `npm start -- ...args` runs. */
export function train(...args: string[]): Promise<Finished> {
  return finished(start('train/main', args));
}

/** An empty folder, removed after the test. */
export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'edgewise-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Text by name of all files in a folder, hidden ones too. */
export function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

/** What an action throws. */
export function refusalOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was refused');
}
