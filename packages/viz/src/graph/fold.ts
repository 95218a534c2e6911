/**
 * Folding: which boxes a graph is drawn as while some of its groups are open. Pure functions of a model; a page runs them, too.
 */
import type { EdgeKind, GraphModel, ModelGroup } from './model.ts';

/** Indices of the groups that are open; a group inside a closed one is not seen, whether it is listed or not. */
export type Open = ReadonlySet<number>;

/** A box by its name: `n7` is node 7, `g3` group 3 folded. */
export type BoxName = string;

/** What is drawn between two boxes. */
export interface Wire {
  readonly from: BoxName;
  readonly to: BoxName;
  readonly kind: EdgeKind;
  /** The model's edges that it stands for, by index. */
  readonly edges: readonly number[];
}

/** The outermost closed group that each group lies in or is, -1 where it and all around it are open. */
export function closedGroups({ groups }: GraphModel, open: Open): number[] {
  const found: (number | undefined)[] = [];
  const closedAt = (index: number): number => {
    const known = found[index];
    if (known !== undefined) return known;
    const { parent } = groups[index] as ModelGroup;
    const around = parent === undefined ? -1 : closedAt(parent);
    const closed = around >= 0 ? around : open.has(index) ? -1 : index;
    found[index] = closed;
    return closed;
  };
  return groups.map((_, index) => closedAt(index));
}

/** The box that each node is drawn in. */
export function boxNames(model: GraphModel, open: Open): BoxName[] {
  const closed = closedGroups(model, open);
  return model.nodes.map(({ group = -1 }, index) => {
    const around = closed[group] ?? -1;
    return around >= 0 ? `g${around}` : `n${index}`;
  });
}

/**
 * The wires between boxes. Each slot has its own, so x*x has two; what a fold hides is bundled, and so is what backward nodes
 * use again.
 */
export function wiresOf(model: GraphModel, names: readonly BoxName[]): Wire[] {
  const bundles = new Map<string, Wire & { edges: number[] }>();
  model.edges.forEach((edge, index) => {
    const [from = '', to = ''] = [names[edge.from], names[edge.to]];
    if (from === to) return;
    const isBundled = from.startsWith('g') || to.startsWith('g') || edge.kind === 'saved';
    const key = `${from} ${to} ${edge.kind}${isBundled ? '' : ` ${index}`}`;
    const bundle = bundles.get(key);
    if (bundle === undefined) bundles.set(key, { from, to, kind: edge.kind, edges: [index] });
    else bundle.edges.push(index);
  });
  const wires = [...bundles.values()];
  // A fold hides that backward nodes use again what flows forward on the same way.
  const forward = new Set(wires.filter(({ kind }) => kind === 'forward').map(({ from, to }) => `${from} ${to}`));
  return wires.filter(({ from, to, kind }) => kind !== 'saved' || !forward.has(`${from} ${to}`));
}

/** The open groups that are seen, as a key: equal for sets that draw the same. */
export function openKey(model: GraphModel, open: Open): string {
  const closed = closedGroups(model, open);
  return [...open]
    .filter((index) => closed[index] === -1)
    .sort((a, b) => a - b)
    .join('.');
}

/** A group and those around it, innermost first. */
export function groupsAround({ groups }: GraphModel, group: number | undefined): number[] {
  const around: number[] = [];
  for (let at = group; at !== undefined; at = groups[at]?.parent) around.push(at);
  return around;
}

/** The set after a group was opened, with all around it. */
export function opened(model: GraphModel, open: Open, group: number): Set<number> {
  return new Set([...open, ...groupsAround(model, group)]);
}

/** The set after a group was closed, and all that is in it. */
export function closed(model: GraphModel, open: Open, group: number): Set<number> {
  return new Set([...open].filter((index) => !groupsAround(model, index).includes(group)));
}
