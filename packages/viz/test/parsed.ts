/** Reads a picture with a parser that is not ours, and answers what tests ask about it. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect } from 'vitest';

/** An element as the independent parser saw it. */
export interface ParsedElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly ParsedElement[];
  readonly text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 10_000_000 },
});

/** The root element; fails the test unless the text is well-formed XML. */
export function parsed(svg: string): ParsedElement {
  expect(XMLValidator.validate(svg)).toBe(true);
  const [root] = elementsOf(parser.parse(svg));
  if (root === undefined) throw new Error('no element');
  return root;
}

/** All elements of a name (any name without one), in document order. */
export function all(root: ParsedElement, name?: string): ParsedElement[] {
  const below = root.children.flatMap((child) => all(child, name));
  return name === undefined || root.name === name ? [root, ...below] : below;
}

/** The text of each `text` element. */
export function texts(root: ParsedElement): string[] {
  return all(root, 'text').map((element) => element.text);
}

/** Fails the test unless the picture is safe, scales, is named, and has no coordinate that is not a number. */
export function expectSoundPicture(svg: string): ParsedElement {
  const root = parsed(svg);
  expect(root.name).toBe('svg');
  expect(root.attributes.role).toBe('img');
  expect(root.attributes.viewBox).toMatch(/^0 0 [1-9]\d* [1-9]\d*$/);
  expect(root.children[0]?.name).toBe('title');
  expect(root.children[0]?.text).not.toBe('');
  expect(root.children[1]?.name).toBe('desc');
  const allowed =
    /^(svg|g|title|desc|style|path|polygon|polyline|line|rect|circle|ellipse|text|tspan|defs|clipPath|linearGradient|radialGradient|stop|image|a)$/;
  for (const { name, attributes } of all(root)) {
    expect(name).toMatch(allowed);
    for (const [attribute, value] of Object.entries(attributes)) {
      expect(attribute).not.toMatch(/^on/i);
      if (!/^(data-|aria-|class$)/.test(attribute))
        expect(`${attribute}=${value}`).not.toMatch(/NaN|Infinity|undefined|javascript:/);
    }
  }
  const ids = all(root).flatMap(({ attributes }) => attributes.id ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  return root;
}

function elementsOf(nodes: unknown): ParsedElement[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: Record<string, unknown>) =>
    Object.keys(node)
      .filter((key) => key !== ':@' && key !== '#text' && !key.startsWith('?'))
      .map((name) => ({
        name,
        attributes: attributesOf(node[':@']),
        children: elementsOf(node[name]),
        text: textIn(node[name]),
      })),
  );
}

function attributesOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(value ?? {}).map(([key, text]) => [key, String(text)]));
}

function textIn(nodes: unknown): string {
  if (!Array.isArray(nodes)) return '';
  return nodes
    .map((node: Record<string, unknown>) =>
      '#text' in node ? String(node['#text']) : Object.values(node).map(textIn).join(''),
    )
    .join('');
}
