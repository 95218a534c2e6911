/** Pictures as PNG: an SVG of ours, drawn by resvg in WebAssembly with the letters that Graphviz measured. */
import { type Graph, type Tensor, checkOptions } from '@edgewise/core';
import { badArgument, checkSize } from '../bad-argument.ts';
import { type RenderSvgOptions, renderSvg } from '../graph/render-svg.ts';
import { nodeModule } from '../node-modules.ts';
import { everyElement, readSvg, writeSvg } from '../svg/svg-tree.ts';

/** How `renderPng` draws. */
export interface RenderPngOptions extends RenderSvgOptions {
  /** Pixels of the picture for each pixel of the SVG (2, for sharp screens). */
  readonly scale?: number;
  /** What draws, and with which letters. Found without being told in Node; a page has to say. */
  readonly rasteriser?: Rasteriser;
}

/** The parts of the rasteriser, as bytes, or a promise of them, as `fetch(url).then((file) => file.arrayBuffer())` gives. */
export interface Rasteriser {
  /** The file `index_bg.wasm` of `@resvg/resvg-wasm`. */
  readonly wasm: ArrayBuffer | Uint8Array<ArrayBuffer> | Promise<ArrayBuffer | Uint8Array<ArrayBuffer>>;
  /** TrueType or OpenType files; the first is used for letters of all fonts that are not among them. */
  readonly fonts: readonly (ArrayBuffer | Uint8Array | Promise<ArrayBuffer | Uint8Array>)[];
}

const ownOptions = ['scale', 'rasteriser'] as const;
const svgOptions = ['engine', 'theme', 'title', 'key', 'fold', 'timeLimit'] as const;

/** More pixels than this would need gigabytes. */
const mostPixels = 100_000_000;

/**
 * Draws a graph, or any picture of this package, as PNG: for documents and messages that take no SVG. An SVG is smaller, and
 * sharp at every size.
 *
 * @param picture a graph, a recorded tensor, DOT text, or SVG text such as `linePlot` gives
 * @param options.scale pixels for each pixel of the SVG
 * @param options.rasteriser WebAssembly and fonts, which a page has to fetch; in Node they are found
 * @param options.theme `light` or `dark`; `auto` is light, because a PNG cannot follow the reader
 * @returns the bytes of a PNG file
 * @throws ArgumentError `needs-rasteriser` in a page that names none; `not-svg`; `too-large` with the size; `bad-size`,
 *   `unknown-option`, and those of `renderSvg`
 * @example
 * const png = await renderPng('digraph { a -> b }', { scale: 1 });
 * String.fromCharCode(...png.slice(1, 4)); // 'PNG'
 */
export async function renderPng(
  picture: string | Graph<Tensor> | Tensor,
  options: RenderPngOptions = {},
): Promise<Uint8Array> {
  checkOptions('renderPng', options, [...ownOptions, ...svgOptions]);
  const { scale = 2, rasteriser, ...drawing } = options;
  checkSize('renderPng', 'scale', scale, 0.01);
  const svg =
    typeof picture === 'string' && picture.trimStart().startsWith('<') ? picture : await renderSvg(picture, drawing);
  const { text, width, height } = plainSvg(svg);
  if (width * height * scale * scale > mostPixels) {
    throw badArgument('renderPng', {
      code: 'too-large',
      problem: `the picture would have ${Math.ceil(width * scale)} by ${Math.ceil(height * scale)} pixels, more than a hundred million`,
      expected: mostPixels,
      received: width * height * scale * scale,
      remedy: `renderPng(..., { scale: ${Number(Math.sqrt(mostPixels / width / height).toPrecision(2))} })`,
    });
  }
  const { Resvg, fonts } = await loaded(rasteriser);
  const drawn = new Resvg(text, {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: fonts, defaultFontFamily: 'Arimo', sansSerifFamily: 'Arimo' },
  });
  try {
    const image = drawn.render();
    const png = image.asPng();
    image.free();
    return png;
  } finally {
    drawn.free();
  }
}

/** Without its style sheet: a rasteriser knows no CSS variables, and each colour stands in the picture besides. */
function plainSvg(svg: string): { text: string; width: number; height: number } {
  const root = readSvg(svg);
  if (root?.name !== 'svg') {
    throw badArgument('renderPng', {
      code: 'not-svg',
      problem: `the text is not SVG; it begins ${JSON.stringify(svg.slice(0, 40))}`,
      expected: 'SVG text, DOT text or a graph',
      received: svg.slice(0, 200),
    });
  }
  for (const element of everyElement(root)) {
    const children = element.children.filter((child) => typeof child === 'string' || child.name !== 'style');
    element.children.splice(0, element.children.length, ...children);
  }
  const [, , width = 1, height = 1] = (root.attributes.get('viewBox') ?? '').split(/[\s,]+/).map(Number);
  return {
    text: writeSvg(root),
    width: Number(root.attributes.get('width') ?? width),
    height: Number(root.attributes.get('height') ?? height),
  };
}

type Resvg = typeof import('@resvg/resvg-wasm');

let starting: Promise<Resvg> | undefined;

/** The WebAssembly is started once, with what the first caller has. */
async function loaded(rasteriser: Rasteriser | undefined): Promise<{ Resvg: Resvg['Resvg']; fonts: Uint8Array[] }> {
  const { wasm, fonts } = rasteriser ?? filesOfNode();
  starting ??= import('@resvg/resvg-wasm').then(async (module) => {
    await module.initWasm(wasm);
    return module;
  });
  try {
    const { Resvg } = await starting;
    return { Resvg, fonts: await Promise.all(fonts.map(async (font) => new Uint8Array(await font))) };
  } catch (error) {
    starting = undefined;
    throw error;
  }
}

/** Arimo is as wide as Helvetica, letter by letter: what Graphviz measured fits. */
function filesOfNode(): Rasteriser {
  const [files, modules] = [nodeModule('node:fs/promises'), nodeModule('node:module')];
  if (files === undefined || modules === undefined) {
    throw badArgument('renderPng', {
      code: 'needs-rasteriser',
      problem: 'a page has to say where the rasteriser and a font are',
      expected: '{ rasteriser: { wasm, fonts } }',
      remedy:
        "renderPng(graph, { rasteriser: { wasm: bytes('index_bg.wasm'), fonts: [bytes('font.ttf')] } }), with bytes = (url) => fetch(url).then((file) => file.arrayBuffer())",
    });
  }
  const require = modules.createRequire(import.meta.url);
  const bytes = (file: string): Promise<Uint8Array<ArrayBuffer>> => files.readFile(require.resolve(file));
  return {
    wasm: bytes('@resvg/resvg-wasm/index_bg.wasm'),
    fonts: [
      bytes('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf'),
      bytes('@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf'),
    ],
  };
}
