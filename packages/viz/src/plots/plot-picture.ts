/** What all plots have in common: options, a heading above, a key, the drawing, and notes on what could not be drawn. */
import { checkChoice, checkSize } from '../bad-argument.ts';
import { type Theme, themes } from '../theme.ts';
import { type Block, type KeyEntry, key, padded, paragraph, stacked } from '../svg/block.ts';
import { finishSvg } from '../svg/finish-svg.ts';

/** Options that every plot takes. */
export interface PictureOptions {
  /** Heading of the picture, and its name for screen readers. */
  readonly title?: string;
  /** What the picture shows, in words, for those who do not see it; by default made from the data. */
  readonly description?: string;
  /** `auto`, the default, follows the page or the reader's system. */
  readonly theme?: Theme;
  /** Width of the drawing in pixels. */
  readonly width?: number;
  /** Height of the drawing in pixels. */
  readonly height?: number;
}

/** Names of the options that every plot takes. */
export const pictureOptionNames: readonly (keyof PictureOptions)[] = [
  'title',
  'description',
  'theme',
  'width',
  'height',
];

/** Throws unless theme and size make sense. */
export function checkPictureOptions(functionName: string, { theme, width, height }: PictureOptions): void {
  if (theme !== undefined) checkChoice(functionName, 'theme', theme, themes);
  if (width !== undefined) checkSize(functionName, 'width', width, 160);
  if (height !== undefined) checkSize(functionName, 'height', height, 120);
}

/** A plot's parts. */
export interface PlotParts {
  readonly body: Block;
  readonly key?: readonly KeyEntry[];
  /** A colour scale, below the drawing. */
  readonly scale?: Block;
  /** Sentences about what is not drawn, or not as it seems. */
  readonly notes?: readonly string[];
  /** Name and description unless the options give them. */
  readonly title: string;
  readonly description: string;
}

/** The parts as one finished picture. */
export function plotPicture(parts: PlotParts, options: PictureOptions): string {
  const { width } = parts.body;
  const blocks = [
    ...(options.title === undefined ? [] : [paragraph(options.title, width, 'heading')]),
    key(parts.key ?? [], width),
    parts.body,
    ...(parts.scale === undefined ? [] : [parts.scale]),
    ...(parts.notes ?? []).map((note) => paragraph(note, width, 'alarm')),
  ];
  const picture = padded(stacked(blocks), 12);
  return finishSvg(picture.content, {
    ...picture,
    title: options.title ?? parts.title,
    description: options.description ?? [parts.description, ...(parts.notes ?? [])].join(' '),
    theme: options.theme ?? 'auto',
  });
}
