/** Reads what {@link Bytes} writes, and refuses what ends too early or is no number of the format. */

import { FileError } from '../errors/edgewise-error.ts';

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #place: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#place = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#place === this.#end;
  }

  byte(): number {
    return this.#bytes[this.#skip(1)] ?? 0;
  }

  unsigned32(): number {
    return Number(this.#leb128(32, false));
  }

  signed32(): number {
    return Number(this.#leb128(32, true));
  }

  unsigned64(): bigint {
    return this.#leb128(64, false);
  }

  signed64(): bigint {
    return this.#leb128(64, true);
  }

  /** The 32 bits of a float, as an integer: a number would lose which NaN it is. */
  bits32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /** The 64 bits of a float. */
  bits64(): bigint {
    return this.#view.getBigUint64(this.#skip(8), true);
  }

  text(): string {
    return decoder.decode(this.#slice(this.unsigned32()));
  }

  /** As many readings as the count that stands here says. */
  list<Item>(read: () => Item): Item[] {
    const items: Item[] = [];
    for (let left = this.unsigned32(); left > 0; left--) items.push(read());
    return items;
  }

  /** A reader of the bytes whose number stands here; this one goes on behind them. */
  part(): ByteReader {
    const size = this.unsigned32();
    const start = this.#skip(size);
    return new ByteReader(this.#bytes, start, start + size);
  }

  /** @throws FileError `wasm-format` unless everything is read */
  expectEnd(what: string): void {
    if (!this.isAtEnd) throw this.wrong(`${this.#end - this.#place} bytes are left at the end of ${what}`);
  }

  wrong(problem: string): FileError {
    return new FileError({ code: 'wasm-format', problem: `wasm module: ${problem}`, scope: `byte ${this.#place}` });
  }

  #leb128(bits: number, isSigned: boolean): bigint {
    let value = 0n;
    let shift = 0n;
    let byte: number;
    do {
      byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    } while ((byte & 0x80) !== 0 && shift < bits);
    const read = isSigned ? BigInt.asIntN(Number(shift), value) : value;
    const kept = isSigned ? BigInt.asIntN(bits, read) : BigInt.asUintN(bits, read);
    if ((byte & 0x80) !== 0 || kept !== read) throw this.wrong(`a LEB128 integer has more than ${bits} bits`);
    return kept;
  }

  #slice(count: number): Uint8Array {
    const start = this.#skip(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Where the next `count` bytes begin. */
  #skip(count: number): number {
    const start = this.#place;
    if (start + count > this.#end) throw this.wrong(`expected ${count} bytes, ${this.#end - start} are left`);
    this.#place += count;
    return start;
  }
}

const decoder = new TextDecoder();
