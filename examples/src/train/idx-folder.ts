/** Pairs of image and label files in a folder, as the MNIST data sets name them. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { FileError } from '@edgewise/core';

/** Where the images and labels of one set are: `train`, `t10k`. */
export interface IdxPair {
  readonly name: string;
  readonly images: string;
  readonly labels: string;
}

/** train-images-idx3-ubyte, train-images.idx3-ubyte.gz */
const filePattern = /^(.+)[-.](images|labels)[-.]idx[13][-.]ubyte(?:\.gz)?$/;

const expectedNames =
  'files named as in MNIST: train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped (.gz) or not';

/**
 * The sets in a folder, by name.
 *
 * @throws FileError `no-folder`, `not-a-folder`, `no-idx-files`, `no-pair`
 */
export function findIdxPairs(folder: string): IdxPair[] {
  const path = resolve(folder);
  if (!existsSync(path)) throw refuse('no-folder', `there is no folder ${path}`);
  if (!statSync(path).isDirectory())
    throw refuse('not-a-folder', `${path} is a file; expected the folder that contains it`);
  const files = new Map<string, { images?: string; labels?: string }>();
  // Sorted, so that of a file and its gzipped copy the latter is met last and passed over.
  for (const file of readdirSync(path).sort()) {
    const [, name, kind] = filePattern.exec(file) ?? [];
    if (name === undefined) continue;
    const pair = files.get(name) ?? {};
    pair[kind as 'images' | 'labels'] ??= join(path, file);
    files.set(name, pair);
  }
  if (files.size === 0) throw refuse('no-idx-files', `no IDX files in ${path}`, expectedNames);
  return [...files].map(([name, { images, labels }]) => {
    if (images !== undefined && labels !== undefined) return { name, images, labels };
    const [there, missing] = images === undefined ? ['labels', 'images'] : ['images', 'labels'];
    throw refuse('no-pair', `${path} has ${there} "${name}" and no ${missing} for them`, expectedNames);
  });
}

/**
 * A file's bytes, unpacked if they are gzipped, whatever its name says.
 *
 * @throws FileError `bad-gzip`, `unreadable`
 */
export function readUnpacked(file: string): Uint8Array {
  const bytes = readBytes(file);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isPacked && !file.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: 2 ** 31 - 1 });
  } catch (error) {
    throw refuse('bad-gzip', `${file} is damaged: its gzip data cannot be unpacked (${messageOf(error)})`);
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw refuse('unreadable', `${file} cannot be read: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refuse(code: string, problem: string, expected?: string): FileError {
  const facts = expected === undefined ? problem : `${problem}\n  expected ${expected}`;
  return new FileError({ code, op: '--data', problem: facts, expected });
}
