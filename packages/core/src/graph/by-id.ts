/**
 * A table of what belongs to ids, read from the latest id down. Ids of one graph lie close together but may start
 * anywhere, and an old value kept alive may lie a billion ids below the rest: so the table is dense in pages, and pages
 * exist only where something is.
 */

const BITS = 6;
const SIZE = 1 << BITS;

export class ById<T> {
  #pages = new Map<number, (T | undefined)[]>();
  /** Numbers of the pages not yet gone through, as a heap with the largest first. */
  #heap: number[] = [];
  /** The page last looked at: neighbours are asked for together. */
  #lastNumber = -1;
  #lastPage: (T | undefined)[] = [];

  get(id: number): T | undefined {
    const number = Math.floor(id / SIZE);
    if (number === this.#lastNumber) return this.#lastPage[id % SIZE];
    const page = this.#pages.get(number);
    if (page === undefined) return undefined;
    this.#lastNumber = number;
    this.#lastPage = page;
    return page[id % SIZE];
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  set(id: number, item: T | undefined): void {
    const number = Math.floor(id / SIZE);
    if (number !== this.#lastNumber) {
      this.#lastPage = this.#pages.get(number) ?? this.#newPage(number);
      this.#lastNumber = number;
    }
    this.#lastPage[id % SIZE] = item;
  }

  /** Calls `visit` for each item from the latest id down. What `visit` adds at earlier ids is visited in its turn. */
  latestFirst(visit: (item: T, id: number) => void): void {
    for (let number = this.#takeLargest(); number !== undefined; number = this.#takeLargest()) {
      const page = this.#pages.get(number)!;
      for (let offset = SIZE - 1; offset >= 0; offset--) {
        const item = page[offset];
        if (item !== undefined) visit(item, number * SIZE + offset);
      }
    }
  }

  #newPage(number: number): (T | undefined)[] {
    const page = new Array<T | undefined>(SIZE).fill(undefined);
    this.#pages.set(number, page);
    const heap = this.#heap;
    let at = heap.push(number) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (heap[above]! >= number) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = number;
    return page;
  }

  #takeLargest(): number | undefined {
    const heap = this.#heap;
    const largest = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return largest;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && heap[below + 1]! > heap[below]!) below++;
      if (heap[below]! <= last) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return largest;
  }
}
