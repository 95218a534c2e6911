// Holds every import to tools/import-rules.mjs: between packages, and between the rooms of core.
// `node tools/check-imports.mjs` prints the violations; the tests call checkImports on files with planted ones.

import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { aboveTheRooms, indexFiles, loadedBy, packages, roomAboveTheIndex, rooms } from './import-rules.mjs';
import { importsOf } from './imports.mjs';
import { root } from './process.mjs';

const folders = ['packages', 'test', 'docs', 'examples', 'benchmarks'];

/**
 * @param {Map<string, string>} files path in the repository -> text; sources, tests and each package's package.json
 * @returns {string[]} a line a violation, `path:line: what is wrong`, in order of path and line
 */
export function checkImports(files) {
  const violations = [...misplacedFiles(files.keys()), ...misplacedDependencies(files)];
  for (const [path, text] of files) {
    if (!path.endsWith('.ts')) continue;
    for (const { from, line, isType } of importsOf(path, text)) {
      const problem = problemOf(path, { from, isType }, files);
      if (problem !== undefined) violations.push(`${path}:${line}: ${problem}`);
    }
  }
  return violations.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** @returns {Map<string, string>} the files of this repository, for checkImports */
export function readFiles() {
  const files = new Map();
  for (const folder of folders) readInto(files, folder);
  return files;
}

function readInto(files, folder) {
  for (const entry of readdirSync(new URL(folder, root), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !['node_modules', 'dist'].includes(entry.name)) readInto(files, path);
    const wanted = /\.[cm]?ts$/.test(path) || /^packages\/\w+\/package\.json$/.test(path);
    if (entry.isFile() && wanted) files.set(path, readFileSync(new URL(path, root), 'utf8'));
  }
}

/** Where a file stands: in which package, in its src or test, in which room of core. */
function placeOf(path) {
  const [, name, part, rest] = /^packages\/([^/]+)\/(src|test)\/(.*)$/.exec(path) ?? [];
  const room = name === 'core' && part === 'src' && rest.includes('/') ? rest.split('/')[0] : undefined;
  return { package: name, part, room };
}

/** Rules about files themselves: every file of core is in a known room, and doors are only where they belong. */
function* misplacedFiles(paths) {
  for (const path of paths) {
    const place = placeOf(path);
    if (place.package !== undefined && !Object.hasOwn(packages, place.package)) {
      yield `${path}:1: the package "${place.package}" is not in tools/import-rules.mjs`;
    }
    if (place.part !== 'src') continue;
    if (path.endsWith('/index.ts') && !indexFiles.test(path)) {
      yield `${path}:1: an index.ts inside a room hides where things are; import from the files themselves`;
    }
    if (place.package !== 'core' || aboveTheRooms.some((file) => path === `packages/core/src/${file}`)) continue;
    if (place.room === undefined) {
      yield `${path}:1: every file of core stands in a room; only ${aboveTheRooms.join(' and ')} are outside`;
    } else if (!Object.hasOwn(rooms, place.room)) {
      yield `${path}:1: the room "${place.room}" is not in tools/import-rules.mjs`;
    }
  }
}

/** Rules about manifests: what the sources may import of the other packages is also all that a package depends on. */
function* misplacedDependencies(files) {
  for (const [name, { sources }] of Object.entries(packages)) {
    for (const dependency of dependenciesOf(name, files)) {
      const isOurs = dependency.startsWith('@edgewise/');
      if (isOurs ? sources.includes(dependency) : name !== 'core') continue;
      yield `packages/${name}/package.json:1: ${name} does not depend on ${dependency}`;
    }
  }
}

/** What is wrong with importing `from` in the file `path`; undefined if nothing. */
function problemOf(path, { from, isType }, files) {
  const place = placeOf(path);
  if (place.part === 'src' && !Object.hasOwn(packages, place.package)) return undefined; // said of the file already
  if (from === undefined) {
    return place.part === 'src' ? 'the import names its source by a computed value, which nobody can check' : undefined;
  }
  if (from.startsWith('.')) {
    return problemOfRelative(path, place, posix.join(posix.dirname(path), from), isType);
  }
  return place.part === undefined ? undefined : problemOfBare(place, from, files);
}

function problemOfRelative(path, place, target, isType) {
  const other = placeOf(target);
  if (other.package !== place.package) {
    if (other.package === undefined && place.part !== 'src') return undefined; // a test's fixture, a tool
    return 'a path leads into or out of a package; use the package name';
  }
  if (place.part === 'src' && other.part !== 'src') return 'sources import no tests';
  return place.room === undefined ? undefined : problemBetweenRooms(place.room, other.room, isType);
}

function problemBetweenRooms(from, to, isType) {
  if (from === to || !Object.hasOwn(rooms, from)) return undefined;
  if (to === undefined) {
    return from === roomAboveTheIndex
      ? undefined
      : `the room "${from}" imports a file above the rooms, which imports it`;
  }
  const order = Object.keys(rooms);
  const allowed = rooms[from] ?? order.slice(0, order.indexOf(from));
  if (allowed.includes(to)) {
    const isLoaded = isType || (loadedBy[to]?.includes(from) ?? true);
    return isLoaded ? undefined : `the room "${from}" knows the types of the room "${to}" only: import type`;
  }
  return `the room "${from}" does not import the room "${to}"; it may import ${allowed.join(', ') || 'nothing'}`;
}

function problemOfBare(place, from, files) {
  const { sources, tests } = packages[place.package];
  const isTest = place.part === 'test';
  if (from.startsWith('node:') || builtinModules.includes(from)) {
    return isTest ? undefined : `"${from}" is Node's; sources of ${place.package} also run in browsers`;
  }
  if (from.startsWith('@edgewise/')) {
    const own = `@edgewise/${place.package}`;
    const isOwn = from === own || from.startsWith(`${own}/`);
    const allowed = isTest ? [...sources, ...tests] : sources;
    if (allowed.includes(from) || (isTest && isOwn)) return undefined;
    return isOwn ? 'a package imports its own files by path' : `${place.package} does not import ${from}`;
  }
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
  if (isTest || dependenciesOf(place.package, files).includes(name)) return undefined;
  return `"${name}" is not among the dependencies of ${place.package}`;
}

function dependenciesOf(name, files) {
  const { dependencies = {} } = JSON.parse(files.get(`packages/${name}/package.json`) ?? '{}');
  return Object.keys(dependencies);
}

/** For the command line. */
export function main() {
  const violations = checkImports(readFiles());
  for (const violation of violations) console.error(violation);
  return violations.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main();
