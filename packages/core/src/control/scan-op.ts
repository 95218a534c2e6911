/**
 * The op behind loops of a known length: a body, applied step after step. The body is a closed graph of the carry, this
 * step's slices and constants, and gives the next carry and this step's results. Derivatives are scans again: backward
 * over the body's vjp graph in the other direction, forward over the body together with its tangents.
 */
import { sharesTo } from '../derive/pull-to.ts';
import { tangentsOf } from '../derive/push-to.ts';
import { descendants } from '../graph/below.ts';
import { Graph } from '../graph/graph.ts';
import type { BatchInputs, BatchOutput } from '../graph/node.ts';
import { recording } from '../graph/recording.ts';
import { isRemembered } from '../op/apply.ts';
import { moveAxis } from '../ops/arranging.ts';
import { slice } from '../ops/indexing.ts';
import { stack } from '../ops/joining.ts';
import type { Definition } from '../op/op.ts';
import { uniform } from '../tensor/create.ts';
import { type TypedArray, isFloat, newArray } from '../tensor/dtype.ts';
import { placeholder, placeholderName } from '../tensor/placeholder.ts';
import { sizeOf } from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import { Tensor, denseData } from '../tensor/tensor.ts';
import { batchInputs, batchedCarries, batchedGraph, withBatch } from './batched-graph.ts';
import { chosen, close, usedIn } from './body.ts';
import { checkCount, checkGraph, defineHolder } from './define-holder.ts';
import { interpreted, writtenOut } from './interpret.ts';

/**
 * Inputs: the carry at the start, what is scanned (a slice a step, along the first axis), constants. Outputs: the carry at
 * the end, then the steps' results, stacked.
 */
export type ScanAttributes = readonly [
  /** Inputs: carry, slices, constants. Outputs: carry, results. */
  body: Graph<Tensor>,
  carries: number,
  scanned: number,
  length: number,
  reverse: boolean,
  /** Whether the last results are the carry that each step began with, for the backward walk. */
  history: boolean,
];

export const scanOp: Definition = defineHolder<ScanAttributes>({
  name: 'scan',
  attributeNames: ['body', 'carries', 'scanned', 'length', 'reverse', 'history'],
  graphs: ([graph, carries], arity) => [
    { name: 'body', graph, slots: Array.from({ length: arity }, (_, slot) => slot), carries },
  ],
  infer: (inputs, [body, carries, scanned, length, , history]) => {
    checkCount(carries, inputs.length);
    checkCount(scanned, inputs.length - carries);
    checkCount(length, MOST_STEPS);
    const specs = inputs.map(({ spec }) => spec);
    const carry = specs.slice(0, carries);
    const entries = specs.slice(carries, carries + scanned).map(({ shape, dtype }) => {
      if (shape[0] !== length) checkCount(shape[0], -1);
      return specOf(shape.slice(1), dtype);
    });
    const outputs = body instanceof Graph ? body.outputs.slice(carries).map(({ spec }) => spec) : [];
    checkGraph(body, [...carry, ...entries, ...specs.slice(carries + scanned)], [...carry, ...outputs]);
    checkCount(history ? carries : 0, outputs.length);
    return [...carry, ...outputs.map((spec) => stackedSpec(spec, length))];
  },
  run,
  writeOut,
  pull,
  push,
  batch,
});

/** As many as 32 bits count. */
export const MOST_STEPS: number = 2 ** 31 - 1;

function stackedSpec({ shape, dtype }: Spec, length: number): Spec {
  return specOf([length, ...shape], dtype);
}

function run(inputs: readonly Tensor[], [body, carries, scanned, length, reverse]: ScanAttributes): Tensor[] {
  const step = interpreted(body, 'scan');
  const slicers = inputs.slice(carries, carries + scanned).map(slicer);
  const constants = inputs.slice(carries + scanned);
  const stacks = body.outputs.slice(carries).map(({ spec }) => new Stack(spec, length));
  let carry = inputs.slice(0, carries);
  for (let k = 0; k < length; k++) {
    const at = reverse ? length - 1 - k : k;
    const results = step([...carry, ...slicers.map((slice) => slice(at)), ...constants], at);
    carry = results.slice(0, carries);
    stacks.forEach((stack, j) => stack.put(at, results[carries + j]!));
  }
  return [...carry.map(({ spec, storage }) => new Tensor(spec, storage)), ...stacks.map((stack) => stack.tensor())];
}

