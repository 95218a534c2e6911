/** Parts of a picture that are stacked from top to bottom: title, key, drawing, notes. */
import { colour } from '../theme.ts';
import { type SvgNode, element } from './svg-tree.ts';
import { textWidth, wrapped } from './text-width.ts';

/** Something drawn, whose top left corner is (0, 0). */
export interface Block {
  readonly content: readonly SvgNode[];
  readonly width: number;
  readonly height: number;
}

/** The smallest text in any picture, in pixels. */
export const smallText = 12;

/** The blocks below each other. */
export function stacked(blocks: readonly Block[], gap = 8): Block {
  const content: SvgNode[] = [];
  let height = 0;
  for (const block of blocks) {
    if (block.height === 0) continue;
    if (height > 0) height += gap;
    content.push(element('g', height === 0 ? {} : { transform: `translate(0,${height})` }, block.content));
    height += block.height;
  }
  return { content, width: Math.max(0, ...blocks.map((block) => block.width)), height };
}

/** The block with room around it. */
export function padded({ content, width, height }: Block, padding: number): Block {
  const moved = element('g', { transform: `translate(${padding},${padding})` }, content);
  return { content: [moved], width: width + 2 * padding, height: height + 2 * padding };
}

/** Lines of text, broken to fit a width. */
export function paragraph(text: string, width: number, style: 'heading' | 'note' | 'alarm'): Block {
  const size = style === 'heading' ? 16 : smallText;
  const lines = wrapped(text, size, width);
  const step = Math.round(size * 1.35);
  const content = lines.map((line, index) =>
    element(
      'text',
      {
        x: 0,
        y: index * step + size,
        'font-size': size,
        'font-weight': style === 'heading' ? 600 : undefined,
        fill: colour(style === 'heading' ? 'ink' : style === 'note' ? 'soft' : 'alarm'),
      },
      [line],
    ),
  );
  return { content, width: Math.max(0, ...lines.map((line) => textWidth(line, size))), height: lines.length * step };
}

/** One entry of a key: a sample of 26 by 14 pixels, and what it stands for. */
export interface KeyEntry {
  readonly sample: readonly SvgNode[];
  readonly label: string;
}

/** Size of a key's sample. */
export const sampleSize: { readonly width: number; readonly height: number } = { width: 26, height: 14 };

/** A key in as many rows as a width asks for. */
export function key(entries: readonly KeyEntry[], width: number): Block {
  const content: SvgNode[] = [];
  const rowHeight = 20;
  let [x, row, widest] = [0, 0, 0];
  for (const { sample, label } of entries) {
    const need = sampleSize.width + 6 + textWidth(label, smallText);
    if (x > 0 && x + need > width) [x, row] = [0, row + 1];
    const y = row * rowHeight + (rowHeight - sampleSize.height) / 2;
    content.push(
      element('g', { transform: `translate(${Math.round(x)},${y})` }, [
        ...sample,
        element('text', { x: sampleSize.width + 6, y: 11.5, 'font-size': smallText, fill: colour('ink') }, [label]),
      ]),
    );
    x += need + 16;
    widest = Math.max(widest, x - 16);
  }
  return { content, width: widest, height: entries.length === 0 ? 0 : (row + 1) * rowHeight };
}

/** A frame with a sentence where there is nothing to draw: an empty picture would look like a mistake. */
export function emptyBody(sentence: string, width: number, height: number): Block {
  const frame = element('rect', {
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    fill: 'none',
    stroke: colour('line'),
    'stroke-dasharray': '4 4',
  });
  const text = element(
    'text',
    { x: width / 2, y: height / 2, 'text-anchor': 'middle', 'font-size': 14, fill: colour('soft') },
    [sentence],
  );
  return { content: [frame, text], width, height };
}
