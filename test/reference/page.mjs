// docs/reference/accuracy.md: what was measured, as a page.

import { readFileSync } from 'node:fs';

/** Where the page is. */
export const page = new URL('../../docs/reference/accuracy.md', import.meta.url);

const intro = `# Accuracy

How far results lie from the truth, in units in the last place (ulp) of the truth: the largest error met at several
hundred inputs of each op. Half a unit is a result rounded once, and nothing does better.

The limits are 2 ulp in f64, 2.5 in f32, and 8 for the error function and gelu; a test holds every elementwise op of core
to them. The truth has 23 digits and was computed with more than 60: \`test/reference\` has the formulas, the inputs (all
sizes, smallest numbers, ends of the range, and dense where a function is hard to compute: near 1 for logarithms, near
multiples of π/2 up to 1e5 for angles) and the tables. f32 is computed in f64 and rounded once, so it is nearly always the
nearest number.

The functions of JavaScript's \`Math\` may differ from engine to engine. These numbers are V8's.

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
  const head = ['op', 'f64', 'f32', 'inputs in f64', 'in f32'];
  const widths = head.map((title, k) => Math.max(title.length, ...cells.map((row) => row[k].length)));
  const line = (row) => `| ${row.map((cell, k) => cell.padEnd(widths[k])).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return `${intro}${[line(head), rule, ...cells.map(line)].join('\n')}\n`;
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
