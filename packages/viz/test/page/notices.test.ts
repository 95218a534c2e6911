import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { notices, noticesText } from '../../src/index.ts';

test('every work has a holder, a licence and an address of its source', () => {
  for (const notice of notices) {
    expect(notice.copyright).not.toBe('');
    expect(notice.source).toMatch(/^https:\/\//);
  }
});

test('the text holds each licence once, in full, and what the EPL wants said about compiled code', () => {
  const text = noticesText();
  for (const [phrase, times] of [
    ['THE ACCOMPANYING PROGRAM IS PROVIDED UNDER THE TERMS OF THIS ECLIPSE PUBLIC LICENSE', 1],
    ['TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION', 1],
    ['in the Software without restriction', 1],
    ['Permission to use, copy, modify, and/or distribute', 1],
    ['Mozilla Public License Version 2.0\n===', 1],
    ['SIL OPEN FONT LICENSE Version 1.1', 1],
    ['source code is available from the address above', 1],
  ] as const) {
    expect([phrase, text.split(phrase).length - 1]).toEqual([phrase, times]);
  }
});

test('what is not in a bundle is not in its notices', () => {
  expect(noticesText(['graphs']).includes('Eclipse Public License')).toBe(true);
  expect(noticesText(['plots'])).not.toContain('Graphviz');
  expect(noticesText(['graphs'])).not.toContain('Observable');
});

test('the versions named are those in package.json', () => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const versionOf = (name: string) => new RegExp(`"${name}": "([^"]+)"`).exec(manifest)?.[1] ?? 'not a dependency';
  const versions = notices.map(({ version }) => version).join(' ');
  for (const name of [
    'graphviz-wasm',
    '@observablehq/plot',
    'linkedom',
    '@resvg/resvg-wasm',
    '@expo-google-fonts/arimo',
  ])
    expect(versions).toContain(versionOf(name));
  expect(readFileSync(new URL('../../NOTICE', import.meta.url), 'utf8')).toContain(
    `graphviz-wasm ${versionOf('graphviz-wasm')}`,
  );
});
