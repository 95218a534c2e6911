/**
 * A graph as DOT, Graphviz's language. Text only: what renders it lives elsewhere. Elements carry classes (input,
 * parameter, constant, op, output, folded, backward; module, composite), which themes colour.
 */
import type { Graph } from './graph.ts';
import type { Node, Value } from './node.ts';
import type { Describe } from './print.ts';
import { type Scope, pulledFrom } from './scope.ts';

export interface DotLayout {
  /** Scopes drawn as one box: by path (`mlp/hidden0`). */
  readonly folds: (path: string) => boolean;
  readonly direction: 'down' | 'right';
}

/** What a picture says of values beside their shapes. */
export interface DotDetails<V extends Value<V>> {
  readonly value: (value: V) => string | undefined;
  readonly gradient: (value: V) => string | undefined;
  /** Whether a value is something that training changes. */
  readonly isParameter: (value: V) => boolean;
}

/** The same graph gives the same text. */
export function dotOf<V extends Value<V>>(
  graph: Graph<V>,
  describe: Describe<V>,
  details: DotDetails<V>,
  layout: DotLayout,
): string {
  const drawing = new Drawing(graph, describe, details, layout);
  return drawing.text();
}

interface Box {
  readonly id: string;
  readonly scope: readonly string[];
  readonly attributes: string;
  /** The box of the forward node that this one's rule belongs to. */
  readonly beside: string | undefined;
}

class Drawing<V extends Value<V>> {
  private readonly boxes = new Map<string, Box>();
  /** Which box a value comes out of. */
  private readonly sources = new Map<V, string>();
  private readonly boxOfNode = new Map<Node<V>, string>();
  /** What a value that passes through an unseen node is. */
  private readonly standIn = new Map<V, V>();
  private readonly edges = new Map<string, string>();
  private readonly folded = new Map<string, { id: string; forward: number; backward: number; path: string }>();
  private readonly composites = new Set<string>();
  private count = 0;

  private readonly graph: Graph<V>;
  private readonly describe: Describe<V>;
  private readonly details: DotDetails<V>;
  private readonly layout: DotLayout;

  constructor(graph: Graph<V>, describe: Describe<V>, details: DotDetails<V>, layout: DotLayout) {
    this.graph = graph;
    this.describe = describe;
    this.details = details;
    this.layout = layout;
  }

  text(): string {
    const { graph, describe } = this;
    for (const scope of graph.scopes) if (scope.composite) this.composites.add(scope.path);
    const uses = this.firstUses();
    graph.inputs.forEach((input, k) => this.addLeaf(input, graph.inputNames[k] ?? `input${k}`, uses.get(input)));
    for (const node of graph.nodes) this.addNode(node, uses);
    graph.outputs.forEach((output, k) => {
      const id = this.nextId();
      const name = graph.outputNames[k] ?? '';
      this.boxes.set(id, {
        id,
        scope: [],
        attributes: attributes('output', name === '' ? 'output' : name, this.detailLines(output), 'box'),
        beside: undefined,
      });
      this.addEdge(this.seen(output), id, describe.spec(output), undefined);
    });
    for (const { id, forward, backward, path } of this.folded.values()) {
      const counts = [
        forward > 0 ? `${forward} ${forward === 1 ? 'op' : 'ops'}` : '',
        backward > 0 ? `${backward} backward` : '',
      ].filter((part) => part !== '');
      this.boxes.set(id, {
        ...this.boxes.get(id)!,
        attributes: attributes('folded', path.split('/').at(-1)!, [counts.join(', ')], 'box3d'),
      });
    }
    return [
      'digraph {',
      `  rankdir=${this.layout.direction === 'down' ? 'TB' : 'LR'};`,
      '  node [fontname="Helvetica,Arial,sans-serif", fontsize=11];',
      '  edge [fontname="Helvetica,Arial,sans-serif", fontsize=9];',
      ...this.clusters([], '  '),
      ...this.edges.values(),
      '}',
      '',
    ].join('\n');
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
    if (node.op.definition.leaf === true && node.inputs.length === 0) {
      this.addLeaf(node.outputs[0]!, describe.leafName(node) ?? node.op.definition.name, uses.get(node.outputs[0]!));
      return;
    }
    const backward = pulledFrom(node);
    const inline = node.inputs.map((input) =>
      this.isInline(this.seen(input)) ? describe.constant(this.seen(input)) : undefined,
    );
    const fold = this.foldOf(node.scope);
    const id = fold === undefined ? this.nextId() : this.intoFold(fold, backward !== undefined);
    if (fold === undefined) {
      const constants = inline.filter((text) => text !== undefined);
      const notes = node.attributes.map((attribute) => describe.attribute(attribute));
      const lines = [
        ...(constants.length > 0 ? [`with ${constants.join(', ')}`] : []),
        ...(notes.length > 0 ? [notes.join(', ')] : []),
        ...node.outputs.flatMap((output) => this.detailLines(output)),
      ];
      this.boxes.set(id, {
        id,
        scope: pathOf(node.scope).map(({ name }) => name),
        attributes: attributes(backward === undefined ? 'op' : 'op backward', node.op.definition.name, lines, 'box'),
        beside: backward === undefined ? undefined : this.boxOfNode.get(backward),
      });
    }
    this.boxOfNode.set(node, id);
    for (const output of node.outputs) this.sources.set(output, id);
    node.inputs.forEach((input, slot) => {
      const value = this.seen(input);
      if (inline[slot] !== undefined) return;
      if (!this.sources.has(value))
        this.addLeaf(
          value,
          value.node === undefined ? 'constant' : (describe.leafName(value.node) ?? 'constant'),
          uses.get(input),
        );
      this.addEdge(value, id, describe.spec(value), backward);
    });
  }

