import { expect, test } from 'vitest';
import { cleanSvg } from '../../src/svg/clean-svg.ts';
import { prefixIds } from '../../src/svg/prefix-ids.ts';
import { readSvg, writeSvg } from '../../src/svg/svg-tree.ts';

/** What is left of an SVG text. */
function cleaned(text: string): string {
  const tree = readSvg(text);
  return tree === undefined ? '' : writeSvg(cleanSvg(tree)).replace(/\n/g, '');
}

test.each([
  ['a script', '<svg><script>alert(1)</script><rect/></svg>', '<svg><rect/></svg>'],
  ['a script in CDATA', '<svg><script><![CDATA[alert(1)]]></script></svg>', '<svg/>'],
  ['an event handler', '<svg onload="alert(1)"><rect onclick=\'alert(1)\' x="1"/></svg>', '<svg><rect x="1"/></svg>'],
  ['foreign HTML', '<svg><foreignObject><body/></foreignObject></svg>', '<svg/>'],
  ['a link to a script', '<svg><a href="javascript:alert(1)"><rect/></a></svg>', '<svg><rect/></svg>'],
  ['an image from elsewhere', '<svg><image href="https://example.org/a.png"/></svg>', '<svg/>'],
  ['an SVG image, which could hold a script', '<svg><image href="data:image/svg+xml;base64,AA"/></svg>', '<svg/>'],
  ['a drawing from elsewhere', '<svg><use href="https://example.org/a.svg#b"/></svg>', '<svg><use/></svg>'],
  ['a paint from elsewhere', '<svg><rect fill="url(https://example.org/a)"/></svg>', '<svg><rect/></svg>'],
  ['a style that fetches', '<svg><style>@import "a.css";</style></svg>', '<svg/>'],
  ['a style that fetches a font', '<svg><style>a{src:url("//example.org")}</style></svg>', '<svg/>'],
  ['an animation that could set a link', '<svg><animate attributeName="href" to="javascript:a"/></svg>', '<svg/>'],
  ['an entity', '<!DOCTYPE svg [<!ENTITY a "b">]><svg><text>&a;</text></svg>', '<svg><text>&amp;a;</text></svg>'],
])('%s is taken out', (_, text, expected) => {
  expect(cleaned(text)).toBe(expected);
});

test('what draws stays: shapes, safe links, embedded pixels, gradients, harmless styles', () => {
  const text =
    '<svg viewBox="0 0 1 1"><style>.a{fill:url(#g)}</style><defs><linearGradient id="g"/></defs>' +
    '<a href="https://example.org/"><text x="1">a &lt; b</text></a><image href="data:image/png;base64,AAAA"/></svg>';
  expect(cleaned(text)).toBe(text);
});

test('what was never closed, or closed twice, still gives one well-formed tree', () => {
  expect(cleaned('<svg><g><rect></g></text></svg></svg><rect/>')).toBe('<svg><g><rect/></g></svg>');
  expect(readSvg('no markup')).toBeUndefined();
});

test('characters that XML has no place for become U+FFFD, in text and in attributes', () => {
  expect(cleaned('<svg><text class="\u0001">\u0000\ud800</text></svg>')).toBe(
    '<svg><text class="\ufffd">\ufffd\ufffd</text></svg>',
  );
});

test('an id gets its prefix together with all that refer to it', () => {
  const tree = readSvg(
    '<svg aria-labelledby="a b"><g id="a" clip-path="url(#c)"/><g id="b"/><clipPath id="c"/><use href="#a"/><use href="#z"/></svg>',
  );
  if (tree === undefined) throw new Error('not read');
  prefixIds(tree, 'p-');
  expect(writeSvg(tree).replace(/\n/g, '')).toBe(
    '<svg aria-labelledby="p-a p-b"><g id="p-a" clip-path="url(#p-c)"/><g id="p-b"/><clipPath id="p-c"/><use href="#p-a"/><use href="#z"/></svg>',
  );
});
