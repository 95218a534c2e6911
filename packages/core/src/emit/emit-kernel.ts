/**
 * From a kernel to WebAssembly: its loops in strips, the innermost work unrolled into a tile whose sums stay in registers,
 * one loop along the lanes of vectors where indices allow it. What does not change in a loop is computed before it. All of
 * this is read off the slopes of indices; no op has code of its own here.
 */
import {
  type Buffer,
  type Combine,
  type Expression,
  type Loop,
  type Reduce,
  type ScalarType,
  allParts,
  constant,
  linear,
  linearForm,
  mul,
  rangeOf,
  slopeOf,
  substitute,
} from '../kernel-ir/expression.ts';
import type { Along, Kernel, Store } from '../kernel-ir/statement.ts';
import { type Offset, type SymbolicFunction, further } from '../wasm/fragment.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../wasm/function-builder.ts';
import { isNeverNegative } from './arena.ts';
import { collapseLoops } from './collapse-loops.ts';
import { type Instructions, boundIn, operandsOf, scalarInstructions, vectorInstructions } from './instructions.ts';
import {
  type Nest,
  type Segment,
  copiesOf,
  nestsOf,
  plainSegment,
  segmentsOf,
  stepsOf,
  storesWithin,
  writtenOut,
} from './loop-nest.ts';
import { splitLoops } from './split-loops.ts';
import { vectorsAlong } from './vectorise.ts';

/** What a kernel must be told of the program it is in. */
export interface Surroundings {
  /** Where a buffer begins, in bytes, or what stands for it. */
  addressOf(buffer: Buffer): Offset;
  /** The host's function for what almost never happens. */
  slowFunction(name: string): FunctionReference | SymbolicFunction;
}

/** Rows and vectors of a tile: so many sums and loads that they fit in the 15 registers V8 has (4 x 2 + 4 + 2). */
const ROWS = 4;
const VECTORS = 2;
/** Vectors of a tile that is one row high: enough sums to hide how long an addition takes. */
const VECTORS_OF_ROW = 4;
/** So many primitives are worth reading or writing one vector lane by lane. */
const MUCH = 4;
/**
 * A sum of more terms than this is one of sums of so many: what is lost in rounding grows with the larger of their numbers,
 * and not with the product. A power of two, so that no count of steps is a special case.
 */
const TERMS = 256;

/** @param count how far the last loop of the kernel goes, in whole vectors, where that is not known before */
export function emitKernel(f: FunctionBuilder, kernel: Kernel, surroundings: Surroundings, count?: Local): void {
  const pieces = count === undefined ? splitLoops(kernel) : [kernel];
  for (const piece of pieces) new KernelEmitter(f, surroundings, count).emit(collapseLoops(piece));
}

/** So many steps of a loop, with something to do before and after them. */
interface Stretch {
  readonly steps: number;
  readonly before: () => void;
  readonly after: () => void;
}

/** An index as what moves and what does not. */
interface Place {
  readonly base: Expression;
  readonly offset: number;
  /** Whether the base is known to be not negative. */
  readonly isAbove: boolean;
}

class KernelEmitter {
  private readonly f: FunctionBuilder;
  private readonly surroundings: Surroundings;
  private readonly bits = new Map<Loop, number>();
  /** The loops by the number of their bit. */
  private readonly loops: Loop[] = [];
  private readonly masks = new Map<Expression, number>();
  /** Bits of the loops that are running. */
  private open = 0;
  /** The bit of the loop that runs along lanes; 0 where none does. */
  private vector = 0;
  private lanes: 2 | 4 = 4;
  private readonly counters = new Map<Loop, Local>();
  /** Byte addresses that move with the innermost loop, by the index without its constant and the size of elements. */
  private readonly pointers = new Map<number, Local>();
  private readonly places = new Map<Expression, Place>();
  private readonly scalars = new Map<Expression, Local>();
  private readonly vectors = new Map<Expression, Local>();
  private uses = new Map<Expression, number>();
  /** Reductions that are asked for where the work is; those along one loop are computed in one. */
  private reductions: readonly Reduce[] = [];
  private forgetting: (() => void)[] = [];
  /** What is stored on the way of a reduction. */
  private along: Along | undefined;
  /** Where the last loop ends, if only the program's caller knows. */
  private readonly count: Local | undefined;
  private counted: Loop | undefined;

