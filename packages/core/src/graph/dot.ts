/**
 * A graph as DOT, Graphviz's language. Text only: what renders it lives elsewhere. Elements carry classes, which themes
 * colour. Boxes: input, parameter, constant, op (of a derivative rule: op backward), output, folded. Clusters: module,
 * composite, graph. Edges: backward, saved, update; with `reversed` where the text has start and end the other way round.
 */
import { type Box, type Cluster, type Wire, dotText } from './dot-text.ts';
import type { Graph } from './graph.ts';
import type { Node, Value } from './node.ts';
import type { Describe } from './print.ts';
import { type Scope, pulledFrom } from './scope.ts';

export interface DotLayout {
  /** Scopes drawn as one box: by path (`mlp/hidden0`), and whether it is a composite's. */
  readonly folds: (path: string, isComposite: boolean) => boolean;
  readonly direction: 'down' | 'right';
}

/** What a picture says of values beside their shapes. */
export interface DotDetails<V extends Value<V>> {
  readonly value: (value: V) => string | undefined;
  readonly gradient: (value: V) => string | undefined;
  /** Whether a value is what a cell held: one that training changes (a parameter), or another (a state). */
  readonly cell: (value: V) => 'parameter' | 'state' | undefined;
  /** The input that an output takes the place of, where the graph assigns to a cell that it has read. */
  readonly replaces: (outputIndex: number) => V | undefined;
}

/** The same graph gives the same text. */
export function dotOf<V extends Value<V>>(
  graph: Graph<V>,
  describe: Describe<V>,
  details: DotDetails<V>,
  layout: DotLayout,
): string {
  const sheet: Sheet<V> = { boxes: [], bundles: new Map(), clusterNames: new Set() };
  new Drawing(graph, describe, details, layout, sheet).draw();
  return dotText({ boxes: sheet.boxes, wires: wiresOf(sheet, describe), direction: layout.direction });
}

/** What is drawn on: one for a graph and the graphs that its nodes hold. */
interface Sheet<V extends Value<V>> {
  readonly boxes: Box[];
  readonly bundles: Map<string, Bundle<V>>;
  readonly clusterNames: Set<string>;
}

/** A scope drawn as one box, and what went into it. */
interface Fold {
  readonly box: Box;
  readonly counts: Record<'parameter' | 'state' | 'op' | 'backward', number>;
}

/** Edges between the same two boxes that mean the same, drawn as one where a fold has made them many. */
interface Bundle<V> {
  readonly from: Box;
  readonly to: Box;
  readonly kind: Wire['kind'];
  readonly values: Set<V>;
}

class Drawing<V extends Value<V>> {
  /** Which box a value comes out of. */
  private readonly sources = new Map<V, Box>();
  private readonly boxOfNode = new Map<Node<V>, Box>();
  /** What a value that passes through an unseen node is. */
  private readonly standIn = new Map<V, V>();
  private readonly folds = new Map<Scope<V>, Fold>();
  private readonly clusters = new Map<Scope<V>, Cluster>();

  private readonly graph: Graph<V>;
  private readonly describe: Describe<V>;
  private readonly details: DotDetails<V>;
  private readonly layout: DotLayout;
  private readonly sheet: Sheet<V>;
  /** Where the graph is one that a node holds: the cluster it is drawn in, and the scopes that are outside of it. */
  private readonly around: Cluster | undefined;
  private readonly outside: ReadonlySet<Scope<V>>;

  constructor(
    graph: Graph<V>,
    describe: Describe<V>,
    details: DotDetails<V>,
    layout: DotLayout,
    sheet: Sheet<V>,
    around?: Cluster,
    outside: ReadonlySet<Scope<V>> = new Set(),
  ) {
    this.graph = graph;
    this.describe = describe;
    this.details = details;
    this.layout = layout;
    this.sheet = sheet;
    this.around = around;
    this.outside = outside;
  }

  draw(): void {
    const { graph } = this;
    const uses = this.firstUses();
    graph.inputs.forEach((input, k) => this.addLeaf(input, graph.inputNames[k] ?? `input${k}`, uses.get(input)));
    this.addNodes(uses);
    graph.outputs.forEach((output, k) => this.addOutput(output, k));
  }

