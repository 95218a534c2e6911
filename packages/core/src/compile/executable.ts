/**
 * One traced graph as a WebAssembly instance in the arena: what is called when `compile` finds shapes it knows. Variables
 * are read and written where they live; arguments are copied in and results out.
 */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import type { Graph } from '../graph/graph.ts';
import { type Buffer, allParts, withOwnExpressions } from '../kernel-ir/expression.ts';
import { type Copy, type Kernel, type Statement, type Store, allStores } from '../kernel-ir/statement.ts';
import type { TracedGraph } from '../op/trace.ts';
import { type Cell, contentOf } from '../tensor/frame.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { arenaMemory, giveBlock, takeBlock } from '../emit/arena.ts';
import { type EmittedProgram, emitProgram } from '../emit/emit-program.ts';
import { instantiate } from '../emit/instantiate.ts';
import { type Home, homeOf } from './home.ts';
import { type Lowered, lowerGraph } from './lower-graph.ts';
import { mergeKernels } from '../emit/merge-kernels.ts';
import { packPanels } from '../emit/pack-panels.ts';
import { type Placement, trafficOf, placeInMemory } from '../emit/place-in-memory.ts';
import { refusing } from '../emit/slow-functions.ts';
import { download, upload } from './transfer.ts';

interface Exports {
  readonly step: () => void;
  readonly run: (count: number) => void;
  /** Of a program that was made apart: each statement. */
  readonly [part: `part${number}`]: () => void;
}

/** Where a leaf of the arguments or of the result lies. */
export interface Place {
  readonly address: number;
  readonly spec: Spec;
}

/** A Variable's cell and where its content lies. */
interface Residence {
  readonly cell: Cell;
  readonly home: Home;
}

export interface ExecutableFacts {
  readonly lowered: Lowered;
  readonly statements: readonly Statement[];
  readonly placement: Placement;
  readonly emitted: EmittedProgram;
  /** Whether a step may throw half-way. */
  readonly mayRefuse: boolean;
}

export class Executable {
  readonly traced: TracedGraph;
  /** What the passes made of the traced graph. */
  readonly graph: Graph<Tensor>;
  readonly facts: ExecutableFacts;
  private readonly block: number;
  private readonly instance: Exports;
  /** Where arguments are put, and results are found, leaf by leaf. */
  readonly argumentPlaces: readonly Place[];
  readonly resultPlaces: readonly Place[];
  private readonly reads: readonly Residence[];
  private readonly writes: readonly Residence[];
  private readonly emptied: readonly Cell[];
  private isRunning = false;

  /**
   * @param graph with the inputs and outputs of `traced`, in their order
   * @param apart whether its statements can be called one by one, too: for `profile`
   */
  constructor(traced: TracedGraph, graph: Graph<Tensor>, apart: boolean = false) {
    this.traced = traced;
    this.graph = graph;
    const filled = traced.writes.flatMap(([cell, output]) => (output === undefined ? [] : [cell]));
    this.emptied = traced.writes.flatMap(([cell, output]) => (output === undefined ? [cell] : []));
    const residence = (cell: Cell): Residence => ({ cell, home: homeOf(cell) });
    this.reads = traced.reads.map(residence);
    this.writes = filled.map(residence);
    const argumentCount = graph.inputs.length - traced.reads.length;
    const resultCount = graph.outputs.length - filled.length;

    const made = withOwnExpressions(() => {
      const lowered = lowerGraph(graph);
      const homes = new Map<Buffer, Home>();
      this.reads.forEach(({ home }, k) => homes.set(lowered.inputs[argumentCount + k]!, home));
      const merged = packPanels(mergeKernels(lowered.statements, new Set(lowered.outputs)));
      const mayRefuse = merged.some((statement) => statement.kind === 'host' || mayThrow(statement));
      const { statements, results } = writeHome(merged, lowered, resultCount, this.writes, homes, mayRefuse);
      const lasting = new Set([...lowered.inputs.slice(0, argumentCount), ...lowered.constants.keys(), ...results]);
      const placement = placeInMemory(statements, lasting, new Set(homes.keys()));
      const block = takeBlock(placement.bytes);
      const addressOf = (buffer: Buffer): number =>
        homes.get(buffer)?.address ?? block + (placement.offsets.get(buffer) ?? 0);
      const emitted = emitProgram(statements, addressOf, apart);
      return { lowered, statements, results, placement, emitted, mayRefuse, block, addressOf };
    });
    const { lowered, results, addressOf } = made;
    this.facts = made;
    this.block = made.block;
    for (const [buffer, value] of lowered.constants) upload(value, addressOf(buffer));
    const place = ({ shape, dtype }: Tensor, buffer: Buffer): Place => ({
      address: addressOf(buffer),
      spec: specOf(shape, dtype),
    });
    this.argumentPlaces = graph.inputs.slice(0, argumentCount).map((input, k) => place(input, lowered.inputs[k]!));
    this.resultPlaces = graph.outputs.slice(0, resultCount).map((output, k) => place(output, results[k]!));
    const call = (number: number): void => this.callHost(lowered, number, addressOf);
    const { bytes, slow } = made.emitted;
    this.instance = instantiate(bytes, arenaMemory(), slow, { call }) as unknown as Exports;
    givenBack.register(this, { start: this.block, bytes: made.placement.bytes }, this);
  }

