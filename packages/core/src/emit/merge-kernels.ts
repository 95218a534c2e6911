/**
 * Makes one kernel of several that go over the same elements: what one stores and the other loads at the same place is
 * handed on in a register, and a store that nobody else reads is gone. That is all there is to fusion: elementwise
 * chains, epilogues of products, optimizers with several results and rows of softmax follow from this one rule.
 */
import { type Buffer, allParts, loopIndex, replace, substitute } from '../kernel-ir/expression.ts';
import { type Kernel, type Statement, type Store, allStores } from '../kernel-ir/statement.ts';
import { collapseLoops } from './collapse-loops.ts';
import { type Traffic, trafficOf } from './place-in-memory.ts';

/** More stores in one kernel keep too many values in registers at once. */
const MOST_STORES = 12;

/** @param kept buffers that somebody reads after the last statement */
export function mergeKernels(statements: readonly Statement[], kept: ReadonlySet<Buffer>): Statement[] {
  const merged: (Statement | undefined)[] = [...statements];
  const facts = merged.map((statement) => trafficOf(statement!));
  for (let at = 1; at < merged.length; at++) {
    let later = merged[at];
    if (later?.kind !== 'kernel') continue;
    for (let before = at - 1; before >= 0; before--) {
      const earlier = merged[before];
      if (earlier?.kind !== 'kernel' || earlier.loops !== later.loops) continue;
      const place = placeFor(before, at, facts);
      if (place === undefined) continue;
      const one = mergedWith(earlier, later, facts[before]!, facts[at]!);
      if (one === undefined) continue;
      const other = place === at ? before : at;
      merged[place] = one;
      merged[other] = undefined;
      facts[place] = trafficOf(one);
      facts[other] = nothing;
      if (place !== at) {
        at = place;
        break;
      }
      // What was made here may merge with what comes before it, too
      later = one;
      before = at;
    }
  }
  sumOnTheWay(merged, facts);
  return dropUnread(
    merged.filter((statement) => statement !== undefined),
    kept,
  );
}

/**
 * A sum over all elements that another kernel goes through anyway is taken on its way: a loss and its gradient then read
 * their inputs, and compute what they share, once.
 */
function sumOnTheWay(statements: (Statement | undefined)[], facts: Traffic[]): void {
  for (let at = 1; at < statements.length; at++) {
    for (let before = at - 1; before >= 0; before--) {
      const [earlier, later] = [statements[before], statements[at]];
      if (earlier?.kind !== 'kernel' || later?.kind !== 'kernel') continue;
      const [sum, map] = earlier.loops.length === 0 ? [earlier, later] : [later, earlier];
      if (sum.loops.length > 0 || !sharesWork(map, facts[before]!, facts[at]!)) continue;
      const place = placeFor(before, at, facts);
      if (place === undefined) continue;
      const one = summedOnTheWay(sum, map, map === earlier);
      if (one === undefined) continue;
      const other = place === at ? before : at;
      statements[place] = one;
      statements[other] = undefined;
      facts[place] = trafficOf(one);
      facts[other] = nothing;
    }
  }
}

function summedOnTheWay(sum: Kernel, map: Kernel, isMapFirst: boolean): Kernel | undefined {
  const [sums, way] = [collapseLoops(sum), collapseLoops(map)];
  const reductions = allParts(sums.stores.map(({ value }) => value)).filter((x) => x.kind === 'reduce');
  const [loop, another] = new Set(reductions.map((x) => x.loop));
  const [own] = way.loops;
  if (loop === undefined || another !== undefined || sum.along !== undefined || map.along !== undefined)
    return undefined;
  if (way.loops.length !== 1 || own!.extent !== loop.extent || trafficOf(map).reduces) return undefined;
  const places = new Map([[own!, loopIndex(loop)]]);
  const [indices, values] = [
    substitute(
      way.stores.map(({ index }) => index),
      places,
    ),
    substitute(
      way.stores.map(({ value }) => value),
      places,
    ),
  ];
  const onTheWay = way.stores.map(({ buffer }, k): Store => ({ buffer, index: indices[k]!, value: values[k]! }));
  // What the sum gives is there after the last step, and not before
  if (!isMapFirst && meet(trafficOf(sum).writes, trafficOf(map).reads)) return undefined;
  const handed = handOn(onTheWay, sums.stores);
  if (handed === undefined) return undefined;
  return {
    kind: 'kernel',
    name: isMapFirst ? `${map.name} ${sum.name}` : `${sum.name} ${map.name}`,
    loops: [],
    stores: handed,
    along: { loop, stores: onTheWay },
  };
}

