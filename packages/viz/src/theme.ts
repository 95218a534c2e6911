/**
 * The colours of every picture, by meaning, in a light and a dark theme; this file is the only one that writes a colour down.
 *
 * Hues are those of Okabe and Ito, "Color Universal Design" (2008), which stay apart for colour-blind readers; they are
 * darkened or lightened until lines have a contrast of 3:1 and text one of 4.5:1 against what lies below it (WCAG 2.1).
 */

/** How a picture picks its colours: always light, always dark, or as the page or the reader's system asks. */
export type Theme = 'light' | 'dark' | 'auto';

/** All themes. */
export const themes: readonly Theme[] = ['light', 'dark', 'auto'];

/** What a node of a graph is, as its class in DOT says. */
export type NodeKind = 'input' | 'parameter' | 'constant' | 'op' | 'output' | 'folded' | 'backward';

type Step = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/** A colour by its meaning. */
export type ColourName =
  | 'paper'
  | 'ink'
  | 'soft'
  | 'line'
  | 'alarm'
  | 'link'
  | `${NodeKind | 'module'}-${'fill' | 'edge'}`
  | `series-${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`
  | `${'sequential' | 'diverging' | 'on-sequential'}-${Step}`;

/** Number of colours in a ramp such as `sequential-0` to `sequential-10`. */
export const rampLength = 11;

/** Number of colours for lines and classes, after which they repeat. */
export const seriesLength = 8;

/** A theme's colours as `#rrggbb`, by name. */
export type Palette = ReadonlyMap<string, string>;

export const lightPalette: Palette = completed({
  paper: '#ffffff',
  ink: '#1b1f24',
  soft: '#57606a',
  line: '#d0d7de',
  alarm: '#b33a00',
  link: '#005a9c',
  'input-fill': '#d6ebfa',
  'input-edge': '#0072b2',
  'parameter-fill': '#ffedc2',
  'parameter-edge': '#9a6700',
  'constant-fill': '#f1f3f5',
  'constant-edge': '#6e7781',
  'op-fill': '#ffffff',
  'op-edge': '#57606a',
  'output-fill': '#cdeee2',
  'output-edge': '#00785a',
  'folded-fill': '#f6e3ee',
  'folded-edge': '#a3477f',
  'backward-fill': '#ffe3d3',
  'backward-edge': '#c04e00',
  'module-fill': '#f6f8fa',
  'module-edge': '#8c959f',
  ...series('#0072b2', '#d55e00', '#00886a', '#b0508a', '#a86f00', '#2a86bb', '#4d545c', '#857b00'),
  ...ramp('sequential', '#f3f8fd', '#6fb1dc', '#06335f'),
  ...ramp('diverging', '#f6bf90', '#f6f6f6', '#9dcdee'),
});

export const darkPalette: Palette = completed({
  paper: '#0d1117',
  ink: '#e6edf3',
  soft: '#9aa5b1',
  line: '#30363d',
  alarm: '#ff8f57',
  link: '#7cc4f2',
  'input-fill': '#0c2d48',
  'input-edge': '#56b4e9',
  'parameter-fill': '#3d2f00',
  'parameter-edge': '#e69f00',
  'constant-fill': '#1f252c',
  'constant-edge': '#8b949e',
  'op-fill': '#161b22',
  'op-edge': '#9aa5b1',
  'output-fill': '#04362a',
  'output-edge': '#2fc79a',
  'folded-fill': '#3a1f31',
  'folded-edge': '#de96bd',
  'backward-fill': '#43210c',
  'backward-edge': '#f0803c',
  'module-fill': '#12181f',
  'module-edge': '#6e7681',
  ...series('#58a9de', '#f0803c', '#2fc79a', '#de96bd', '#e69f00', '#9ad3f5', '#c9d1d9', '#f0e442'),
  ...ramp('sequential', '#131c26', '#1c6ba3', '#d3eafc'),
  ...ramp('diverging', '#6b3812', '#1a1f26', '#124b70'),
});

