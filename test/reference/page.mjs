// docs/reference/accuracy.md: what was measured, as a page.

import { readFileSync } from 'node:fs';
import { atPoints, elsewhere, points, written } from './special-values.mjs';

/** Where the page is. */
export const page = new URL('../../docs/reference/accuracy.md', import.meta.url);

const intro = `# Accuracy

How far results lie from the truth, in units in the last place (ulp) of the truth: the largest error met at a few hundred
inputs of each op, to which the four worst of some twenty thousand others belong. Half a unit is a result rounded once, and
nothing does better.

The limits are 2 ulp in f64, 2.5 in f32, and 8 for the error function and gelu; a test holds every elementwise op of core
to them. The truth has 23 digits and was computed with more than 60: \`test/reference\` has the formulas, the inputs (all
sizes, smallest numbers, ends of the range, and dense where a function is hard to compute: near 1 for logarithms, near
multiples of π/2 up to 1e5 for angles), the search for the worst ones, and the tables. Programs and ops called one by one compute both dtypes by the same
polynomials, so these numbers are those of every engine.

A page that never imports \`compile\` has the functions of JavaScript's \`Math\` instead, which may differ from engine to
engine; f32 is then computed in f64 and rounded once.

\`\`\`sh
npm run build
node test/reference/write-accuracy.mjs # measures, and writes this page
\`\`\`

`;

/** @param {import('./scan.mjs').Row[]} rows */
export function pageOf(rows) {
  const cells = rows.map(({ name, measured: { f64, f32 } }) => [
    name,
    f64.worst.toFixed(2),
    f32.worst.toFixed(2),
    String(f64.points),
    String(f32.points),
  ]);
  return intro + tableOf(['op', 'f64', 'f32', 'inputs in f64', 'in f32'], cells);
}

function tableOf(head, cells) {
  const widths = head.map((title, k) => Math.max(title.length, ...cells.map((row) => row[k].length)));
  const line = (row) => `| ${row.map((cell, k) => cell.padEnd(widths[k])).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return `${[line(head), rule, ...cells.map(line)].join('\n')}\n`;
}

/**
 * The largest errors that the page states.
 *
 * @returns {Map<string, { f64: number, f32: number }>}
 */
export function statedErrors() {
  const rows = readFileSync(page, 'utf8').matchAll(/^\| (\S+) +\| (\d\S*) +\| (\d\S*) +\|/gm);
  return new Map(Array.from(rows, ([, name, f64, f32]) => [name, { f64: Number(f64), f32: Number(f32) }]));
}

/** docs/reference/special-values.md: what elementwise ops give where formulas end. */
export const specialPage = new URL('../../docs/reference/special-values.md', import.meta.url);

export function specialPageOf() {
  const rows = Object.entries(atPoints).map(([name, results]) => [name, ...results.map(shown)]);
  const further = Object.entries(elsewhere).map(([name, cases]) => [
    name,
    cases.map((numbers) => `${numbers.slice(0, -1).map(shown).join(', ')} → ${shown(numbers.at(-1))}`).join('; '),
  ]);
  const { min, max } = written.clip[0];
  return `# Special values

What elementwise ops give where formulas end: at infinities, signed zeros and NaN, at the ends of the range and beyond
their domains. A test holds every op to this page, in f64 and f32, for single numbers and in arrays. As IEEE 754 and NumPy
have it, where they say something; activations have the limit. A number that no float is, such as log 2, may be off by one
unit in the last place. \`test/reference/special-values.mjs\` is the source.

${tableOf(['op', ...points.map(shown)], rows)}
At other points: inputs → result. \`clip\` is to ${min} and ${max}.

${tableOf(['op', 'gives'], further)}`;
}

function shown(x) {
  if (Object.is(x, -0)) return '-0';
  const named = new Map([
    [Infinity, '∞'],
    [-Infinity, '-∞'],
    [Math.PI, 'π'],
    [-Math.PI, '-π'],
    [Math.PI / 2, 'π/2'],
    [-Math.PI / 2, '-π/2'],
    [Math.PI / 4, 'π/4'],
    [(3 * Math.PI) / 4, '3π/4'],
    [(-3 * Math.PI) / 4, '-3π/4'],
    [-Math.LN2, '-log 2'],
    [Math.LN2, 'log 2'],
  ]);
  return named.get(x) ?? String(x);
}