  /** A graph that a node holds: its inputs, and its nodes. */
  drawHeld(): void {
    const uses = this.firstUses();
    this.graph.inputs.forEach((input, k) => {
      // What nothing uses would only stand in the way.
      if (!uses.has(input) && !this.graph.outputs.includes(input)) return;
      const box = this.addBox({
        kind: 'input',
        title: this.graph.inputNames[k] ?? `input${k}`,
        lines: [this.describe.spec(input)],
        cluster: this.around,
        beside: undefined,
      });
      this.sources.set(input, box);
    });
    this.addNodes(uses);
  }

  /** The box that a value of the graph comes out of; none where it is a constant. */
  sourceOf(value: V): Box | undefined {
    return this.sources.get(this.seen(value));
  }

  private addNodes(uses: ReadonlyMap<V, Node<V>>): void {
    for (const node of this.graph.nodes) this.addNode(node, uses);
    for (const fold of this.folds.values()) fold.box.lines.push(...contents(fold));
  }

  /** The first node that uses a value: leaves are drawn where they are used. */
  private firstUses(): Map<V, Node<V>> {
    const uses = new Map<V, Node<V>>();
    for (const node of this.graph.nodes) for (const input of node.inputs) if (!uses.has(input)) uses.set(input, node);
    return uses;
  }

  private addNode(node: Node<V>, uses: ReadonlyMap<V, Node<V>>): void {
    const { describe } = this;
    if (describe.transparent(node) && node.inputs[0] !== undefined) {
      this.standIn.set(node.outputs[0]!, this.seen(node.inputs[0]));
      return;
    }
    if (node.op.leaf && node.arity === 0) {
      this.addLeaf(node.outputs[0]!, describe.leafName(node) ?? node.op.name, uses.get(node.outputs[0]!));
      return;
    }
    const isOpen = node.graphs.length > 0 && this.foldAround(node.scope) === undefined;
    const cluster = isOpen ? this.newCluster(node.op.name, 'graph', this.clusterOf(node.scope)) : undefined;
    const box = this.boxOf(node, cluster);
    this.boxOfNode.set(node, box);
    const entries = isOpen ? this.addHeld(node, box, cluster) : new Map<number, Box[]>();
    for (const output of node.outputs) this.sources.set(output, box);
    const isBackward = pulledFrom(node) !== undefined;
    node.inputs.forEach((input, slot) => {
      const value = this.seen(input);
      if (this.isInline(value)) return;
      const made = value.node;
      if (!this.sources.has(value))
        this.addLeaf(value, made === undefined ? 'constant' : (describe.leafName(made) ?? 'constant'), uses.get(input));
      const fromBackward = made !== undefined && pulledFrom(made) !== undefined;
      const kind = fromBackward ? (isBackward ? 'backward' : 'gradient') : isBackward ? 'saved' : 'forward';
      for (const end of entries.get(slot) ?? [box]) this.addWire(this.sources.get(value), end, kind, value);
    });
  }

  /**
   * Draws the graphs that a node holds, in its cluster: what they give flows to the node's box. Returns the boxes that the
   * node's inputs enter by; those that enter none go to the node's box too.
   */
  private addHeld(node: Node<V>, box: Box, cluster: Cluster | undefined): Map<number, Box[]> {
    const entries = new Map<number, Box[]>();
    const outside = new Set([...this.outside, ...pathOf(node.scope)]);
    for (const { name, graph, slots } of node.graphs) {
      const around = node.graphs.length === 1 ? cluster : this.newCluster(name, 'graph', cluster);
      const drawing = new Drawing(graph, this.describe, this.details, this.layout, this.sheet, around, outside);
      drawing.drawHeld();
      graph.inputs.forEach((input, k) => {
        const slot = slots[k];
        const entry = drawing.sourceOf(input);
        if (slot === undefined) return;
        const value = this.seen(node.input(slot));
        if (entry !== undefined && this.isInline(value)) entry.lines.push(`from ${this.describe.constant(value)}`);
        entries.set(slot, [...(entries.get(slot) ?? []), ...(entry === undefined ? [] : [entry])]);
      });
      for (const output of graph.outputs) {
        const kind = output.node !== undefined && pulledFrom(output.node) !== undefined ? 'backward' : 'forward';
        this.addWire(drawing.sourceOf(output), box, kind, output);
      }
    }
    return entries;
  }

