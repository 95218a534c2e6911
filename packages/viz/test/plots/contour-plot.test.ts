import { ArgumentError, tensor } from '@edgewise/core';
import { expect, test } from 'vitest';
import { contourPlot } from '../../src/index.ts';
import { hostileLabels } from '../hostile-labels.ts';
import { type ParsedElement, all, expectSoundPicture, texts } from '../parsed.ts';

const square = { x: [-1, 1], y: [-1, 1] } as const;

/** The bold line's points. */
function boundary(root: ParsedElement): [x: number, y: number][] {
  const line = all(root, 'g').find(
    ({ attributes }) => attributes['stroke-width'] === '2.2' && attributes['clip-path'] === undefined,
  );
  const paths = line === undefined ? [] : all(line, 'path');
  return paths.flatMap(({ attributes }) =>
    [...(attributes.d ?? '').matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]): [number, number] => [
      Number(x),
      Number(y),
    ]),
  );
}

/** The frame around the regions. */
function frame(root: ParsedElement): { left: number; right: number; top: number; bottom: number } {
  const rect = all(root, 'rect').findLast(
    ({ attributes }) =>
      attributes.stroke === '#57606a' && Number(attributes.width) > 100 && Number(attributes.height) > 100,
  );
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => Number(rect?.attributes[name]));
  if (x === undefined || y === undefined || width === undefined || height === undefined) throw new Error('no frame');
  return { left: x, right: x + width, top: y, bottom: y + height };
}

test('the boundary lies where the function has its value: on the diagonal of x + y = 0', async () => {
  const root = expectSoundPicture(await contourPlot({ f: (x, y) => x + y, ...square }, { boundary: 0 }));
  const { left, right, top, bottom } = frame(root);
  const inside = boundary(root).filter(([x, y]) => x > left + 1 && x < right - 1 && y > top + 1 && y < bottom - 1);
  expect(inside.length).toBeGreaterThan(50);
  for (const [x, y] of inside) {
    const [u, v] = [(x - left) / (right - left), (bottom - y) / (bottom - top)];
    expect(Math.abs(u + v - 1)).toBeLessThan(0.005);
  }
});

test('samples on a grid and the function they come from give the same regions', async () => {
  const f = (x: number, y: number) => x * x - y;
  const values = Float64Array.from({ length: 400 }, (_, index) =>
    f(-1 + (2 * (index % 20)) / 19, -1 + (2 * Math.floor(index / 20)) / 19),
  );
  const [sampled, given] = [
    await contourPlot({ f, ...square, resolution: 20 }, { boundary: 0 }),
    await contourPlot({ values, width: 20, height: 20, ...square }, { boundary: 0 }),
  ];
  expect(given).toBe(sampled);
});

test('the docstring’s example shows classes, training and held-out points, the boundary and a colour scale', async () => {
  const root = expectSoundPicture(
    await contourPlot(
      { f: (x, y) => 1 / (1 + Math.exp(-x * y)), x: [-2, 2], y: [-2, 2] },
      {
        boundary: 0.5,
        points: [
          { x: 1, y: 1, label: 'same sign' },
          { x: -1, y: 1, label: 'mixed', heldOut: true },
        ],
      },
    ),
  );
  expect(texts(root)).toEqual(
    expect.arrayContaining(['same sign', 'mixed', 'training', 'held out', 'boundary at 0.5', 'value', '0.1', '0.9']),
  );
  expect(root.children[1]?.text).toContain('Points: 1 of class mixed, 1 of class same sign.');
});

test('thresholds that are given are those that are drawn, in order, with the boundary among them', async () => {
  const root = expectSoundPicture(
    await contourPlot({ f: (x) => x, ...square }, { thresholds: [0.5, -0.5, 99], boundary: 0.1 }),
  );
  const scale = texts(root).slice(texts(root).indexOf('value') + 1);
  expect(scale).toEqual(['−0.5', '0.1', '0.5']);
});

