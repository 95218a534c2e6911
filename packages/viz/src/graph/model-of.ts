/** From core's graph to plain data. */
import { Graph, type Node, type Scope, Tensor, TracedGraph, Variable, lineOf, pulledFrom } from '@edgewise/core';
import { badArgument } from '../bad-argument.ts';
import type {
  EdgeKind,
  GraphModel,
  ModelEdge,
  ModelGroup,
  ModelKind,
  ModelNode,
  NodeNotes,
  Statistics,
} from './model.ts';
import { shortNumber, statisticsOf } from './statistics.ts';

/** What is drawn: a graph, or the recorded history of a tensor. */
export function graphOf(functionName: string, of: Graph<Tensor> | Tensor): Graph<Tensor> {
  if (of instanceof Graph) return of;
  const given: unknown = of;
  if (!(given instanceof Tensor)) {
    throw badArgument(functionName, {
      code: 'not-a-graph',
      problem: `expected a graph or a recorded tensor, received ${given === null ? 'null' : typeof given}`,
      expected: 'a Graph or a recorded Tensor',
      received: given,
      remedy: `${functionName}(trace(f, spec))`,
    });
  }
  if (given.node !== undefined) return new Graph({ inputs: [], outputs: [given] });
  throw badArgument(functionName, {
    code: 'not-recorded',
    problem: `the tensor (${given.spec.toString()}) has no history to show`,
    received: given.spec.toString(),
    remedy: `${functionName}(record(() => f(x)))`,
  });
}

/** Statistics of what has flowed back, by core's number of the node it flowed to. */
export type Gradients = ReadonlyMap<number, Statistics>;

/** An op that refused its inputs: it has no node, and is drawn all the same. */
export interface Refused {
  readonly op: string;
  /** The path of the scope it was called in. */
  readonly path: string;
  readonly problem: string;
}

/** What is known of a graph besides. */
export interface Known {
  /** Of a recorded walk; parameters have their own, where there was a backward pass. */
  readonly gradients?: Gradients;
  /** By node: what else there is to say, such as how two runs differ, or what a compiled program needs. */
  readonly notes?: ReadonlyMap<Node<Tensor>, NodeNotes>;
  /** What the outputs of the graph were given to, in vain. */
  readonly refused?: Refused;
  /** The node to begin with. */
  readonly focus?: Node<Tensor>;
  readonly legend?: string;
}

/** Describes a graph. The same graph gives the same model, apart from the numbers of nodes. */
export function modelOf(graph: Graph<Tensor>, title: string, known: Known = {}): GraphModel {
  return new Description(graph, known).model(title);
}

/** Fields that may be missing. */
type Extras = Pick<ModelNode, 'name' | 'notes' | 'constants' | 'group' | 'pulled' | 'saved' | 'id' | 'line' | 'held'>;

/** What a graph and those that its nodes hold are described in together. */
interface Sheet {
  readonly nodes: (ModelNode & Extras)[];
  readonly edges: ModelEdge[];
  readonly groups: ModelGroup[];
}

/** Where the graph is one that a node holds: the op's name, the group for it, and the scopes outside of it. */
interface Place {
  readonly op: string;
  readonly group: number;
  readonly outside: ReadonlySet<Scope<Tensor>>;
}

class Description {
  private readonly nodes: Sheet['nodes'];
  private readonly edges: Sheet['edges'];
  private readonly groups: Sheet['groups'];
  private readonly around: Place | undefined;
  private readonly groupOf = new Map<Scope<Tensor>, number>();
  /** Which node a value comes out of, by index. */
  private readonly sources = new Map<Tensor, number>();
  private readonly indexOf = new Map<Node<Tensor>, number>();
  /** What a value that passes through an unseen node is. */
  private readonly standIn = new Map<Tensor, Tensor>();

  private readonly graph: Graph<Tensor>;
  private readonly known: Known;
  private readonly inputs: ReadonlySet<Tensor>;
  /** The first node that uses a value: parameters and constants belong where they are used. */
  private readonly firstUse = new Map<Tensor, Node<Tensor>>();

  constructor(
    graph: Graph<Tensor>,
    known: Known,
    { nodes, edges, groups }: Sheet = { nodes: [], edges: [], groups: [] },
    around?: Place,
  ) {
    this.nodes = nodes;
    this.edges = edges;
    this.groups = groups;
    this.around = around;
    this.graph = graph;
    this.known = known;
    this.inputs = new Set(graph.inputs);
    for (const node of graph.nodes) {
      for (const input of node.inputs) if (!this.firstUse.has(input)) this.firstUse.set(input, node);
    }
  }

