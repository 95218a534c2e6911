// Writes src/page/viewer-script.ts: the page's script, put together from src/page/viewer and minified, as a string with its
// hash. `node packages/viz/tools/write-viewer-script.mjs` after every change there; a test says when it was forgotten.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const entry = fileURLToPath(new URL('../src/page/viewer/start.ts', import.meta.url));
const target = new URL('../src/page/viewer-script.ts', import.meta.url);

/** @returns {Promise<string>} the script */
export async function viewerScript() {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      lib: { entry, formats: ['iife'], name: 'viewer', fileName: 'viewer' },
    },
  });
  const [{ code }] = output[0].output.filter(({ type }) => type === 'chunk');
  // Nothing that HTML would read as the end of the script or as a comment.
  return code
    .trim()
    .replaceAll('</', String.raw`<\/`)
    .replaceAll('<!--', String.raw`<\!--`);
}

/** @returns {Promise<string>} the text of viewer-script.ts */
export async function viewerScriptFile() {
  const script = await viewerScript();
  const hash = createHash('sha256').update(script).digest('base64');
  const literal = JSON.stringify(script).replaceAll("'", "\\'").replaceAll('\\"', '"').slice(1, -1);
  return `/** The script of a graph's page. Written by tools/write-viewer-script.mjs from the files in viewer/; not by hand. */

export const viewerScript: string =
  '${literal}';

/** SHA-256 of the script in base64: the page's security policy lets this script run. */
export const viewerScriptHash: string = '${hash}';
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = await viewerScriptFile();
  if (text !== readFileSync(target, 'utf8')) writeFileSync(target, text);
}
