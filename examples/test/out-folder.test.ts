import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileError } from '@edgewise/core';
import { expect, test } from 'vitest';
import { checkReplaceable, replaceFolder } from '../src/train/out-folder.ts';
import { emptyFolder, filesIn, refusalOf } from './run.ts';

const files = new Map([['index.html', 'a page']]);

/** What a folder looks like afterwards. */
const written = {
  '.edgewise-results': 'Edgewise wrote this folder. Its next run with the same --out replaces all of it.\n',
  'index.html': 'a page',
};

test('a folder that an earlier run wrote is replaced, all of it, and nothing is left beside it', () => {
  const folder = emptyFolder();
  const out = join(folder, 'out');
  replaceFolder(out, new Map([['old.svg', 'an older picture']]));
  replaceFolder(out, files);
  expect(filesIn(out)).toEqual(written);
  expect(readdirSync(folder)).toEqual(['out']);
});

test("a user's folder is left alone", () => {
  const out = emptyFolder();
  writeFileSync(join(out, 'thesis.txt'), 'two years of work');
  for (const refused of [refusalOf(() => checkReplaceable(out)), refusalOf(() => replaceFolder(out, files))]) {
    expect(refused).toBeInstanceOf(FileError);
    expect(refused.message).toBe(
      `npm start: --out: ${out} has files in it that no earlier run wrote, and would be replaced\n  try an empty folder or a new name, or move those files away`,
    );
  }
  expect(filesIn(out)).toEqual({ 'thesis.txt': 'two years of work' });
});

test('an empty folder is used, and folders on the way are made', () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'empty'));
  for (const out of [join(folder, 'empty'), join(folder, 'a', 'b')]) {
    checkReplaceable(out);
    replaceFolder(out, files);
    expect(filesIn(out)).toEqual(written);
  }
});

test('behind a link, the folder is replaced and the link stays', () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'real'));
  symlinkSync(join(folder, 'real'), join(folder, 'link'));
  replaceFolder(join(folder, 'link'), files);
  expect(filesIn(join(folder, 'real'))).toEqual(written);
  expect(readdirSync(folder)).toEqual(['link', 'real']);
});

test('a file in the way is refused', () => {
  const file = join(emptyFolder(), 'file');
  writeFileSync(file, '');
  expect(refusalOf(() => checkReplaceable(file)).message).toBe(
    `npm start: --out: ${file} is a file\n  try an empty folder or a new name, or move those files away`,
  );
  expect(refusalOf(() => checkReplaceable(join(file, 'out'))).message).toContain(
    `npm start: --out: ${join(file, 'out')} cannot be written: ENOTDIR`,
  );
});

test('a file that cannot be written leaves the old folder as it was', () => {
  const folder = emptyFolder();
  const out = join(folder, 'out');
  replaceFolder(out, files);
  expect(refusalOf(() => replaceFolder(out, new Map([['a/b', 'no such folder']]))).message).toContain(
    'cannot be written',
  );
  expect(filesIn(out)).toEqual(written);
  expect(readdirSync(folder)).toEqual(['out']);
});
