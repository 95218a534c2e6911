/**
 * A model as columns of whole numbers and one list of texts: a tenth of the characters, so that a page of a hundred thousand
 * nodes opens in a second or two. Pure; a page runs the way back.
 */
import type { EdgeKind, GraphModel, ModelEdge, ModelKind, ModelNode } from '../graph/model.ts';

/** What most nodes have, as columns; `at` says where texts are in the list, 0 for none. */
interface NodeColumns {
  readonly op: number[];
  readonly kind: number[];
  readonly name: number[];
  readonly notes: number[];
  readonly constants: number[];
  readonly line: number[];
  /** How many outputs, and then the spec of each. */
  readonly specs: number[];
  /** The group and 1; 0 for none. */
  readonly group: number[];
}

/** What few nodes have. */
type Rest = Pick<ModelNode, 'pulled' | 'saved' | 'held' | 'value' | 'gradient' | 'facts' | 'heat' | 'problem'>;

export interface PackedModel extends Omit<GraphModel, 'nodes' | 'edges'> {
  readonly texts: readonly string[];
  readonly nodes: NodeColumns;
  readonly rest: readonly (readonly [node: number, rest: Rest])[];
  /** Five numbers for each edge: from how far before, to how far after the last one's end, slot, kind, spec. */
  readonly edges: readonly number[];
  /** Which edges lead into a graph that a node holds, and the node. */
  readonly entries: readonly (readonly [edge: number, of: number])[];
}

const kinds: readonly ModelKind[] = ['op', 'backward', 'parameter', 'state', 'constant', 'input', 'output'];
const edgeKinds: readonly EdgeKind[] = ['forward', 'backward', 'gradient', 'saved', 'update'];
const textColumns = ['op', 'name', 'notes', 'constants', 'line'] as const;

/** The numbers that core knows nodes by are left out: in a page there is no core. */
export function packed({ nodes, edges, ...others }: GraphModel): PackedModel {
  const places = new Map<string, number>([['', 0]]);
  const place = (text: string | undefined = ''): number => {
    const known = places.get(text) ?? places.size;
    places.set(text, known);
    return known;
  };
  const columns: NodeColumns = {
    op: [],
    kind: [],
    name: [],
    notes: [],
    constants: [],
    line: [],
    specs: [],
    group: [],
  };
  const rest: [number, Rest][] = [];
  nodes.forEach((node, index) => {
    const { kind, specs, group = -1 } = node;
    for (const column of textColumns) columns[column].push(place(node[column]));
    columns.kind.push(kinds.indexOf(kind));
    columns.specs.push(specs.length, ...specs.map((spec) => place(spec)));
    columns.group.push(group + 1);
    const more = restOf(node);
    if (Object.keys(more).length > 0) rest.push([index, more]);
  });
  let last = 0;
  const flat = edges.flatMap(({ from, to, slot, kind, spec }) => {
    const five = [to - from, to - last, slot, edgeKinds.indexOf(kind), place(spec)];
    last = to;
    return five;
  });
  const entries = edges.flatMap(({ of }, edge): [number, number][] => (of === undefined ? [] : [[edge, of]]));
  return { ...others, nodes: columns, rest, edges: flat, entries, texts: [...places.keys()] };
}

function restOf({ pulled, saved, held, value, gradient, facts, heat, problem }: ModelNode): Rest {
  return {
    ...(pulled === undefined ? {} : { pulled }),
    ...(saved === undefined ? {} : { saved }),
    ...(held === undefined ? {} : { held }),
    ...(value === undefined ? {} : { value }),
    ...(gradient === undefined ? {} : { gradient }),
    ...(facts === undefined ? {} : { facts }),
    ...(heat === undefined ? {} : { heat }),
    ...(problem === undefined ? {} : { problem }),
  };
}

export function unpacked({ texts, nodes: columns, rest, edges: flat, entries, ...others }: PackedModel): GraphModel {
  const text = (at: number | undefined): string => texts[at ?? 0] ?? '';
  const more = new Map(rest);
  const owners = new Map(entries);
  let at = 0;
  const nodes = columns.op.map((op, index): ModelNode => {
    const count = columns.specs[at] ?? 0;
    const specs = columns.specs.slice(at + 1, at + 1 + count).map(text);
    at += 1 + count;
    const [name, notes, constants, line] = [
      text(columns.name[index]),
      text(columns.notes[index]),
      text(columns.constants[index]),
      text(columns.line[index]),
    ];
    const group = (columns.group[index] ?? 0) - 1;
    return {
      op: text(op),
      kind: kinds[columns.kind[index] ?? 0] ?? 'op',
      specs,
      ...(name === '' ? {} : { name }),
      ...(notes === '' ? {} : { notes }),
      ...(constants === '' ? {} : { constants }),
      ...(line === '' ? {} : { line }),
      ...(group < 0 ? {} : { group }),
      ...more.get(index),
    };
  });
  const edges: ModelEdge[] = [];
  let last = 0;
  for (let k = 0; k < flat.length; k += 5) {
    const [back = 0, on = 0, slot = 0, kind = 0, spec = 0] = flat.slice(k, k + 5);
    last += on;
    const of = owners.get(k / 5);
    const ends = { from: last - back, to: last, slot, ...(of === undefined ? {} : { of }) };
    edges.push({ ...ends, kind: edgeKinds[kind] ?? 'forward', spec: text(spec) });
  }
  return { ...others, nodes, edges };
}
