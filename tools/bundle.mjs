// One file for each door of core, for Node: it loads a hundred small modules in the time that it takes to train XOR a hundred
// times. Other bundlers take the modules as tsc writes them, of which they leave out more. White space and names are kept.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from './process.mjs';

const core = new URL('packages/core/', root);
const doors = { index: 'dist/index.js', testing: 'dist/testing/index.js' };

/** Bundles core's output unless the bundle is newer than all of it. */
export async function bundleCore() {
  if (!existsSync(new URL(doors.index, core)) || isFresh()) return;
  const { build } = await import('vite');
  await build({
    root: fileURLToPath(core),
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: 'dist/bundle',
      emptyOutDir: true,
      minify: false,
      target: 'es2022',
      lib: { entry: doors, formats: ['es'], fileName: (_, name) => `${name}.js` },
      rolldownOptions: { output: { chunkFileNames: 'shared.js' } },
    },
  });
}

function isFresh() {
  const bundled = new URL('dist/bundle/index.js', core);
  if (!existsSync(bundled)) return false;
  const outputs = readdirSync(new URL('dist/', core), { recursive: true })
    .map((path) => String(path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.js') && !path.startsWith('bundle/'));
  const newest = Math.max(...outputs.map((path) => statSync(new URL(`dist/${path}`, core)).mtimeMs));
  return newest <= statSync(bundled).mtimeMs;
}
