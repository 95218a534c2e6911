// The pictures in docs/pictures are what docs/pictures/draw.mjs draws, small, and readable in light and dark.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pictures } from '../pictures/draw.mjs';

/** Major version of the Node that the pictures in the repository were drawn on. */
const drawnOn = '20';
const [engine] = process.versions.node.split('.');

test.each(Object.entries(pictures))('%s is drawn from a real graph', async (name, draw) => {
  const file = readFileSync(new URL(`../pictures/${name}`, import.meta.url), 'utf8');
  expect(file.length).toBeLessThan(100_000);
  expect(file).toContain('prefers-color-scheme:dark');
  const drawn = await draw();
  // What solvers do hangs on the last places of an engine's powers: on another one, the numbers may differ.
  const isMeasured = name.startsWith('work-precision');
  const [now, before] =
    isMeasured && engine !== drawnOn ? [withoutNumbers(drawn), withoutNumbers(file)] : [drawn, file];
  expect(now, 'draw again: npm run build && node docs/pictures/draw.mjs').toBe(before);
});

/** Elements and words, each kind once in a row: how many points a line has is a number too. */
function withoutNumbers(svg: string): string {
  const [, title = ''] = /<title>(.*?)<\/title>/.exec(svg) ?? [];
  return `${title}\n${[...new Set(svg.match(/<\w+|[A-Za-z][A-Za-z ]{3,}/g))].sort().join('\n')}`;
}