  constructor(f: FunctionBuilder, surroundings: Surroundings, count: Local | undefined) {
    this.f = f;
    this.surroundings = surroundings;
    this.count = count;
  }

  emit({ loops, stores, along }: Kernel): void {
    this.along = along;
    this.counted = this.count === undefined ? undefined : loops.at(-1);
    if (loops.some(({ extent }) => extent === 0)) return;
    for (const nest of this.plan(loops, stores)) this.emitNest(nest);
  }

  // The plan: which loop runs along lanes, and how large a tile is

  private plan(loops: readonly Loop[], stores: readonly Store[]): Nest[] {
    const values = stores.map(({ value }) => value);
    const j = loops.at(-1);
    const i = loops.at(-2);
    const outer: Segment[] = loops.map((loop) => plainSegment(loop));
    if (j === undefined) return nestsOf([], stores);
    const inner = allParts(values).filter((x) => x.kind === 'reduce' && this.dependsOn(x, j));
    const reductions = inner as Reduce[];
    const along = vectorsAlong(values, j, (x) => this.dependsOn(x, j));
    const canStore = stores.every(({ index }) => slopeOf(index, j) === 1);
    const rows = i !== undefined && this.isReused(reductions, i) ? ROWS : 1;
    if (along !== undefined && canStore && j.extent >= along.lanes && !this.dotIsBetter(reductions, along.jumps)) {
      this.lanes = along.lanes;
      const wide = reductions.length === 0 ? 1 : rows > 1 ? VECTORS : VECTORS_OF_ROW;
      const columns = segmentsOf(j, [along.lanes * wide, along.lanes, 1], along.lanes);
      return this.tiled(outer, rows, columns, stores);
    }
    if (i !== undefined && along !== undefined && j.extent < along.lanes && this.isWorthLanes(stores, i)) {
      this.lanes = along.lanes;
      const rowsOfLanes = segmentsOf(i, [along.lanes, 1], along.lanes);
      return nestsOf([...outer.slice(0, -2).map((segment) => [segment]), [writtenOut(j)], rowsOfLanes], stores);
    }
    const columns = this.isReused(reductions, j) ? 2 : 1;
    return this.tiled(outer, rows, segmentsOf(j, [columns, 1], 1), stores);
  }

  /** Whether what is computed at neighbouring rows is worth gathering it in lanes, and scattering it again. */
  private isWorthLanes(stores: readonly Store[], i: Loop): boolean {
    const values = stores.map(({ value }) => value);
    const along = vectorsAlong(values, i, (x) => this.dependsOn(x, i));
    const work = allParts(values).filter(({ kind }) => kind === 'apply').length;
    const canScatter = stores.every(({ buffer, index }) => buffer.type !== 'u8' && slopeOf(index, i) !== undefined);
    return along !== undefined && canScatter && i.extent >= along.lanes && work > MUCH * (stores.length + along.jumps);
  }

  /** In a tile several rows high, columns are the outer loop: a strip of the right side then stays in the cache. */
  private tiled(
    outer: readonly Segment[],
    rows: number,
    columns: readonly Segment[],
    stores: readonly Store[],
  ): Nest[] {
    const around = outer.slice(0, -2).map((segment) => [segment]);
    const i = outer.at(-2);
    if (i === undefined) return nestsOf([columns], stores);
    if (rows === 1) return nestsOf([...around, [i], columns], stores);
    const { extent } = i.loop;
    return nestsOf([...around, columns, segmentsOf(i.loop, [rows, extent % rows], 1)], stores);
  }

  /** Whether some element that is read in a reduction stays the same along the loop. */
  private isReused(reductions: readonly Reduce[], loop: Loop): boolean {
    return allParts(reductions.map(({ body }) => body)).some((x) => x.kind === 'load' && !this.dependsOn(x, loop));
  }

  private dotIsBetter(reductions: readonly Reduce[], jumps: number): boolean {
    if (jumps === 0 || reductions.length === 0) return false;
    return reductions.every(({ loop, body }) => {
      const along = vectorsAlong([body], loop, (x) => this.dependsOn(x, loop));
      return along !== undefined && along.jumps < jumps && loop.extent >= along.lanes;
    });
  }

