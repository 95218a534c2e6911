/** Why a gradient is what it is: follows the paths from a value to a loss and says where each ends. */
import { ruleOf } from '../control/custom-gradient.ts';
import { type LoopStep, runningSteps, writingBodiesOut } from '../control/interpret.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import { pullBack } from '../derive/flow.ts';
import { seedOf } from '../derive/backward.ts';
import { descendants, nodesBelow } from '../graph/below.ts';
import { type Edge, type Node, newNode } from '../graph/node.ts';
import { inference, remembering, watchNodes } from '../graph/recording.ts';
import { stopGradient } from '../ops/identity.ts';
import { arange, uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';

/** One place where what flows back from the loss stops, or thins out, on its way. */
export interface PathEnd {
  readonly reason: 'stopGradient' | 'no derivative' | 'zero slope' | 'underflow' | 'cancelled' | 'not finite';
  /** The op at which it ends; the name of the value itself, where several paths meet there. */
  readonly op: string;
  /** Where it was built. */
  readonly scope: string;
  /** The share of elements for which nothing passes, or what passes is not finite, from 0 to 1. */
  readonly closed: number;
  /** The function whose rule it is, where that was given: by `customGradient`, `withGradient`, `implicitRoot`. */
  readonly rule?: string;
  /** Which output of an op with several it is that has no derivative, from 0. */
  readonly output?: number;
  /** The loop in whose body it is, the innermost one, and at which of its steps, from 0; `closed` is that of these steps. */
  readonly loop?: string;
  readonly steps?: readonly number[];
  /** Where that loop runs inside of others, at which of their steps: from the inside out. It is so at each of these. */
  readonly around?: readonly LoopSteps[];
}

/** Steps of a loop, from 0, in order. */
export interface LoopSteps {
  readonly loop: string;
  readonly steps: readonly number[];
}

export interface GradientExplanation {
  /** Whether the loss was made from the value at all. */
  readonly connected: boolean;
  /** Nodes on the paths between them. */
  readonly nodes: readonly Node<Tensor>[];
  readonly ends: readonly PathEnd[];
  /** The largest |element| of the gradient; 0 where nothing arrives, NaN where one is NaN. */
  readonly largest: number;
  toString(): string;
}

/**
 * Follows the paths from `x` to the loss and says where they end: no path, `stopGradient`, an op without derivative, a
 * slope of zero (a closed relu, a masked branch) with the share of elements, underflow, paths whose shares cancel, or a
 * slope that is not finite. It looks into loops, step by step, and into checkpoints; a `customGradient` counts as one op,
 * with the rule that was given for it: no path leads through what its function or its rule uses beside its inputs.
 *
 * @param loss calls for the loss: it is run once, with everything remembered, each step of a loop too
 * @param x a Variable that `loss` reads, or a tensor that it uses
 * @throws ArgumentError `needs-cotangent`
 * @example
 * const w = variable([1, -2], { name: 'w' });
 * explainGradient(() => w.value.relu().sum(), w).ends[0]?.closed; // 0.5: relu is closed for half of the elements
 */
export function explainGradient(loss: () => Tensor, x: Variable | Tensor): GradientExplanation {
  if (typeof loss !== 'function') {
    throw new ArgumentError({
      code: 'not-a-function',
      op: 'explainGradient',
      problem: 'expected a function that gives the loss',
      received: loss,
      remedy: 'explainGradient(() => lossOf(model), w)',
    });
  }
  const places = new WeakMap<Node<Tensor>, readonly LoopStep[]>();
  const placed = (): Tensor => {
    const unwatch = watchNodes((node) => {
      if (runningSteps.length > 0) places.set(node as unknown as Node<Tensor>, runningSteps.slice());
    });
    try {
      return loss();
    } finally {
      unwatch();
    }
  };
  return remembering({ everything: 1, cutsSince: 0 }, () =>
    explain(
      writingBodiesOut(placed),
      x instanceof Variable ? x.value : x,
      x instanceof Variable ? (x.name ?? 'the Variable') : 'the tensor',
      (node) => places.get(node) ?? [],
    ),
  );
}

function explain(
  loss: Tensor,
  x: Tensor,
  name: string,
  stepsOf: (node: Node<Tensor>) => readonly LoopStep[],
): GradientExplanation {
  const seed = seedOf('explainGradient', loss);
  const below = leadingTo(loss);
  const uses = (node: Node<Tensor>): boolean =>
    node === x.node || node.inputs.some((input, slot) => input === x && leads(node, slot));
  const between = descendants(below, uses, leads);
  const nodes = below.filter((node) => between.has(node.id));
  const connected = loss.node !== undefined && between.has(loss.node.id);

  const arriving = new Map<Tensor, Arrival>([[loss, { total: seed, size: undefined }]]);
  const found: Found[] = [];
  const end = (node: Node<Tensor>, facts: Pick<PathEnd, 'reason' | 'closed' | 'output'>): void => {
    const rule = ruleOf(node)?.name;
    const place = { op: node.op.name, scope: node.scope?.path ?? '', ...(rule === undefined ? {} : { rule }) };
    found.push({ ...facts, ...place, at: stepsOf(node) });
  };
  const onPath = (value: Tensor): boolean => value === x || (value.node !== undefined && between.has(value.node.id));
  const carries = (node: Node<Tensor>, slot: number): boolean =>
    isFloat(node.input(slot).dtype) && node.op.differentiable(slot) && leads(node, slot);

  if (connected) {
    const totals = new Map<Node<Tensor>, Tensor>();
    pullBack({
      seeds: [[loss, seed]],
      wanted: onPath,
      watched: false,
      observer: {
        onNode: (node, total) => {
          if (total instanceof Tensor) totals.set(node, total);
          for (const output of node.outputs) {
            const cancelled = output === x ? undefined : cancelling(arriving.get(output));
            if (cancelled !== undefined) end(node, cancelled);
          }
        },
        onEdge: (edge, share) => {
          const before = arriving.get(edge.value);
          arriving.set(edge.value, before === undefined ? { total: share, size: undefined } : joined(before, share));
          const thinned = thinning(edge, share, totals.get(edge.target));
          if (thinned !== undefined) end(edge.target, thinned);
        },
      },
    });
    const cancelled = cancelling(arriving.get(x));
    if (cancelled !== undefined) found.push({ ...cancelled, op: name, scope: '', at: [] });
    // A path ends where it is first cut: what comes after has nothing to pass on.
    const alive = descendants(
      below,
      (node) => node === x.node || node.inputs.some((input, slot) => input === x && carries(node, slot)),
      carries,
    );
    const reached = (input: Tensor): boolean => input === x || (input.node !== undefined && alive.has(input.node.id));
    const blamed = new Set<Node<Tensor> | Tensor>();
    for (const node of nodes) {
      node.inputs.forEach((input, slot) => {
        if (!reached(input) || !leads(node, slot) || carries(node, slot)) return;
        // Where whole numbers came out of an op that a path led into, it is not their user that ends it.
        const maker = isFloat(input.dtype) || input === x ? undefined : input.node;
        const cut = maker === undefined ? node : input;
        if (blamed.has(cut)) return;
        blamed.add(cut);
        if (maker === undefined) {
          end(node, { reason: node.op === stopGradient.definition ? 'stopGradient' : 'no derivative', closed: 1 });
        } else {
          const output = maker.outputs.length > 1 ? { output: maker.outputs.indexOf(input) } : {};
          end(maker, { reason: 'no derivative', closed: 1, ...output });
        }
      });
    }
  }
  const ends = overSteps(found);
  const gradient = arriving.get(x)?.total;
  const largest = gradient === undefined || gradient.size === 0 ? 0 : gradient.abs().max().item();
  const rules = new Set(below.flatMap((node) => ruleOf(node)?.name ?? []));
  return {
    connected,
    nodes,
    ends,
    largest,
    toString: () => (connected ? inWords(name, largest, ends) : unconnectedInWords(name, [...rules])),
  };
}

/** Whether what comes in at a slot is what the output was made from, and not something that only a rule uses. */
function leads(node: Node<Tensor>, slot: number): boolean {
  return ruleOf(node)?.givesTo(slot) ?? true;
}

/** The nodes that the loss was made from, in order of creation. */
function leadingTo(loss: Tensor): readonly Node<Tensor>[] {
  const met = new Set([loss.node]);
  const nodes: Node<Tensor>[] = [];
  for (const node of nodesBelow([loss]).nodes.toReversed()) {
    if (!met.has(node)) continue;
    nodes.push(node);
    node.inputs.forEach((input, slot) => {
      if (leads(node, slot)) met.add(input.node);
    });
  }
  return nodes.reverse();
}

/** An end, and the steps of loops at which it was met, outermost first. */
interface Found extends PathEnd {
  readonly at: readonly LoopStep[];
}

/** The same end at several steps of a loop is one: closed as much as it is at these steps together. */
function overSteps(found: readonly Found[]): PathEnd[] {
  const alike = groupedBy(found, ({ at, reason, op, scope, rule, output }, k) =>
    at.length === 0 ? k : JSON.stringify([at.map(({ loop }) => loop), reason, op, scope, rule, output]),
  );
  return [...alike.values()].flatMap((group) => {
    const { at: loops, ...end } = group[0]!;
    if (loops.length === 0) return [end];
    const places = group.map(({ at }) => at.map(({ step }) => step));
    const closedAt = groupedBy(group, (_, k) => places[k]!.join());
    return blocksOf(places).map((block) => {
      const met = placesIn(block).flatMap((place) => closedAt.get(place.join())!);
      const closed = met.reduce((sum, part) => sum + part.closed, 0) / met.length;
      const [innermost, ...around] = block.map((steps, k) => ({ loop: loops[k]!.loop, steps })).reverse();
      return { ...end, closed, ...innermost!, ...(around.length === 0 ? {} : { around }) };
    });
  });
}

/** For each loop, outermost first, some of its steps: all of these together with all of those. */
type Block = readonly (readonly number[])[];

/**
 * Places in nested loops, given by the step of each, as blocks: steps of the outer loop at which the same happens inside
 * stand together.
 *
 *     0 0                [0] x [0 1 2]
 *     0 1                [1 2] x [2]
 *     0 2
 *     1 2         ->
 *     2 2
 */
function blocksOf(places: readonly (readonly number[])[]): Block[] {
  if (places.every((place) => place.length === 0)) return [[]];
  const inside = [...groupedBy(places, ([step]) => step!)]
    .sort(([step], [other]) => step - other)
    .flatMap(([step, group]) => blocksOf(group.map(([, ...rest]) => rest)).map((block) => ({ step, block })));
  return [...groupedBy(inside, ({ block }) => JSON.stringify(block)).values()].map((alike) => [
    alike.map(({ step }) => step),
    ...alike[0]!.block,
  ]);
}

function groupedBy<T, K>(items: readonly T[], keyOf: (item: T, k: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  items.forEach((item, k) => {
    const key = keyOf(item, k);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  });
  return groups;
}

function placesIn(block: Block): (readonly number[])[] {
  return block.reduce<(readonly number[])[]>(
    (places, steps) => places.flatMap((place) => steps.map((step) => [...place, step])),
    [[]],
  );
}

/** What has flowed to a value: the sum of its shares and, where there are several, of how large each is. */
interface Arrival {
  readonly total: Tensor;
  readonly size: Tensor | undefined;
}

function joined({ total, size }: Arrival, share: Tensor): Arrival {
  return { total: total.add(share), size: (size ?? total.abs()).add(share.abs()) };
}

/** Where shares of several paths came in at a value and add up to nothing: for which share of the elements. */
function cancelling(arrival: Arrival | undefined): Thinning | undefined {
  if (arrival?.size === undefined) return undefined;
  const [total, size] = [arrival.total.data, arrival.size.data];
  const came = [...size.keys()].filter((k) => size[k] !== 0);
  const closed = came.filter((k) => total[k] === 0);
  return closed.length === 0 ? undefined : { reason: 'cancelled', closed: closed.length / came.length };
}

type Thinning = Pick<PathEnd, 'reason' | 'closed'>;

/** Large, and yet far enough from the largest number of 32 bits for sums. */
const LARGE = 1e30;

/** Where something came in at a node and nothing went out, or nothing finite: for which share of the elements, and why. */
function thinning(edge: Edge<Tensor>, share: Tensor, total: Tensor | undefined): Thinning | undefined {
  const { target, slot } = edge;
  if (total === undefined || share.size === 0) return undefined;
  const come = total.data;
  const came = [...come.keys()].filter((k) => come[k] !== 0);
  if (came.length === 0) return undefined;
  const wild = share.data.filter((value) => !Number.isFinite(value)).length;
  if (wild > 0) return come.every(Number.isFinite) ? { reason: 'not finite', closed: wild / share.size } : undefined;
  // Rules are linear in what comes in: if more of it passes, the slope is not zero.
  if (target.op.reads === 'elements') {
    const node = spread(target);
    const out = sharesOf(node, slot, total);
    const closed = came.filter((k) => out[k] === 0);
    if (closed.length === 0) return undefined;
    const boosted = sharesOf(node, slot, uniform(total.spec, LARGE));
    const passes = closed.every((k) => boosted[k] !== 0);
    return { reason: passes ? 'underflow' : 'zero slope', closed: closed.length / came.length };
  }
  // Elements change places or are summed here: no one of those that come out is that of one that comes in.
  if (share.data.some((value) => value !== 0)) return undefined;
  const largest = total.abs().max().item();
  const boosted = total.div(largest).mul(LARGE);
  if (sharesOf(target, slot, boosted).some((value) => value !== 0)) return { reason: 'underflow', closed: 1 };
  // What sums to nothing does not if each element is another multiple of what it was.
  const uneven = boosted.mul(arange(total.size).cast(total.dtype).add(1).sin().reshape(total.shape));
  const passes = sharesOf(target, slot, uneven).some((value) => value !== 0);
  return { reason: passes ? 'cancelled' : 'zero slope', closed: 1 };
}

/** One share of a node, by its rule. */
function sharesOf(node: Node<Tensor>, slot: number, total: Tensor): Tensor['data'] {
  const input = node.input(slot);
  return inference(() => node.op.shares(node, total, (other) => other === input))[slot]?.data ?? new Float32Array(0);
}

/**
 * The same node of inputs of the output's shape, so that a share has that shape too: undoing a broadcast would sum over
 * what passes and what does not.
 */
function spread(node: Node<Tensor>): Node<Tensor> {
  const output = node.outputs[0]!;
  const inputs = inference(() => node.inputs.map((input) => input.broadcastTo(output.shape)));
  const wide = newNode(node.op, node.attributes, inputs, 1);
  wide.output = output;
  return wide;
}

/** So many lines say the same of an op at different steps of nested loops; whoever wants all has them in `ends`. */
const LINES_ALIKE = 3;

function inWords(name: string, largest: number, ends: readonly PathEnd[]): string {
  const alike = groupedBy(ends, ({ reason, op, scope, rule, output, loop, around = [] }, k) =>
    loop === undefined ? k : JSON.stringify([reason, op, scope, rule, output, loop, around.map((outer) => outer.loop)]),
  );
  const lines = [...alike.values()].flatMap((group) => {
    const more = group.length - LINES_ALIKE;
    return [
      ...group.slice(0, LINES_ALIKE).map(endInWords),
      ...(more > 0 ? [`  and so at other steps: ${more} more in ends`] : []),
    ];
  });
  const head = headline(name, largest);
  return [lines.length > 0 ? `${head}; on the way` : head, ...lines].join('\n');
}

/** @param rules names of functions on the way to the loss whose rules were given */
function unconnectedInWords(name: string, rules: readonly string[]): string {
  const head = `the loss does not depend on ${name}: there is no path between them`;
  if (rules.length === 0) return head;
  const [one, many] = [
    'is for its inputs alone, not for what it uses',
    'are for their inputs alone, not for what they use',
  ];
  return `${head}\n  the ${rules.length === 1 ? 'rule' : 'rules'} given for ${rules.join(', ')} ${rules.length === 1 ? one : many} besides`;
}

function endInWords({ reason, op, scope, closed, rule, output, loop, steps = [], around = [] }: PathEnd): string {
  const loops = loop === undefined ? [] : [{ loop, steps }, ...around];
  const place = loops.length === 0 ? '' : ` (${loops.map(stepsInWords).join(', ')})`;
  const at = (scope === '' ? op : `${scope}/${op}`) + place;
  const what = rule === undefined ? op : `the rule given for ${rule}`;
  const share = `${(100 * closed).toFixed(closed === 1 ? 0 : 1)} % of the elements`;
  switch (reason) {
    case 'stopGradient':
      return `  stopGradient, at ${at}: nothing passes, as asked`;
    case 'no derivative':
      return `  ${output === undefined ? what : `output ${output} of ${op}`} has no derivative, at ${at}: this path ends there`;
    case 'underflow':
      return `  underflow at ${at}: ${share} are too small to pass`;
    case 'cancelled':
      return `  what flows back to ${at} cancels for ${share}: shares add up to 0`;
    case 'not finite':
      return `  ${what} has a slope that is not finite, at ${at}: ${share} of what passes are NaN or infinite`;
    default:
      return `  ${what} has slope 0 for ${share}, at ${at}`;
  }
}

function stepsInWords({ loop, steps }: LoopSteps): string {
  const [first = 0] = steps;
  const last = steps.at(-1) ?? 0;
  if (steps.length === 1) return `in step ${first} of ${loop}`;
  if (last - first === steps.length - 1) return `in steps ${first} to ${last} of ${loop}`;
  return `in ${steps.length} of the steps ${first} to ${last} of ${loop}`;
}

function headline(name: string, largest: number): string {
  if (largest === 0) return `the gradient of ${name} is zero`;
  if (Number.isFinite(largest)) return `the gradient of ${name} reaches ${largest.toPrecision(3)}`;
  return `the gradient of ${name} is not finite (debugNaN() says which op makes the first such number)`;
}
