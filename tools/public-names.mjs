// The public names of every package, as text files in test/public-names: a name that comes or goes is a decision, seen in review.
// `npm run public-names` compares; `npm run public-names -- --write` accepts what the code exports now.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';
import { root } from './process.mjs';
import { manifest, packageFolders } from './workspace.mjs';

/**
 * The names that an index file exports, in the order of the alphabet; types are marked.
 *
 * @param {string} path
 * @param {string} text
 * @returns {string[]} such as `['tensor', 'type Shape']`
 */
export function exportedNames(path, text) {
  const entries = parseSync(path, text).module.staticExports.flatMap((statement) => statement.entries);
  const names = entries.map(({ exportName, isType }) => {
    if (exportName.kind === 'Default') return 'default';
    if (exportName.kind === 'None') throw new Error(`${path}: "export *" does not say what it exports; list the names`);
    return isType ? `type ${exportName.name}` : exportName.name;
  });
  const plain = (name) => name.replace(/^type /, '');
  return names.sort((a, b) => plain(a).localeCompare(plain(b), 'en') || a.localeCompare(b, 'en'));
}

/**
 * @param {string} folder such as 'packages/core'
 * @returns {string} a section an entry point, as it stands in test/public-names
 */
export function publicNames(folder) {
  const { name, exports } = manifest(folder);
  const sections = Object.entries(exports).flatMap(([entry, conditions]) => {
    const source = conditions['edgewise-src'];
    if (source === undefined) return []; // package.json
    const path = new URL(`${folder}/${source}`, root);
    return [[`# ${name}${entry.slice(1)}`, ...exportedNames(source, readFileSync(path, 'utf8'))].join('\n')];
  });
  return sections.join('\n\n') + '\n';
}

/**
 * @param {string} folder
 * @returns {URL} the text file that publicNames is compared with
 */
export function recordOf(folder) {
  return new URL(`test/public-names/${folder.slice('packages/'.length)}.txt`, root);
}

/** For the command line. */
export function main(args) {
  const write = args.includes('--write');
  const changed = packageFolders().filter((folder) => {
    const record = recordOf(folder);
    const now = publicNames(folder);
    if (existsSync(record) && readFileSync(record, 'utf8') === now) return false;
    if (write) {
      mkdirSync(new URL('.', record), { recursive: true });
      writeFileSync(record, now);
    }
    return true;
  });
  if (changed.length === 0) return 0;
  console.error(`public names ${write ? 'written' : 'changed'}: ${changed.join(', ')}`);
  if (write) return 0;
  console.error('if they are meant to: npm run public-names -- --write, and add a changeset');
  return 1;
}
