/** Small grey images side by side, each with a caption: samples of a data set, the worst mistakes of a classifier. */
import { checkOptions } from '@edgewise/core';
import { badArgument, checkSize, described, isList } from '../bad-argument.ts';
import { colour } from '../theme.ts';
import { emptyBody, smallText } from '../svg/block.ts';
import { type SvgNode, element } from '../svg/svg-tree.ts';
import { textWidth, wrapped, shortened } from '../svg/text-width.ts';
import { extent } from './axis-numbers.ts';
import { checkNumbers } from './check-numbers.ts';
import { greyPng } from './grey-png.ts';
import { type PictureOptions, checkPictureOptions, plotPicture } from './plot-picture.ts';

/** How `imageGrid` draws. */
export interface ImageGridOptions extends Omit<PictureOptions, 'width' | 'height'> {
  /** Pixels in a row of an image. */
  readonly width: number;
  /** Rows of pixels in an image. */
  readonly height: number;
  /** A text below each image. */
  readonly captions?: readonly string[];
  /** Images beside each other; by default as many as fit in 640 pixels. */
  readonly columns?: number;
  /** The values of black and white; by default the smallest and the largest in all images. */
  readonly range?: readonly [black: number, white: number];
  /** Size of an image's longer side on the page, in pixels; 72 by default. */
  readonly size?: number;
}

const optionNames = ['title', 'description', 'theme', 'width', 'height', 'captions', 'columns', 'range', 'size'];

/**
 * Draws grey images in a grid as SVG text, each as a PNG inside it, with captions.
 *
 * A pixel that is NaN lets an orange ground through. An infinite one is black or white.
 *
 * @param images values of each image row by row, `[height * width]`; all images have one size
 * @param options.width pixels in a row; `height` rows
 * @param options.captions a text for each image
 * @param options.columns images beside each other
 * @param options.range values of black and white
 * @returns an `svg` element as text
 * @throws ArgumentError `bad-images`, `not-numbers`, `length-mismatch`, `unknown-option`, `bad-size`
 * @example
 * const svg = await imageGrid([[0, 1, 1, 0], [1, 0, 0, 1]], { width: 2, height: 2, captions: ['true 4, said 9', 'true 7, said 1'] });
 */
export async function imageGrid(images: readonly ArrayLike<number>[], options: ImageGridOptions): Promise<string> {
  checkOptions('imageGrid', options, optionNames);
  const { width, height, captions = [], size = 72 } = options;
  const { theme, title, description } = options;
  const shared: PictureOptions = {
    ...(theme === undefined ? {} : { theme }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
  checkPictureOptions('imageGrid', shared);
  checkImages(images, options);
  checkSize('imageGrid', 'size', size, 8);
  if (images.length === 0) {
    const body = emptyBody('no images', 320, 120);
    return plotPicture({ body, title: 'Images', description: 'No images.' }, shared);
  }
  const shown = scaledTo(size, width, height);
  const longest = Math.max(0, ...captions.map((caption) => textWidth(caption, smallText)));
  const gap = 12;
  // A caption may be half as wide again as its image before it is broken into lines.
  const cellWidth = Math.ceil(Math.max(shown.width, Math.min(longest, Math.max(shown.width * 1.5, 96))));
  const columns = Math.min(
    images.length,
    Math.round(options.columns ?? Math.max(1, Math.floor((640 + gap) / (cellWidth + gap)))),
  );
  const lines = captions.map((caption) => captionLines(caption, cellWidth));
  const step = smallText + 3;
  const cellHeight = shown.height + 4 + Math.max(0, ...lines.map(({ length }) => length)) * step;
  const [black, white] = options.range ?? extent(images.flatMap((image) => Array.from(image))) ?? [0, 1];
  const cells = await Promise.all(
    images.map(async (image, index): Promise<SvgNode> => {
      const grey = Float64Array.from(image, (value) =>
        white === black ? (Number.isNaN(value) ? value : 0.5) : (value - black) / (white - black),
      );
      const x = (index % columns) * (cellWidth + gap);
      const y = Math.floor(index / columns) * (cellHeight + gap);
      const left = (cellWidth - shown.width) / 2;
      return element('g', { transform: `translate(${x},${y})` }, [
        ...(captions[index] === undefined ? [] : [element('title', {}, [captions[index]])]),
        element('rect', { x: left, y: 0, ...shown, fill: colour('alarm'), stroke: colour('line') }),
        element('image', {
          x: left,
          y: 0,
          ...shown,
          href: await greyPng(grey, width, height),
          'image-rendering': 'pixelated',
          preserveAspectRatio: 'none',
        }),
        ...(lines[index] ?? []).map((line, row) =>
          element(
            'text',
            {
              x: cellWidth / 2,
              y: shown.height + 2 + (row + 1) * step,
              'text-anchor': 'middle',
              'font-size': smallText,
              fill: colour('ink'),
            },
            [line],
          ),
        ),
      ]);
    }),
  );
  const rows = Math.ceil(images.length / columns);
  const body = { content: cells, width: columns * (cellWidth + gap) - gap, height: rows * (cellHeight + gap) - gap };
  const words = captions.length === 0 ? '' : ` Captions: ${captions.join('; ')}.`;
  return plotPicture(
    { body, title: 'Images', description: `${images.length} images of ${width} by ${height} pixels.${words}` },
    shared,
  );
}

function checkImages(
  images: readonly ArrayLike<number>[],
  { width, height, captions, columns, range }: ImageGridOptions,
): void {
  const wrong = (code: string, problem: string, expected: unknown, received: unknown) =>
    badArgument('imageGrid', { code, problem, expected, received });
  for (const [name, value] of [
    ['width', width],
    ['height', height],
  ] as const) {
    if (!Number.isInteger(value) || value < 1)
      throw wrong(
        'bad-size',
        `${name} is ${String(value)}; expected a whole number of pixels`,
        'a whole number',
        value,
      );
  }
  if (columns !== undefined) checkSize('imageGrid', 'columns', columns, 1);
  if (!isList(images))
    throw wrong('bad-images', `expected an array of images, received ${described(images)}`, 'an array', images);
  for (const [index, image] of images.entries()) {
    checkNumbers('imageGrid', `image ${index}`, image);
    if (image.length === width * height) continue;
    throw wrong(
      'bad-images',
      `image ${index} has ${image.length} values; ${width} times ${height} is ${width * height}`,
      width * height,
      image.length,
    );
  }
  if (captions !== undefined && captions.length !== images.length) {
    throw wrong(
      'length-mismatch',
      `${captions.length} captions for ${images.length} images`,
      images.length,
      captions.length,
    );
  }
  if (range !== undefined && !(range.length === 2 && range.every(Number.isFinite))) {
    throw wrong(
      'bad-size',
      `range is ${JSON.stringify(range)}; expected the values of black and white`,
      '[black, white]',
      range,
    );
  }
}

/** Size on the page: whole pixels of the page for each of the image's where there are enough. */
function scaledTo(size: number, width: number, height: number): { width: number; height: number } {
  const factor = size / Math.max(width, height);
  const whole = factor >= 1.5 ? Math.round(factor) : factor;
  return { width: Math.max(1, width * whole), height: Math.max(1, height * whole) };
}

/** At most three lines, the last one shortened. */
function captionLines(caption: string, width: number): string[] {
  const lines = wrapped(caption, smallText, width);
  const kept = lines.length > 3 ? [...lines.slice(0, 2), lines.slice(2).join(' ')] : lines;
  return kept.map((line) => shortened(line, smallText, width + 6));
}
