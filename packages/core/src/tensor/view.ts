/** Elements of an array in another order, or only some of them, copied side by side when somebody needs them so. */
import type { TypedArray } from './dtype.ts';

/** Where elements lie: element 0 at `offset`, and so many further for each step along an axis. */
export interface Strided {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** What permute, slice and broadcastTo give of a large array: nothing is copied yet. */
export class View implements Strided {
  readonly array: TypedArray;
  readonly offset: number;
  readonly strides: readonly number[];
  /** Makes the copy. */
  readonly copy: () => TypedArray;

  constructor(array: TypedArray, { offset, strides }: Strided, copy: () => TypedArray) {
    this.array = array;
    this.offset = offset;
    this.strides = strides;
    this.copy = copy;
  }
}
