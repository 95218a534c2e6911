#!/usr/bin/env node
// What `npm start`, `npm test` and `npm run <task>` call. Installs if need be, builds if need be, then runs the task.
// Depends on nothing but Node: it must work before the first install.

import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { runPnpm } from './pnpm.mjs';
import { fail, root, runNode } from './process.mjs';

const vitest = 'node_modules/vitest/vitest.mjs';
const oxlint = 'node_modules/oxlint/bin/oxlint';
const oxfmt = 'node_modules/oxfmt/bin/oxfmt';

/** Each task gets the arguments behind `--` and gives an exit code. */
const tasks = {
  /** The main job. */
  start: async (args) => (await build()) || runNode(['examples/dist/train/main.js', ...args]),

  test: (args) => testsOnBuild(['run', ...args]),

  /** The tests in *.long.test.ts, which `npm test` leaves out. */
  'long-test': (args) => testsOnBuild(['run', ...args], { EDGEWISE_TESTS: 'long' }),

  /** Fails on a type error, and on an import that goes the wrong way. */
  build: async (args) => (await build(args)) || (await import('./check-imports.mjs')).main(),

  bench: async (args) => (await build()) || runNode(['--expose-gc', 'benchmarks/dist/main.js', ...args]),

  lint: (args) => runNode([oxlint, ...args]),

  /** Rewrites the files; `npm run format -- --check` only looks. */
  format: (args) => runNode([oxfmt, ...args]),

  /** Everything that can be said without running the code. */
  check: async () => (await import('./check.mjs')).check(),

  /** Compares the public names with test/public-names; `-- --write` accepts the new ones. */
  'public-names': async (args) => (await import('./public-names.mjs')).main(args),

  /** The pinned pnpm: `npm run pnpm -- add -D something` and the like. */
  pnpm: (args) => runPnpm(args),
};

async function testsOnBuild(args, env = {}) {
  // Tests of built programs need dist. A type error must not hide what the tests say, so they run all the same.
  const built = await build();
  const tested = await runNode([vitest, ...args], { env: { ...process.env, ...env } });
  if (built !== 0) console.error('[edgewise] failed: the build has errors, printed before the tests');
  return tested || built;
}

const [name = 'start', ...args] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (task === undefined) fail(`no task named "${name}"; there are: ${Object.keys(tasks).join(', ')}`);

process.chdir(fileURLToPath(root));
if (name !== 'pnpm') await ensureInstalled();
process.exitCode = await task(args);
