import { inflateSync } from 'node:zlib';
import { ArgumentError, spec, trace } from '@edgewise/core';
import type { Tensor } from '@edgewise/core';
import { afterEach, expect, test, vi } from 'vitest';
import { linePlot, renderPng, renderSvg } from '../../src/index.ts';

afterEach(() => vi.unstubAllGlobals());

/** A PNG as its specification has it: size in the first chunk, filtered rows of RGBA in the others (W3C, PNG, 3rd ed.). */
function decoded(png: Uint8Array): { width: number; height: number; pixelAt: (x: number, y: number) => number[] } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect(Array.from(png.subarray(0, 8))).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  expect([png[24], png[25]]).toEqual([8, 6]); // eight bits, RGBA
  const parts: Uint8Array[] = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...png.slice(at + 4, at + 8));
    if (name === 'IDAT') parts.push(png.slice(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const rows = inflateSync(Buffer.concat(parts));
  const stride = 4 * width;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let k = 0; k < stride; k++) {
      const at = y * stride + k;
      const left = k >= 4 ? (pixels[at - 4] ?? 0) : 0;
      const up = y > 0 ? (pixels[at - stride] ?? 0) : 0;
      const corner = k >= 4 && y > 0 ? (pixels[at - stride - 4] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      pixels[at] = (rows[y * (stride + 1) + 1 + k] ?? 0) + guess;
    }
  }
  return { width, height, pixelAt: (x, y) => Array.from(pixels.subarray(y * stride + 4 * x, y * stride + 4 * x + 4)) };
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** Whether anything in a rectangle is far from the colour of its corner. */
function hasInk(
  { pixelAt }: ReturnType<typeof decoded>,
  left: number,
  top: number,
  right: number,
  bottom: number,
): boolean {
  const [paper = 0] = pixelAt(left, top);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) if (Math.abs((pixelAt(x, y)[0] ?? 0) - paper) > 100) return true;
  }
  return false;
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return error instanceof ArgumentError ? error.message : `accepted, or ${String(error)}`;
}

function sizeOf(svg: string): [width: number, height: number] {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  return [Number(width), Number(height)];
}

test('a graph becomes a PNG of the size of its SVG times the scale, on paper of the theme', async () => {
  const graph = trace((x: Tensor) => x.square().sum(), spec([2]));
  const [width, height] = sizeOf(await renderSvg(graph));
  for (const [scale, theme, paper] of [
    [1, 'light', [255, 255, 255, 255]],
    [2, 'dark', [13, 17, 23, 255]],
  ] as const) {
    const png = decoded(await renderPng(graph, { scale, theme }));
    expect([png.width, png.height]).toEqual([width * scale, height * scale]);
    expect(png.pixelAt(1, 1)).toEqual(paper);
  }
});

test('letters are drawn, with the font that comes along', async () => {
  const svg = (word: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" width="60" height="20"><rect width="60" height="20" fill="#fff"/><text x="5" y="15" font-family="system-ui, Helvetica, sans-serif" font-size="12" fill="#000">${word}</text></svg>`;
  expect(hasInk(decoded(await renderPng(svg('matmul'), { scale: 1 })), 0, 0, 60, 20)).toBe(true);
  expect(hasInk(decoded(await renderPng(svg(''), { scale: 1 })), 0, 0, 60, 20)).toBe(false);
});

test('any picture of this package can be drawn', async () => {
  const svg = await linePlot([{ name: 'loss', y: [2, 1, 0.5] }]);
  const { width, height } = decoded(await renderPng(svg));
  expect([width, height]).toEqual(sizeOf(svg).map((size) => 2 * size));
});

test('what cannot be drawn is refused', async () => {
  expect(await refusal(renderPng('<p>no picture</p>'))).toBe(
    'renderPng: the text is not SVG; it begins "<p>no picture</p>"',
  );
  expect(await refusal(renderPng('digraph { a }', { scale: 0 }))).toBe(
    'renderPng: scale is 0; expected a number of at least 0.01',
  );
  expect(await refusal(renderPng('digraph { a }', { scale: 1000 }))).toMatch(
    /^renderPng: the picture would have \d+ by \d+ pixels, more than a hundred million\n {2}try renderPng\(\.\.\., \{ scale: \d+ \}\)$/,
  );
  // @ts-expect-error there is no such option
  expect(await refusal(renderPng('digraph { a }', { size: 2 }))).toMatch(/^renderPng: no option named "size"/);
  vi.stubGlobal('process', undefined);
  expect(await refusal(renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'))).toMatch(
    /^renderPng: a page has to say where the rasteriser and a font are/,
  );
});
