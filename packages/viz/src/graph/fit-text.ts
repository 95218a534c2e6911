/**
 * Makes text as wide as Graphviz believed it to be when it drew the box around it.
 *
 * Graphviz knows the letters' widths of Helvetica (= Arial), but a reader's machine may have neither, and what stands in for
 * them is often a tenth wider: text would run over borders and into its neighbour. So each text states its width.
 */
import { type SvgElement, everyElement, textOf } from '../svg/svg-tree.ts';

/** Widths of Helvetica's letters in thousandths of the font size: Adobe Font Metrics for Helvetica. */
const letters: readonly (readonly [width: number, letters: string])[] = [
  [191, "'"],
  [222, 'ijl'],
  [260, '|'],
  [278, ' !,./:;I[\\]ft'],
  [333, '()-`r'],
  [334, '{}'],
  [355, '"'],
  [389, '*'],
  [469, '^'],
  [500, 'Jcksvxyz'],
  [556, '#$0123456789?L_abdeghnopqu'],
  [584, '+<=>~'],
  [611, 'FTZ'],
  [667, '&ABEKPSVXY'],
  [722, 'CDHNRUw'],
  [778, 'GOQ'],
  [833, 'Mm'],
  [889, '%'],
  [944, 'W'],
  [1015, '@'],
];

const widths: ReadonlyMap<string, number> = new Map(
  letters.flatMap(([width, row]) => [...row].map((letter) => [letter, width])),
);

/** The weight that titles are given after Graphviz has placed them; text that Graphviz itself made bold has another. */
export const ownWeight = '600';

/** How much wider a title may be than Graphviz believed: less than the margin around it. */
const bolder = 1.06;

/** Any other character counts as a space for each byte of its UTF-8. */
const byteWidth = 278;

/** States the width of each plain text in Helvetica or Arial below an element. */
export function fitText(root: SvgElement): void {
  for (const text of everyElement(root)) {
    const { name, attributes } = text;
    const weight = attributes.get('font-weight');
    if (name !== 'text' || (weight !== undefined && weight !== ownWeight) || attributes.has('font-style')) continue;
    if (!/^(Helvetica|Arial)\b/i.test(attributes.get('font-family') ?? '')) continue;
    const content = textOf(text);
    if (content.trim() === '') continue;
    const width = helveticaWidth(content) * Number(attributes.get('font-size') ?? 14);
    attributes.set('textLength', (width * (weight === ownWeight ? bolder : 1)).toFixed(1));
    attributes.set('lengthAdjust', 'spacingAndGlyphs');
  }
}

/** Width of a text in Helvetica as Graphviz 2.50 reckons it, in font sizes. */
export function helveticaWidth(text: string): number {
  let total = 0;
  for (const character of text) total += widths.get(character) ?? byteWidth * utf8Length(character);
  return total / 1000;
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