const nothing: Traffic = { reads: new Set(), writes: new Set(), reduces: false };

/** Where the one statement may stand so that each between still comes after what it reads: the later place, or the earlier. */
function placeFor(before: number, at: number, facts: readonly Traffic[]): number | undefined {
  let canFall = true;
  let canRise = true;
  for (let between = before + 1; between < at; between++) {
    if (meet(facts[between]!.reads, facts[before]!.writes)) canFall = false;
    if (meet(facts[between]!.writes, facts[at]!.reads)) canRise = false;
  }
  return canFall ? at : canRise ? before : undefined;
}

function meet(a: ReadonlySet<Buffer>, b: ReadonlySet<Buffer>): boolean {
  if (a.size === 0 || b.size === 0) return false;
  for (const buffer of a) if (b.has(buffer)) return true;
  return false;
}

function mergedWith(earlier: Kernel, later: Kernel, first: Traffic, second: Traffic): Kernel | undefined {
  const isHandedOn = meet(first.writes, second.reads);
  if (!isHandedOn && !sharesWork(earlier, first, second)) return undefined;
  // Two reductions side by side would need the registers of two
  if (!isHandedOn && first.reduces && second.reduces) return undefined;
  if (earlier.stores.length + later.stores.length > MOST_STORES) return undefined;
  if (earlier.along !== undefined || later.along !== undefined) return undefined;
  const stores = isHandedOn ? handOn(earlier.stores, later.stores) : later.stores;
  if (stores === undefined) return undefined;
  return {
    kind: 'kernel',
    name: `${earlier.name} ${later.name}`,
    loops: earlier.loops,
    stores: [...earlier.stores, ...stores],
  };
}

/** Later stores with the values of earlier ones in place of loads; none where one loads at another place. */
function handOn(earlier: readonly Store[], later: readonly Store[]): Store[] | undefined {
  const stored = new Map(earlier.map((store) => [store.buffer, store]));
  let isElsewhere = false;
  const values = replace(
    later.map(({ value }) => value),
    (x) => {
      const store = x.kind === 'load' ? stored.get(x.buffer) : undefined;
      if (store === undefined || x.kind !== 'load') return undefined;
      if (x.index !== store.index) isElsewhere = true;
      return store.value;
    },
  );
  return isElsewhere ? undefined : later.map((store, k) => ({ ...store, value: values[k]! }));
}

/** Scalars are computed together; larger kernels where they read the same elements. */
function sharesWork({ loops }: Kernel, first: Traffic, second: Traffic): boolean {
  if (loops.length === 0) return true;
  for (const buffer of second.reads) if (buffer.size > 1 && first.reads.has(buffer)) return true;
  return false;
}

/** Without the stores, and then the kernels, that nobody reads. */
function dropUnread(statements: readonly Statement[], kept: ReadonlySet<Buffer>): Statement[] {
  const read = new Set(kept);
  const left: Statement[] = [];
  for (const statement of statements.toReversed()) {
    let needed = statement;
    if (statement.kind === 'kernel') {
      const wanted = ({ buffer }: Store): boolean => read.has(buffer);
      const { along: way } = statement;
      const along = way === undefined ? undefined : { ...way, stores: way.stores.filter(wanted) };
      needed = { ...statement, stores: statement.stores.filter(wanted), along };
      if (allStores(needed).length === 0) continue;
    }
    for (const buffer of trafficOf(needed).reads) read.add(buffer);
    left.push(needed);
  }
  return left.reverse();
}