  /** Runs `count` steps on arguments of the shapes that were traced. */
  call(args: readonly Tensor[], count: number): Tensor[] {
    this.bring(args);
    this.run(count);
    return this.resultPlaces.map(({ address, spec }) => download(spec, address));
  }

  private bring(args: readonly Tensor[]): void {
    this.refuseInside();
    for (let k = 0; k < args.length; k++) upload(args[k]!, this.argumentPlaces[k]!.address);
  }

  /** Runs `count` steps of one that was made apart. Gives the time of each statement, in milliseconds a step. */
  profile(args: readonly Tensor[], count: number): number[] {
    const parts = this.facts.statements.map((_, k) => this.instance[`part${k}`]!);
    const times = parts.map(() => 0);
    this.bring(args);
    this.enter(count);
    try {
      for (let step = 0; step < count; step++) {
        let last = performance.now();
        for (let k = 0; k < parts.length; k++) {
          parts[k]!();
          const now = performance.now();
          times[k]! += now - last;
          last = now;
        }
      }
    } catch (error) {
      this.takeBack(count);
      throw error;
    } finally {
      this.isRunning = false;
    }
    this.leave();
    return times.map((time) => time / count);
  }

  /** Runs `count` steps on what lies in the places of the arguments; results are in theirs. */
  run(count: number): void {
    this.enter(count);
    try {
      if (count === 1) this.instance.step();
      else this.instance.run(count);
    } catch (error) {
      this.takeBack(count);
      throw error;
    } finally {
      this.isRunning = false;
    }
    this.leave();
  }

  /** Lets what runs next find Variables where it reads them. */
  private enter(count: number): void {
    this.refuseInside();
    // A step that is refused has written nothing, but those before it have: the host keeps what was there before them
    if (count > 1 && this.facts.mayRefuse) for (const { cell } of this.writes) contentOf(cell);
    for (const { cell, home } of this.reads) home.enter(cell);
    this.isRunning = true;
  }

  /** After a step was refused: Variables are what the host kept of them. */
  private takeBack(count: number): void {
    if (count > 1) for (const { home } of this.writes) home.forget();
  }

  /** Leaves Variables where the host looks, when all is done. */
  private leave(): void {
    for (const { cell, home } of this.writes) home.leave(cell);
    for (const cell of this.emptied) {
      cell.away = undefined;
      cell.content = undefined;
    }
  }

  /** The step itself, for whom even `run` would cost too much; undefined where something is to be done around it. */
  get bareStep(): (() => void) | undefined {
    const { reads, writes, emptied, facts } = this;
    const isBare = reads.length + writes.length + emptied.length + facts.lowered.hosted.length === 0;
    return isBare ? this.instance.step : undefined;
  }

  private refuseInside(): void {
    if (this.isRunning) {
      throw new EdgewiseError({
        code: 'program-is-running',
        op: 'compile',
        problem: 'a program was called by what it called itself',
        remedy: 'compile(fn) a second time for the inner call',
      });
    }
  }