  // Loops

  private emitNest(nest: Nest): void {
    if (nest.kind === 'leaf') {
      this.emitStores(nest.stores);
      return;
    }
    const { segment, inner, roots } = nest;
    const isInnermost = inner.every(({ kind }) => kind === 'leaf') && !this.hasReduction(roots, segment.loop);
    const before = this.vector;
    if (segment.isVector) this.vector = this.bitOf(segment.loop);
    this.inLoop(segment, roots, isInnermost ? accessesOf(inner) : [], () =>
      inner.forEach((part) => this.emitNest(part)),
    );
    this.vector = before;
  }

  private hasReduction(roots: readonly Expression[], loop: Loop): boolean {
    return allParts(roots).some((x) => x.kind === 'reduce' && this.dependsOn(x, loop));
  }

  /**
   * Emits `body` in a loop. What does not depend on the loop is computed before, and addresses move with it.
   *
   * @param stretch what is done before and after each so many steps
   */
  private inLoop(
    { loop, start, end, step }: Segment,
    roots: readonly Expression[],
    accesses: readonly Access[],
    body: () => void,
    stretch?: Stretch,
  ): void {
    const { f } = this;
    const bit = this.bitOf(loop);
    this.scoped(() => {
      this.hoist(roots, bit);
      const moving = this.makePointers(accesses, loop, start, step);
      const counter = this.newLocal('i32');
      f.emit('i32.const', start);
      f.set(counter);
      this.counters.set(loop, counter);
      this.open |= bit;
      if (end - start === step) {
        this.scoped(body);
        this.open &= ~bit;
        this.counters.delete(loop);
        return;
      }
      const steps = (pushEnd: () => void): void => {
        f.loop((again) => {
          this.scoped(body);
          for (const [pointer, bytes] of moving) {
            f.get(pointer);
            f.emit('i32.const', bytes);
            f.emit('i32.add');
            f.set(pointer);
          }
          f.get(counter);
          f.emit('i32.const', step);
          f.emit('i32.add');
          f.tee(counter);
          pushEnd();
          f.emit('i32.lt_s');
          f.brIf(again);
        });
      };
      const pushEnd = (): void => {
        if (loop === this.counted) f.get(this.count!);
        else f.emit('i32.const', end);
      };
      if (stretch === undefined) steps(pushEnd);
      else this.inStretches(stretch, counter, step, end, steps);
      this.open &= ~bit;
      this.counters.delete(loop);
    });
  }

  /** The steps of a loop in stretches: addresses and the counter go on from one to the next. */
  private inStretches(
    { steps: length, before, after }: Stretch,
    counter: Local,
    step: number,
    end: number,
    steps: (pushEnd: () => void) => void,
  ): void {
    const { f } = this;
    const until = this.newLocal('i32');
    f.loop((again) => {
      before();
      // The last stretch may be shorter
      f.get(counter);
      f.emit('i32.const', length * step);
      f.emit('i32.add');
      f.tee(until);
      f.emit('i32.const', end);
      f.get(until);
      f.emit('i32.const', end);
      f.emit('i32.lt_s');
      f.select();
      f.set(until);
      steps(() => f.get(until));
      after();
      f.get(until);
      f.emit('i32.const', end);
      f.emit('i32.lt_s');
      f.brIf(again);
    });
  }

  /** What is remembered while `body` is emitted is forgotten after it, and its locals are free again. */
  private scoped(body: () => void): void {
    const before = this.forgetting;
    this.forgetting = [];
    body();
    for (const forget of this.forgetting) forget();
    this.forgetting = before;
  }

  private newLocal(type: 'i32' | 'i64' | 'f32' | 'f64' | 'v128'): Local {
    const local = this.f.local(type);
    this.forgetting.push(() => this.f.free(local));
    return local;
  }

  private remember<K>(known: Map<K, Local>, key: K, local: Local): void {
    known.set(key, local);
    this.forgetting.push(() => known.delete(key));
  }

