import { ArgumentError } from '@edgewise/core';
import { expect, test } from 'vitest';
import { type Series, linePlot } from '../../src/index.ts';
import { hostileLabels } from '../hostile-labels.ts';
import { type ParsedElement, all, expectSoundPicture, texts } from '../parsed.ts';

const dotted = 'M0,0';

/** The drawn lines' coordinates, in the order of the series. */
function lines(root: ParsedElement): [x: number, y: number][][] {
  return all(root, 'path')
    .filter(
      ({ attributes }) =>
        attributes.d?.startsWith(dotted) === false &&
        (attributes.d ?? '').lastIndexOf('M') === 0 &&
        /L/.test(attributes.d ?? ''),
    )
    .map(({ attributes }) =>
      [...(attributes.d ?? '').matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]): [number, number] => [
        Number(x),
        Number(y),
      ]),
    );
}

/** Where on the page a y axis puts its numbers. */
function yTicks(root: ParsedElement): { value: number; at: number }[] {
  return all(root, 'text').flatMap(({ attributes, text }) => {
    const at = /translate\(([\d.]+),([\d.]+)\)/.exec(attributes.transform ?? '');
    const value = Number(text.replaceAll(',', '').replaceAll('−', '-'));
    return at !== null && attributes.y === '0.32em' && Number.isFinite(value) ? [{ value, at: Number(at[2]) }] : [];
  });
}

async function drawn(series: readonly Series[], options?: Parameters<typeof linePlot>[1]): Promise<ParsedElement> {
  return expectSoundPicture(await linePlot(series, options));
}

test('a line passes through its values: coordinates read back agree with the numbers on the axis', async () => {
  const y = [3, 1, 4, 1.5, 9, 2.6];
  const root = await drawn([{ name: 'y', y }], { yLabel: 'y' });
  const [line = []] = lines(root);
  const [low, high] = [yTicks(root).at(0), yTicks(root).at(-1)];
  if (low === undefined || high === undefined) throw new Error('no axis');
  const valueAt = (at: number) => low.value + ((at - low.at) / (high.at - low.at)) * (high.value - low.value);
  for (const [index, [, at]] of line.entries()) expect(Math.abs(valueAt(at) - (y[index] ?? 0))).toBeLessThan(0.05);
});

test('equal factors are equally far apart on a logarithmic axis', async () => {
  const [line = []] = lines(await drawn([{ name: 'loss', y: [1000, 100, 10, 1] }], { logY: true }));
  const steps = line.slice(1).map(([, y], index) => y - (line[index]?.[1] ?? 0));
  for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 1);
});

test('the docstring’s example has a heading, a key and both lines', async () => {
  const root = await drawn(
    [
      { name: 'training', y: [2.3, 1.1, 0.6, 0.4] },
      { name: 'held out', y: [2.3, 1.2, 0.8, 0.7] },
    ],
    { title: 'Loss', xLabel: 'epoch', logY: true },
  );
  expect(texts(root)).toEqual(expect.arrayContaining(['Loss', 'training', 'held out', 'epoch →']));
  expect(lines(root)).toHaveLength(2);
  expect(root.children[1]?.text).toBe(
    'training: 4 points, from 2.3 at 0 to 0.4 at 3; between 0.4 and 2.3. held out: 4 points, from 2.3 at 0 to 0.7 at 3; between 0.7 and 2.3.',
  );
});

test('a NaN or an infinity leaves a gap with a cross above it, and a note names the first', async () => {
  const root = await drawn([{ name: 'loss', y: [3, 2, Number.NaN, Number.NaN, 1, 0.5, Infinity, 0.4, 0.3] }]);
  expect(lines(root).map((line) => line.length)).toEqual([2, 2, 2]);
  expect(texts(root)).toContain('loss: 3 values not drawn, the first at 2: NaN');
  // Plot's `times` symbol: two strokes.
  expect(all(root, 'path').filter(({ attributes }) => (attributes.d?.match(/M/g) ?? []).length === 2)).toHaveLength(2);
});

test('a logarithmic axis has no place for zero and less, and the picture says so', async () => {
  const root = await drawn([{ name: 'loss', y: [1, 0, -1, 0.1] }], { logY: true });
  expect(texts(root).join(' ')).toContain(
    'loss: 2 values not drawn, the first at 1: 0 (a logarithmic axis has no place for zero and less)',
  );
});

test.each([
  ['no series', []],
  ['an empty series', [{ name: 'loss', y: [] }]],
])('%s gives a frame that says so', async (_, series) => {
  expect(texts(await drawn(series))).toContain('no values yet');
});

test('a series of nothing but NaN gives a frame that says so', async () => {
  const root = await drawn([{ name: 'loss', y: [Number.NaN, Infinity] }]);
  expect(texts(root)).toEqual(
    expect.arrayContaining(['no value that can be drawn', 'loss: 2 values not drawn, the first at 0: NaN']),
  );
});

