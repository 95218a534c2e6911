/**
 * Bytes that grow, and the numbers of the binary format in them: LEB128 and little-endian floats.
 *
 * Source: WebAssembly Core Specification, 5.2 "Values". Integers are written in the fewest bytes.
 */

import { ArgumentError } from '../errors/edgewise-error.ts';

/** Fewer bytes are copied one by one faster than through a view of them. */
const FEW = 32;

export class Bytes {
  /** Bytes `0` to `length` are written. The array is replaced when it is full: nobody keeps it. */
  #data: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 64) {
    this.#data = new Uint8Array(Math.max(capacity, 16));
  }

  get length(): number {
    return this.#length;
  }

  /** Empty again, with the room it has. */
  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    if (this.#length === this.#data.length) this.#grow(1);
    this.#data[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#take(values, values.length);
  }

  /** A byte and an index behind it as `unsigned32` writes it, which is what most instructions are. */
  byteAndIndex(byte: number, index: number): void {
    if ((index & 0x7f) !== index || this.#length + 2 > this.#data.length) {
      this.byte(byte);
      this.unsigned32(index);
      return;
    }
    this.#data[this.#length++] = byte;
    this.#data[this.#length++] = index;
  }

  /** @throws ArgumentError `out-of-range` unless `value` is an integer from 0 to 2³² - 1 */
  unsigned32(value: number): void {
    if (value >>> 0 !== value) throw outOfRange(value, 'an integer from 0 to 4294967295');
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** @throws ArgumentError `out-of-range` unless `value` is an integer from -2³¹ to 2³¹ - 1 */
  signed32(value: number): void {
    if ((value | 0) !== value) throw outOfRange(value, 'an integer from -2147483648 to 2147483647');
    let rest = value;
    // The last byte's second bit from above is the sign, so 63 is the largest number in one byte.
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  /** @throws ArgumentError `out-of-range` unless `value` is from 0 to 2⁶⁴ - 1 */
  unsigned64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw outOfRange(value, 'from 0 to 18446744073709551615');
    let rest = value;
    while (rest > 0x7fn) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  /** @throws ArgumentError `out-of-range` unless `value` is from -2⁶³ to 2⁶³ - 1 */
  signed64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) {
      throw outOfRange(value, 'from -9223372036854775808 to 9223372036854775807');
    }
    let rest = value;
    while (rest < -64n || rest > 63n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }

  /** Rounded to f32. */
  f32(value: number): void {
    floats.setFloat32(0, value, true);
    this.#take(floatBytes, 4);
  }

  f64(value: number): void {
    floats.setFloat64(0, value, true);
    this.#take(floatBytes, 8);
  }

  /** UTF-8 with its length in front. */
  text(value: string): void {
    const bytes = encoder.encode(value);
    this.unsigned32(bytes.length);
    this.#take(bytes, bytes.length);
  }

  /** All of `other`, or from `start` to before `end`. */
  append(other: Bytes, start = 0, end: number = other.#length): void {
    const count = end - start;
    if (this.#length + count > this.#data.length) this.#grow(count);
    if (count < FEW) for (let k = 0; k < count; k++) this.#data[this.#length + k] = other.#data[start + k]!;
    else this.#data.set(other.#data.subarray(start, end), this.#length);
    this.#length += count;
  }

  /** A copy of what is written. */
  toUint8Array(): Uint8Array<ArrayBuffer> {
    return this.#data.slice(0, this.#length);
  }

  #take(bytes: Uint8Array, count: number): void {
    if (this.#length + count > this.#data.length) this.#grow(count);
    for (let i = 0; i < count; i++) this.#data[this.#length++] = bytes[i] ?? 0;
  }

  #grow(atLeast: number): void {
    const larger = new Uint8Array(Math.max(this.#data.length * 2, this.#length + atLeast));
    larger.set(this.#data);
    this.#data = larger;
  }
}

/** Through a DataView, so that the order of bytes is that of the format on every machine. */
const floats = new DataView(new ArrayBuffer(8));
const floatBytes = new Uint8Array(floats.buffer);

const encoder = new TextEncoder();

function outOfRange(received: number | bigint, expected: string): ArgumentError {
  return new ArgumentError({
    code: 'out-of-range',
    problem: `expected ${expected}, received ${Object.is(received, -0) ? '-0' : received}`,
    expected,
    received,
  });
}