  /** Computes, before a loop, the largest parts that do not depend on it nor on loops inside it. */
  private hoist(roots: readonly Expression[], bit: number): void {
    const isVectorLoop = this.vector !== 0;
    const kept: Expression[] = [];
    const met = new Set<Expression>();
    const visit = (x: Expression): void => {
      if (met.has(x) || x.kind === 'constant' || x.kind === 'loop') return;
      met.add(x);
      if ((this.maskOf(x) & ~this.open) === 0) {
        kept.push(x);
        return;
      }
      // An address is worked out where it is used: it moves with the loop
      if (x.kind === 'load' && this.movesEvenly(x.index, bit)) return;
      x.parts.forEach(visit);
    };
    roots.forEach(visit);
    this.asking(kept, () => kept.forEach((x) => this.keep(x, isVectorLoop)));
  }

  /** While `fn` emits what `roots` are made of, it is known what they use more than once, and what they reduce. */
  private asking(roots: readonly Expression[], fn: () => void): void {
    const { uses, reductions } = this;
    this.uses = usesOf(roots);
    this.reductions = allParts(roots).filter((x): x is Reduce => x.kind === 'reduce');
    fn();
    this.uses = uses;
    this.reductions = reductions;
  }

  private movesEvenly(index: Expression, bit: number): boolean {
    // Along this loop, and along those inside it
    const inside = (this.maskOf(index) & ~this.open) | bit;
    for (let k = 0; k < this.loops.length; k++) {
      if ((inside & (1 << k)) !== 0 && slopeOf(index, this.loops[k]!) === undefined) return false;
    }
    return true;
  }

  private keep(x: Expression, asVectorToo: boolean): void {
    if (this.isVarying(x)) {
      if (this.vectors.has(x)) return;
      this.vectorValue(x);
      this.keepTop(this.vectors, x, 'v128');
      return;
    }
    if (!this.scalars.has(x)) {
      this.scalarValue(x);
      this.keepTop(this.scalars, x, localType(x.type));
    }
    if (asVectorToo && x.type !== 'i32' && !this.vectors.has(x)) {
      this.splat(x);
      this.keepTop(this.vectors, x, 'v128');
    }
  }

  private keepTop(known: Map<Expression, Local>, x: Expression, type: Parameters<FunctionBuilder['local']>[0]): void {
    if (known.has(x)) {
      this.f.drop();
      return;
    }
    const local = this.newLocal(type);
    this.f.set(local);
    this.remember(known, x, local);
  }

  // Addresses

  private makePointers(accesses: readonly Access[], loop: Loop, start: number, step: number): [Local, number][] {
    const moving: [Local, number][] = [];
    for (const { index, bytes } of accesses) {
      const slope = slopeOf(index, loop);
      if (slope === undefined || slope === 0) continue;
      const { base } = this.placeOf(index);
      const key = pointerKey(base, bytes);
      if (this.pointers.has(key)) continue;
      const [first] = substitute([base], new Map([[loop, constant(start, 'i32')]])) as [Expression];
      if ((this.maskOf(first) & ~this.open) !== 0) continue;
      this.scalarValue(mul(first, constant(bytes, 'i32')));
      const local = this.newLocal('i32');
      this.f.set(local);
      this.remember(this.pointers, key, local);
      moving.push([local, slope * step * bytes]);
    }
    return moving;
  }

  private placeOf(index: Expression): Place {
    let place = this.places.get(index);
    if (place === undefined) {
      const { terms, constant: offset } = linearForm(index);
      const base = offset === 0 ? index : linear(terms, 0);
      const range = rangeOf(base);
      place = { base, offset, isAbove: range !== undefined && range[0] >= 0 };
      this.places.set(index, place);
    }
    return place;
  }

  /** Leaves an address on the stack, to which the access adds what is returned. */
  private address(buffer: Buffer, index: Expression, furtherElements = 0): Offset {
    const { f } = this;
    const bytes = bytesOf(buffer);
    const { base, offset, isAbove } = this.placeOf(index);
    const beyond = further(this.surroundings.addressOf(buffer), (offset + furtherElements) * bytes);
    const pointer = this.pointers.get(pointerKey(base, bytes));
    if (pointer !== undefined) f.get(pointer);
    else this.scalarValue(mul(base, constant(bytes, 'i32')));
    // What an access adds does not wrap around: it is added to what is not negative
    if (isAbove && isNeverNegative(beyond)) return beyond;
    f.emit('i32.const', beyond);
    f.emit('i32.add');
    return 0;
  }