  model(title: string): GraphModel {
    const { graph } = this;
    const { refused, legend } = this.known;
    graph.inputs.forEach((input, k) => this.addLeaf(input, graph.inputNames[k] ?? `input${k}`));
    for (const node of graph.nodes) this.addNode(node);
    const clash = refused === undefined ? undefined : this.addRefused(refused);
    if (clash === undefined) graph.outputs.forEach((output, k) => this.addOutput(output, k));
    const focus = clash ?? (this.known.focus === undefined ? undefined : this.indexOf.get(this.known.focus));
    const saved = new Set(this.edges.filter(({ kind }) => kind === 'saved').map(({ from }) => from));
    return {
      title,
      nodes: this.nodes.map((node, index) => (saved.has(index) ? { ...node, saved: true } : node)),
      edges: this.edges,
      groups: this.groups,
      ...(legend === undefined ? {} : { legend }),
      ...(focus === undefined ? {} : { focus }),
    };
  }

  /** The op that refused, with what it was given. */
  private addRefused({ op, path, problem }: Refused): number {
    const around = this.groups.findIndex((group) => group.path === path);
    const index = this.add({ op, kind: 'op', specs: [], problem, ...(around < 0 ? {} : { group: around }) });
    this.graph.outputs.forEach((output, slot) => {
      const value = this.seen(output);
      this.addEdge(this.sources.get(value) ?? this.addLeaf(value, 'constant'), index, slot, 'forward', value);
    });
    return index;
  }

  private addNode(node: Node<Tensor>): void {
    const [first] = node.outputs;
    if (first === undefined) return;
    if (node.op.transparent && node.arity > 0) {
      this.standIn.set(first, this.seen(node.input(0)));
      return;
    }
    if (node.op.leaf && node.arity === 0) {
      this.addLeaf(first, leafName(node) ?? node.op.name);
      return;
    }
    const forward = pulledFrom(node);
    const pulled = forward === undefined ? undefined : this.indexOf.get(forward);
    const inputs = node.inputs.map((input) => this.seen(input));
    const held = this.addHeld(node, inputs);
    // The constants of a graph that it holds stand at that graph's inputs.
    const constants =
      held === undefined ? inputs.filter((input) => this.isInline(input)).map((input) => constantText(input)) : [];
    const index = this.add({
      op: node.op.name,
      kind: forward === undefined ? 'op' : 'backward',
      specs: node.outputs.map(({ spec }) => spec.toString()),
      id: node.id,
      ...ifSome('notes', notesOf(node)),
      ...ifSome('constants', constants.join(', ')),
      ...(held === undefined ? this.place(node.scope) : { group: held.group }),
      ...(pulled === undefined ? {} : { pulled }),
      ...ifSome('line', lineOf(node) ?? ''),
      ...this.numbers(first, node),
      ...this.known.notes?.get(node),
    });
    this.indexOf.set(node, index);
    for (const output of node.outputs) this.sources.set(output, index);
    inputs.forEach((input, slot) => {
      if (this.isInline(input)) return;
      const from = this.sources.get(input) ?? this.addLeaf(input, 'constant');
      const fromBackward = this.nodes[from]?.kind === 'backward';
      const kind = fromBackward
        ? forward === undefined
          ? 'gradient'
          : 'backward'
        : forward === undefined
          ? 'forward'
          : 'saved';
      const entries = held?.entries.get(slot) ?? [];
      if (entries.length === 0) this.addEdge(from, index, slot, kind, input);
      for (const entry of entries) this.addEdge(from, entry, slot, kind, input, index);
    });
    for (const { from, value } of held?.given ?? []) this.addEdge(from, index, -1, 'forward', value);
  }

