/** Programs that are measured in a process of their own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs Node and gives what it printed, and how long the process lived, in seconds. */
export function runNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { printed: string; seconds: number } {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  const seconds = (performance.now() - start) / 1000;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status ?? 'a signal'}:\n${stderr}`);
  return { printed: stdout, seconds };
}

/** The path of a program beside the module that starts it. */
export function programBeside(module: string, name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, module));
}
