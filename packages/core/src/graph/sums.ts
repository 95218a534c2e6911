/**
 * The sum rule: what has flowed so far to each node, of which the latest node is taken first. As in `ById`, pages count
 * down from the latest id and exist only where something is. A node and its sum stand side by side in a page, and a page
 * that has been gone through is used again: a walk makes no object a node.
 */
import { SIZE, pageOf, placeOf } from './by-id.ts';
import { type Node, type Total, type Value, isList } from './node.ts';
import { SmallestFirst } from './smallest-first.ts';

export class Sums<V extends Value<V>, Flow> {
  private readonly latest: number;
  private readonly sum: (a: Flow, b: Flow) => Flow;
  private readonly pages: (Page<V, Flow> | undefined)[] = [];
  /** Numbers of the pages not yet gone through: the smallest has the latest ids. */
  private readonly order = new SmallestFirst();
  private readonly spare: Page<V, Flow>[] = [];

  /** @param latest no node has an id above this */
  constructor(latest: number, sum: (a: Flow, b: Flow) => Flow) {
    this.latest = latest;
    this.sum = sum;
  }

  /** Adds to the sum at a value. Several outputs of a node have one sum, a list. */
  add(source: V, share: Flow): void {
    const { node } = source;
    if (node === undefined) return; // a constant: only a watcher wants to know
    const depth = this.latest - node.id;
    const number = pageOf(depth);
    const { nodes, totals } = this.pages[number] ?? this.newPage(number);
    const place = placeOf(depth);
    const before = totals[place];
    if (isList(node.output)) totals[place] = this.withShare(before ?? node.output.map(() => undefined), source, share);
    else totals[place] = before === undefined ? share : this.sum(before as Flow, share);
    nodes[place] = node;
  }

  /**
   * Takes the sums out, from the latest node down, and calls `visit` for each. What `visit` adds at earlier nodes is taken
   * in its turn. Nothing is held longer than needed: a table that outlives its use would keep a whole graph alive.
   */
  takeLatestFirst(visit: (node: Node<V>, total: Total<Flow>) => void): void {
    for (let number = this.order.take(); number !== undefined; number = this.order.take()) {
      const page = this.pages[number]!;
      const { nodes, totals } = page;
      for (let place = 0; place < SIZE; place++) {
        const node = nodes[place];
        if (node === undefined) continue;
        const total = totals[place]!;
        nodes[place] = undefined;
        totals[place] = undefined;
        visit(node, total);
      }
      this.pages[number] = undefined;
      this.spare.push(page);
    }
  }

  private newPage(number: number): Page<V, Flow> {
    const page = this.spare.pop() ?? new Page<V, Flow>();
    this.pages[number] = page;
    this.order.add(number);
    return page;
  }

  /** The sums of several outputs, with a share added to that of one of them. */
  private withShare(total: Total<Flow>, source: V, share: Flow): readonly (Flow | undefined)[] {
    const at = source.id - source.node!.id;
    const list = total as readonly (Flow | undefined)[];
    return list.map((before, k) => (k !== at ? before : before === undefined ? share : this.sum(before, share)));
  }
}

class Page<V extends Value<V>, Flow> {
  readonly nodes: (Node<V> | undefined)[] = empty.slice();
  readonly totals: (Total<Flow> | undefined)[] = empty.slice();
}

const empty: readonly undefined[] = Array.from({ length: SIZE }, () => undefined);
