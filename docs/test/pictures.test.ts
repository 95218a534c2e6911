// The pictures in docs/pictures are what docs/pictures/draw.mjs draws, small, and readable in light and dark.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pictures } from '../pictures/draw.mjs';

test.each(Object.entries(pictures))('%s is drawn from a real graph', async (name, draw) => {
  const file = readFileSync(new URL(`../pictures/${name}`, import.meta.url), 'utf8');
  expect(file.length).toBeLessThan(100_000);
  expect(file).toContain('prefers-color-scheme:dark');
  expect(await draw(), 'draw again: npm run build && node docs/pictures/draw.mjs').toBe(file);
});