  // Stores and reductions

  private emitStores(stores: readonly Store[]): void {
    this.asking(
      stores.map(({ value }) => value),
      () => stores.forEach((store) => this.emitStore(store)),
    );
  }

  private emitStore({ buffer, index, value }: Store): void {
    const slope = this.vector === 0 ? 0 : slopeOf(index, this.vectorLoop());
    if (slope === 1) {
      const offset = this.address(buffer, index);
      this.vectorOperand(value);
      vectorInstructions(this.lanes).store(this.f, buffer.type, offset);
    } else if (slope !== 0 && slope !== undefined) {
      const offset = this.address(buffer, index);
      this.vectorOperand(value);
      vectorInstructions(this.lanes).storeLanes(this.f, buffer.type, offset, slope * bytesOf(buffer));
    } else {
      const offset = this.address(buffer, index);
      this.scalarValue(value);
      scalarInstructions.store(this.f, buffer.type, offset);
    }
  }

  /** Computes all reductions along the loop of `asked` that can be computed now, in one loop. */
  private reduce(asked: Reduce): void {
    const together = this.reductions.filter(
      (x) =>
        x.loop === asked.loop &&
        (this.maskOf(x) & ~this.open) === 0 &&
        this.isVarying(x) === this.isVarying(asked) &&
        !this.scalars.has(x) &&
        !this.vectors.has(x),
    );
    if (!together.includes(asked)) together.push(asked);
    if (this.isVarying(asked)) this.reduceAcross(together);
    else this.reduceAlong(together);
  }

  /** Sums in the lanes of vectors, one for each of neighbouring results. */
  private reduceAcross(together: readonly Reduce[]): void {
    const { loop } = together[0]!;
    const sums = together.map((x) => this.startSum(x, true));
    this.sumLoop(stepsOf(loop, 0), together, [sums], true);
    together.forEach((x, k) => this.remember(this.vectors, x, sums[k]!));
  }

  /** Each result by itself: along the lanes where indices allow it, and what is left over one by one. */
  private reduceAlong(together: readonly Reduce[]): void {
    const { loop } = together[0]!;
    const { f } = this;
    const [vector, lanes] = [this.vector, this.lanes];
    const onTheWay = this.along?.loop === loop ? this.along.stores : [];
    const along = vectorsAlong(
      [...together.map(({ body }) => body), ...onTheWay.map(({ value }) => value)],
      loop,
      (x) => this.dependsOn(x, loop),
    );
    const results = together.map((x) => this.newLocal(localType(x.type)));
    let done = 0;
    this.vector = 0;
    if (
      along !== undefined &&
      loop.extent >= along.lanes &&
      along.jumps === 0 &&
      onTheWay.every(({ index }) => slopeOf(index, loop) === 1)
    ) {
      this.vector = this.bitOf(loop);
      this.lanes = along.lanes;
      // Few sums would wait for each other
      const isBusy = together.length >= 4;
      const copies = isBusy || loop.extent < 4 * along.lanes ? 1 : 4;
      const step = along.lanes * copies;
      const end = Math.floor(loop.extent / step) * step;
      const sums = Array.from({ length: copies }, () => together.map((x) => this.startSum(x, true)));
      const segment = { loop, start: 0, end, step, stride: along.lanes, isVector: true };
      this.sumLoop(segment, together, sums, true);
      const vectors = vectorInstructions(along.lanes);
      together.forEach((x, k) => {
        const [first, ...others] = sums.map((copy) => copy[k]!);
        for (const other of others) {
          f.get(first!);
          f.get(other);
          vectors.combine(f, x.combine, x.type);
          f.set(first!);
        }
        vectors.acrossLanes(f, x.combine, x.type, first!);
        f.set(results[k]!);
      });
      done = end;
      this.vector = 0;
    } else {
      together.forEach((x, k) => this.setStart(x, results[k]!, false));
    }
    if (done < loop.extent) this.sumLoop(stepsOf(loop, done), together, [results], false);
    this.vector = vector;
    this.lanes = lanes;
    together.forEach((x, k) => this.remember(this.scalars, x, results[k]!));
  }

