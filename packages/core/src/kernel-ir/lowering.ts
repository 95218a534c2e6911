/** What an op sees that says what one element of its result is: the contract between op definitions and the compiler. */
import type { Expression } from './expression.ts';
import type { Position } from './position.ts';

export interface Extents {
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'f64' | 'i32' | 'bool';
}

/** What a lowering sees. */
export interface LoweringContext<Attributes extends readonly unknown[] = readonly unknown[]> {
  /** An element of the input in one slot. */
  readonly at: (slot: number, position: Position) => Expression;
  /** Where the element of the result stands. */
  readonly position: Position;
  readonly inputs: readonly Extents[];
  /** The result that is asked for, and its number among the results. */
  readonly output: Extents;
  readonly result: number;
  readonly attributes: Attributes;
}
