/** Cotangents of given values from cotangents of outputs: the backward walk, with what it must not know filled in. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { descendants, nodesBelow } from '../graph/below.ts';
import type { HeldGraph, Node } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import { pulledFrom } from '../graph/scope.ts';
import { type Observer, totalOf } from '../graph/walk-backward.ts';
import { stopGradient } from '../ops/identity.ts';
import { uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { pullBack, tensorOf } from './flow.ts';

export type Seed = readonly [output: Tensor, cotangent: Tensor];

/**
 * The cotangent of each target, zeros where the outputs do not depend on it.
 *
 * @throws ArgumentError `no-derivative` where an output depends on a target, and every path to it is cut
 */
export function pullTo(
  op: string,
  seeds: readonly Seed[],
  targets: readonly Tensor[],
  paths: readonly string[],
  { observer, region: known }: { observer?: Observer<Tensor> | undefined; region?: Region } = {},
): Tensor[] {
  const outputs = seeds.map(([output]) => output);
  const region = known ?? regionBetween(targets, outputs);
  return pullWithin(region, seeds, targets, observer).map((share, k) => {
    if (share === undefined) refuseCut(op, region, outputs, targets[k]!, paths[k] ?? '');
    return share ?? uniform(targets[k]!.spec, 0);
  });
}

/** The cotangent of each target, with holes where nothing flows: for rules, which see only part of all paths. */
export function sharesTo(seeds: readonly Seed[], targets: readonly Tensor[]): (Tensor | undefined)[] {
  const outputs = seeds.map(([output]) => output);
  return targets.length === 0 ? [] : pullWithin(regionBetween(targets, outputs), seeds, targets);
}

function pullWithin(
  region: Region,
  seeds: readonly Seed[],
  targets: readonly Tensor[],
  observer?: Observer<Tensor>,
): (Tensor | undefined)[] {
  const totals = pullBack({
    seeds: seeds.filter(([output]) => output.node !== undefined && region.inner.has(output.node.id)),
    wanted: (input) => input.node !== undefined && region.inner.has(input.node.id),
    kept: region.roots,
    watched: isWatched(
      region,
      seeds.map(([, cotangent]) => cotangent),
    ),
    observer,
  });
  return targets.map((target) => {
    const total = totalOf(target, totals);
    return total === undefined ? undefined : tensorOf(total, target);
  });
}

/** What lies between some values and outputs. */
export interface Region {
  /** Nodes below the outputs that are not older than the targets, in order of creation. */
  readonly nodes: readonly Node<Tensor>[];
  readonly roots: ReadonlySet<Node<Tensor> | undefined>;
  /** Ids of nodes that a derivative reaches from a target. */
  readonly inner: ReturnType<typeof descendants>;
  /** Whether others may differentiate what happens here: it uses what was made before the targets, or beside them. */
  readonly watched: boolean;
}

export function regionBetween(targets: readonly Tensor[], outputs: readonly Tensor[]): Region {
  const floor = Math.min(...targets.map((target) => target.id));
  const { nodes, reachesOlder } = nodesBelow(outputs, floor);
  const roots = new Set(targets.map((target) => target.node));
  const inner = descendants(nodes, (node) => roots.has(node), carriesDerivative);
  return { nodes, roots, inner, watched: reachesOlder || nodes.some((node) => !inner.has(node.id)) };
}

/** Whether somebody can ask for the derivative of what a walk makes: if the region or a seed has a history of its own. */
export function isWatched(region: Region, seeds: readonly Tensor[]): boolean {
  return region.watched || seeds.some((seed) => seed.id >= recording.since || seed.isSymbolic);
}

function carriesDerivative(node: Node<Tensor>, slot: number): boolean {
  return isFloat(node.input(slot).dtype) && node.op.differentiable(slot);
}

/** Zero is the answer where there is no path, or only through stopGradient; a path cut by another op is a mistake. */
function refuseCut(
  op: string,
  { nodes, inner }: Region,
  outputs: readonly Tensor[],
  target: Tensor,
  path: string,
): void {
  const node = cutAmong(nodes, outputs, (root) => root === target.node, inner);
  if (node === undefined) return;
  const { name } = node.op;
  throw new ArgumentError({
    code: 'no-derivative',
    op,
    problem: `${name} has no derivative, and the result depends on "${path || 'the argument'}" only through it`,
    scope: node.scope?.path === undefined ? name : `${node.scope.path}/${name}`,
    expected: 'a path of ops with derivatives',
    received: name,
    remedy:
      name === 'argMax' || name === 'argMin'
        ? 'softmax, or stopGradient if no gradient is wanted here'
        : 'stopGradient if no gradient is wanted here',
  });
}

