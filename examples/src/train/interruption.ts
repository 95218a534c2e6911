/** Ctrl-C as a value that a loop looks at: work ends between two steps, and files are written whole or not at all. */
import { constants } from 'node:os';

/** The user, or the system, asked the program to end. */
export class Interruption extends Error {
  /** What a shell expects of a program that a signal ended. */
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('interrupted; nothing was written');
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Aborted, with an `Interruption` as its reason, at the first SIGINT or SIGTERM; a second one ends the program at once. */
export function interruptions(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Interruption(signal)));
  }
  return controller.signal;
}

/** Lets signals arrive, which wait while a program computes; throws if one has. */
export async function pauseFor(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