  /**
   * Adds up what the loop goes through.
   *
   * @param sums for each copy of the work within a step, or for all of them, one of each reduction
   */
  private sumLoop(
    segment: Segment,
    together: readonly Reduce[],
    sums: readonly (readonly Local[])[],
    isVector: boolean,
  ): void {
    const add = (into: readonly (readonly Local[])[]) => (bodies: readonly Expression[]) =>
      bodies.forEach((body, k) => {
        const copy = into[Math.floor(k / together.length) % into.length]!;
        this.addTo(copy[k % together.length]!, together[k % together.length]!, body, isVector);
      });
    const steps = (segment.end - segment.start) / segment.step;
    if (steps < 2 * TERMS || !together.every(isRoundedSum)) {
      this.reductionLoop(segment, together, add(sums));
      return;
    }
    this.scoped(() => {
      const parts = sums.map(() => together.map((x) => this.newLocal(isVector ? 'v128' : localType(x.type))));
      this.reductionLoop(segment, together, add(parts), {
        steps: TERMS,
        before: () => parts.forEach((copy) => copy.forEach((part, k) => this.setStart(together[k]!, part, isVector))),
        after: () =>
          parts.forEach((copy, c) =>
            copy.forEach((part, k) => {
              this.f.get(sums[c]![k]!);
              this.f.get(part);
              this.instructions(isVector).combine(this.f, 'add', together[k]!.type);
              this.f.set(sums[c]![k]!);
            }),
          ),
      });
    });
  }

  private reductionLoop(
    segment: Segment,
    together: readonly Reduce[],
    body: (bodies: readonly Expression[]) => void,
    stretch?: Stretch,
  ): void {
    if (segment.end <= segment.start) return;
    const bodies = copiesOf(segment).flatMap((places) =>
      substitute(
        together.map((x) => x.body),
        places,
      ),
    );
    const { along } = this;
    const onTheWay = along?.loop === segment.loop ? storesWithin(segment, along.stores) : [];
    const values = [...bodies, ...onTheWay.map(({ value }) => value)];
    this.asking(values, () => {
      const isInnermost = !this.reductions.some((x) => this.dependsOn(x, segment.loop));
      const accesses = [...loadsOf(values), ...onTheWay.map(accessOf)];
      const step = (): void => {
        body(bodies);
        for (const store of onTheWay) this.emitStore(store);
      };
      this.inLoop(segment, values, isInnermost ? accesses : [], step, stretch);
    });
  }

  private startSum(x: Reduce, isVector: boolean): Local {
    const local = this.newLocal(isVector ? 'v128' : localType(x.type));
    this.setStart(x, local, isVector);
    return local;
  }

  private setStart(x: Reduce, local: Local, isVector: boolean): void {
    const start = constant(startOf(x.combine, x.type), x.type);
    if (isVector) this.splat(start);
    else this.scalarValue(start);
    this.f.set(local);
  }

  private addTo(sum: Local, { combine, type }: Reduce, body: Expression, isVector: boolean): void {
    const { f } = this;
    f.get(sum);
    if (isVector) this.vectorOperand(body);
    else this.scalarValue(body);
    this.instructions(isVector).combine(f, combine, type);
    f.set(sum);
  }

  private instructions(isVector: boolean): Instructions {
    return isVector ? vectorInstructions(this.lanes) : scalarInstructions;
  }

  // Values