/** The first node on a way from a root to an output where every derivative ends. */
function cutAmong(
  nodes: readonly Node<Tensor>[],
  outputs: readonly Tensor[],
  isRoot: (node: Node<Tensor>) => boolean,
  inner: Region['inner'],
): Node<Tensor> | undefined {
  const reached = descendants(nodes, isRoot);
  const written = reachedByForwardNodes(nodes, outputs);
  const used = new Set(outputs);
  for (const node of nodes) if (written.has(node)) for (const input of node.inputs) used.add(input);
  for (const node of nodes) {
    if (!written.has(node) || !reached.has(node.id)) continue;
    if (inner.has(node.id)) {
      const within = cutWithin(node, inner, used);
      if (within !== undefined) return within;
      continue;
    }
    const cut = node.inputs.some(
      (input, slot) => input.node !== undefined && inner.has(input.node.id) && !carriesDerivative(node, slot),
    );
    if (cut && node.op !== stopGradient.definition) return node;
  }
  return undefined;
}

/** The same in the graphs that a node holds, on the way to what is used of its outputs; in loops, over all steps. */
function cutWithin(node: Node<Tensor>, inner: Region['inner'], used: ReadonlySet<Tensor>): Node<Tensor> | undefined {
  const isUsed = node.outputs.map((output) => used.has(output));
  const making = node.graphs.filter(({ decides }) => decides !== true);
  const deciding = isUsed.includes(true) ? node.graphs.filter(({ decides }) => decides === true) : [];
  const decisive = deciding.map(({ graph }) => reachedByForwardNodes(graph.nodes, graph.outputs));
  /** Carries that a derivative reaches, at the first step or later. */
  const moving = new Set<number>();
  for (const held of making) {
    const roots = rootsOf(held, node, inner);
    const within = reachedOverSteps(held, roots);
    const outputs = usedOverSteps(
      held,
      (k) => isUsed[k]! || deciding.some(({ graph }, at) => decisive[at]!.has(graph.inputs[k]?.node)),
    );
    const cut = cutAmong(nodesFrom(held, roots), outputs, (at) => roots.has(at), within);
    if (cut !== undefined) return cut;
    for (let k = 0; k < (held.carries ?? 0); k++) if (roots.has(held.graph.inputs[k]!.node!)) moving.add(k);
  }
  for (const held of deciding) {
    const roots = rootsOf(held, node, inner);
    for (const k of moving) roots.add(held.graph.inputs[k]!.node!);
    const isRoot = (at: Node<Tensor>): boolean => roots.has(at);
    const nodes = nodesFrom(held, roots);
    const cut = cutAmong(nodes, held.graph.outputs, isRoot, descendants(nodes, isRoot, carriesDerivative));
    if (cut !== undefined) return cut;
  }
  return undefined;
}

/** Inputs of a held graph at which a derivative comes in from outside. */
function rootsOf({ graph, slots }: HeldGraph<Tensor>, node: Node<Tensor>, inner: Region['inner']): Set<Node<Tensor>> {
  return new Set(
    graph.inputs.flatMap(({ node: root, dtype }, k) => {
      const source = node.input(slots[k]!).node;
      return root !== undefined && isFloat(dtype) && source !== undefined && inner.has(source.id) ? [root] : [];
    }),
  );
}

function nodesFrom({ graph }: HeldGraph<Tensor>, roots: ReadonlySet<Node<Tensor>>): readonly Node<Tensor>[] {
  return [...[...roots].sort((a, b) => a.id - b.id), ...graph.nodes];
}

/** Nodes that a derivative reaches from the roots, in a loop at any step: what a carry becomes is a root of the next one. */
function reachedOverSteps(held: HeldGraph<Tensor>, roots: Set<Node<Tensor>>): Region['inner'] {
  const { graph, carries = 0 } = held;
  for (;;) {
    const reached = descendants(nodesFrom(held, roots), (node) => roots.has(node), carriesDerivative);
    const before = roots.size;
    for (let k = 0; k < carries; k++) {
      const [carry, next] = [graph.inputs[k]!, graph.outputs[k]!];
      if (isFloat(next.dtype) && next.node !== undefined && reached.has(next.node.id)) roots.add(carry.node!);
    }
    if (roots.size === before) return reached;
  }
}

/** The outputs that are used, and in a loop those that the next step uses on the way to them. */
function usedOverSteps({ graph, carries = 0 }: HeldGraph<Tensor>, isUsed: (k: number) => boolean): readonly Tensor[] {
  const used = new Set([...graph.outputs.keys()].filter(isUsed));
  for (;;) {
    const outputs = graph.outputs.filter((_, k) => used.has(k));
    const reached = reachedByForwardNodes(graph.nodes, outputs);
    const before = used.size;
    for (let k = 0; k < carries; k++) if (reached.has(graph.inputs[k]!.node)) used.add(k);
    if (used.size === before) return outputs;
  }
}

/**
 * Forward nodes that outputs were made from by forward nodes alone. What derivative rules make and use (masks) is constant
 * between kinks: through it the derivative is 0, and nobody has made a mistake.
 */
function reachedByForwardNodes(
  nodes: readonly Node<Tensor>[],
  outputs: readonly Tensor[],
): ReadonlySet<Node<Tensor> | undefined> {
  const reached = new Set(outputs.map((output) => output.node));
  for (const node of nodes.toReversed()) {
    if (!reached.has(node)) continue;
    if (pulledFrom(node) !== undefined) reached.delete(node);
    else for (const input of node.inputs) reached.add(input.node);
  }
  return reached;
}
