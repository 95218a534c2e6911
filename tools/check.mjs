// `npm run check`: all that can be said without running the code. Every step runs, also after one has failed.

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

/** Gives 0 if all steps passed, else 1. */
export async function check() {
  const failed = [];
  for (const [name, step] of Object.entries(steps)) {
    console.log(`check: ${name}`);
    if ((await step()) !== 0) failed.push(name);
  }
  console.log(failed.length === 0 ? 'check: all passed' : `check failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}