  /**
   * Describes the graphs that a node holds, in a group of its own: what they give flows to the node. Gives the nodes by which
   * the node's inputs enter, by slot.
   */
  private addHeld(node: Node<Tensor>, inputs: readonly Tensor[]): Held | undefined {
    if (node.graphs.length === 0) return undefined;
    const group = this.addGroup(node.op.name, 'graph', this.groupAt(node.scope));
    const entries = new Map<number, number[]>();
    const given: { from: number; value: Tensor }[] = [];
    const sheet = { nodes: this.nodes, edges: this.edges, groups: this.groups };
    const outside = new Set([...(this.around?.outside ?? []), ...scopesOf(node.scope)]);
    for (const { name, graph, slots } of node.graphs) {
      const own = node.graphs.length === 1 ? group : this.addGroup(name, 'graph', group);
      const inner = new Description(graph, this.known, sheet, { op: node.op.name, group: own, outside });
      inner.describeHeld();
      graph.inputs.forEach((input, k) => {
        const [slot, entry] = [slots[k], inner.sources.get(input)];
        const value = slot === undefined ? undefined : inputs[slot];
        if (slot === undefined || entry === undefined || value === undefined) return;
        const isInline = this.isInline(value);
        if (isInline) this.nodes[entry] = { ...(this.nodes[entry] as ModelNode), constants: constantText(value) };
        else entries.set(slot, [...(entries.get(slot) ?? []), entry]);
      });
      for (const output of graph.outputs) {
        const value = inner.seen(output);
        given.push({ from: inner.sources.get(value) ?? inner.addLeaf(value, 'constant'), value });
      }
    }
    return { group, entries, given };
  }

  /** A graph that a node holds: its inputs, as far as they are used, and its nodes. */
  private describeHeld(): void {
    const { graph } = this;
    graph.inputs.forEach((input, k) => {
      if (!this.firstUse.has(input) && !graph.outputs.includes(input)) return;
      this.addLeaf(input, graph.inputNames[k] ?? `input${k}`);
    });
    for (const node of graph.nodes) this.addNode(node);
  }

  private addLeaf(value: Tensor, name: string): number {
    const known = this.sources.get(value);
    if (known !== undefined) return known;
    const kind = this.kindOfLeaf(value);
    const index = this.add({
      op: value.node?.op.name ?? 'constant',
      name: kind === 'constant' ? constantText(value) : name,
      kind,
      specs: [value.spec.toString()],
      ...(value.node === undefined ? {} : { id: value.node.id }),
      // An input stands outside of all modules; what belongs to a module stands in it.
      ...(kind === 'input' ? this.place(undefined) : this.place(this.firstUse.get(value)?.scope)),
      ...this.numbers(value, value.node),
    });
    this.sources.set(value, index);
    return index;
  }

  private kindOfLeaf(value: Tensor): ModelKind {
    const variable = variableOf(value);
    if (variable !== undefined) return variable.trainable ? 'parameter' : 'state';
    return this.inputs.has(value) || value.node?.op.leaf === true ? 'input' : 'constant';
  }

  /** An output has a box, unless it becomes what an input was: then an edge leads back there. */
  private addOutput(output: Tensor, k: number): void {
    const value = this.seen(output);
    const from = this.sources.get(value) ?? this.addLeaf(value, 'constant');
    const replaced = this.graph instanceof TracedGraph ? this.graph.inputReplacedBy(k) : undefined;
    const to = replaced === undefined ? undefined : this.sources.get(this.seen(replaced));
    if (to !== undefined) {
      if (to !== from) this.addEdge(from, to, -1, 'update', value);
      return;
    }
    const name = this.graph.outputNames[k] ?? '';
    const index = this.add({
      op: 'output',
      name: name === '' ? 'output' : name,
      kind: 'output',
      specs: [output.spec.toString()],
      ...this.numbers(value, undefined),
    });
    this.addEdge(from, index, 0, this.nodes[from]?.kind === 'backward' ? 'backward' : 'forward', value);
  }

  private add(node: ModelNode): number {
    return this.nodes.push(this.around === undefined ? node : { ...node, held: true }) - 1;
  }

  private addEdge(from: number, to: number, slot: number, kind: EdgeKind, value: Tensor, of?: number): void {
    const ends = { from, to, slot, ...(of === undefined ? {} : { of }) };
    this.edges.push({ ...ends, kind, spec: value.spec.toString() });
  }

  private numbers(value: Tensor, node: Node<Tensor> | undefined): Pick<ModelNode, 'value' | 'gradient'> {
    const known = statisticsOf(value);
    const grad = variableOf(value)?.grad;
    const gradient =
      (node === undefined ? undefined : this.known.gradients?.get(node.id)) ??
      (grad === undefined ? undefined : statisticsOf(grad));
    return { ...(known === undefined ? {} : { value: known }), ...(gradient === undefined ? {} : { gradient }) };
  }