test.each([
  ['one point', [5]],
  ['one point at zero', [0]],
  ['a constant', [5, 5, 5]],
  ['a tiny constant', [1e-300, 1e-300]],
  ['a huge range', [-1e149, 1e149]],
  ['numbers beyond any axis', [1, 1e200, 2]],
  ['numbers that differ in the tenth digit', [1e6, 1e6 + 1e-4]],
  ['points between gaps', [1, Number.NaN, 2, Number.NaN, 3]],
])('%s gives a mark on each axis, linear or logarithmic, that has a place for it', async (_, y) => {
  for (const logY of [false, true]) {
    const root = await drawn([{ name: 'y', y }], { logY });
    const marks = all(root).filter(
      ({ name, attributes }) => name === 'circle' || (name === 'path' && /^M[\d.-]+,[\d.-]+L/.test(attributes.d ?? '')),
    );
    const hasPlace = y.some((value) => Math.abs(value) < 1e150 && (!logY || value > 1e-300));
    expect(marks.length > 0).toBe(hasPlace);
  }
});

test('a hundred thousand points are thinned to what can be seen, and their extremes stay', async () => {
  const y = Float64Array.from({ length: 100_000 }, (_, index) => Math.sin(index / 50));
  y[54_321] = 7;
  const svg = await linePlot([{ name: 'y', y }]);
  expect(svg.length).toBeLessThan(120_000);
  const [line = []] = lines(expectSoundPicture(svg));
  const top = Math.min(...line.map(([, at]) => at));
  expect(line.filter(([, at]) => at === top)).toHaveLength(1);
});

test('points that go back and forth in x, such as a path in a plane, are not thinned', async () => {
  const angle = Array.from({ length: 4000 }, (_, index) => index / 100);
  const [line = []] = lines(await drawn([{ name: 'orbit', x: angle.map(Math.cos), y: angle.map(Math.sin) }]));
  expect(line).toHaveLength(4000);
});

test('counted steps get whole numbers on their axis', async () => {
  const shown = texts(await drawn([{ name: 'loss', y: [3, 2, 1] }])).map(Number);
  expect(shown.filter((value) => value > 0 && value < 1)).toEqual([]);
});

test.each(hostileLabels)('the label %j stays text', async (label) => {
  const root = await drawn(
    [
      { name: label, y: [1, 2] },
      { name: 'b', y: [2, 1] },
    ],
    { title: label, xLabel: label, yLabel: label },
  );
  expect(texts(root)).toContain(label);
  expect(root.children[0]?.text).toBe(label);
});

test('neither of two equally named things changes the other: lines differ by pattern as well as by colour', async () => {
  const series = Array.from({ length: 6 }, (_, index) => ({ name: `series ${index}`, y: [index, index + 1] }));
  const patterns = all(await drawn(series), 'line')
    .filter(({ attributes }) => attributes['stroke-width'] === '2.5')
    .map(({ attributes }) => `${attributes['stroke-dasharray']} ${attributes.stroke}`);
  expect(new Set(patterns.map((pattern) => pattern.split(' #')[0])).size).toBe(6);
  expect(new Set(patterns.map((pattern) => pattern.split(' #')[1])).size).toBe(6);
});

test('wrong arguments are refused with the place of the mistake', async () => {
  const refusal = async (attempt: Promise<unknown>) => {
    const error: unknown = await attempt.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ArgumentError);
    return error instanceof Error ? error.message : '';
  };
  expect(await refusal(linePlot([{ name: 'a', y: [1, 2], x: [1] }]))).toBe('linePlot: "a" has 1 x and 2 y');
  // @ts-expect-error null is no number
  expect(await refusal(linePlot([{ name: 'a', y: [1, null] }]))).toBe(
    'linePlot: y of "a"[1] is null; expected a number',
  );
  // @ts-expect-error a text is no list of numbers
  expect(await refusal(linePlot([{ name: 'a', y: 'loss' }]))).toMatch(
    /^linePlot: y of "a" is "loss"; expected an array or typed array of numbers\n {2}try tensor.data/,
  );
  // @ts-expect-error bare numbers are no series
  expect(await refusal(linePlot([1, 2]))).toMatch(
    /^linePlot: series 0 has no name\n {2}try linePlot\(\[\{ name: 'loss', y: losses \}\]\)/,
  );
  // @ts-expect-error there is no such option
  expect(await refusal(linePlot([], { logy: true }))).toMatch(/no option named "logy"\n {2}near: "logY"/);
  expect(await refusal(linePlot([], { width: Number.NaN }))).toBe(
    'linePlot: width is NaN; expected a number of at least 160',
  );
});

test('every tick of a logarithmic axis has its number', async () => {
  const svg = await linePlot([{ name: 'loss', y: [0.7, 0.05, 0.003] }], { logY: true });
  const words = texts(expectSoundPicture(svg));
  for (const tick of ['0.5', '0.2', '0.1', '0.05', '0.02', '0.01', '0.005']) expect(words).toContain(tick);
});
