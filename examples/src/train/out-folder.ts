/** The folder of results: it appears whole or not at all, and replaces only what an earlier run wrote. */
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FileError } from '@edgewise/core';

/** Says that a folder is ours. */
const marker = '.edgewise-results';

const markerText = 'Edgewise wrote this folder. Its next run with the same --out replaces all of it.\n';

/**
 * Throws unless the folder is absent, empty, or written by an earlier run.
 *
 * @throws FileError `not-a-folder`, `not-ours`
 */
export function checkReplaceable(folder: string): void {
  const path = placeOf(folder);
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) throw refuse('not-a-folder', `${path} is a file`);
  if (readdirSync(path).length > 0 && !existsSync(join(path, marker))) {
    throw refuse('not-ours', `${path} has files in it that no earlier run wrote, and would be replaced`);
  }
}

/**
 * Replaces the folder by one with these files. They are written beside it first, so an end at any moment leaves the old
 * folder or the new one.
 *
 * @param files text by name
 * @throws FileError `not-a-folder`, `not-ours`, `not-written`
 */
export function replaceFolder(folder: string, files: ReadonlyMap<string, string>): void {
  checkReplaceable(folder);
  const path = placeOf(folder);
  const fresh = join(dirname(path), `.${basename(path)}-${process.pid}`);
  const old = `${fresh}-old`;
  try {
    mkdirSync(fresh, { recursive: true });
    try {
      for (const [name, text] of files) writeFileSync(join(fresh, name), text);
      writeFileSync(join(fresh, marker), markerText);
      if (existsSync(path)) renameSync(path, old);
      renameSync(fresh, path);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
      if (existsSync(old) && !existsSync(path)) renameSync(old, path);
      rmSync(old, { recursive: true, force: true });
    }
  } catch (error) {
    throw new FileError({
      code: 'not-written',
      op: 'npm start',
      problem: `the results could not be written to ${path}: ${error instanceof Error ? error.message : String(error)}`,
      received: error,
      remedy: '--out with a folder that can be written',
    });
  }
}

/** Behind a link: the folder itself is replaced, and the link stays. */
function placeOf(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : resolve(folder);
}

function refuse(code: string, problem: string): FileError {
  return new FileError({
    code,
    op: 'npm start',
    problem: `--out: ${problem}`,
    remedy: 'an empty folder or a new name, or move those files away',
  });
}