  /** A box of the node's own, or that of the fold it lies in. */
  private boxOf(node: Node<V>, own: Cluster | undefined): Box {
    const forward = pulledFrom(node);
    const fold = this.foldAround(node.scope);
    if (fold !== undefined) {
      fold.counts[forward === undefined ? 'op' : 'backward']++;
      return fold.box;
    }
    const { describe } = this;
    // The constants of a graph that it holds stand at that graph's inputs.
    const constants = own === undefined ? node.inputs.filter((input) => this.isInline(this.seen(input))) : [];
    const notes = describe.notes(node);
    return this.addBox({
      kind: forward === undefined ? 'op' : 'op backward',
      title: node.op.name,
      lines: [
        ...(constants.length > 0
          ? [`with ${constants.map((value) => describe.constant(this.seen(value))).join(', ')}`]
          : []),
        ...(notes.length > 0 ? [notes.join(', ')] : []),
        ...node.outputs.flatMap((output) => this.detailLines(output)),
      ],
      cluster: own ?? this.clusterOf(node.scope),
      beside: forward === undefined ? undefined : this.boxOfNode.get(forward),
    });
  }

  private addLeaf(value: V, name: string, user: Node<V> | undefined): void {
    if (this.sources.has(value)) return;
    const cell = this.details.cell(value);
    const isInput = cell === undefined && (this.graph.inputs.includes(value) || value.node !== undefined);
    // What only a folded module uses is part of it, and a parameter stands where it is used.
    const fold = isInput ? undefined : this.foldAround(user?.scope);
    if (fold !== undefined) {
      if (cell !== undefined) fold.counts[cell]++;
      this.sources.set(value, fold.box);
      return;
    }
    const isConstant = cell === undefined && !isInput;
    const box = this.addBox({
      kind: isConstant ? 'constant' : cell === 'parameter' ? 'parameter' : 'input',
      // Inside its module's box a parameter goes by its own name.
      title: isConstant ? this.describe.constant(value) : cell === undefined ? name : (name.split('/').at(-1) ?? name),
      lines: [...(isConstant ? [] : [this.describe.spec(value)]), ...this.detailLines(value)],
      cluster: isInput ? undefined : this.clusterOf(user?.scope),
      beside: undefined,
    });
    this.sources.set(value, box);
  }

  /** An output has a box, unless it becomes what an input was: then an edge leads back there. */
  private addOutput(output: V, index: number): void {
    const value = this.seen(output);
    const replaced = this.details.replaces(index);
    const isBackward = value.node !== undefined && pulledFrom(value.node) !== undefined;
    if (replaced !== undefined) {
      this.addWire(this.sources.get(value), this.sources.get(this.seen(replaced)), 'update', value);
      return;
    }
    const name = this.graph.outputNames[index] ?? '';
    const box = this.addBox({
      kind: 'output',
      title: name === '' ? 'output' : name,
      lines: this.detailLines(output),
      cluster: undefined,
      beside: undefined,
    });
    this.addWire(this.sources.get(value), box, isBackward ? 'backward' : 'forward', value);
  }

  /** Numbers stand in the label of the op that uses them. */
  private isInline(value: V): boolean {
    if (value.node !== undefined || this.graph.inputs.includes(value)) return false;
    const text = this.describe.constant(value);
    return text.length <= 24 && !text.startsWith('constant');
  }

  private addBox(box: Omit<Box, 'id'>): Box {
    const { boxes } = this.sheet;
    const added = { id: `n${boxes.length + 1}`, ...box };
    boxes.push(added);
    return added;
  }

  private addWire(from: Box | undefined, to: Box | undefined, kind: Wire['kind'], value: V): void {
    if (from === undefined || to === undefined || from === to) return;
    // Each slot has its edge, so x*x has two; what a fold hides is bundled, and so is what backward nodes use again.
    const isBundled = from.kind === 'folded' || to.kind === 'folded' || kind === 'saved';
    const key = `${from.id} ${to.id} ${kind}${isBundled ? '' : ` ${this.sheet.bundles.size}`}`;
    const bundle = this.sheet.bundles.get(key) ?? { from, to, kind, values: new Set() };
    bundle.values.add(value);
    this.sheet.bundles.set(key, bundle);
  }

  /** The outermost folded scope that a scope lies in. */
  private foldAround(scope: Scope<V> | undefined): Fold | undefined {
    const around = this.innerPath(scope).find((part) => this.layout.folds(part.path, part.composite));
    if (around === undefined) return undefined;
    let fold = this.folds.get(around);
    if (fold === undefined) {
      const { name, parent } = around;
      const box = this.addBox({
        kind: 'folded',
        title: name,
        lines: [],
        cluster: this.clusterOf(parent),
        beside: undefined,
      });
      fold = { box, counts: { parameter: 0, state: 0, op: 0, backward: 0 } };
      this.folds.set(around, fold);
    }
    return fold;
  }