  private addLeaf(value: V, name: string, user: Node<V> | undefined): void {
    if (this.sources.has(value)) return;
    const fold = user === undefined ? undefined : this.foldOf(user.scope);
    const isInput = this.graph.inputs.includes(value);
    const kind = this.details.isParameter(value)
      ? 'parameter'
      : isInput || value.node !== undefined
        ? 'input'
        : 'constant';
    // What only a folded module uses is part of it.
    if (fold !== undefined && kind !== 'input') {
      this.sources.set(value, this.intoFold(fold, undefined));
      return;
    }
    const id = this.nextId();
    const label = kind === 'constant' ? this.describe.constant(value) : name;
    this.boxes.set(id, {
      id,
      scope: kind === 'input' ? [] : pathOf(user?.scope).map((scope) => scope.name),
      attributes: attributes(
        kind,
        label,
        [...(kind === 'constant' ? [] : [this.describe.spec(value)]), ...this.detailLines(value)],
        kind === 'input' ? 'ellipse' : 'box',
      ),
      beside: undefined,
    });
    this.sources.set(value, id);
  }

  /** Numbers stand in the label of the op that uses them. */
  private isInline(value: V): boolean {
    return (
      value.node === undefined &&
      this.describe.constant(value).length <= 24 &&
      !this.describe.constant(value).startsWith('constant') &&
      !this.graph.inputs.includes(value)
    );
  }

  private addEdge(value: V, to: string, label: string, backward: Node<V> | undefined): void {
    const from = this.sources.get(value);
    if (from === undefined || from === to) return;
    const producer = value.node === undefined ? undefined : pulledFrom(value.node);
    const isBackward = backward !== undefined && producer !== undefined;
    // Forward edges alone decide the ranks: what flows back is drawn beside what it belongs to.
    const look =
      isBackward || backward !== undefined
        ? `, class="backward"${isBackward ? '' : ', style=dotted'}, constraint=false`
        : '';
    const text = `  ${from} -> ${to} [label=${quoted(label)}${look}];`;
    this.edges.set(text, text);
  }

  private foldOf(scope: Scope<V> | undefined): string | undefined {
    const path = pathOf(scope);
    for (let depth = 1; depth <= path.length; depth++) {
      const name = path
        .slice(0, depth)
        .map((part) => part.name)
        .join('/');
      if (this.layout.folds(name)) return name;
    }
    return undefined;
  }

  private intoFold(path: string, backward: boolean | undefined): string {
    let fold = this.folded.get(path);
    if (fold === undefined) {
      fold = { id: this.nextId(), forward: 0, backward: 0, path };
      this.folded.set(path, fold);
      this.boxes.set(fold.id, { id: fold.id, scope: path.split('/').slice(0, -1), attributes: '', beside: undefined });
    }
    if (backward === true) fold.backward++;
    if (backward === false) fold.forward++;
    return fold.id;
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

  private clusters(path: readonly string[], indent: string): string[] {
    const lines: string[] = [];
    const inner = new Set<string>();
    for (const box of this.boxes.values()) {
      if (!path.every((name, k) => box.scope[k] === name)) continue;
      if (box.scope.length > path.length) {
        inner.add(box.scope[path.length]!);
        continue;
      }
      lines.push(`${indent}${box.id} [${box.attributes}];`);
      const twin = box.beside === undefined ? undefined : this.boxes.get(box.beside);
      if (twin !== undefined && twin.scope.join('/') === box.scope.join('/'))
        lines.push(`${indent}{ rank=same; ${twin.id}; ${box.id}; }`);
    }
    for (const name of inner) {
      const within = [...path, name];
      lines.push(
        `${indent}subgraph ${quoted(`cluster_${within.join('/')}`)} {`,
        `${indent}  label=${quoted(name)}; class="${this.composites.has(within.join('/')) ? 'composite' : 'module'}"; style="rounded"; fontname="Helvetica,Arial,sans-serif"; fontsize=11;`,
      );
      lines.push(...this.clusters(within, `${indent}  `), `${indent}}`);
    }
    return lines;
  }

  private nextId(): string {
    return `n${++this.count}`;
  }
}

/** The scopes that have a name, outermost first. */
function pathOf<V extends Value<V>>(scope: Scope<V> | undefined): Scope<V>[] {
  const path: Scope<V>[] = [];
  for (let at = scope; at !== undefined; at = at.parent) if (at.name !== '') path.push(at);
  return path.reverse();
}

function attributes(kind: string, title: string, lines: readonly string[], shape: string): string {
  const style = kind.startsWith('op')
    ? 'rounded'
    : kind === 'parameter'
      ? 'filled'
      : kind === 'constant'
        ? 'dashed'
        : 'solid';
  return `label=${quoted([title, ...lines.filter((line) => line !== '')].join('\n'))}, class=${quoted(kind)}, shape=${shape}, style=${quoted(style)}`;
}

/** Any text as a DOT string: quotes, backslashes and line ends escaped; "&" too, which Graphviz reads as an entity. */
export function quoted(text: string): string {
  const safe = text
    .replaceAll('&', '&amp;')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    // oxlint-disable-next-line no-control-regex
    .replace(/\r\n|\r|\n/g, '\\n')
    // oxlint-disable-next-line no-control-regex
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '\ufffd',
    );
  return `"${safe}"`;
}