function writeOut(inputs: readonly Tensor[], attributes: ScanAttributes): readonly Tensor[] {
  const [body, carries, scanned, length, reverse] = attributes;
  if (length === 0) return [...inputs.slice(0, carries), ...run(inputs, attributes).slice(carries)];
  const [slices, constants] = [inputs.slice(carries, carries + scanned), inputs.slice(carries + scanned)];
  const results = body.outputs.slice(carries).map((): Tensor[] => []);
  let carry = inputs.slice(0, carries);
  for (let k = 0; k < length; k++) {
    const step = reverse ? length - 1 - k : k;
    const given = [...carry, ...slices.map((x) => slice(x, [step])), ...constants];
    const outputs = writtenOut(body, given, { loop: 'scan', step });
    carry = outputs.slice(0, carries);
    results.forEach((entries, j) => (entries[step] = outputs[carries + j]!));
  }
  return [...carry, ...results.map((entries) => stack(entries))];
}

/** Entries along the first axis, without copying. */
function slicer(x: Tensor): (at: number) => Tensor {
  const spec = specOf(x.shape.slice(1), x.dtype);
  if (typeof x.storage === 'number') {
    const entry = new Tensor(spec, x.storage);
    return () => entry;
  }
  const size = sizeOf(spec.shape);
  const data = denseData(x);
  return (at) => new Tensor(spec, size === 1 ? data[at]! : data.subarray(at * size, (at + 1) * size));
}

/** Results of the steps, side by side. Nothing is stored as long as all are the same number. */
class Stack {
  private readonly spec: Spec;
  private readonly length: number;
  private readonly size: number;
  private same: number | undefined;
  private data: TypedArray | undefined;

  constructor(spec: Spec, length: number) {
    this.spec = spec;
    this.length = length;
    this.size = sizeOf(spec.shape);
  }

  put(at: number, entry: Tensor): void {
    const { storage } = entry;
    if (this.data === undefined) {
      if (typeof storage === 'number' && (this.same === undefined || Object.is(this.same, storage))) {
        this.same = storage;
        return;
      }
      this.data = newArray(this.spec.dtype, this.length * this.size);
      // Those before were all `same`; those after are still to come.
      if (this.same !== undefined) this.data.fill(this.same);
    }
    if (typeof storage === 'number') this.data.fill(storage, at * this.size, (at + 1) * this.size);
    else this.data.set(denseData(entry), at * this.size);
  }

  tensor(): Tensor {
    const spec = stackedSpec(this.spec, this.length);
    return new Tensor(
      spec,
      this.data === undefined ? (this.same ?? 0) : this.data.length === 1 ? this.data[0] : this.data,
    );
  }
}

/** A loop as the functions below put it together: names for the parts of lists. */
export interface Loop {
  /** Placeholders of the body. */
  readonly carry: readonly Tensor[];
  readonly slices: readonly Tensor[];
  readonly constants: readonly Tensor[];
  readonly next: readonly Tensor[];
  readonly results: readonly Tensor[];
}

/** What the placeholders stand for outside. */
export interface LoopValues {
  readonly carry: readonly Tensor[];
  readonly slices: readonly Tensor[];
  readonly constants: readonly Tensor[];
}

/**
 * Applies a loop to values. What the loop does not need is left out: carries that reach neither a result nor a carry that
 * is asked for, and inputs that nothing uses.
 *
 * @param needed the carries whose value at the end is asked for; all unless said otherwise
 * @returns the carry at the end, with holes where it was left out, and the results
 */
export function applyLoop(
  loop: Loop,
  values: LoopValues,
  { length, reverse, needed }: { length: number; reverse: boolean; needed?: readonly boolean[] },
): { carry: (Tensor | undefined)[]; results: readonly Tensor[] } {
  const kept = needed === undefined ? loop.carry.map(() => true) : keptCarries(loop, needed);
  const only = <T>(list: readonly T[]): T[] => chosen(list, kept);
  const carry = only(loop.carry);
  const { graph, captured } = close({
    inputs: [...carry, ...loop.slices, ...loop.constants],
    inputNames: [...carry, ...loop.slices, ...loop.constants].map(placeholderName),
    outputs: [...only(loop.next), ...loop.results],
  });
  const used = usedIn(graph);
  const usedSlices = loop.slices.map((slice) => used.has(slice));
  const usedConstants = loop.constants.map((constant) => used.has(constant));
  const unused = new Set([...loop.slices, ...loop.constants].filter((input) => !used.has(input)));
  const body = new Graph({
    inputs: graph.inputs.filter((input) => !unused.has(input)),
    inputNames: graph.inputNames.filter((_, k) => !unused.has(graph.inputs[k]!)),
    outputs: graph.outputs,
  });
  const slices = chosen(values.slices, usedSlices);
  const outputs = applyScan(
    body,
    {
      carry: only(values.carry),
      slices,
      constants: [...chosen(values.constants, usedConstants), ...captured],
    },
    { length, reverse },
  );
  let at = 0;
  return {
    carry: kept.map((keeps) => (keeps ? outputs[at++] : undefined)),
    results: outputs.slice(at, at + loop.results.length),
  };
}

