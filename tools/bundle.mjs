// One file for each door that a package's `exports` give Node under `dist/bundle`: it loads a hundred small modules in the time
// that it takes to train XOR a hundred times. Other bundlers take the modules as tsc writes them, of which they leave out more.
// Names and lines are kept: without them a file loads no faster. Comments are not, and no letter beyond ASCII is: one of them
// doubles what all others take in memory.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from './process.mjs';
import { manifest } from './workspace.mjs';

const BUNDLED = /^\.\/dist\/bundle\/(.+)\.js$/;

/** Bundles a project's output unless there is nothing to bundle or the bundle is newer than all of it. */
export async function bundle(folder) {
  const project = new URL(`${folder}/`, root);
  const doors = doorsOf(folder);
  if (Object.keys(doors).length === 0 || !existsSync(new URL('dist/', project)) || isFresh(project, doors)) return;
  const { build } = await import('vite');
  await build({
    root: fileURLToPath(project),
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: 'dist/bundle',
      emptyOutDir: true,
      minify: false,
      target: 'es2022',
      lib: { entry: doors, formats: ['es'], fileName: (_, name) => `${name}.js` },
      rolldownOptions: { external: /^@edgewise\//, output: { chunkFileNames: 'shared.js', comments: false } },
    },
    plugins: [{ name: 'ascii', generateBundle: (_, files) => Object.values(files).forEach(escape) }],
  });
}

/** In strings, templates and regular expressions, where such letters are, the escape means the letter. */
function escape(file) {
  const escapeOf = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  file.code = file.code.replaceAll(/[\u0080-\uffff]/g, escapeOf);
}

/** What each bundle is made of, by the bundle's name. */
function doorsOf(folder) {
  const doors = Object.values(manifest(folder).exports ?? {}).flatMap((door) => {
    const name = BUNDLED.exec(door.node ?? '')?.[1];
    return name === undefined ? [] : [[name, door.default]];
  });
  return Object.fromEntries(doors);
}

function isFresh(project, doors) {
  const bundles = Object.keys(doors).map((name) => new URL(`dist/bundle/${name}.js`, project));
  if (!bundles.every((file) => existsSync(file))) return false;
  const outputs = readdirSync(new URL('dist/', project), { recursive: true })
    .map((path) => String(path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.js') && !path.startsWith('bundle/'));
  const newest = Math.max(...outputs.map((path) => statSync(new URL(`dist/${path}`, project)).mtimeMs));
  return bundles.every((file) => newest <= statSync(file).mtimeMs);
}
