/** Observable Plot behind one function: marks in, a tree of SVG out, with the page's document or, without a page, a small one. */
import type { PlotOptions } from '@observablehq/plot';
import { colour } from '../theme.ts';
import { type Block, smallText } from '../svg/block.ts';
import { cleanSvg } from '../svg/clean-svg.ts';
import { type SvgElement, element, everyElement, fromDocument } from '../svg/svg-tree.ts';

/** The library's functions, for whoever says what to draw. */
export type PlotLibrary = typeof import('./plot-library.ts');

/** What to draw: Plot's options, with the size stated. */
export type PlotSpecification = PlotOptions & { readonly width: number; readonly height: number };

/** Draws the marks; text is at least `smallText` high, and colours are the theme's. */
export async function drawPlot(specify: (plot: PlotLibrary) => PlotSpecification): Promise<Block> {
  // Loaded at first use: who only draws graphs should not wait for a plotting library.
  const plot = await import('./plot-library.ts');
  const specification = specify(plot);
  const drawn = plot.plot({ ...specification, document: await anyDocument() });
  const svg = cleanSvg(fromDocument(drawn));
  restyle(svg);
  const { width, height } = specification;
  const attributes = { 'text-anchor': 'middle', 'font-size': smallText };
  const inside = svg.children.filter((child) => typeof child !== 'string' && child.name !== 'style');
  return { content: [element('g', attributes, inside)], width, height };
}

/** A document to build elements with; nothing is put into it. */
async function anyDocument(): Promise<Document> {
  if (typeof document !== 'undefined') return document;
  const { parseHTML } = await import('linkedom');
  return parseHTML('<!doctype html><html><body></body></html>').document;
}

function restyle(svg: SvgElement): void {
  const clips = new Map<string, string>();
  for (const { attributes } of everyElement(svg)) {
    // Plot numbers clip paths through all plots of a program; the same plot should be the same text.
    for (const name of ['id', 'clip-path']) {
      const value = attributes.get(name);
      const number = value === undefined ? undefined : /plot-clip-(\d+)/.exec(value)?.[1];
      if (value === undefined || number === undefined) continue;
      const own = clips.get(number) ?? `clip-${clips.size + 1}`;
      clips.set(number, own);
      attributes.set(name, value.replace(`plot-clip-${number}`, own));
    }
    // The picture as a whole has a name and a description; its parts are not read out one by one.
    for (const name of ['aria-label', 'aria-description', 'aria-hidden', 'font-family']) attributes.delete(name);
    // Plot draws grids as faint ink, which is too faint in one theme or too strong in the other.
    if (attributes.get('stroke-opacity') === '0.1') {
      attributes.set('stroke', colour('line'));
      attributes.delete('stroke-opacity');
    }
  }
}