  /** A cluster for each time that a module or composite was called. */
  private clusterOf(scope: Scope<V> | undefined): Cluster | undefined {
    const inner = this.innerPath(scope).at(-1);
    if (inner === undefined) return this.around;
    let cluster = this.clusters.get(inner);
    if (cluster === undefined) {
      const parent = this.clusterOf(inner.parent);
      cluster = this.newCluster(inner.name, inner.composite ? 'composite' : 'module', parent);
      this.clusters.set(inner, cluster);
    }
    return cluster;
  }

  private newCluster(title: string, kind: Cluster['kind'], parent: Cluster | undefined): Cluster {
    const { clusterNames } = this.sheet;
    const path = parent === undefined ? title : `${parent.name}/${title}`;
    let name = path;
    for (let call = 2; clusterNames.has(name); call++) name = `${path} (${call})`;
    clusterNames.add(name);
    return { name, title, kind, parent };
  }

  /** The scopes with a name that lie inside the graph that is drawn: in one that a node holds, below the node's own name. */
  private innerPath(scope: Scope<V> | undefined): Scope<V>[] {
    const path = pathOf(scope).filter((part) => !this.outside.has(part));
    return this.around === undefined ? path : path.slice(1);
  }

  private seen(value: V): V {
    return this.standIn.get(value) ?? value;
  }

  private detailLines(value: V): string[] {
    const shown = this.details.value(value);
    const gradient = this.details.gradient(value);
    return [
      ...(shown === undefined ? [] : [`value ${shown}`]),
      ...(gradient === undefined ? [] : [`gradient ${gradient}`]),
    ];
  }
}

function wiresOf<V extends Value<V>>({ bundles }: Sheet<V>, describe: Describe<V>): Wire[] {
  const labelled = [...bundles.values()].map(({ from, to, kind, values }): Wire => {
    const specs = Array.from(values, (value) => describe.spec(value));
    return { from, to, kind, label: bundleLabel(specs, kind === 'gradient' ? 'gradients' : 'values') };
  });
  const forward = new Map(labelled.filter(({ kind }) => kind === 'forward').map((wire) => [ends(wire), wire]));
  const read = new Set<Wire>();
  const wires = labelled.flatMap((wire): Wire[] => {
    const { from, to, kind, label } = wire;
    // A fold hides that backward nodes use again what flows forward on the same way.
    if (kind === 'saved' && forward.has(ends(wire))) return [];
    // What reads a cell and fills it again: one edge with two heads.
    const before = kind === 'update' ? forward.get(ends({ from: to, to: from })) : undefined;
    if (before?.label !== label) return [wire];
    read.add(before);
    return [{ from: to, to: from, kind: 'exchange', label }];
  });
  return wires.filter((wire) => !read.has(wire));
}

/** The scopes that have a name, outermost first. */
function pathOf<V extends Value<V>>(scope: Scope<V> | undefined): Scope<V>[] {
  const path: Scope<V>[] = [];
  for (let at = scope; at !== undefined; at = at.parent) if (at.name !== '') path.push(at);
  return path.reverse();
}

/** What a folded box says of its inside: `2 parameters`, `3 ops, 5 backward`. */
function contents({ counts }: Fold): string[] {
  const some = (count: number, word: string): string[] =>
    count === 0 ? [] : [`${count} ${word}${count === 1 || word === 'backward' ? '' : 's'}`];
  return [
    [...some(counts.parameter, 'parameter'), ...some(counts.state, 'state')],
    [...some(counts.op, 'op'), ...some(counts.backward, 'backward')],
  ].flatMap((words) => (words.length === 0 ? [] : [words.join(', ')]));
}

function ends({ from, to }: Pick<Wire, 'from' | 'to'>): string {
  return `${from.id} ${to.id}`;
}

function bundleLabel(specs: readonly string[], noun: string): string {
  const different = [...new Set(specs)];
  if (specs.length === 1) return specs[0]!;
  if (different.length === 1) return `${specs.length} \u00d7 ${different[0]}`;
  return different.length <= 2 && specs.length === 2 ? different.join('\n') : `${specs.length} ${noun}`;
}
