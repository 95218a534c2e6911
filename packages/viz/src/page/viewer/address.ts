/** The view as it stands in the address, so that a link opens the same one. Pure. */

export interface View {
  /** Which of the page's graphs; missing for the first. */
  readonly view?: number;
  /** Open groups; missing for those of the first view. */
  readonly open?: readonly number[];
  /** Where the graph's corner is, in pixels, and how large a pixel of the graph is. */
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
  readonly selected?: string;
  readonly query?: string;
  readonly step?: number;
}

export function writeView({ view, open, x, y, scale, selected, query, step }: View): string {
  const parts: string[] = [];
  if (view !== undefined && view > 0) parts.push(`view=${view}`);
  if (open !== undefined) parts.push(`open=${open.join('.')}`);
  if (x !== undefined && y !== undefined && scale !== undefined) {
    parts.push(`at=${Math.round(x)},${Math.round(y)},${Number(scale.toPrecision(4))}`);
  }
  if (selected !== undefined) parts.push(`selected=${selected}`);
  if (query !== undefined && query !== '') parts.push(`find=${encodeURIComponent(query)}`);
  if (step !== undefined && step > 0) parts.push(`step=${step}`);
  return parts.join('&');
}

/** What is not understood is left out. */
export function readView(hash: string): View {
  const given = new Map<string, string>();
  for (const part of hash.replace(/^#/, '').split('&')) {
    const [key = '', value = ''] = part.split('=');
    given.set(key, value);
  }
  const [x, y, scale] = (given.get('at') ?? '').split(',').map(Number);
  const isPlace = Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(scale) && (scale ?? 0) > 0;
  const open = given.get('open');
  const selected = /^[nge]\d+$/.exec(given.get('selected') ?? '')?.[0];
  const [step, view] = [Number(given.get('step')), Number(given.get('view'))];
  return {
    ...(Number.isInteger(view) && view > 0 ? { view } : {}),
    ...(open === undefined
      ? {}
      : {
          open: open
            .split('.')
            .filter((part) => /^\d+$/.test(part))
            .map(Number),
        }),
    ...(isPlace && x !== undefined && y !== undefined && scale !== undefined ? { x, y, scale } : {}),
    ...(selected === undefined ? {} : { selected }),
    ...(given.has('find') ? { query: decoded(given.get('find') ?? '') } : {}),
    ...(Number.isInteger(step) && step > 0 ? { step } : {}),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
