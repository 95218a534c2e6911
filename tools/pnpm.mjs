// The pinned pnpm, fetched by npm. Not by corepack, which newer Nodes do not bring and which failed to verify signatures.
// The version stands here alone: with `packageManager` in package.json a globally installed pnpm 12 refuses to run.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './process.mjs';

/** The newest major that is plain JavaScript and runs on Node 20. */
export const PNPM_VERSION = '10.34.9';

/** npm sets npm_config_* for its children, and pnpm would read them as its own settings. */
const notForPnpm =
  /^npm_(config_(?!registry|cache|cafile|proxy|https_proxy|noproxy|userconfig|globalconfig)|package_|lifecycle_|command)/i;

function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !notForPnpm.test(name));
  return { ...Object.fromEntries(kept), PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' };
}

/** npm as [program, first arguments]: by its own file where it is known, which needs no shell and no PATH. */
function npm() {
  const bin = dirname(process.execPath);
  const files = [
    process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined,
    join(bin, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(bin, 'node_modules/npm/bin/npm-cli.js'),
  ];
  const file = files.find((path) => path !== undefined && existsSync(path));
  return file === undefined ? ['npm', []] : [process.execPath, [file]];
}

function npmExec(flags, args, options) {
  const [program, first] = npm();
  const all = [...first, 'exec', '--yes', ...flags, `--package=pnpm@${PNPM_VERSION}`, '--', 'pnpm', ...args];
  return run(program, all, { env: environment(), ...options });
}

/**
 * Runs pnpm in the workspace and gives its exit code.
 * npm asks the registry even for an exact version that it has (a minute of retries without a network), so its cache is asked first.
 *
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export async function runPnpm(args, options = {}) {
  const cached = (await npmExec(['--offline'], ['--version'], { stdio: 'ignore' })) === 0;
  const flags = cached ? ['--offline'] : ['--fetch-retries=2', '--fetch-retry-mintimeout=2000'];
  return npmExec(flags, args, options);
}
