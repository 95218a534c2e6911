/** What is known of what is selected, beside the graph. */
import type { Statistics } from '../../graph/model.ts';
import { button, byId, make, makeSvg } from './page-parts.ts';

export interface Row {
  readonly name: string;
  readonly text: string;
}

/** A list of buttons that lead elsewhere. */
export interface Links {
  readonly title: string;
  readonly links: readonly { readonly text: string; readonly act: () => void }[];
}

export interface Detail {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly code?: string | undefined;
  readonly actions: readonly { readonly text: string; readonly act: () => void; readonly pressed?: boolean }[];
  readonly numbers: readonly { readonly title: string; readonly of: Statistics; readonly isGradient: boolean }[];
  readonly links: readonly Links[];
}

export function showNothing(): void {
  byId('details').replaceChildren(
    make('p', 'Nothing is selected. Click a box or an edge, or press an arrow key in the graph.'),
  );
}

export function showDetail({ title, rows, code, actions, numbers, links }: Detail): void {
  const buttons = make('div');
  buttons.className = 'buttons';
  for (const { text, act, pressed } of actions) {
    const made = button(text, act);
    if (pressed !== undefined) made.setAttribute('aria-pressed', String(pressed));
    buttons.append(made);
  }
  byId('details').replaceChildren(
    make('h2', title),
    ...(actions.length === 0 ? [] : [buttons]),
    list(rows),
    ...(code === undefined ? [] : [make('pre', code)]),
    ...numbers.flatMap(({ title: name, of, isGradient }) => [make('h3', name), ...statistics(of, name, isGradient)]),
    ...links.flatMap(({ title: name, links: all }) => (all.length === 0 ? [] : [make('h3', name), linkList(all)])),
  );
}

function list(rows: readonly Row[]): HTMLElement {
  const made = make('dl');
  for (const { name, text } of rows) made.append(make('dt', name), make('dd', text));
  return made;
}

function linkList(links: Links['links']): HTMLElement {
  const most = 30;
  const items = links.slice(0, most).map(({ text, act }) => make('li', '', button(text, act)));
  if (links.length > most) items.push(make('li', `and ${links.length - most} more`));
  return make('ul', '', ...items);
}

function statistics(
  { text, min, max, mean, notFinite, histogram }: Statistics,
  name: string,
  isGradient: boolean,
): Element[] {
  const number = (value: number): string => String(Number(value.toPrecision(5)));
  const rows: Row[] = [{ name: 'numbers', text }];
  if (min !== undefined && max !== undefined && mean !== undefined && min !== max) {
    rows.push({ name: 'min, mean, max', text: [min, mean, max].map(number).join(', ') });
  }
  if (notFinite !== undefined) rows.push({ name: 'NaN or infinite', text: String(notFinite) });
  if (histogram === undefined || min === undefined || max === undefined) return [list(rows)];
  const most = Math.max(...histogram);
  const svg = makeSvg('svg', {
    viewBox: `0 0 ${histogram.length} 1`,
    preserveAspectRatio: 'none',
    class: isGradient ? 'histogram gradient' : 'histogram',
    role: 'img',
    'aria-label': `Histogram of the ${name.toLowerCase()}, ${number(min)} to ${number(max)}: ${histogram.join(', ')}`,
  });
  histogram.forEach((count, k) => {
    const height = count / most;
    svg.append(makeSvg('rect', { x: k + 0.05, y: 1 - height, width: 0.9, height }));
  });
  return [list(rows), svg];
}
