import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FileError, random } from '@edgewise/core';
import { describe, expect, test, vi } from 'vitest';
import { digits } from '../src/train/digits.ts';
import { columns, idxBytes, imageBytes, rows, labelBytes, writeSet } from './idx-files.ts';
import { emptyFolder, filesIn, refusalOf, train } from './run.ts';

vi.setConfig({ testTimeout: 120_000 }); // ms; each run is a program of its own

const key = random.key(1);

const quick = ['--epochs', '20', '--batch-size', '8', '--hidden', '8', '--learning-rate', '0.02'];

describe('images and labels in a folder', () => {
  test('a single pair is split: one image in five is held out', async () => {
    const folder = emptyFolder();
    writeSet(folder, 't10k', 60);
    const { code, stdout } = await train('--data', folder, '--out', join(folder, 'out'), ...quick);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^handwritten digits: 48 images to train on, 12 to test on\nmodel: 20-8-3, relu, 195 parameters\n/,
    );
    expect(stdout).toMatch(/\ntest accuracy 100\.0 %\n$/);
    const files = filesIn(join(folder, 'out'));
    expect(Object.keys(files)).toEqual([
      '.edgewise-results',
      'backprop.html',
      'confusion.svg',
      'index.html',
      'loss.svg',
      'mistakes.svg',
      'program.html',
      'step-opened.dot',
      'step-opened.svg',
      'step.dot',
      'step.html',
      'step.svg',
    ]);
    expect(files['index.html']).toContain('Which digits it takes for which');
    expect(files['index.html']).toContain('Its worst mistakes');
    expect(files['index.html']?.replaceAll(/srcdoc="[^"]*"/g, '')).not.toMatch(/undefined|NaN|\[object/);
  });

  test('gzipped files give the same run', async () => {
    const [plain, gzipped, out] = [emptyFolder(), emptyFolder(), join(emptyFolder(), 'out')];
    writeSet(plain, 't10k', 60);
    writeSet(gzipped, 't10k', 60, { gzipped: true });
    const fromPlain = await train('--data', plain, '--out', out, ...quick);
    expect(await train('--data', gzipped, '--out', out, ...quick)).toMatchObject({
      code: 0,
      stdout: fromPlain.stdout,
    });
  });

  test('the key decides which are held out, and each image keeps its label', () => {
    const folder = emptyFolder();
    writeSet(folder, 'train', 60);
    const heldOut = [1, 2].map((seed) => {
      const { training, test: held } = digits(folder, random.key(seed));
      for (const { x, labels } of [training, held]) {
        // In a picture of class k, row k is the brightest.
        const brightest = x.reshape([-1, rows, columns]).mean({ axis: 2 }).argMax({ axis: 1 });
        expect(brightest.toArray()).toEqual(labels.toArray());
      }
      expect([training.labels.size, held.labels.size]).toEqual([48, 12]);
      return held.labels.toArray();
    });
    expect(heldOut[0]).not.toEqual(heldOut[1]);
  });

  test('a training pair and a test pair are used as such', () => {
    const folder = emptyFolder();
    writeSet(folder, 'train', 40, { gzipped: true });
    writeSet(folder, 't10k', 9);
    const { training, test: held, classes } = digits(folder, key);
    expect([training.x.shape, held.x.shape, classes]).toEqual([[40, 20], [9, 20], 3]);
    expect([training.x.min().item(), held.x.max().item()]).toEqual([1, 249].map((grey) => Math.fround(grey / 255)));
  });

  test('names with a dot are found too, and a file goes before its gzipped copy', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'train-images.idx3-ubyte'), imageBytes(10));
    writeFileSync(join(folder, 'train-images.idx3-ubyte.gz'), 'not read');
    writeFileSync(join(folder, 'train-labels.idx1-ubyte.gz'), gzipSync(labelBytes(10)));
    expect(digits(folder, key).training.labels.size).toBe(8);
  });

  test('mistakes are shown with what was right and what was said', async () => {
    const folder = emptyFolder();
    writeSet(folder, 't10k', 60);
    const { stdout } = await train('--data', folder, '--out', join(folder, 'out'), '--epochs', '1', '--hidden', '1');
    expect(stdout).not.toMatch(/test accuracy 100/);
    expect(filesIn(join(folder, 'out'))['mistakes.svg']).toMatch(/>[012], said [012] \(\d+ %\)</);
  });
});

