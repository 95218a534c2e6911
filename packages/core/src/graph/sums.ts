/**
 * The sum rule: what has flowed so far to each node, of which the latest node is taken first. As in `ById`, pages count
 * down from the latest id and exist only where something is. A value and its sum stand side by side in a page, and a page
 * that has been gone through is used again: a walk makes no object a node, and none an edge along which a number flows.
 */
import { SIZE, pageOf, placeOf } from './by-id.ts';
import { type Node, type Precision, type Total, type Value, isList } from './node.ts';
import { SmallestFirst } from './smallest-first.ts';

/** So many pages are found without a search: neighbours in a graph lie in few. */
const NEAR = 8;

/** Where an op's only output has a number for its sum: whether the chain rule could be done with that. */
export type NumberVisit<V> = (value: V, total: number) => boolean;

export class Sums<V extends Value<V>, Flow> {
  private readonly latest: number;
  private readonly sum: (a: Flow, b: Flow, at: V) => Flow;
  /** Of the pages whose numbers have the same last digits, the one that was found last. */
  private readonly near: (Page<V, Flow> | undefined)[] = nothingNear.slice();
  /** All pages, from when two have the same last digits. */
  private pages: Map<number, Page<V, Flow>> | undefined = undefined;
  /** Numbers of the pages not yet gone through: the smallest has the latest ids. */
  private readonly order = new SmallestFirst();
  /** One that has been gone through. */
  private spare: Page<V, Flow> | undefined = undefined;

  /** @param latest no node has an id above this */
  constructor(latest: number, sum: (a: Flow, b: Flow, at: V) => Flow) {
    this.latest = latest;
    this.sum = sum;
  }

  /** Adds to the sum at a value. Several outputs of a node have one sum, a list. */
  add(source: V, share: Flow): void {
    if (source.id === 0) return; // a constant: only a watcher wants to know
    if (typeof share !== 'number' || source.op === undefined) this.addFlow(source, share);
    else this.addNumber(source, share, undefined);
  }

  /** Adds a number to the sum at an op's only output, in a precision, or as everything else is added. */
  addNumber(source: V, share: number, precision: Precision | undefined): void {
    const depth = this.latest - source.id;
    const page = this.page(pageOf(depth));
    const place = placeOf(depth);
    const numbers = page.numbers ?? page.newNumbers();
    if (numbers === undefined) this.addFlow(source, share as Flow);
    else if (page.values[place] === undefined) {
      page.values[place] = source;
      numbers[place] = share;
    } else {
      const sum = numbers[place]! + share;
      if (precision === 'double') numbers[place] = sum;
      else if (precision === 'single') numbers[place] = Math.fround(sum);
      else this.addFlow(source, share as Flow);
    }
  }

  /**
   * Takes the sums out, from the latest node down, and calls `visit` for each, or `visitNumber` if that will do. What they
   * add at earlier nodes is taken in its turn. Nothing is held longer than needed: a table that outlives its use would
   * keep a whole graph alive.
   */
  takeLatestFirst(visit: (node: Node<V>, total: Total<Flow>) => void, visitNumber: NumberVisit<V> | undefined): void {
    for (let number = this.order.take(); number !== undefined; number = this.order.take()) {
      const page = this.page(number);
      const { values } = page;
      for (let place = 0; place < SIZE; place++) {
        const value = values[place];
        if (value === undefined) continue;
        values[place] = undefined;
        const { numbers } = page;
        if (numbers === undefined) {
          const total = page.takeTotal(place);
          const isDone = typeof total === 'number' && value.op !== undefined && visitNumber?.(value, total) === true;
          if (!isDone) visit(value.node!, total);
        } else {
          const number = numbers[place]!;
          if (visitNumber === undefined || !visitNumber(value, number)) visit(value.node!, number as Flow);
        }
      }
      this.pages?.delete(number);
      page.totals = undefined;
      page.number = -1;
      this.spare = page;
    }
  }

  private page(number: number): Page<V, Flow> {
    const near = this.near[number % NEAR];
    return near !== undefined && near.number === number ? near : this.findPage(number);
  }

  private findPage(number: number): Page<V, Flow> {
    const page = this.pages?.get(number) ?? this.newPage(number);
    this.near[number % NEAR] = page;
    return page;
  }

  private newPage(number: number): Page<V, Flow> {
    const near = this.near[number % NEAR];
    if (this.pages === undefined && near !== undefined && near.number >= 0) this.pages = this.allNear();
    const page = this.spare ?? new Page<V, Flow>();
    this.spare = undefined;
    page.number = number;
    this.pages?.set(number, page);
    this.order.add(number);
    return page;
  }

  private allNear(): Map<number, Page<V, Flow>> {
    const pages = new Map<number, Page<V, Flow>>();
    for (const page of this.near) if (page !== undefined && page.number >= 0) pages.set(page.number, page);
    return pages;
  }

  private addFlow(source: V, share: Flow): void {
    const node = source.node!;
    const depth = this.latest - node.id;
    const page = this.page(pageOf(depth));
    const place = placeOf(depth);
    const totals = page.totals ?? page.newTotals();
    const before = totals[place];
    if (isList(node.output)) totals[place] = this.withShare(before ?? node.output.map(() => undefined), source, share);
    else totals[place] = before === undefined ? share : this.sum(before as Flow, share, source);
    page.values[place] = source;
  }

  /** The sums of several outputs, with a share added to that of one of them. */
  private withShare(total: Total<Flow>, source: V, share: Flow): readonly (Flow | undefined)[] {
    const at = source.id - source.node!.id;
    const list = total as readonly (Flow | undefined)[];
    return list.map((before, k) =>
      k !== at ? before : before === undefined ? share : this.sum(before, share, source),
    );
  }
}

/** Sums of values whose ids lie together: plain numbers, until something else comes in. */
class Page<V extends Value<V>, Flow> {
  /** Below 0 where it is not in use. */
  number = -1;
  readonly values: (V | undefined)[] = nowhere.slice();
  /** One of the two, from the first sum on. */
  numbers: number[] | undefined = undefined;
  totals: (Total<Flow> | undefined)[] | undefined = undefined;

  /** None where there are totals. */
  newNumbers(): number[] | undefined {
    return this.totals === undefined ? (this.numbers = noNumbers.slice()) : undefined;
  }

  newTotals(): (Total<Flow> | undefined)[] {
    const { numbers } = this;
    this.numbers = undefined;
    // Numbers came in as flows
    return (this.totals =
      numbers === undefined
        ? nowhere.slice()
        : this.values.map((value, place) => (value === undefined ? undefined : (numbers[place] as Flow))));
  }

  takeTotal(place: number): Total<Flow> {
    const total = this.totals![place]!;
    this.totals![place] = undefined;
    return total;
  }
}

const nowhere: readonly undefined[] = Array.from({ length: SIZE }, () => undefined);
// Not whole, lest V8 keep whole numbers there
const noNumbers: readonly number[] = Array.from({ length: SIZE }, () => 0.5);
const nothingNear: readonly undefined[] = Array.from({ length: NEAR }, () => undefined);
