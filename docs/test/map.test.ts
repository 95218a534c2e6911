// The map in CONTRIBUTING.md, and the order of rooms in docs/design, are those that the build holds the code to.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packages, rooms } from '../../tools/import-rules.mjs';

const page = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

test('CONTRIBUTING.md lists the rooms in the order in which they may import each other', () => {
  const listed = [...page('CONTRIBUTING.md').matchAll(/^\| `([\w-]+)` +\|/gm)].map((match) => match[1]);
  expect(listed).toEqual(Object.keys(rooms));
});

test('CONTRIBUTING.md lists the packages', () => {
  const listed = [...page('CONTRIBUTING.md').matchAll(/^packages\/(\w+) /gm)].map((match) => match[1]);
  expect(new Set(listed)).toEqual(new Set(Object.keys(packages)));
});

test('docs/design gives the same order of rooms', () => {
  const [, sentence = ''] = /rooms above it:\n\n(.*?)\.\n/s.exec(page('docs/design/0010-rooms.md')) ?? [];
  expect([...sentence.matchAll(/`([\w-]+)`/g)].map((match) => match[1])).toEqual(Object.keys(rooms));
});
