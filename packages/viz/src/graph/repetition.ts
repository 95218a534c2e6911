/**
 * Folding by repetition: parts that follow each other and are equal inside become one group, `block × 12`.
 *
 * Two parts are equal if their ops, attributes, shapes and inner edges are; what they are called and where their inputs come
 * from does not matter. Equality is of a text that says all this, looked up by hash.
 */
import { type GraphModel, type ModelGroup, type ModelNode, type Part, partsOf } from './model.ts';

/** Fewer repetitions than this are drawn one by one. */
const fewest = 3;

/** The longest stretch of parts that is looked for as the thing repeated. */
const longest = 48;

/** The model with a group around each repetition; nothing else changes. */
export function withRepetitions(model: GraphModel): GraphModel {
  const found = new Repetitions(model);
  return found.grouped();
}

class Repetitions {
  private readonly model: GraphModel;
  private readonly parts: ReadonlyMap<number, readonly Part[]>;
  private readonly incoming: readonly number[][];
  private readonly groups: ModelGroup[];
  private readonly nodes: ModelNode[];
  private readonly numbers = new Map<string, number>();

  constructor(model: GraphModel) {
    this.model = model;
    this.parts = partsOf(model);
    this.groups = [...model.groups];
    this.nodes = [...model.nodes];
    this.incoming = model.nodes.map(() => []);
    model.edges.forEach(({ to }, index) => this.incoming[to]?.push(index));
  }

  grouped(): GraphModel {
    for (const [parent, parts] of this.parts) this.groupLevel(parent, parts);
    return { ...this.model, nodes: this.takeInLeaves(), groups: this.groups };
  }

  private groupLevel(parent: number, all: readonly Part[]): void {
    const parts = all.filter((part) => part.kind === 'group' || !isLeaf(this.model.nodes[part.index]));
    if (parts.length < fewest) return;
    const inside = parts.map((part) => this.nodesIn(part));
    const ids = inside.map((nodes) => this.numberOf(nodes));
    for (let at = 0; at < ids.length;) {
      const { period, count } = repeatAt(ids, at);
      const equal = count < fewest ? 0 : this.equalBlocks(inside, at, period, count);
      if (equal < fewest) {
        at++;
        continue;
      }
      this.addGroup(parent, parts.slice(at, at + period * equal), period, equal);
      at += period * equal;
    }
  }

  /** How many of the stretches are equal also in the edges between their parts. */
  private equalBlocks(inside: readonly number[][], at: number, period: number, count: number): number {
    if (period === 1) return count;
    const first = this.textOf(inside.slice(at, at + period).flat());
    let equal = 1;
    while (equal < count) {
      const from = at + equal * period;
      if (this.textOf(inside.slice(from, from + period).flat()) !== first) break;
      equal++;
    }
    return equal;
  }

  private addGroup(parent: number, parts: readonly Part[], period: number, count: number): void {
    const name = nameOf(parts.slice(0, period).map((part) => this.nameOfPart(part)));
    const around = this.groups[parent];
    const index =
      this.groups.push({
        name,
        path: around === undefined ? name : `${around.path}/${name}`,
        kind: 'repetition',
        count,
        ...(around === undefined ? {} : { parent }),
      }) - 1;
    for (const part of parts) {
      if (part.kind === 'group')
        this.groups[part.index] = { ...(this.groups[part.index] as ModelGroup), parent: index };
      else this.nodes[part.index] = { ...(this.nodes[part.index] as ModelNode), group: index };
    }
  }

  private nameOfPart({ kind, index }: Part): string {
    return kind === 'group' ? (this.model.groups[index]?.name ?? '') : (this.model.nodes[index]?.op ?? '');
  }

  /** Parameters and constants that only a repetition uses belong into it. */
  private takeInLeaves(): ModelNode[] {
    const users = new Map<number, number | undefined>();
    for (const { from, to } of this.model.edges) {
      const group = this.nodes[to]?.group;
      users.set(from, users.has(from) && users.get(from) !== group ? undefined : group);
    }
    return this.nodes.map((node, index) => {
      const group = users.get(index);
      const isOwn = node.kind === 'parameter' || node.kind === 'constant' || node.kind === 'state';
      return isOwn && group !== undefined && this.groups[group]?.kind === 'repetition' ? { ...node, group } : node;
    });
  }

  private nodesIn(part: Part): number[] {
    if (part.kind === 'node') return [part.index];
    return (this.parts.get(part.index) ?? []).flatMap((inner) => this.nodesIn(inner)).sort((a, b) => a - b);
  }

  private numberOf(nodes: readonly number[]): number {
    const text = this.textOf(nodes);
    const number = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, number);
    return number;
  }

  /** All that makes some nodes what they are, and nothing of where they stand. */
  private textOf(nodes: readonly number[]): string {
    const places = new Map(nodes.map((node, place) => [node, place]));
    const lines = nodes.map((index) => {
      const node = this.model.nodes[index] as ModelNode;
      const inputs = (this.incoming[index] ?? []).map((number) => {
        const edge = this.model.edges[number];
        return `${edge?.slot} ${edge?.kind} ${places.get(edge?.from ?? -1) ?? `outside ${edge?.spec}`}`;
      });
      return [node.op, node.kind, node.notes, node.constants, ...node.specs, '', ...inputs];
    });
    return JSON.stringify(lines);
  }
}

/** The stretch from `at` on that covers most by repeating itself; of those that cover as much, the shortest. */
function repeatAt(ids: readonly number[], at: number): { period: number; count: number } {
  let best = { period: 1, count: 1 };
  for (let period = 1; period <= Math.min(longest, (ids.length - at) / 2); period++) {
    let end = at + period;
    while (end < ids.length && ids[end] === ids[end - period]) end++;
    const count = Math.floor((end - at) / period);
    if (count >= fewest && count * period > best.count * best.period) best = { period, count };
  }
  return best;
}

/** `hidden0` and `hidden1` are both a `hidden`; a long list of names is cut. */
function nameOf(names: readonly string[]): string {
  const short = names.map((name) => name.replace(/[\d_.-]+$/, '') || name);
  return short.length <= 3 ? short.join(', ') : `${short.slice(0, 2).join(', ')}, ... (${short.length} parts)`;
}

function isLeaf(node: ModelNode | undefined): boolean {
  return node?.kind !== 'op' && node?.kind !== 'backward';
}
