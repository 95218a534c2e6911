/** From a compiled program to plain data: its kernels with what each computes, and its graph after each pass. */
import type { Graph, Node, Program, ProgramKernel, Tensor } from '@edgewise/core';
import { type Fact, type GraphModel, type ModelEdge, type ModelGroup, type ModelNode, mostHeat } from './model.ts';
import { titleOfNode } from './model-dot.ts';
import { modelOf } from './model-of.ts';
import { shortNumber } from './statistics.ts';

/** What `compile` gives, whatever it is a function of. */
export type CompiledProgram = Pick<Program<readonly never[], unknown>, 'graphs' | 'kernels'>;

export function isProgram(value: unknown): value is CompiledProgram {
  return typeof value === 'function' && 'kernels' in value && 'graphs' in value;
}

/** One of the graphs of a program, and what to call it. */
export interface ProgramModel {
  readonly name: string;
  readonly model: GraphModel;
  readonly text: string;
}

/** The kernels, then the graph as traced and after each pass; passes that left it as it was share one. */
export function programModels(program: CompiledProgram, title: string): [ProgramModel, ...ProgramModel[]] {
  const { kernels, graphs } = program;
  const stages: { passes: string[]; graph: Graph<Tensor>; text: string }[] = [];
  for (const { after, graph } of graphs) {
    const text = String(graph);
    const last = stages.at(-1);
    if (last?.text === text) {
      last.passes.push(after);
      last.graph = graph;
    } else stages.push({ passes: [after], graph, text });
  }
  const last = stages.at(-1);
  const facts = kernelFacts(kernels);
  const models = stages.map((stage): ProgramModel => {
    const { passes, graph, text } = stage;
    const notes = stage === last ? new Map([...facts].map(([node, own]) => [node, { facts: own }])) : undefined;
    return {
      name: `After ${passes.join(', ')}: ${graph.nodes.length} ops`,
      model: modelOf(graph, title, notes === undefined ? {} : { notes }),
      text,
    };
  });
  const whole = last === undefined ? modelOf(graphs[0]!.graph, title) : modelOf(last.graph, title);
  const own: ProgramModel = {
    name: `Kernels: ${kernels.length}`,
    model: withKernels(whole, kernels),
    text: [programLegend(program).words, ...kernels.map(({ text: code }) => code)].join('\n\n'),
  };
  return [own, ...models];
}

/** What the darkness of a kernel stands for (its time where that was measured, else its arithmetic), and all of them in a line. */
export function programLegend({ kernels, graphs }: CompiledProgram): { from: string; to: string; words: string } {
  const sum = (of: (kernel: ProgramKernel) => number): number => kernels.reduce((total, each) => total + of(each), 0);
  const time = sum(({ milliseconds = 0 }) => milliseconds);
  const most = Math.max(0, ...kernels.map(costOf));
  const onHost = kernels.filter(({ kind }) => kind === 'host').length;
  const words = [
    `${counted(graphs[0]?.graph.nodes.length ?? 0, 'op')} traced, ${graphs.at(-1)?.graph.nodes.length ?? 0} after passes, in ${counted(kernels.length, 'kernel')}`,
    ...(onHost === 0 ? [] : [`${onHost} of them on the host`]),
    `${counted(
      sum(({ operations }) => operations),
      'operation',
    )}, ${bytesText(sum(({ bytes }) => bytes))} moved`,
    ...(time === 0 ? [] : [`${timeText(time)} a step, measured one kernel after the other`]),
  ].join('; ');
  return time > 0
    ? { from: 'No time', to: `${timeText(most)} a step, the most that one kernel takes`, words }
    : { from: 'No arithmetic', to: `${counted(most, 'operation')}, the most in one kernel`, words };
}

function costOf({ milliseconds, operations }: ProgramKernel): number {
  return milliseconds ?? operations;
}

/** By node: which kernel computes it. */
function kernelFacts(kernels: readonly ProgramKernel[]): Map<Node<Tensor>, Fact[]> {
  const facts = new Map<Node<Tensor>, Fact[]>();
  kernels.forEach((kernel, k) => {
    for (const node of kernel.nodes) {
      const fact = { name: facts.has(node) ? 'and in' : 'computed in', text: nameOf(kernel, k) };
      facts.set(node, [...(facts.get(node) ?? []), fact]);
    }
  });
  return facts;
}

function nameOf({ kind, name }: ProgramKernel, k: number): string {
  return `${k + 1} ${kind === 'host' ? 'host' : 'kernel'}: ${name}`;
}

