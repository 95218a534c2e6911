/** The folder of results: it appears whole or not at all, and replaces only what an earlier run wrote. */
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FileError } from '@edgewise/core';

/** Says that a folder is ours. */
const marker = '.edgewise-results';

const markerText = 'Edgewise wrote this folder. Its next run with the same --out replaces all of it.\n';

/**
 * Throws unless the folder is absent, empty, or written by an earlier run, and can be written: before the work, not after.
 *
 * @throws FileError `not-a-folder`, `not-ours`, `not-written`
 */
export function checkReplaceable(folder: string): void {
  const path = placeOf(folder);
  if (existsSync(path) && !statSync(path).isDirectory()) throw refuse('not-a-folder', `${path} is a file`);
  if (existsSync(path) && readdirSync(path).length > 0 && !existsSync(join(path, marker))) {
    throw refuse('not-ours', `${path} has files in it that no earlier run wrote, and would be replaced`);
  }
  writing(path, () => {
    const fresh = besides(path);
    makeFolder(fresh);
    rmSync(fresh, { recursive: true });
  });
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
  const fresh = besides(path);
  const old = `${fresh}-old`;
  writing(path, () => {
    try {
      makeFolder(fresh);
      for (const [name, text] of files) writeFileSync(join(fresh, name), text);
      writeFileSync(join(fresh, marker), markerText);
      if (existsSync(path)) renameSync(path, old);
      renameSync(fresh, path);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
      if (existsSync(old) && !existsSync(path)) renameSync(old, path);
      rmSync(old, { recursive: true, force: true });
    }
  });
}

/** Behind a link: the folder itself is replaced, and the link stays. */
function placeOf(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : resolve(folder);
}

/** A folder of this process, on the same disk. */
function besides(path: string): string {
  return join(dirname(path), `.${basename(path)}-${process.pid}`);
}

/** Makes a folder and those it lies in, one by one: Node's own recursion does not end where a disk refuses without a reason. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new FileError({
      code: 'not-written',
      op: 'npm start',
      problem: `--out: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      received: error,
      remedy: 'another folder',
    });
  }
}

function refuse(code: string, problem: string): FileError {
  return new FileError({
    code,
    op: 'npm start',
    problem: `--out: ${problem}`,
    remedy: 'an empty folder or a new name, or move those files away',
  });
}