  /** Leaves the value of something that does not vary along lanes on the stack. */
  private scalarValue(x: Expression): void {
    const { f } = this;
    const known = this.scalars.get(x);
    if (known !== undefined) {
      f.get(known);
      return;
    }
    const i = scalarInstructions;
    switch (x.kind) {
      case 'constant':
        i.constant(f, x.type, x.value);
        return;
      case 'loop':
        f.get(this.counterOf(x.loop));
        return;
      case 'reduce':
        this.reduce(x);
        f.get(this.scalars.get(x)!);
        return;
      case 'load':
        i.load(f, x.buffer.type, this.address(x.buffer, x.index));
        break;
      case 'linear':
        this.sumOfTerms(x, (part) => this.scalarValue(part), i);
        break;
      case 'apply': {
        for (const arg of operandsOf(x)) this.scalarValue(arg);
        i.apply(f, x);
        break;
      }
      case 'rare': {
        this.scalarValue(x.fast);
        const result = this.newLocal(localType(x.type));
        f.set(result);
        this.scalarValue(x.condition);
        f.if(() => {
          this.scoped(() => {
            for (const arg of x.args) {
              this.scalarValue(arg);
              i.toHost(f, arg.type);
            }
            f.call(this.surroundings.slowFunction(x.slow));
            i.fromHost(f, x.type);
            f.set(result);
          });
        });
        f.get(result);
        this.remember(this.scalars, x, result);
        return;
      }
    }
    this.keepIfShared(this.scalars, x, localType(x.type));
  }

  /** Leaves a vector on the stack: of what varies, or the same in all lanes. */
  private vectorOperand(x: Expression): void {
    if (this.isVarying(x)) {
      this.vectorValue(x);
      return;
    }
    const known = this.vectors.get(x);
    if (known !== undefined) this.f.get(known);
    else this.splat(x);
  }

  private splat(x: Expression): void {
    const v = vectorInstructions(this.lanes);
    if (x.kind === 'constant') {
      v.constant(this.f, x.type, x.value);
      return;
    }
    if (x.kind === 'load' && x.buffer.type !== 'u8' && !this.scalars.has(x)) {
      v.loadSplat(this.f, x.buffer.type, this.address(x.buffer, x.index));
    } else {
      this.scalarValue(x);
      v.splat(this.f, x.type);
    }
    this.keepIfShared(this.vectors, x, 'v128');
  }

  private vectorValue(x: Expression): void {
    const { f } = this;
    const known = this.vectors.get(x);
    if (known !== undefined) {
      f.get(known);
      return;
    }
    const v = vectorInstructions(this.lanes);
    switch (x.kind) {
      case 'constant':
        v.constant(f, x.type, x.value);
        return;
      case 'loop':
        f.get(this.counterOf(x.loop));
        v.ramp(f);
        break;
      case 'reduce':
        this.reduce(x);
        f.get(this.vectors.get(x)!);
        return;
      case 'load': {
        const slope = slopeOf(x.index, this.vectorLoop())!;
        if (slope === 1) {
          v.load(f, x.buffer.type, this.address(x.buffer, x.index));
          break;
        }
        // Lane by lane
        const offset = this.address(x.buffer, x.index);
        const at = this.newLocal('i32');
        f.set(at);
        v.loadLanes(f, x.buffer.type, at, offset, slope * bytesOf(x.buffer));
        break;
      }
      case 'linear':
        this.sumOfTerms(x, (part) => this.vectorOperand(part), v);
        break;
      case 'apply': {
        const bound = boundIn(x);
        for (const arg of bound?.args ?? operandsOf(x)) this.vectorOperand(arg);
        if (bound === undefined) v.apply(f, x);
        else v.bound(f, bound.by, x.type);
        break;
      }
      case 'rare': {
        const result = this.newLocal('v128');
        const condition = this.newLocal('v128');
        this.vectorOperand(x.fast);
        f.set(result);
        this.vectorOperand(x.condition);
        f.tee(condition);
        const args = x.args.map((arg) => {
          this.vectorOperand(arg);
          const local = this.newLocal('v128');
          f.set(local);
          return { local, type: arg.type };
        });
        f.emit('v128.any_true');
        f.if(() => v.patchLanes(f, result, condition, args, x.type, this.surroundings.slowFunction(x.slow)));
        f.get(result);
        this.remember(this.vectors, x, result);
        return;
      }
    }
    this.keepIfShared(this.vectors, x, 'v128');
  }

