import { ArgumentError, tensor } from '@edgewise/core';
import { expect, test } from 'vitest';
import { matrixPlot } from '../../src/index.ts';
import { contrast } from '../../src/theme.ts';
import { hostileLabels } from '../hostile-labels.ts';
import { all, expectSoundPicture, texts } from '../parsed.ts';

test('the docstring’s example shows every count and every name, and says the share of the diagonal', async () => {
  const root = expectSoundPicture(
    await matrixPlot(
      [
        [48, 2],
        [5, 45],
      ],
      { rowLabels: ['cat', 'dog'], xLabel: 'predicted', yLabel: 'true' },
    ),
  );
  expect(texts(root)).toEqual(expect.arrayContaining(['48', '2', '5', '45', 'cat', 'dog', 'predicted', 'true']));
  expect(texts(root).filter((text) => text === 'cat')).toHaveLength(2);
  expect(root.children[1]?.text).toContain('The diagonal holds 93.0 % of the sum.');
});

test.each(['light', 'dark'] as const)('in the %s theme every number can be read on its cell', async (theme) => {
  const rows = Array.from({ length: 10 }, (_, row) => Array.from({ length: 10 }, (_each, column) => row * 10 + column));
  const root = expectSoundPicture(await matrixPlot(rows, { theme }));
  const cells = all(root, 'rect').filter(({ attributes }) => /fill-sequential/.test(attributes.class ?? ''));
  const numbers = all(root, 'text').filter(({ attributes }) => /fill-on-sequential/.test(attributes.class ?? ''));
  expect([cells.length, numbers.length]).toEqual([100, 100]);
  for (const [index, cell] of cells.entries()) {
    expect(contrast(cell.attributes.fill ?? '', numbers[index]?.attributes.fill ?? '')).toBeGreaterThanOrEqual(4.5);
  }
});

test('a cell too small for its number has none, and a tooltip instead', async () => {
  const rows = Array.from({ length: 40 }, () => Array.from({ length: 40 }, () => 123));
  const root = expectSoundPicture(await matrixPlot(rows));
  expect(texts(root)).not.toContain('123');
  expect(all(root, 'title').some(({ text }) => text === 'row 3, column 4: 123')).toBe(true);
});

test.each([
  ['no rows', []],
  ['no columns', [[], []]],
])('%s: a frame that says so', async (_, rows) => {
  expect(texts(expectSoundPicture(await matrixPlot(rows)))).toEqual(['no values']);
});

test.each([
  ['one number', [[7]]],
  [
    'all equal',
    [
      [3, 3],
      [3, 3],
    ],
  ],
  [
    'all zero',
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    'negative',
    [
      [-1, -2],
      [-3, 4],
    ],
  ],
  [
    'not finite',
    [
      [Number.NaN, Infinity],
      [-Infinity, 1],
    ],
  ],
  [
    'not square',
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
])('a matrix that is %s is drawn', async (_, rows) => {
  const root = expectSoundPicture(await matrixPlot(rows));
  expect(all(root, 'rect').length).toBeGreaterThan(rows.flat().length);
});

test.each(hostileLabels)('the label %j stays text', async (label) => {
  const root = expectSoundPicture(
    await matrixPlot([[1]], { title: label, rowLabels: [label], xLabel: label, yLabel: label }),
  );
  expect(texts(root)).toContain(label);
});

test('wrong arguments are refused with what is wrong', async () => {
  const refusal = async (attempt: Promise<unknown>) => {
    const error: unknown = await attempt.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ArgumentError);
    return error instanceof Error ? error.message : '';
  };
  expect(await refusal(matrixPlot([[1, 2], [3]]))).toBe('matrixPlot: row 1 has 1 numbers, row 0 has 2');
  expect(await refusal(matrixPlot([[1]], { rowLabels: ['a', 'b'] }))).toBe('matrixPlot: rowLabels has 2 names for 1');
  // @ts-expect-error a number is no row
  expect(await refusal(matrixPlot([1, 2]))).toMatch(/^matrixPlot: row 0 is number 1; expected an array/);
});

test('a matrix of too many cells, and a tensor, are refused with what helps', async () => {
  const rows = Array.from({ length: 400 }, () => new Float64Array(400));
  await expect(matrixPlot(rows)).rejects.toThrow(
    'matrixPlot: 400 rows of 400 numbers; expected at most 100,000 cells, each of which is an element of the picture\n' +
      '  try imageGrid([rows.flat()], { width: 400, height: 400, size: 640 }), which is one image',
  );
  await expect(matrixPlot(tensor([[1, 2]]) as never)).rejects.toThrow(
    'matrixPlot: expected an array of rows, received a tensor, f32 [1, 2]\n  try matrixPlot(matrix.toArray())',
  );
});
