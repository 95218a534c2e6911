/**
 * A table of what belongs to ids, read from the latest id down. Ids of one graph lie close together but may start
 * anywhere, and an old value kept alive may lie a billion ids below the rest: so the table counts down from the latest
 * id, is dense in pages, and pages exist only where something is.
 */

const BITS = 6;
const SIZE = 1 << BITS;

export class ById<T> {
  /** No id is above this. */
  readonly #latest: number;
  readonly #pages: (T | undefined)[][] = [];
  /** Numbers of the pages not yet gone through, as a heap with the smallest (the latest ids) first. */
  readonly #heap: number[] = [];

  constructor(latest: number) {
    this.#latest = latest;
  }

  get(id: number): T | undefined {
    const depth = this.#latest - id;
    const page = this.#pages[pageOf(depth)];
    return page === undefined ? undefined : page[depth % SIZE];
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  set(id: number, item: T | undefined): void {
    const depth = this.#latest - id;
    const number = pageOf(depth);
    const page = this.#pages[number] ?? this.#newPage(number);
    page[depth % SIZE] = item;
  }

  /**
   * Takes the items out, from the latest id down, and calls `visit` for each. What `visit` adds at earlier ids is taken
   * in its turn. Nothing is held longer than needed: a table that outlives its use would keep a whole graph alive.
   */
  takeLatestFirst(visit: (item: T) => void): void {
    for (let number = this.#takeSmallest(); number !== undefined; number = this.#takeSmallest()) {
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
    const heap = this.#heap;
    let at = heap.push(number) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (heap[above]! <= number) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = number;
    return page;
  }

  #takeSmallest(): number | undefined {
    const heap = this.#heap;
    const smallest = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return smallest;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && heap[below + 1]! < heap[below]!) below++;
      if (heap[below]! >= last) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return smallest;
  }
}

const emptyPage: readonly undefined[] = Array.from({ length: SIZE }, () => undefined);

/** A shift is fastest, and right as far as it goes. */
function pageOf(depth: number): number {
  return depth < 0x40000000 ? depth >> BITS : Math.floor(depth / SIZE);
}