/** Folders that are refused: what is in each, and what is said of it. */
const refusals: readonly (readonly [
  title: string,
  fill: (folder: string) => void,
  says: (folder: string) => string,
])[] = [
  [
    'no IDX files',
    () => {},
    (folder) =>
      `--data: no IDX files in ${folder}\n  expected files named as in MNIST: train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped (.gz) or not`,
  ],
  [
    'images without labels',
    (folder) => writeFileSync(join(folder, 'train-images-idx3-ubyte'), imageBytes(10)),
    (folder) =>
      `--data: ${folder} has images "train" and no labels for them\n  expected files named as in MNIST: train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped (.gz) or not`,
  ],
  [
    'fewer labels than images',
    (folder) => {
      writeSet(folder, 'train', 10);
      writeFileSync(join(folder, 'train-labels-idx1-ubyte'), labelBytes(9));
    },
    (folder) =>
      `--data: ${join(folder, 'train-images-idx3-ubyte')} has 10 images, ${join(folder, 'train-labels-idx1-ubyte')} has 9 labels`,
  ],
  [
    'a truncated file',
    (folder) => {
      writeSet(folder, 'train', 10);
      writeFileSync(join(folder, 'train-images-idx3-ubyte'), imageBytes(10).subarray(0, 100));
    },
    (folder) =>
      `parseIdx: header claims u8 [10, 4, 5], which takes 216 bytes with the header; the file has 100\n  at ${join(folder, 'train-images-idx3-ubyte')}, byte 4`,
  ],
  [
    'an empty file',
    (folder) => {
      writeSet(folder, 'train', 10);
      writeFileSync(join(folder, 'train-labels-idx1-ubyte'), '');
    },
    (folder) =>
      `parseIdx: the magic number takes 4 bytes, the file has 0\n  at ${join(folder, 'train-labels-idx1-ubyte')}, byte 0`,
  ],
  [
    'a wrong magic number',
    (folder) => {
      writeSet(folder, 'train', 10);
      writeFileSync(join(folder, 'train-images-idx3-ubyte'), labelBytes(10));
    },
    (folder) =>
      `parseIdx: wrong magic number: expected 0x00000803 (u8, 3 axes), the file begins with 0x00000801 (u8, 1 axis)\n  at ${join(folder, 'train-images-idx3-ubyte')}, byte 0`,
  ],
  [
    'gzip data that ends too early',
    (folder) => {
      writeSet(folder, 'train', 10, { gzipped: true });
      writeFileSync(join(folder, 'train-images-idx3-ubyte.gz'), gzipSync(imageBytes(10)).subarray(0, 60));
    },
    (folder) =>
      `--data: ${join(folder, 'train-images-idx3-ubyte.gz')} is damaged: its gzip data cannot be unpacked (unexpected end of file)`,
  ],
  [
    'a .gz file that is not gzip',
    (folder) => {
      writeSet(folder, 'train', 10, { gzipped: true });
      writeFileSync(join(folder, 'train-labels-idx1-ubyte.gz'), labelBytes(10));
    },
    (folder) =>
      `--data: ${join(folder, 'train-labels-idx1-ubyte.gz')} is damaged: its gzip data cannot be unpacked (incorrect header check)`,
  ],
  [
    'a folder in the place of a file',
    (folder) => {
      writeSet(folder, 'train', 10);
      mkdirSync(join(folder, 't10k-images-idx3-ubyte'));
      writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labelBytes(10));
    },
    (folder) =>
      `--data: ${join(folder, 't10k-images-idx3-ubyte')} cannot be read: EISDIR: illegal operation on a directory, read`,
  ],
  [
    'two sets that are both for training',
    (folder) => {
      writeSet(folder, 'train', 10);
      writeSet(folder, 'letters-train', 10);
    },
    (folder) =>
      `--data: ${folder} has 2 sets: letters-train, train\n  expected one, or one to train on ("train") and one to test on ("t10k" or "test")`,
  ],
  [
    'images of two sizes',
    (folder) => {
      writeSet(folder, 'train', 10);
      writeSet(folder, 't10k', 10);
      writeFileSync(
        join(folder, 't10k-images-idx3-ubyte'),
        idxBytes(
          [10, 1, 2],
          Array.from({ length: 20 }, () => 0),
        ),
      );
    },
    (folder) =>
      `--data: ${join(folder, 'train-images-idx3-ubyte')} has images of 4 x 5, ${join(folder, 't10k-images-idx3-ubyte')} of 1 x 2`,
  ],
  [
    'too few images to hold any out',
    (folder) => writeSet(folder, 'train', 4),
    (folder) =>
      `--data: ${join(folder, 'train-images-idx3-ubyte')} has 4 images; expected at least 5, since one in five is held out`,
  ],
  [
    'no image at all',
    (folder) => writeSet(folder, 'train', 0),
    (folder) => `--data: ${join(folder, 'train-images-idx3-ubyte')} has 0 images of 4 x 5`,
  ],
];

describe('files that are not what they should be', () => {
  test.each(refusals)('%s: one error in words', (_, fill, says) => {
    const folder = emptyFolder();
    fill(folder);
    const refused = refusalOf(() => digits(folder, key));
    expect(refused).toBeInstanceOf(FileError);
    expect(refused.message).toBe(says(folder));
  });

  test('a folder that is not there, and a file in its place', () => {
    const missing = join(emptyFolder(), 'missing');
    expect(refusalOf(() => digits(missing, key)).message).toBe(`--data: there is no folder ${missing}`);
    writeFileSync(missing, '');
    expect(refusalOf(() => digits(missing, key)).message).toBe(
      `--data: ${missing} is a file; expected the folder that contains it`,
    );
  });

  test('the program says it without a stack, ends with exit code 1, and writes nothing', async () => {
    const folder = emptyFolder();
    expect(await train('--data', folder, '--out', join(folder, 'out'))).toEqual({
      code: 1,
      stdout: '',
      stderr: `--data: no IDX files in ${folder}\n  expected files named as in MNIST: train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped (.gz) or not\n`,
    });
    expect(filesIn(folder)).toEqual({});
  });
});
