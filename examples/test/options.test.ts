import { expect, test } from 'vitest';
import { UsageError, helpText, parseOptions } from '../src/train/options.ts';
import { refusalOf, train } from './run.ts';

test('--help says what there is', async () => {
  expect(helpText).toMatchInlineSnapshot(`
    "Trains a small network, with Edgewise alone, and writes pictures of its graph and of what it learned.

      npm start                       two spirals, which the program generates
      npm start -- --data FOLDER      handwritten digits

    Options
      --data FOLDER         train on the images and labels in this folder: IDX files, gzipped or not,
                            named as in MNIST (train-images-idx3-ubyte, train-labels-idx1-ubyte);
                            of a single pair, one in five images is held out for the test
      --out FOLDER          where pictures and page go, replaced at each run (default: out)
      --seed N              the same seed gives the same run, to the last digit (default: 1)
      --epochs N            passes over the training data
      --hidden N,N,...      widths of the hidden layers, such as 64,64
      --learning-rate X     step size of Adam
      --batch-size N        examples in a training step
      --help, -h            this text

    Epochs, widths, step size and batch size have defaults for each problem; a run prints them."
  `);
  for (const args of [['--help'], ['-h'], ['--seed', '3', '--help']]) expect(parseOptions(args).help).toBe(true);
  expect(await train('--help')).toEqual({ code: 0, stdout: `${helpText}\n`, stderr: '' });
});

test('every option is read, with the value behind it or after "="', () => {
  expect(parseOptions([])).toEqual({ help: false, out: 'out', seed: 1 });
  const spread = ['--data', 'd', '--out', 'o', '--seed', '0', '--epochs', '5', '--hidden', '64, 32'];
  expect(parseOptions([...spread, '--learning-rate', '1e-3', '--batch-size=16'])).toEqual({
    help: false,
    data: 'd',
    out: 'o',
    seed: 0,
    epochs: 5,
    hidden: [64, 32],
    learningRate: 0.001,
    batchSize: 16,
  });
});

test.each([
  [['--epoch', '3'], 'no option named --epoch\n  near: --epochs\n  try npm start -- --help'],
  [['--sede=3'], 'no option named --sede\n  near: --seed\n  try npm start -- --help'],
  [['--Data', 'x'], 'no option named --Data\n  near: --data\n  try npm start -- --help'],
  [['--frobnicate'], 'no option named --frobnicate\n  try npm start -- --help'],
  [['-x'], 'no option named -x\n  try npm start -- --help'],
  [['--toString'], 'no option named --toString\n  try npm start -- --help'],
  [['--__proto__'], 'no option named --__proto__\n  try npm start -- --help'],
  [['mnist'], 'unexpected argument "mnist"\n  try npm start -- --data FOLDER, with the two dashes'],
  [['--seed'], '--seed needs a value: --seed N\n  try npm start -- --help'],
  [['--seed', '--out', 'x'], '--seed needs a value: --seed N\n  try npm start -- --help'],
  [['--data='], '--data needs a value: --data FOLDER\n  try npm start -- --help'],
  [['--help=3'], '--help takes no value\n  try npm start -- --help'],
  [['--seed', '-1'], '--seed takes a whole number from 0 to 4294967295; received "-1"\n  try npm start -- --help'],
  [['--seed', '1.5'], '--seed takes a whole number from 0 to 4294967295; received "1.5"\n  try npm start -- --help'],
  [['--epochs', '0'], '--epochs takes a whole number from 1 to 100000; received "0"\n  try npm start -- --help'],
  [
    ['--hidden', '64,'],
    '--hidden takes whole numbers from 1 to 10000 with commas between them, such as 64,64; received "64,"\n  try npm start -- --help',
  ],
  [
    ['--learning-rate', 'fast'],
    '--learning-rate takes a number above zero, such as 0.001; received "fast"\n  try npm start -- --help',
  ],
  [
    ['--batch-size', 'all'],
    '--batch-size takes a whole number from 1 to 1000000; received "all"\n  try npm start -- --help',
  ],
])('%j is refused in words', (args, problem) => {
  const refused = refusalOf(() => parseOptions(args));
  expect(refused).toBeInstanceOf(UsageError);
  expect(refused.message).toBe(`npm start: ${problem}`);
});

test('a wrong command line ends with exit code 2, before anything is done', async () => {
  expect(await train('--epoch', '3')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'npm start: no option named --epoch\n  near: --epochs\n  try npm start -- --help\n',
  });
});
