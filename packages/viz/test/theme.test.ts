import { expect, test } from 'vitest';
import { contrast, darkPalette, lightPalette, rampLength, seriesLength, themeCss } from '../src/theme.ts';

const palettes = [
  ['light', lightPalette],
  ['dark', darkPalette],
] as const;

const kinds = ['input', 'parameter', 'constant', 'op', 'output', 'folded', 'backward', 'module'];

test('contrast is that of WCAG: 21 between black and white, 1 between equals', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
  expect(contrast('#777777', '#777777')).toBe(1);
  expect(contrast('#767676', '#ffffff')).toBeGreaterThan(4.5);
  expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5);
});

test.each(palettes)('in the %s theme text has a contrast of at least 4.5 to whatever it stands on', (_, palette) => {
  const hex = (name: string) => palette.get(name) ?? 'missing';
  const pairs: [text: string, ground: string][] = [
    ...['ink', 'soft', 'alarm', 'link'].map((name): [string, string] => [name, 'paper']),
    ['link', 'module-fill'],
    ...kinds.map((kind): [string, string] => ['ink', `${kind}-fill`]),
    ...Array.from({ length: rampLength }, (_each, step): [string, string] => [
      `on-sequential-${step}`,
      `sequential-${step}`,
    ]),
  ];
  for (const [text, ground] of pairs)
    expect([text, ground, contrast(hex(text), hex(ground)) >= 4.5]).toEqual([text, ground, true]);
});

test.each(palettes)('in the %s theme borders and lines have a contrast of at least 3 to the paper', (_, palette) => {
  const lines = [
    ...kinds.map((kind) => `${kind}-edge`),
    ...Array.from({ length: seriesLength }, (_each, index) => `series-${index}`),
  ];
  const paper = palette.get('paper') ?? 'missing';
  for (const line of lines) expect([line, contrast(palette.get(line) ?? 'missing', paper) >= 3]).toEqual([line, true]);
});

test('both themes name the same colours', () => {
  expect([...darkPalette.keys()]).toEqual([...lightPalette.keys()]);
});

test('an automatic picture follows the page before the system, and prints on white', () => {
  expect(themeCss('x', ['paper'])).toMatchInlineSnapshot(`
    ".x{--ew-paper:#ffffff}
    @media (prefers-color-scheme:dark){.x[data-theme=auto]{--ew-paper:#0d1117}}
    :root[data-theme=light] .x[data-theme=auto]{--ew-paper:#ffffff}
    :root[data-theme=dark] .x[data-theme=auto],.x[data-theme=dark]{--ew-paper:#0d1117}
    @media print{.x.x{--ew-paper:#ffffff!important}}"
  `);
});
