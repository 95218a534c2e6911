/**
 * Keeps of an SVG only what draws: no script, no event handler, nothing fetched from elsewhere.
 * A list of what may stay, rather than of what must go, so that what nobody thought of goes.
 */
import { type SvgElement, type SvgNode, element, textOf } from './svg-tree.ts';

const drawing = new Set(
  'svg g defs clipPath linearGradient radialGradient stop pattern marker title desc style path polygon polyline line rect circle ellipse text tspan textPath use image a'.split(
    ' ',
  ),
);

const allowedAttributes = new Set(
  (
    'id class role tabindex lang x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox preserveAspectRatio transform ' +
    'fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin ' +
    'stroke-miterlimit color opacity paint-order vector-effect shape-rendering image-rendering clip-path clip-rule marker-start marker-mid ' +
    'marker-end mask offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod clipPathUnits patternUnits ' +
    'patternContentUnits patternTransform markerWidth markerHeight markerUnits refX refY orient text-anchor dominant-baseline ' +
    'alignment-baseline baseline-shift font-family font-size font-weight font-style font-variant text-decoration letter-spacing ' +
    'textLength lengthAdjust rotate visibility display xml:space mix-blend-mode style href startOffset'
  ).split(' '),
);

/** A copy of the tree with what draws and nothing else. */
export function cleanSvg(root: SvgElement): SvgElement {
  return cleaned(root).find((node) => typeof node !== 'string') ?? element('svg');
}

function cleaned(node: SvgNode): SvgNode[] {
  if (typeof node === 'string') return [node];
  if (!drawing.has(node.name)) return [];
  const children = node.children.flatMap(cleaned);
  const href = safeLink(node);
  // A link that leads nowhere safe is only a group, and a reader need not know that there was one.
  if (node.name === 'a' && href === undefined) return children;
  if (node.name === 'image' && href === undefined) return [];
  if (node.name === 'style' && !isHarmlessCss(children.map(textOf).join(''))) return [];
  const kept = element(node.name, {}, children);
  for (const [name, value] of node.attributes) {
    if (name === 'href' || !isAllowed(name, value)) continue;
    kept.attributes.set(name, value);
  }
  if (href !== undefined) kept.attributes.set('href', href);
  return [kept];
}

function isAllowed(name: string, value: string): boolean {
  if (!allowedAttributes.has(name) && !/^(aria|data)-[a-z0-9-]+$/.test(name)) return false;
  return isHarmlessCss(value);
}

/** CSS or a paint that reaches for nothing outside the document. */
function isHarmlessCss(css: string): boolean {
  if (/@import|expression\s*\(|javascript:|\\/i.test(css)) return false;
  return [...css.matchAll(/url\s*\(\s*["']?(.?)/gi)].every(([, first]) => first === '#');
}

/** Where a link or image leads, if a picture may lead there. */
function safeLink({ name, attributes }: SvgElement): string | undefined {
  const href = attributes.get('href') ?? attributes.get('xlink:href');
  if (href === undefined) return undefined;
  if (name === 'image') return /^data:image\/(png|jpeg|gif|webp);base64,[\w+/=\s]*$/.test(href) ? href : undefined;
  if (href.startsWith('#')) return href;
  return name === 'a' && /^https?:\/\//i.test(href) ? href : undefined;
}
