/**
 * A table of what belongs to ids, read from the latest id down. Ids of one graph lie close together but may start
 * anywhere, and an old value kept alive may lie a billion ids below the rest: so the table counts down from the latest
 * id, is dense in pages, and pages exist only where something is.
 */
import { SmallestFirst } from './smallest-first.ts';

const BITS = 5;
export const SIZE: number = 1 << BITS;

export class ById<T> {
  /** No id is above this. */
  readonly #latest: number;
  readonly #pages: (T | undefined)[][] = [];
  /** Numbers of the pages not yet gone through: the smallest has the latest ids. */
  readonly #order = new SmallestFirst();

  constructor(latest: number) {
    this.#latest = latest;
  }

  get(id: number): T | undefined {
    const depth = this.#latest - id;
    const page = this.#pages[pageOf(depth)];
    return page === undefined ? undefined : page[placeOf(depth)];
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  set(id: number, item: T | undefined): void {
    const depth = this.#latest - id;
    const number = pageOf(depth);
    const page = this.#pages[number] ?? this.#newPage(number);
    page[placeOf(depth)] = item;
  }

  /**
   * Takes the items out, from the latest id down, and calls `visit` for each. What `visit` adds at earlier ids is taken
   * in its turn. Nothing is held longer than needed: a table that outlives its use would keep a whole graph alive.
   */
  takeLatestFirst(visit: (item: T) => void): void {
    for (let number = this.#order.take(); number !== undefined; number = this.#order.take()) {
      const page = this.#pages[number]!;
      for (let k = 0; k < SIZE; k++) {
        const item = page[k];
        if (item === undefined) continue;
        page[k] = undefined;
        visit(item);
      }
    }
  }

  #newPage(number: number): (T | undefined)[] {
    const page: (T | undefined)[] = emptyPage.slice();
    this.#pages[number] = page;
    this.#order.add(number);
    return page;
  }
}

const emptyPage: readonly undefined[] = Array.from({ length: SIZE }, () => undefined);

/** The number of the page. A shift is fastest, and right as far as it goes. */
export function pageOf(depth: number): number {
  return depth < 0x40000000 ? depth >> BITS : Math.floor(depth / SIZE);
}

/** The place in the page. Of numbers beyond 32 bits, `&` takes the lowest. */
export function placeOf(depth: number): number {
  return depth & (SIZE - 1);
}
