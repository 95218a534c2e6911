/** Rows as a Markdown table that is also readable as it stands. */
import { type Row, isMet } from './report.ts';

const measured: readonly { title: string; right: boolean; cell: (row: Row) => string }[] = [
  { title: 'what', right: false, cell: ({ what }) => what },
  { title: 'unit', right: false, cell: ({ unit }) => unit },
  { title: 'ours', right: true, cell: ({ ours }) => numberText(ours.median) },
  { title: 'by hand', right: true, cell: ({ byHand }) => (byHand === undefined ? '' : numberText(byHand.median)) },
  { title: 'time ratio', right: true, cell: ({ ratio }) => (ratio === undefined ? '' : ratio.median.toFixed(2)) },
  { title: 'spread', right: true, cell: ({ ours, ratio }) => `${((ratio ?? ours).spread * 100).toFixed(0)} %` },
];

const judgement: typeof measured = [
  { title: 'bar', right: true, cell: barText },
  { title: '', right: false, cell: verdict },
];

/** Without `judged` no bars are shown: numbers that mean nothing meet none and miss none. */
export function table(rows: readonly Row[], { judged = true }: { judged?: boolean } = {}): string {
  const columns = judged ? [...measured, ...judgement] : measured;
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
  const widths = columns.map((_, k) => Math.max(3, ...lines.map((line) => line[k]!.length)));
  const printed = lines.map((line) => line.map((cell, k) => padded(cell, widths[k]!, columns[k]!.right)));
  const rule = columns.map(({ right }, k) => (right ? `${'-'.repeat(widths[k]! - 1)}:` : '-'.repeat(widths[k]!)));
  return [printed[0]!, rule, ...printed.slice(1)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function padded(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}

function barText({ bar, unit }: Row): string {
  if (bar === undefined) return '';
  if (bar.of === 'ratio') return `<= ${bar.atMost.toFixed(1)}x`;
  return `<= ${bar.atMost} ${unit}${bar.there === undefined ? '' : ` (there ${bar.there})`}`;
}

function verdict(row: Row): string {
  const met = isMet(row);
  if (met === undefined) return '';
  const words = met ? 'met' : 'missed';
  const { there } = row.bar!;
  return there === undefined ? words : `${words} (${there}: ${row.ours.median <= there ? 'met' : 'missed'})`;
}

/** Three digits that count. */
function numberText(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