test.each([
  ['constant', () => 3, '3 everywhere'],
  ['zero', () => 0, '0 everywhere'],
])('a field that is %s is one region, and its scale says so', async (_, f, sentence) => {
  expect(texts(expectSoundPicture(await contourPlot({ f, ...square }, { boundary: 0.5 })))).toContain(sentence);
});

test('samples that are NaN are grey, infinite ones count as the largest, and notes say so', async () => {
  const values = [1, 2, 3, 4, Number.NaN, 6, 7, 8, Infinity];
  const root = expectSoundPicture(await contourPlot({ values, width: 3, height: 3, ...square }));
  expect(texts(root).join(' ')).toContain('1 of 9 samples are NaN (grey)');
  expect(texts(root).join(' ')).toContain(
    '1 of 9 samples are infinite or over 1e150, and drawn as the largest or smallest other value',
  );
  expect(root.children[1]?.text).toContain('values from 1 to 8');
});

test('a field of nothing but NaN is grey all over', async () => {
  const root = expectSoundPicture(
    await contourPlot({ f: () => Number.NaN, ...square, resolution: 4 }, { boundary: 0 }),
  );
  expect(root.children[1]?.text).toContain('A field with no value that can be drawn.');
});

test('axes may run backwards, and ranges may be tiny', async () => {
  const root = expectSoundPicture(await contourPlot({ f: (x, y) => x + y, x: [1, -1], y: [1e-9, 2e-9] }));
  expect(texts(root)).toEqual(expect.arrayContaining(['−1', '1', '1e−9', '2e−9']));
});

test.each(hostileLabels)('the label %j stays text', async (label) => {
  const root = expectSoundPicture(
    await contourPlot(
      { f: (x) => x, ...square, resolution: 3 },
      { title: label, xLabel: label, yLabel: label, valueLabel: label, points: [{ x: 0, y: 0, label }] },
    ),
  );
  expect(texts(root)).toContain(label);
});

test('wrong arguments are refused with what is wrong', async () => {
  const refusal = async (attempt: Promise<unknown>) => {
    const error: unknown = await attempt.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ArgumentError);
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  };
  const values = [1, 2, 3, 4, 5, 6];
  expect(await refusal(contourPlot({ values, width: 2, height: 2, ...square }))).toBe(
    'contourPlot: values has 6 numbers; width 2 times height 2 is 4',
  );
  expect(await refusal(contourPlot({ values, width: 6, height: 1, ...square }))).toBe(
    'contourPlot: a field of 6 by 1 samples; expected at least 2 by 2',
  );
  expect(await refusal(contourPlot({ f: () => 0, x: [0, 0], y: [0, 1] }))).toBe(
    'contourPlot: x is [0,0]; expected two different finite numbers',
  );
  // @ts-expect-error a label is needed
  expect(await refusal(contourPlot({ f: () => 0, ...square }, { points: [{ x: 0, y: 0 }] }))).toBe(
    'contourPlot: points[0] has label undefined; expected a text or number',
  );
  expect(await refusal(contourPlot({ f: () => 0, ...square }, { thresholds: [Number.NaN] }))).toBe(
    'contourPlot: thresholds contain NaN; expected finite numbers',
  );
  expect(await refusal(contourPlot({ f: () => 0, ...square }, { boundary: Infinity }))).toBe(
    'contourPlot: boundary is Infinity; expected finite numbers',
  );
  // @ts-expect-error there is no such option
  expect(await refusal(contourPlot({ f: () => 0, ...square }, { treshold: 3 }))).toBe(
    'contourPlot: no option named "treshold"',
  );
});

test('a function that gives no number is refused, and not drawn as NaN', async () => {
  const field = (f: unknown) => contourPlot({ f, x: [0, 1], y: [2, 3] } as never);
  await expect(field((x: number, y: number) => tensor(x * y))).rejects.toThrow(
    'contourPlot: f gives a tensor, f32 [] at (0, 2); expected a number\n  try f: (x, y) => model(x, y).item()',
  );
  await expect(field(() => undefined)).rejects.toThrow('contourPlot: f gives undefined at (0, 2); expected a number');
});
