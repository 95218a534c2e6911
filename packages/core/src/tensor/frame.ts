/**
 * How a function that reads and assigns Variables becomes a pure graph. A frame catches both: the first read of a cell
 * becomes an input, what is assigned becomes an output, and reads after an assignment see what was assigned. Whoever
 * opened the frame reads and assigns in the frame around it, so frames nest. Outside of any frame a cell is its content.
 */
import type { Tensor } from './tensor.ts';
import type { Variable } from './variable.ts';

/** A place that holds a tensor or nothing: a Variable's value, or its gradient. */
export interface Cell {
  readonly of: Variable;
  readonly holds: 'value' | 'gradient';
  /** How it is called: the Variable's name, or `name.grad`. */
  label(): string;
  /** The tensor that reading gives, from the one that was written. */
  readonly asRead: (written: Tensor) => Tensor;
  content: Tensor | undefined;
  /** Has a newer content, from where a program put it; it is fetched when somebody reads. */
  away: { fetch(cell: Cell): Tensor } | undefined;
}

/** What a cell holds outside of any frame. */
export function contentOf(cell: Cell): Tensor | undefined {
  if (cell.away !== undefined) {
    cell.content = cell.away.fetch(cell);
    cell.away = undefined;
  }
  return cell.content;
}

export class Frame {
  /** What each cell met so far reads as. Empty cells are met too: that a gradient was empty is part of what was traced. */
  readonly current: Map<Cell, Tensor | undefined> = new Map();
  /** Inputs, by first read: what stands for the cell's content at the start. */
  readonly reads: Map<Cell, Tensor> = new Map();
  /** Cells that held nothing when they were first read. */
  readonly empties: Set<Cell> = new Set();
  /** Outputs: what was last written. */
  readonly writes: Map<Cell, Tensor | undefined> = new Map();

  private readonly outer: Frame | undefined;
  /** Makes the input that stands for a cell's content. */
  private readonly standIn: (cell: Cell, content: Tensor) => Tensor;

  constructor(outer: Frame | undefined, standIn: (cell: Cell, content: Tensor) => Tensor) {
    this.outer = outer;
    this.standIn = standIn;
  }

  read(cell: Cell): Tensor | undefined {
    if (this.current.has(cell)) return this.current.get(cell);
    const content = this.outer === undefined ? contentOf(cell) : this.outer.read(cell);
    const input = content === undefined ? undefined : this.standIn(cell, content);
    if (input === undefined) this.empties.add(cell);
    else this.reads.set(cell, input);
    this.current.set(cell, input);
    return input;
  }

  write(cell: Cell, next: Tensor | undefined): void {
    this.writes.set(cell, next);
    this.current.set(cell, next === undefined ? undefined : cell.asRead(next));
  }
}

let innermost: Frame | undefined;

/** Whether reads and assignments are being caught. */
export function isFramed(): boolean {
  return innermost !== undefined;
}

/** Reads a cell in the innermost frame. */
export function read(cell: Cell): Tensor | undefined {
  return innermost === undefined ? contentOf(cell) : innermost.read(cell);
}

/** Writes a cell in the innermost frame. */
export function write(cell: Cell, next: Tensor | undefined): void {
  if (innermost !== undefined) innermost.write(cell, next);
  else {
    cell.away = undefined;
    cell.content = next === undefined ? undefined : cell.asRead(next);
  }
}

/** Calls `fn` in a new frame. A throw leaves every cell as it was, since only the opener writes outside. */
export function inFrame<T>(standIn: (cell: Cell, content: Tensor) => Tensor, fn: () => T): { result: T; frame: Frame } {
  const outer = innermost;
  const frame = new Frame(outer, standIn);
  innermost = frame;
  try {
    return { result: fn(), frame };
  } finally {
    innermost = outer;
  }
}
