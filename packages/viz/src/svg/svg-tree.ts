/**
 * SVG as a tree of plain objects: read from text or from a document, and written as well-formed XML.
 *
 * The reader takes what picture tools write, not all of XML: it knows no entities beyond XML's five, so a document cannot
 * define any, and it forgives what is badly closed, because Graphviz 2.50 copies font names into its output unescaped.
 */

/** An element; `attributes` keep their order. */
export interface SvgElement {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: SvgNode[];
}

/** A child of an element: another element, or text. */
export type SvgNode = SvgElement | string;

/** Attribute values on the way in; undefined ones are left out. */
export type SvgAttributes = Readonly<Record<string, string | number | undefined>>;

/** Makes an element: `element('text', { x: 4 }, ['hello'])`. */
export function element(name: string, attributes: SvgAttributes = {}, children: readonly SvgNode[] = []): SvgElement {
  const given = new Map<string, string>();
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) given.set(key, typeof value === 'number' ? shortNumber(value) : value);
  }
  return { name, attributes: given, children: [...children] };
}

/** A coordinate with three decimals at most, which is finer than a screen. */
function shortNumber(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** Elements whose text is content; elsewhere it is indentation. */
const textElements = new Set(['text', 'tspan', 'title', 'desc', 'style']);

const markup =
  /<!--[\s\S]*?-->|<!\[CDATA\[(?<literal>[\s\S]*?)\]\]>|<[!?][^>]*>|<\/(?<closes>[^\s>]+)\s*>|<(?<opens>[A-Za-z_][^\s/>]*)(?<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>/g;
const attribute = /([^\s=/"'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Reads the first element in `text` and all that is in it; undefined if there is none. */
export function readSvg(text: string): SvgElement | undefined {
  const top = element('');
  const open: SvgElement[] = [top];
  let end = 0;
  for (const match of text.matchAll(markup)) {
    addText(open, unescaped(text.slice(end, match.index)));
    end = match.index + match[0].length;
    const { literal, closes, opens, attributes = '' } = match.groups ?? {};
    if (literal !== undefined) addText(open, literal);
    else if (closes !== undefined) close(open, closes);
    else if (opens !== undefined) {
      const made = element(opens);
      for (const [, key, double, single] of attributes.matchAll(attribute)) {
        if (key !== undefined && !made.attributes.has(key)) made.attributes.set(key, unescaped(double ?? single ?? ''));
      }
      open.at(-1)?.children.push(made);
      if (!attributes.endsWith('/')) open.push(made);
    }
  }
  return top.children.find((child) => typeof child !== 'string');
}

function addText(open: readonly SvgElement[], text: string): void {
  const parent = open.at(-1);
  if (parent !== undefined && text !== '' && textElements.has(parent.name)) parent.children.push(text);
}

/** Closes the innermost open element of that name; a closing tag that matches nothing is left out. */
function close(open: SvgElement[], name: string): void {
  const at = open.findLastIndex((candidate) => candidate.name === name);
  if (at > 0) open.length = at;
}

/** A document's element as a tree. */
export function fromDocument(source: Element): SvgElement {
  const made = element(source.localName);
  for (const { name, value } of source.attributes) made.attributes.set(name, value);
  for (const child of source.childNodes) {
    if (child.nodeType === 3) addText([made], child.nodeValue ?? '');
    // A child of node type 1 is an Element; the document's types do not connect the two.
    else if (child.nodeType === 1) made.children.push(fromDocument(child as Element));
  }
  return made;
}

/** The tree as XML text. */
export function writeSvg(node: SvgNode): string {
  if (typeof node === 'string') return escaped(node);
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join('');
  if (node.children.length === 0) return `<${node.name}${attributes}/>`;
  const separator = textElements.has(node.name) ? '' : '\n';
  const inside = node.children.map(writeSvg).join(separator);
  return `<${node.name}${attributes}>${separator}${inside}${separator}</${node.name}>`;
}

/** The element and everything below it, parents first. */
export function* everyElement(root: SvgElement): Generator<SvgElement> {
  yield root;
  for (const child of root.children) if (typeof child !== 'string') yield* everyElement(child);
}

/** All text below an element. */
export function textOf(node: SvgNode): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('');
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML and in XML, between tags and in an attribute; what XML cannot hold becomes U+FFFD. */
export function escaped(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- these are the characters that XML 1.0 excludes
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
      .replace(/[&<>"']/g, (character) => escapes[character] ?? character)
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g,
    (all: string, ...groups: unknown[]) => {
      const [decimal, hex, name] = groups;
      if (typeof name === 'string') return entities[name] ?? all;
      const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}
