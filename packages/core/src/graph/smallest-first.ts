/** Whole numbers from 0 on, of which the smallest is taken first, as more come in: a binary heap below the smallest. */
export class SmallestFirst {
  /** Below 0 where nothing is left. Walks have seldom more than one at a time, and need no heap. */
  private smallest = -1;
  private readonly heap: number[] = [];

  add(number: number): void {
    if (this.smallest < 0) this.smallest = number;
    else if (number < this.smallest) {
      this.push(this.smallest);
      this.smallest = number;
    } else this.push(number);
  }

  /** None where nothing is left. */
  take(): number | undefined {
    const { smallest } = this;
    if (smallest < 0) return undefined;
    this.smallest = pop(this.heap);
    return smallest;
  }

  private push(number: number): void {
    const { heap } = this;
    let at = heap.push(number) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (heap[above]! <= number) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = number;
  }
}

/** Below 0 where it is empty. */
function pop(heap: number[]): number {
  const smallest = heap[0] ?? -1;
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
