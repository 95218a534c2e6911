/** The last step of every picture: a root that scales and can be read aloud, colours that follow the theme, ids of its own. */
import { type Theme, colour, colourNameIn, hexOf, themeCss } from '../theme.ts';
import { prefixIds } from './prefix-ids.ts';
import { type SvgElement, type SvgNode, element, everyElement, writeSvg } from './svg-tree.ts';

/** A picture on its way out. */
export interface Finish {
  /** Size in CSS pixels at which text has the size it says. */
  readonly width: number;
  readonly height: number;
  /** The picture's name, for a screen reader and as the tooltip of its background. */
  readonly title: string;
  /** What the picture shows, in words. */
  readonly description: string;
  readonly theme: Theme;
}

/** The class of every picture's root element. */
export const pictureClass = 'ew-picture';

const paints = new Map([
  ['fill', 'fill'],
  ['stroke', 'stroke'],
  ['stop-color', 'stop'],
]);

/** The picture as text: an `svg` element that fits its container, with its own style sheet and nothing to fetch. */
export function finishSvg(content: readonly SvgNode[], { width, height, title, description, theme }: Finish): string {
  const background = element('rect', { width, height, fill: colour('paper') });
  const root = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      class: pictureClass,
      'data-theme': theme,
      role: 'img',
      'font-family': 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif',
      fill: colour('ink'),
    },
    [background, ...content],
  );
  const css = themed(root, theme);
  root.children.unshift(element('title', {}, [title]), element('desc', {}, [description]), element('style', {}, [css]));
  prefixIds(root, `ew${fingerprint(root)}-`);
  return writeSvg(root);
}

/**
 * Writes each named colour as a plain one, for viewers that know no CSS variables, and as a class, which wins in those that do.
 * Gives the style sheet for these classes: equal in all pictures that use the same names, so that many may stand in one page.
 */
function themed(root: SvgElement, theme: Theme): string {
  const names = new Set<string>();
  const rules = new Set<string>();
  for (const { attributes } of everyElement(root)) {
    for (const [property, short] of paints) {
      const value = attributes.get(property);
      const name = value === undefined ? undefined : value === 'currentColor' ? 'ink' : colourNameIn(value);
      if (name === undefined) continue;
      attributes.set(property, hexOf(name, theme));
      attributes.set('class', [attributes.get('class'), `ew-${short}-${name}`].filter(Boolean).join(' '));
      names.add(name);
      rules.add(
        `.${pictureClass} .ew-${short}-${name},.${pictureClass}.ew-${short}-${name}{${property}:var(--ew-${name})}`,
      );
    }
  }
  return [
    `.${pictureClass}{display:block;max-width:100%;height:auto}`,
    themeCss(pictureClass, names),
    ...[...rules].sort(),
  ].join('\n');
}

/** FNV-1a of the picture: the same picture has the same ids at each run. */
function fingerprint(root: SvgElement): string {
  let hash = 0x811c9dc5;
  for (const character of writeSvg(root)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36);
}