/** Carries that are asked for or that something asked for is made from, at this step or a later one. */
function keptCarries({ carry, slices, constants, next, results }: Loop, needed: readonly boolean[]): boolean[] {
  const kept = needed.slice();
  const inputs = [...carry, ...slices, ...constants];
  for (let before = -1, count = 0; before !== count;) {
    before = count;
    const outputs = [...chosen(next, kept), ...results];
    const used = usedIn(new Graph({ inputs, outputs }));
    carry.forEach((input, k) => (kept[k] ||= used.has(input)));
    count = kept.filter(Boolean).length;
  }
  return kept;
}

/** Applies the op: with the history of the carry, where a backward walk may ask for it. */
export function applyScan(
  body: Graph<Tensor>,
  { carry, slices, constants }: LoopValues,
  { length, reverse }: { length: number; reverse: boolean },
): readonly Tensor[] {
  const inputs = [...carry, ...slices, ...constants];
  const history = carry.length > 0 && recording.backward && isRemembered(scanOp, inputs);
  const attributes: ScanAttributes = [
    history ? withHistory(body, carry.length) : body,
    carry.length,
    slices.length,
    length,
    reverse,
    history,
  ];
  return scanOp.apply(inputs, attributes);
}

function withHistory(body: Graph<Tensor>, carries: number): Graph<Tensor> {
  return new Graph({
    inputs: body.inputs,
    inputNames: body.inputNames,
    outputs: [...body.outputs, ...body.inputs.slice(0, carries)],
  });
}

function loopOf([body, carries, scanned]: ScanAttributes): Loop {
  return {
    carry: body.inputs.slice(0, carries),
    slices: body.inputs.slice(carries, carries + scanned),
    constants: body.inputs.slice(carries + scanned),
    next: body.outputs.slice(0, carries),
    results: body.outputs.slice(carries),
  };
}

function valuesOf(inputs: readonly Tensor[], [, carries, scanned]: ScanAttributes): LoopValues {
  return {
    carry: inputs.slice(0, carries),
    slices: inputs.slice(carries, carries + scanned),
    constants: inputs.slice(carries + scanned),
  };
}

/** Which carries a derivative reaches, at this step or a later one, from some inputs of the body. */
export function activeCarries({ carry, slices, constants, next }: Loop, isRoot: (input: Tensor) => boolean): boolean[] {
  const active = carry.map(isRoot);
  const { nodes } = new Graph({ inputs: [...carry, ...slices, ...constants], outputs: next });
  for (let before = -1, count = 0; before !== count;) {
    before = count;
    const roots = new Set(
      [...chosen(carry, active), ...slices.filter(isRoot), ...constants.filter(isRoot)].map(({ node }) => node),
    );
    const reached = descendants(
      [...[...roots].filter((node) => node !== undefined).sort((a, b) => a.id - b.id), ...nodes],
      (node) => roots.has(node),
      (node, slot) => isFloat(node.input(slot).dtype) && node.op.differentiable(slot),
    );
    next.forEach((output, k) => {
      active[k] ||= isFloat(output.dtype) && output.node !== undefined && reached.has(output.node.id);
    });
    count = active.filter(Boolean).length;
  }
  return active;
}

/**
 * Which carries a cotangent reaches, at this step or an earlier one, from some outputs of the body. Through the others flow
 * zeros, which would hide that nothing flows at all.
 */
