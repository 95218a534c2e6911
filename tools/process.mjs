// Starting programs from the tools: where the workspace is, how a child's end becomes ours, how a tool gives up.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** The workspace's folder, as a URL that ends in a slash. */
export const root = new URL('../', import.meta.url);

/**
 * Runs a program in the workspace and gives its exit code (128 + n if signal n ended it).
 * Not spawnSync: that could pass no signal on, and would stop the lock's heartbeat.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
    // A terminal sends Ctrl+C to the child as well; whoever kills this process alone means the child too.
    const pass = (signal) => void (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal));
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    const settle = (then) => {
      for (const signal of signals) process.removeListener(signal, pass);
      then();
    };
    child.on('error', (error) => settle(() => reject(error)));
    child.on('close', (code, signal) => settle(() => resolve(code ?? 128 + (constants.signals[signal] ?? 0))));
  });
}

/** Runs a Node program with this very Node: what a PATH finds may be another one. */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/** For children that print what is not the task's own output: their stdout goes to our stderr. */
export const quiet = { stdio: ['ignore', 2, 2] };

export function fail(message) {
  console.error(`[edgewise] ${message}`);
  process.exit(1);
}