/**
 * A colour as an attribute's value, to be resolved when the picture is finished: `fill: colour('ink')`.
 */
export function colour(name: ColourName): string {
  return `var(--ew-${name})`;
}

/** The colour of a line or class by its number, from the start again after the last. */
export function seriesColour(index: number): string {
  return `var(--ew-series-${index % seriesLength})`;
}

/** The colour at a fraction from 0 to 1 along a ramp. */
export function rampColour(name: 'sequential' | 'diverging' | 'on-sequential', fraction: number): string {
  const step = Math.round(Math.min(1, Math.max(0, fraction)) * (rampLength - 1));
  return `var(--ew-${name}-${step})`;
}

/** The name in a value made by `colour`, or undefined if the value is something else. */
export function colourNameIn(value: string): string | undefined {
  return /^var\(--ew-([a-z0-9-]+)\)$/.exec(value)?.[1];
}

/** A colour as `#rrggbb`; `auto` gives the light one, which is what a viewer without CSS shows. */
export function hexOf(name: string, theme: Theme): string {
  const hex = (theme === 'dark' ? darkPalette : lightPalette).get(name);
  if (hex === undefined) throw new RangeError(`no colour named "${name}" in the theme`);
  return hex;
}

/**
 * CSS that gives the named colours their values below elements of a class, in both themes.
 * An `auto` picture follows `data-theme` of the page's root element, and without one the reader's system; paper is light.
 */
export function themeCss(rootClass: string, names: Iterable<string>): string {
  const sorted = [...new Set(names)].sort();
  const values = (theme: Theme) => sorted.map((name) => `--ew-${name}:${hexOf(name, theme)}`).join(';');
  const light = values('light');
  const dark = values('dark');
  const auto = `.${rootClass}[data-theme=auto]`;
  return [
    `.${rootClass}{${light}}`,
    `@media (prefers-color-scheme:dark){${auto}{${dark}}}`,
    `:root[data-theme=light] ${auto}{${light}}`,
    `:root[data-theme=dark] ${auto},.${rootClass}[data-theme=dark]{${dark}}`,
    // Ink on white, whatever the screen shows: a reader's printer should not fill a page with black.
    `@media print{.${rootClass}.${rootClass}{${light.replaceAll(';', '!important;')}!important}}`,
  ].join('\n');
}

function series(...hexes: string[]): Record<string, string> {
  return Object.fromEntries(hexes.map((hex, index) => [`series-${index}`, hex]));
}

/** Eleven colours from `low` over `middle` to `high`. */
function ramp(name: string, low: string, middle: string, high: string): Record<string, string> {
  const half = (rampLength - 1) / 2;
  const steps = Array.from({ length: rampLength }, (_, step) =>
    step <= half ? mix(low, middle, step / half) : mix(middle, high, step / half - 1),
  );
  return Object.fromEntries(steps.map((hex, step) => [`${name}-${step}`, hex]));
}

/** Adds the colour in which text stands on each step of the sequential ramp: black or white, whichever is further away. */
function completed(colours: Record<string, string>): Palette {
  const all = new Map(Object.entries(colours));
  for (let step = 0; step < rampLength; step++) {
    const below = all.get(`sequential-${step}`) ?? '#ffffff';
    all.set(`on-sequential-${step}`, contrast('#000000', below) > contrast('#ffffff', below) ? '#000000' : '#ffffff');
  }
  return all;
}

function mix(from: string, to: string, fraction: number): string {
  const [a, b] = [channels(from), channels(to)];
  const mixed = a.map((value, index) => Math.round(value + ((b[index] ?? value) - value) * fraction));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** How far apart two colours are for the eye, from 1 (equal) to 21 (black on white); WCAG 2.1, "contrast ratio". */
export function contrast(first: string, second: string): number {
  const [a, b] = [luminance(first), luminance(second)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** WCAG 2.1, "relative luminance". */
function luminance(hex: string): number {
  const linear = channels(hex).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