function liveCarries(
  { carry, slices, constants, next, results }: Loop,
  isAsked: (output: Tensor, k: number) => boolean,
): boolean[] {
  const outputs = [...next, ...results];
  const { nodes } = new Graph({ inputs: [...carry, ...slices, ...constants], outputs });
  const reached = new Set(outputs.filter(isAsked).map(({ node }) => node));
  const live = carry.map(() => false);
  for (let before = -1, count = 0; before !== count;) {
    before = count;
    for (const node of nodes.toReversed()) {
      if (!reached.has(node)) continue;
      node.inputs.forEach((input, slot) => {
        if (isFloat(input.dtype) && node.op.differentiable(slot)) reached.add(input.node);
      });
    }
    carry.forEach((input, k) => {
      live[k] ||= isAsked(next[k]!, k) || reached.has(input.node);
      if (live[k]) reached.add(next[k]!.node);
    });
    count = live.filter(Boolean).length;
  }
  return live;
}

function pull(context: {
  readonly cotangents: readonly (Tensor | undefined)[];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: ScanAttributes;
  wanted(slot: number): boolean;
}): (Tensor | undefined)[] {
  const { cotangents, inputs, outputs, attributes } = context;
  const [body, carries, , length, reverse, hasHistory] = attributes;
  const loop = loopOf(attributes);
  const values = valuesOf(inputs, attributes);
  const slotOf = new Map(body.inputs.map((input, slot) => [input, slot]));
  const isWanted = (input: Tensor): boolean => isFloat(input.dtype) && context.wanted(slotOf.get(input)!);

  const live = liveCarries(loop, (_, k) => cotangents[k] !== undefined);
  const active = activeCarries(loop, isWanted).map((moves, k) => moves && live[k] === true);
  const carried = chosen(loop.carry, active);
  const slices = loop.slices.filter(isWanted);
  const constants = loop.constants.filter(isWanted);
  const carriedBars = carried.map(({ spec }, k) => placeholder(spec, `d carry${carried.length > 1 ? k : ''}`));
  const given = loop.results.flatMap((result, k) => {
    const cotangent = cotangents[carries + k];
    return cotangent === undefined ? [] : [{ result, cotangent, bar: placeholder(result.spec, `d y${k}`) }];
  });
  const seeds = [
    ...chosen(loop.next, active).map((output, k) => [output, carriedBars[k]!] as const),
    ...given.map(({ result, bar }) => [result, bar] as const),
  ];
  const shares = sharesTo(seeds, [...carried, ...slices, ...constants]);
  const carriedShares = shares.slice(0, carried.length);
  const sliceShares = shares.slice(carried.length, carried.length + slices.length);
  // Shares of constants add up over the steps.
  const sums = constants.flatMap((constant, k) => {
    const share = shares[carried.length + slices.length + k];
    return share === undefined ? [] : [{ constant, share, sum: placeholder(constant.spec, 'sum') }];
  });
  const flowing = slices.flatMap((slice, k) => {
    const share = sliceShares[k];
    return share === undefined ? [] : [{ slice, share }];
  });

  const { carry: ends, results } = applyLoop(
    {
      carry: [...carriedBars, ...sums.map(({ sum }) => sum)],
      slices: [...given.map(({ bar }) => bar), ...loop.carry, ...loop.slices],
      constants: loop.constants,
      next: [
        ...carriedShares.map((share, k) => share ?? uniform(carried[k]!.spec, 0)),
        ...sums.map(({ sum, share }) => sum.add(share)),
      ],
      results: flowing.map(({ share }) => share),
    },
    {
      carry: [
        ...loop.carry.flatMap(({ spec }, k) => (active[k] === true ? [cotangents[k] ?? uniform(spec, 0)] : [])),
        ...sums.map(({ constant }) => uniform(constant.spec, 0)),
      ],
      slices: [
        ...given.map(({ cotangent }) => cotangent),
        ...(hasHistory ? outputs.slice(outputs.length - carries) : historyOf(inputs, attributes)),
        ...values.slices,
      ],
      constants: values.constants,
    },
    { length, reverse: !reverse, needed: [...carried.map(isWanted), ...sums.map(() => true)] },
  );
  const shareOf = new Map<Tensor, Tensor | undefined>([
    // Where nothing flows through a step, nothing comes out, unless there is no step.
    ...carried.map((input, k) => [input, carriedShares[k] === undefined && length > 0 ? undefined : ends[k]] as const),
    ...sums.map(({ constant }, k) => [constant, ends[carried.length + k]] as const),
    ...flowing.map(({ slice }, k) => [slice, results[k]] as const),
  ]);
  return body.inputs.map((input) => shareOf.get(input));
}