  private sumOfTerms(
    x: Extract<Expression, { kind: 'linear' }>,
    operand: (part: Expression) => void,
    i: Instructions,
  ): void {
    const { f } = this;
    // One that is taken away comes after one that it is taken from
    const taken = x.terms.filter(([, factor]) => factor === -1);
    const first = x.terms.length > taken.length ? undefined : taken.shift();
    let isFirst = true;
    for (const [term, factor] of x.terms) {
      if (factor === -1 && term !== first?.[0]) continue;
      operand(term);
      if (factor !== 1) i.timesConstant(f, factor);
      if (!isFirst) i.combine(f, 'add', 'i32');
      isFirst = false;
    }
    for (const [term] of taken) {
      operand(term);
      i.subtract(f);
    }
    if (x.constant === 0) return;
    operand(constant(x.constant, 'i32'));
    i.combine(f, 'add', 'i32');
  }

  private keepIfShared(
    known: Map<Expression, Local>,
    x: Expression,
    type: 'i32' | 'i64' | 'f32' | 'f64' | 'v128',
  ): void {
    if ((this.uses.get(x) ?? 0) < 2) return;
    const local = this.newLocal(type);
    this.f.tee(local);
    this.remember(known, x, local);
  }

  // What depends on which loops

  private bitOf(loop: Loop): number {
    let bit = this.bits.get(loop);
    if (bit === undefined) {
      this.bits.set(loop, (bit = 1 << this.loops.length));
      this.loops.push(loop);
    }
    return bit;
  }

  private vectorLoop(): Loop {
    const loop = this.vector === 0 ? undefined : this.loops[31 - Math.clz32(this.vector)];
    if (loop === undefined) throw new RangeError('no loop runs along lanes');
    return loop;
  }

  private counterOf(loop: Loop): Local {
    const counter = this.counters.get(loop);
    if (counter === undefined) throw new RangeError('a loop is used outside of itself');
    return counter;
  }

  /** Bits of the loops that a value depends on, without those that are bound in it. */
  private maskOf(x: Expression): number {
    let mask = this.masks.get(x);
    if (mask !== undefined) return mask;
    mask = x.kind === 'loop' ? this.bitOf(x.loop) : 0;
    for (const part of x.parts) mask |= this.maskOf(part);
    if (x.kind === 'reduce') mask &= ~this.bitOf(x.loop);
    this.masks.set(x, mask);
    return mask;
  }

  private dependsOn(x: Expression, loop: Loop): boolean {
    return (this.maskOf(x) & this.bitOf(loop)) !== 0;
  }

  private isVarying(x: Expression): boolean {
    return (this.maskOf(x) & this.vector) !== 0;
  }
}

// What is read and written

interface Access {
  readonly index: Expression;
  readonly bytes: number;
}

function accessesOf(nests: readonly Nest[]): Access[] {
  const stores = nests.flatMap((nest) => (nest.kind === 'leaf' ? nest.stores : []));
  return [...stores.map(accessOf), ...loadsOf(stores.map(({ value }) => value))];
}

function accessOf({ buffer, index }: { buffer: Buffer; index: Expression }): Access {
  return { index, bytes: bytesOf(buffer) };
}

function loadsOf(values: readonly Expression[]): Access[] {
  return allParts(values).flatMap((x) => (x.kind === 'load' ? [accessOf(x)] : []));
}

function usesOf(roots: readonly Expression[]): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  const count = (x: Expression): void => {
    const before = uses.get(x) ?? 0;
    uses.set(x, before + 1);
    if (before === 0) x.parts.forEach(count);
  };
  roots.forEach(count);
  return uses;
}

/** Elements have 1, 4 or 8 bytes. */
function pointerKey(base: Expression, bytes: number): number {
  return 16 * base.id + bytes;
}

function bytesOf({ type }: Buffer): number {
  return type === 'f64' ? 8 : type === 'u8' ? 1 : 4;
}

function localType(type: ScalarType): 'i32' | 'i64' | 'f32' | 'f64' {
  return type === 'bool' ? 'i32' : type;
}

function isRoundedSum({ combine, type }: Reduce): boolean {
  return combine === 'add' && (type === 'f32' || type === 'f64');
}

/** What a reduction of nothing gives. */
function startOf(combine: Combine, type: ScalarType): number {
  if (combine === 'add') return 0;
  if (combine === 'mul') return 1;
  const most = type === 'i32' ? (combine === 'min' ? 2 ** 31 - 1 : -(2 ** 31)) : Infinity;
  return type === 'i32' ? most : combine === 'min' ? most : -most;
}
