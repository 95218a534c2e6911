// `npm run check`: all that can be said without running the code. Every step runs, also after one has failed.

import { appendFileSync } from 'node:fs';
import { build } from './build.mjs';
import { main as checkImports } from './check-imports.mjs';
import { runNode } from './process.mjs';
import { main as checkPublicNames } from './public-names.mjs';

const steps = {
  build: () => build(),
  'types of tests': () => runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json']),
  imports: checkImports,
  'public names': () => checkPublicNames([]),
  lint: () => runNode(['node_modules/oxlint/bin/oxlint']),
  format: () => runNode(['node_modules/oxfmt/bin/oxfmt', '--check']),
};

/** Gives 0 if all steps passed, else 1. With EDGEWISE_COUNTS naming a file, the steps are counted there, for .ci/run. */
export async function check() {
  const failed = [];
  for (const [name, step] of Object.entries(steps)) {
    console.log(`check: ${name}`);
    if (!(await passes(step))) failed.push(name);
  }
  const passed = Object.keys(steps).length - failed.length;
  const tally = process.env.EDGEWISE_COUNTS;
  if (tally !== undefined) appendFileSync(tally, `count ${passed} ${failed.length} 0\n`);
  console.log(failed.length === 0 ? 'check: all passed' : `check failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

async function passes(step) {
  try {
    return (await step()) === 0;
  } catch (error) {
    console.error(error.message);
    return false;
  }
}
