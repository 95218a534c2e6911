/**
 * The one memory that all programs of a process share: so what one program leaves in a Variable, another finds there.
 * Blocks are taken and given back; a block that is free again is joined with its neighbours.
 */
import { EdgewiseError } from '../errors/edgewise-error.ts';
import type { ElementType } from '../kernel-ir/expression.ts';
import type { Offset } from '../wasm/fragment.ts';

const PAGE = 65536; // bytes
export const MOST_PAGES = 65536; // 4 GiB, all that 32 bits can address
/** Vectors are read fastest from whole lines of the cache. */
const ALIGNMENT = 64;

interface Block {
  readonly start: number;
  readonly end: number;
}

let memory: WebAssembly.Memory | undefined;

/**
 * Where the first block begins. An access adds what is not negative to its address; so far before the start of a buffer
 * may that be, wherever the buffer lies.
 */
const LOWEST = 4096;

/** Bytes in use or free below; from here on nothing was taken yet. */
let top = LOWEST;
let free: Block[] = [];

export function arenaMemory(): WebAssembly.Memory {
  return (memory ??= new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES }));
}

/**
 * The address of so many bytes that nobody else uses.
 *
 * @throws EdgewiseError `out-of-memory`
 */
export function takeBlock(bytes: number): number {
  const size = Math.ceil(Math.max(1, bytes) / ALIGNMENT) * ALIGNMENT;
  const at = free.findIndex(({ start, end }) => end - start >= size);
  const found = free[at];
  if (found !== undefined) {
    if (found.end - found.start === size) free.splice(at, 1);
    else free[at] = { start: found.start + size, end: found.end };
    return found.start;
  }
  const start = top;
  reserve(start + size, bytes);
  top = start + size;
  return start;
}

export function giveBlock(start: number, bytes: number): void {
  const end = start + Math.ceil(Math.max(1, bytes) / ALIGNMENT) * ALIGNMENT;
  const at = free.findIndex((block) => block.start > start);
  free.splice(at < 0 ? free.length : at, 0, { start, end });
  const joined: Block[] = [];
  for (const block of free) {
    const last = joined.at(-1);
    if (last?.end === block.start) joined[joined.length - 1] = { start: last.start, end: block.end };
    else joined.push(block);
  }
  if (joined.at(-1)?.end === top) top = joined.pop()!.start;
  free = joined;
}

/** Whether an access can add this, whatever address a symbol will have. */
export function isNeverNegative(offset: Offset): boolean {
  return typeof offset === 'number' ? offset >= 0 : offset.offset >= -LOWEST;
}

/** How many bytes programs and Variables hold now. */
export function arenaBytes(): number {
  return free.reduce((sum, { start, end }) => sum - (end - start), top - LOWEST);
}

function reserve(end: number, bytes: number): void {
  const { buffer } = arenaMemory();
  if (end <= buffer.byteLength) return;
  // By at least a quarter, so that many small programs do not grow it one by one
  const wanted = Math.ceil((end - buffer.byteLength) / PAGE);
  const generous = Math.min(Math.ceil(buffer.byteLength / 4 / PAGE), MOST_PAGES - buffer.byteLength / PAGE);
  for (const pages of [Math.max(wanted, generous), wanted]) {
    try {
      arenaMemory().grow(pages);
      return;
    } catch {
      // Tried again with less
    }
  }
  throw new EdgewiseError({
    code: 'out-of-memory',
    op: 'compile',
    problem: `a program wants ${bytes} bytes; programs hold ${arenaBytes()}, and ${MOST_PAGES * PAGE} is the most that WebAssembly can address`,
    expected: MOST_PAGES * PAGE,
    received: bytes,
    remedy: 'smaller batches, or checkpoint(fn) to hold fewer intermediate values',
  });
}

export type ArenaView = Float32Array | Float64Array | Int32Array | Uint8Array;

interface Views {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  readonly u8: Uint8Array;
}

let views: Views | undefined;

/** The memory as arrays: dead as soon as it grows, so never kept and never handed out. */
export function arenaViews(): Views {
  // A view of a memory that has grown since has no elements; to ask the memory itself takes as long as a small copy
  if (views === undefined || views.u8.length === 0) {
    const { buffer } = arenaMemory();
    views = {
      f32: new Float32Array(buffer),
      f64: new Float64Array(buffer),
      i32: new Int32Array(buffer),
      u8: new Uint8Array(buffer),
    };
  }
  return views;
}

export const bytesOfElement: Readonly<Record<ElementType, number>> = { f32: 4, f64: 8, i32: 4, u8: 1 };