  private place(scope: Scope<Tensor> | undefined): Pick<ModelNode, 'group'> {
    const group = this.groupAt(scope);
    return group === undefined ? {} : { group };
  }

  /** A group for each time that a module or composite was called; scopes without a name are none. */
  private groupAt(scope: Scope<Tensor> | undefined): number | undefined {
    let inner = scope;
    while (inner !== undefined && (inner.name === '' || this.around?.outside.has(inner) === true)) inner = inner.parent;
    if (inner === undefined) return this.around?.group;
    const known = this.groupOf.get(inner);
    if (known !== undefined) return known;
    const parent = this.groupAt(inner.parent);
    // An op that holds a graph opens a scope of its own name while it makes it.
    if (this.around !== undefined && parent === this.around.group && this.around.op === inner.name) {
      this.groupOf.set(inner, parent);
      return parent;
    }
    const index = this.addGroup(inner.name, inner.composite ? 'composite' : 'module', parent, inner.path);
    this.groupOf.set(inner, index);
    return index;
  }

  private addGroup(name: string, kind: ModelGroup['kind'], parent: number | undefined, path?: string): number {
    const around = parent === undefined ? undefined : this.groups[parent]?.path;
    const place = path ?? (around === undefined ? name : `${around}/${name}`);
    return this.groups.push({ name, path: place, kind, ...(parent === undefined ? {} : { parent }) }) - 1;
  }

  private isInline(value: Tensor): boolean {
    return value.node === undefined && !this.inputs.has(value) && !constantText(value).startsWith('constant');
  }

  private seen(value: Tensor): Tensor {
    return this.standIn.get(value) ?? value;
  }
}

/** What a node's graphs are described as. */
interface Held {
  readonly group: number;
  readonly entries: ReadonlyMap<number, readonly number[]>;
  readonly given: readonly { readonly from: number; readonly value: Tensor }[];
}

function scopesOf(scope: Scope<Tensor> | undefined): Scope<Tensor>[] {
  const scopes: Scope<Tensor>[] = [];
  for (let at = scope; at !== undefined; at = at.parent) scopes.push(at);
  return scopes;
}

function ifSome<K extends string>(key: K, text: string): Partial<Record<K, string>> {
  // A computed key has the type of its variable, which TypeScript widens to string.
  return text === '' ? {} : ({ [key]: text } as Partial<Record<K, string>>);
}

function variableOf({ node }: Tensor): Variable | undefined {
  if (node === undefined || !node.op.leaf) return undefined;
  const [of] = node.attributes;
  return of instanceof Variable ? of : undefined;
}

function leafName(node: Node<Tensor>): string | undefined {
  const [of] = node.attributes;
  return of instanceof Variable ? (of.name ?? 'variable') : typeof of === 'string' ? of : undefined;
}

/** A constant in short: its number if it is one, or one number throughout. */
function constantText(value: Tensor): string {
  const known = value.size <= 1024 ? statisticsOf(value) : undefined;
  const { min, max, notFinite } = known ?? {};
  if (min === undefined || min !== max || notFinite !== undefined) return `constant ${value.spec.toString()}`;
  const number = value.dtype === 'bool' ? String(min !== 0) : shortNumber(min);
  return value.rank === 0 ? number : `${number} ${value.spec.toString()}`;
}

/** Attributes as core's own pictures show them: what is switched off is left out. */
function notesOf({ op, attributes }: Node<Tensor>): string {
  return attributes
    .flatMap((value, k) => {
      const name = op.attributeNames[k];
      // A graph is drawn, where a node holds it.
      if (value === undefined || value === false || hasGraph(value)) return [];
      if (value === true) return [name ?? 'true'];
      return [name === undefined ? attributeText(value) : `${name} ${attributeText(value)}`];
    })
    .join(', ');
}

function hasGraph(value: unknown): boolean {
  return value instanceof Graph || (Array.isArray(value) && value.some(hasGraph));
}

function attributeText(value: unknown): string {
  if (value instanceof Variable) return value.name ?? 'variable';
  if (Array.isArray(value)) return `[${value.map(attributeText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => `${key}: ${attributeText(entry)}`);
    return `{ ${entries.join(', ')} }`;
  }
  return String(value);
}
