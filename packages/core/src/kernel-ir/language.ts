/**
 * The kernel language: what `lower` of an op is handed to say one element of its result, from elements of its inputs.
 * Vectors, tiles and fusion follow from it. Ops know its types only, so a page without `compile` does not load it.
 *
 * Both sides of arithmetic and of comparisons have one type; `convert` changes it. Elementary functions are in the type of
 * their argument. Whole numbers (`i32`) are for places: `quotient` and `modulo` are of numbers from 0 on.
 */
import type { Expression } from './expression.ts';
import type { LoweringContext } from './lowering.ts';
import * as words from './words.ts';

export type { Combine, Expression, Loop, ScalarType } from './expression.ts';
export type { LoweringContext } from './lowering.ts';
export type { Position } from './position.ts';

export type KernelLanguage = typeof words;

/** A plain object: a bundled module's namespace asks a function for each of its words. */
export const kernelLanguage: KernelLanguage = { ...words };

/** One element of a result, from elements of the inputs; none where that is not known for their types. */
export type Lowering<Attributes extends readonly unknown[] = readonly unknown[]> = (
  context: LoweringContext<Attributes>,
  kernel: KernelLanguage,
) => Expression | undefined;
