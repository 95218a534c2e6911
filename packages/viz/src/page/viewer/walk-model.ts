/** Questions about a model that the page asks: what is found, what comes before and after. Pure. */
import type { GraphModel } from '../../graph/model.ts';

/** Edges by the node they leave and the node they enter. */
export interface Neighbours {
  readonly into: readonly (readonly number[])[];
  readonly outOf: readonly (readonly number[])[];
}

export function neighboursOf({ nodes, edges }: GraphModel): Neighbours {
  const into: number[][] = nodes.map(() => []);
  const outOf: number[][] = nodes.map(() => []);
  edges.forEach(({ from, to, kind }, index) => {
    // What a parameter becomes is not what it came from.
    if (kind === 'update') return;
    into[to]?.push(index);
    outOf[from]?.push(index);
  });
  return { into, outOf };
}

/** Nodes whose name, op, shape or place contains each word of the query, whatever the case. */
export function search({ nodes, groups }: GraphModel, query: string): number[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  return nodes.flatMap(({ op, name = '', specs, group = -1, notes = '' }, index) => {
    const text = [name, op, notes, ...specs, groups[group]?.path ?? ''].join(' ').toLowerCase();
    return words.every((word) => text.includes(word)) ? [index] : [];
  });
}

/** All nodes that the given ones depend on (`into`), or that depend on them (`outOf`), themselves included. */
export function reach(
  model: GraphModel,
  neighbours: Neighbours,
  from: readonly number[],
  way: keyof Neighbours,
): Set<number> {
  const met = new Set(from);
  const pending = [...from];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const index of neighbours[way][node] ?? []) {
      const edge = model.edges[index];
      const next = way === 'into' ? edge?.from : edge?.to;
      if (next === undefined || met.has(next)) continue;
      met.add(next);
      pending.push(next);
    }
  }
  return met;
}