/** The carry that each step began with, computed again where it was not kept. */
function historyOf(inputs: readonly Tensor[], attributes: ScanAttributes): readonly Tensor[] {
  const [body, carries, scanned, length, reverse] = attributes;
  if (carries === 0) return [];
  const outputs = scanOp.apply(inputs, [withHistory(body, carries), carries, scanned, length, reverse, true]);
  return outputs.slice(outputs.length - carries);
}

function push(context: {
  readonly tangents: readonly (Tensor | undefined)[];
  readonly inputs: readonly Tensor[];
  readonly attributes: ScanAttributes;
}): (Tensor | undefined)[] {
  const { tangents, inputs, attributes } = context;
  const [body, carries, , length, reverse] = attributes;
  const loop = loopOf(attributes);
  const values = valuesOf(inputs, attributes);
  const slotOf = new Map(body.inputs.map((input, slot) => [input, slot]));
  const tangentOf = (input: Tensor): Tensor | undefined => tangents[slotOf.get(input)!];

  const active = activeCarries(loop, (input) => tangentOf(input) !== undefined);
  const dots = new Map<Tensor, Tensor>();
  const moving = (list: readonly Tensor[], moves: (input: Tensor, k: number) => boolean): Tensor[] =>
    list.filter((input, k) => {
      if (moves(input, k)) dots.set(input, placeholder(input.spec, `d ${placeholderName(input)}`));
      return dots.has(input);
    });
  const hasTangent = (input: Tensor): boolean => tangentOf(input) !== undefined;
  const carried = moving(loop.carry, (_, k) => active[k]!);
  const slices = moving(loop.slices, hasTangent);
  const constants = moving(loop.constants, hasTangent);
  const flows = tangentsOf([...dots], body.outputs);
  const results = loop.results.flatMap((_, k) => {
    const flow = flows[carries + k];
    return flow === undefined ? [] : [{ k, flow }];
  });
  const { carry: ends, results: moved } = applyLoop(
    {
      carry: [...loop.carry, ...carried.map((input) => dots.get(input)!)],
      slices: [...loop.slices, ...slices.map((input) => dots.get(input)!)],
      constants: [...loop.constants, ...constants.map((input) => dots.get(input)!)],
      next: [
        ...loop.next,
        ...loop.next.flatMap((output, k) => (active[k] === true ? [flows[k] ?? uniform(output.spec, 0)] : [])),
      ],
      results: results.map(({ flow }) => flow),
    },
    {
      carry: [...values.carry, ...carried.map((input) => tangentOf(input) ?? uniform(input.spec, 0))],
      slices: [...values.slices, ...slices.map((input) => tangentOf(input)!)],
      constants: [...values.constants, ...constants.map((input) => tangentOf(input)!)],
    },
    { length, reverse, needed: [...loop.carry.map(() => false), ...carried.map(() => true)] },
  );
  const list: (Tensor | undefined)[] = body.outputs.map(() => undefined);
  let at = carries;
  active.forEach((moves, k) => {
    if (moves) list[k] = ends[at++];
  });
  results.forEach(({ k }, j) => (list[carries + k] = moved[j]));
  return list;
}

/** The carry has the batch axis where it begins with it or comes to have it; slices have it after the axis of the steps. */
function batch(
  given: BatchInputs<Tensor>,
  [body, carries, scanned, length, reverse, history]: ScanAttributes,
): BatchOutput<Tensor>[] {
  const { size } = given;
  const inputs = batchInputs(given);
  const others = given.batched.slice(carries);
  const carried = batchedCarries(given.batched.slice(0, carries), (before) =>
    batchedGraph(body, [...before, ...others], size)
      .outputs.slice(0, carries)
      .map(({ batched }) => batched),
  );
  const { inputs: placeholders, outputs } = batchedGraph(body, [...carried, ...others], size);
  const { graph, captured } = close({
    inputs: placeholders,
    inputNames: placeholders.map(placeholderName),
    outputs: outputs.map((output, k) => withBatch(output, carried[k] === true, size)),
  });
  const values = inputs.map((input, slot) =>
    slot < carries
      ? withBatch(input, carried[slot] === true, size)
      : slot < carries + scanned && input.batched
        ? moveAxis(input.value, 0, 1)
        : input.value,
  );
  const results = scanOp.apply([...values, ...captured], [graph, carries, scanned, length, reverse, history]);
  return results.map((value, k) => {
    const batched = carried[k] ?? outputs[k]!.batched;
    return { value: k >= carries && batched ? moveAxis(value, 1, 0) : value, batched };
  });
}
