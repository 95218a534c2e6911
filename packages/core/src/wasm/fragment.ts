/**
 * Instructions that are written once, and placed in functions where their addresses, calls and locals have numbers. The
 * bytes have gaps where these numbers belong.
 */
import type { Bytes } from './bytes.ts';

/** So many bytes from where something begins: where that is, is said when the fragment is placed. */
export class SymbolicAddress {
  /** What begins there: a number that the writer of the fragment gives it. */
  readonly symbol: number;
  readonly offset: number; // bytes

  constructor(symbol: number, offset: number) {
    this.symbol = symbol;
    this.offset = offset;
  }
}

/** What an access adds to its address, and what a constant may be. */
export type Offset = number | SymbolicAddress;

/** The offset and so many bytes more. */
export function further(offset: Offset, bytes: number): Offset {
  return typeof offset === 'number' ? offset + bytes : new SymbolicAddress(offset.symbol, offset.offset + bytes);
}

/** A function of which only the types are known: which it is, is said when the fragment is placed. */
export class SymbolicFunction {
  readonly symbol: number;
  readonly parameterCodes: readonly number[];
  readonly resultCodes: readonly number[];

  constructor(symbol: number, parameterCodes: readonly number[], resultCodes: readonly number[]) {
    this.symbol = symbol;
    this.parameterCodes = parameterCodes;
    this.resultCodes = resultCodes;
  }
}

export const LOCAL_GAP = 0;
/** An address that is added by an access, and one that is a constant: they are written in different ways. */
export const OFFSET_GAP = 1;
export const CONSTANT_GAP = 2;
export const FUNCTION_GAP = 3;

/** The numbers that are left out, in the order in which they come. Lists side by side: there is one gap for two bytes. */
export class Gaps {
  /** How many bytes come before each. */
  readonly positions: number[] = [];
  readonly kinds: number[] = [];
  /** The local in the fragment, or the symbol. */
  readonly values: number[] = [];
  /** What is added to the symbol's address. */
  readonly offsets: number[] = [];

  add(position: number, kind: number, value: number, offset: number): void {
    this.positions.push(position);
    this.kinds.push(kind);
    this.values.push(value);
    this.offsets.push(offset);
  }
}

/** Takes nothing from the stack and leaves nothing there. */
export interface Fragment {
  readonly bytes: Bytes;
  readonly gaps: Gaps;
  /** Codes of the types of its locals. */
  readonly locals: readonly number[];
  /** How many instructions it has. */
  readonly count: number;
}