  /** Gives its memory back. It must not be called any more. */
  release(): void {
    if (givenBack.unregister(this)) giveBlock(this.block, this.facts.placement.bytes);
  }

  private callHost({ hosted, statements }: Lowered, number: number, addressOf: (buffer: Buffer) => number): void {
    const node = hosted[number]!;
    const call = statements.find((statement) => statement.kind === 'host' && statement.number === number);
    if (call?.kind !== 'host') throw new RangeError(`no host call ${number}`);
    const inputs = node.inputs.map((input, k) => download(input.spec, addressOf(call.inputs[k]!)));
    node.op.apply(inputs, node.attributes).forEach((output, k) => upload(output, addressOf(call.outputs[k]!)));
  }
}

const givenBack = new FinalizationRegistry<{ start: number; bytes: number }>(({ start, bytes }) =>
  giveBlock(start, bytes),
);

/**
 * Lets statements write new contents of Variables where these live, and says where results lie. In place where everybody
 * who reads the old content has done so; else, and wherever a step may be refused half-way, beside it, and copied at the end.
 */
function writeHome(
  statements: readonly Statement[],
  lowered: Lowered,
  resultCount: number,
  writes: readonly Residence[],
  homes: Map<Buffer, Home>,
  mayRefuse: boolean,
): { statements: Statement[]; results: Buffer[] } {
  const copiesFirst: Copy[] = [];
  const copies: Copy[] = [];
  // What a place holds when all statements are done, to be read before it is written
  const aside = (buffer: Buffer): Buffer => {
    const to: Buffer = { ...buffer, name: `${buffer.name} before` };
    copiesFirst.push({ kind: 'copy', from: buffer, to });
    return to;
  };
  const asked = new Set(lowered.outputs);
  const taken = new Set(lowered.outputs.slice(0, resultCount));
  const replaced = new Set<Buffer>();
  writes.forEach(({ home, cell }, k) => {
    const output = lowered.outputs[resultCount + k]!;
    const old = [...homes].find(([, other]) => other === home)?.[0];
    if (old !== undefined && output !== old) replaced.add(old);
    const isOwn = !homes.has(output) && !lowered.inputs.includes(output) && !lowered.constants.has(output);
    const isFree = old === undefined || (!asked.has(old) && isOverwritable(statements, output, old));
    if (!mayRefuse && isOwn && !taken.has(output) && isFree) {
      homes.set(output, home);
      return;
    }
    taken.add(output);
    if (output === old) return;
    const own: Buffer = old ?? { name: cell.label(), type: output.type, size: output.size };
    homes.set(own, home);
    copies.push({ kind: 'copy', from: homes.has(output) ? aside(output) : output, to: own });
  });
  const results = lowered.outputs
    .slice(0, resultCount)
    .map((result) => (replaced.has(result) ? aside(result) : result));
  return { statements: [...statements, ...copiesFirst, ...copies], results };
}

function mayThrow(statement: Statement): boolean {
  return statement.kind === 'kernel' && slowIn(statement).some((name) => refusing.has(name));
}

function slowIn(kernel: Kernel): string[] {
  return allParts(allStores(kernel).map(({ value }) => value)).flatMap((part) =>
    part.kind === 'rare' ? [part.slow] : [],
  );
}

/**
 * Whether a new content may be written over the old one: it is made last, element from element at the same place. Stores of
 * one kernel follow each other, so those behind it may use only what has been loaded by then.
 */
function isOverwritable(statements: readonly Statement[], output: Buffer, old: Buffer): boolean {
  const at = statements.findIndex((statement) => trafficOf(statement).writes.has(output));
  const kernel = statements[at];
  if (kernel?.kind !== 'kernel') return false;
  if (statements.slice(at + 1).some((later) => trafficOf(later).reads.has(old))) return false;
  const stores = allStores(kernel);
  const own = stores.findIndex(({ buffer }) => buffer === output);
  const loads = (some: readonly Store[]) =>
    allParts(some.map(({ value }) => value)).flatMap((part) =>
      part.kind === 'load' && part.buffer === old ? [part.index] : [],
    );
  const isLoaded = loads(stores.slice(0, own + 1)).length > 0;
  return loads(stores).every((index) => index === stores[own]!.index) && (isLoaded || loads(stores).length === 0);
}