/** The model with a group for each kernel in place of its modules. What two kernels compute is in both. */
function withKernels(whole: GraphModel, kernels: readonly ProgramKernel[]): GraphModel {
  const most = Math.max(0, ...kernels.map(costOf));
  const total = kernels.reduce((sum, kernel) => sum + costOf(kernel), 0);
  const heats = kernels.map((kernel) => (most === 0 ? 0 : Math.round((mostHeat * costOf(kernel)) / most)));
  const computing = new Map<number, number[]>();
  kernels.forEach(({ nodes }, k) => {
    for (const { id } of nodes) computing.set(id, [...(computing.get(id) ?? []), k]);
  });

  const nodes: ModelNode[] = [];
  /** By old index: where each copy is, and the kernel that it is in; -1 for what no kernel computes. */
  const copies: Map<number, number>[] = [];
  whole.nodes.forEach((node) => {
    const places = new Map<number, number>();
    copies.push(places);
    // What a hosted loop holds is its own business.
    if (node.held === true) return;
    const { group, pulled, ...others } = node;
    const path = group === undefined ? '' : (whole.groups[group]?.path ?? '');
    const isOp = node.kind === 'op' || node.kind === 'backward';
    const own = isOp && node.id !== undefined ? (computing.get(node.id) ?? []) : [];
    for (const kernel of own.length === 0 ? [-1] : own) {
      const facts = [
        ...(path === '' ? [] : [{ name: 'of', text: path }]),
        ...(pulled === undefined ? [] : [{ name: 'rule of', text: titleOfNode(whole.nodes[pulled] as ModelNode) }]),
      ];
      const heat = heats[kernel];
      places.set(kernel, nodes.length);
      nodes.push({
        ...others,
        ...(facts.length === 0 ? {} : { facts }),
        ...(heat === undefined ? {} : { heat, group: kernel }),
      });
    }
  });

  const edges = whole.edges.flatMap(({ from, to, of, slot, spec, kind: was }): ModelEdge[] => {
    // A program runs from its first kernel to its last: what flows back flows on, too.
    const kind = was === 'update' ? was : 'forward';
    const sources = copies[from];
    return [...(copies[of ?? to] ?? [])].flatMap(([kernel, target]) => {
      // From the same kernel where it computes it itself; else from the one that has stored it.
      const source = sources?.get(kernel) ?? sources?.values().next().value;
      return source === undefined ? [] : [{ from: source, to: target, slot, kind, spec }];
    });
  });

  const groups = kernels.map((kernel, k): ModelGroup => ({
    name: kernel.name,
    path: nameOf(kernel, k),
    kind: 'kernel',
    words: costText(kernel),
    facts: factsOf(kernel, k, kernels.length, total),
    code: kernel.text,
  }));
  return { title: whole.title, nodes, edges, groups, legend: 'what a kernel costs' };
}

function factsOf(kernel: ProgramKernel, k: number, count: number, total: number): Fact[] {
  const { operations, bytes, milliseconds } = kernel;
  const share = total === 0 ? 0 : Math.round((100 * costOf(kernel)) / total);
  return [
    { name: 'number', text: `${k + 1} of ${count}` },
    ...(kernel.kind === 'host' ? [{ name: 'computed by', text: 'the host: the op has no lowering' }] : []),
    { name: 'operations', text: grouped(operations) },
    { name: 'bytes moved', text: grouped(bytes) },
    ...(milliseconds === undefined ? [] : [{ name: 'time of a step', text: timeText(milliseconds) }]),
    { name: milliseconds === undefined ? 'of all operations' : 'of all time', text: `${share} %` },
  ];
}

function costText({ kind, operations, bytes, milliseconds }: ProgramKernel): string {
  return [
    ...(kind === 'host' ? ['on the host'] : []),
    ...(operations === 0 ? [] : [counted(operations, 'operation')]),
    bytesText(bytes),
    ...(milliseconds === undefined ? [] : [timeText(milliseconds)]),
  ].join(', ');
}

/** `12,800 operations` */
function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function bytesText(bytes: number): string {
  if (bytes < 10_000) return counted(bytes, 'byte');
  return bytes < 1e7 ? `${shortNumber(Math.round(bytes / 1000))} kB` : `${shortNumber(Math.round(bytes / 1e6))} MB`;
}

function timeText(milliseconds: number): string {
  return milliseconds < 1
    ? `${Number((1000 * milliseconds).toPrecision(3))} µs`
    : `${Number(milliseconds.toPrecision(3))} ms`;
}
