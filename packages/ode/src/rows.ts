/** States one behind the other in one array that doubles when it is full. */
import { copyInto } from './dense/copy.ts';

export class Rows {
  readonly #width: number;
  #values: Float64Array;
  /** How many there are. */
  count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#values = new Float64Array(16 * width);
  }

  add(row: Float64Array): void {
    const width = this.#width;
    const at = this.count * width;
    if (at + width > this.#values.length) {
      const larger = new Float64Array(2 * this.#values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    copyInto(this.#values, at, row);
    this.count++;
  }

  /** All of them, as a view. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.count * this.#width);
  }
}
