import { ArgumentError } from '@edgewise/core';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { imageGrid } from '../../src/index.ts';
import { hostileLabels } from '../hostile-labels.ts';
import { type ParsedElement, all, expectSoundPicture, texts } from '../parsed.ts';

/** Grey and opacity of each pixel, read from the PNG by hand. */
function pixels(image: ParsedElement | undefined): [grey: number, opacity: number][] {
  const file = Buffer.from(image?.attributes.href?.replace('data:image/png;base64,', '') ?? '', 'base64');
  const width = file.readUInt32BE(16);
  const content = file.subarray(file.indexOf('IDAT') + 4, file.indexOf('IEND') - 8);
  const rows = inflateSync(content);
  return [...rows.keys()]
    .filter((at) => at % (1 + 2 * width) !== 0 && (at % (1 + 2 * width)) % 2 === 1)
    .map((at) => [rows[at] ?? -1, rows[at + 1] ?? -1]);
}

test('the docstring’s example holds both images and both captions', async () => {
  const root = expectSoundPicture(
    await imageGrid(
      [
        [0, 1, 1, 0],
        [1, 0, 0, 1],
      ],
      { width: 2, height: 2, captions: ['true 4, said 9', 'true 7, said 1'] },
    ),
  );
  expect(all(root, 'image').map((image) => pixels(image).map(([grey]) => grey))).toEqual([
    [0, 255, 255, 0],
    [255, 0, 0, 255],
  ]);
  expect(texts(root)).toEqual(['true 4, said 9', 'true 7, said 1']);
});

test('black and white are the extremes of all images, or as the range says', async () => {
  const images = [Uint8Array.of(0, 51), Uint8Array.of(102, 255)];
  const greys = async (options: object) =>
    all(expectSoundPicture(await imageGrid(images, { width: 2, height: 1, ...options })), 'image').flatMap((image) =>
      pixels(image).map(([grey]) => grey),
    );
  expect(await greys({})).toEqual([0, 51, 102, 255]);
  expect(await greys({ range: [0, 510] })).toEqual([0, 26, 51, 128]);
  expect(await greys({ range: [255, 0] })).toEqual([255, 204, 153, 0]);
});

test('a NaN pixel is transparent over orange, an infinite one black or white, and one grey stays grey', async () => {
  const [image] = all(
    expectSoundPicture(await imageGrid([[Number.NaN, Infinity, -Infinity, 0, 1]], { width: 5, height: 1 })),
    'image',
  );
  expect(pixels(image)).toEqual([
    [0, 0],
    [255, 255],
    [0, 255],
    [0, 255],
    [255, 255],
  ]);
  const [flat] = all(expectSoundPicture(await imageGrid([[7, 7]], { width: 2, height: 1 })), 'image');
  expect(pixels(flat)).toEqual([
    [128, 255],
    [128, 255],
  ]);
});

test('a long caption is broken into lines, and shortened where three are not enough; its tooltip has it whole', async () => {
  const caption =
    'a rather long caption that goes on and on and will not end before it has filled more than three lines';
  const root = expectSoundPicture(await imageGrid([[0, 1]], { width: 2, height: 1, captions: [caption] }));
  expect(texts(root)).toHaveLength(3);
  expect(texts(root).at(-1)).toMatch(/…$/);
  expect(all(root, 'title').map(({ text }) => text)).toContain(caption);
});

test('columns are as asked; no images give a frame that says so', async () => {
  const images = Array.from({ length: 5 }, () => [0, 1]);
  const root = expectSoundPicture(await imageGrid(images, { width: 2, height: 1, columns: 2 }));
  const places = all(root, 'g')
    .map(({ attributes }) => attributes.transform)
    .filter((transform) => transform !== undefined)
    .slice(1);
  expect(new Set(places.map((place) => place.split(',')[0])).size).toBe(2);
  expect(new Set(places.map((place) => place.split(',')[1])).size).toBe(3);
  expect(texts(expectSoundPicture(await imageGrid([], { width: 2, height: 1 })))).toEqual(['no images']);
});

test.each(hostileLabels)('the caption %j stays text', async (caption) => {
  const root = expectSoundPicture(
    await imageGrid([[0, 1]], { width: 2, height: 1, captions: [caption], title: caption }),
  );
  expect(all(root, 'title').filter(({ text }) => text === caption)).toHaveLength(2);
});

test('wrong arguments are refused with what is wrong', async () => {
  const refusal = async (attempt: Promise<unknown>) => {
    const error: unknown = await attempt.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ArgumentError);
    return error instanceof Error ? error.message : '';
  };
  expect(await refusal(imageGrid([[1, 2, 3]], { width: 2, height: 1 }))).toBe(
    'imageGrid: image 0 has 3 values; 2 times 1 is 2',
  );
  expect(await refusal(imageGrid([[1, 2]], { width: 2, height: 1, captions: [] }))).toBe(
    'imageGrid: 0 captions for 1 images',
  );
  expect(await refusal(imageGrid([[1, 2]], { width: 1.5, height: 1 }))).toBe(
    'imageGrid: width is 1.5; expected a whole number of pixels',
  );
  // @ts-expect-error sizes are needed
  expect(await refusal(imageGrid([[1, 2]], {}))).toBe(
    'imageGrid: width is undefined; expected a whole number of pixels',
  );
});
