/**
 * Addresses for what a program computes on the way: a place is free again after the last statement that reads it. Results,
 * arguments and constants keep theirs.
 */
import { type Buffer, allParts } from '../kernel-ir/expression.ts';
import { type Statement, allStores, expressionsIn } from '../kernel-ir/statement.ts';
import { bytesOfElement } from './arena.ts';

/** Vectors of 16 bytes are read fastest from within one line of the cache. */
const ALIGNMENT = 64;

export interface Placement {
  /** From the start of the program's block, in bytes. */
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly bytes: number;
  /** What they would take if none shared a place. */
  readonly bytesWithoutReuse: number;
}

/**
 * @param lasting buffers that keep their place throughout
 * @param elsewhere buffers that have an address already
 */
export function placeInMemory(
  statements: readonly Statement[],
  lasting: ReadonlySet<Buffer>,
  elsewhere: ReadonlySet<Buffer>,
): Placement {
  const offsets = new Map<Buffer, number>();
  let bytes = 0;
  let bytesWithoutReuse = 0;
  const place = (buffer: Buffer, at: number): void => {
    offsets.set(buffer, at);
    bytes = Math.max(bytes, at + sizeIn(buffer));
    bytesWithoutReuse += sizeIn(buffer);
  };
  for (const buffer of lasting) if (!elsewhere.has(buffer) && !offsets.has(buffer)) place(buffer, bytes);
  const base = bytes;

  const lastUse = new Map<Buffer, number>();
  const uses = statements.map((statement) => trafficOf(statement));
  uses.forEach(({ reads, writes }, k) => {
    for (const buffer of reads) lastUse.set(buffer, k);
    for (const buffer of writes) lastUse.set(buffer, k);
  });
  let occupied: { readonly start: number; readonly end: number; readonly until: number }[] = [];
  uses.forEach(({ writes }, k) => {
    occupied = occupied.filter(({ until }) => until >= k);
    for (const buffer of writes) {
      if (offsets.has(buffer) || elsewhere.has(buffer)) continue;
      const size = sizeIn(buffer);
      let start = base;
      for (const other of occupied) {
        if (other.start - start >= size) break;
        start = Math.max(start, other.end);
      }
      place(buffer, start);
      occupied.push({ start, end: start + size, until: lastUse.get(buffer) ?? k });
      occupied.sort((a, b) => a.start - b.start);
    }
  });
  return { offsets, bytes, bytesWithoutReuse };
}

function sizeIn({ type, size }: Buffer): number {
  return Math.ceil((Math.max(1, size) * bytesOfElement[type]) / ALIGNMENT) * ALIGNMENT;
}

/** What a statement does to memory. */
export interface Traffic {
  readonly reads: ReadonlySet<Buffer>;
  readonly writes: ReadonlySet<Buffer>;
  /** Whether there is a reduction in it. */
  readonly reduces: boolean;
}

const known = new WeakMap<Statement, Traffic>();

/** Asked of the same statement again and again: the first answer is kept. */
export function trafficOf(statement: Statement): Traffic {
  let traffic = known.get(statement);
  if (traffic === undefined) known.set(statement, (traffic = trafficIn(statement)));
  return traffic;
}

function trafficIn(statement: Statement): Traffic {
  switch (statement.kind) {
    case 'host':
      return { reads: new Set(statement.inputs), writes: new Set(statement.outputs), reduces: false };
    case 'copy':
      return { reads: new Set([statement.from]), writes: new Set([statement.to]), reduces: false };
    case 'kernel': {
      const stores = allStores(statement);
      const reads = new Set<Buffer>();
      let reduces = false;
      for (const part of allParts(expressionsIn(stores))) {
        if (part.kind === 'load') reads.add(part.buffer);
        else if (part.kind === 'reduce') reduces = true;
      }
      return { reads, writes: new Set(stores.map(({ buffer }) => buffer)), reduces };
    }
  }
}
