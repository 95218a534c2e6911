/** How large the numbers of an array are. */
import type { TypedArray } from '../index.ts';

/** The largest absolute value; 0 where there is none, or none that is finite. */
export function largestFinite(data: TypedArray): number {
  let largest = 0;
  for (const value of data) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}
