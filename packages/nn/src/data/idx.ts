/** Reads IDX, the format in which handwritten digits and their kin come (LeCun, Cortes, Burges, "The MNIST database"). */
import { ArgumentError, FileError, checkOptions } from '@edgewise/core';

/** What an IDX file can hold; the array's class says which type the file has. */
export type IdxArray = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

export interface IdxFile {
  /** `[images, rows, columns]` for images, `[labels]` for labels. */
  readonly shape: readonly number[];
  /** The elements, last axis fastest. */
  readonly data: IdxArray;
}

export interface IdxOptions {
  /** How errors call the file. */
  name?: string;
  /** The first four bytes that the file must have: `idxMagic.images` or `idxMagic.labels`, say. */
  magic?: number;
}

/** The first four bytes of the usual files: two zeros, the type of the elements (8 is u8), the number of axes. */
export const idxMagic: { readonly images: number; readonly labels: number } = {
  images: 0x00000803,
  labels: 0x00000801,
};

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  readonly empty: (count: number) => IdxArray;
  readonly read: (view: DataView, offset: number) => number;
}

/** By code. Numbers stand with the highest byte first, whatever the machine does. */
const elementTypes: Readonly<Record<number, ElementType>> = {
  0x08: { name: 'u8', bytes: 1, empty: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  0x09: { name: 'i8', bytes: 1, empty: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  0x0b: { name: 'i16', bytes: 2, empty: (n) => new Int16Array(n), read: (view, at) => view.getInt16(at) },
  0x0c: { name: 'i32', bytes: 4, empty: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) },
  0x0d: { name: 'f32', bytes: 4, empty: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at) },
  0x0e: { name: 'f64', bytes: 8, empty: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at) },
};

/**
 * The array in an IDX file, unpacked (not gzipped). Nothing is allocated before the sizes that the file claims are
 * found to be the sizes that it has.
 *
 * @throws FileError `truncated-file`, `gzipped-file`, `wrong-magic`, `size-mismatch`; ArgumentError `not-bytes`
 * @example
 * const file = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]);
 * parseIdx(file); // { shape: [3], data: [7, 2, 1] }: a Uint8Array
 */
export function parseIdx(bytes: Uint8Array, options: IdxOptions = {}): IdxFile {
  checkOptions('parseIdx', options, ['name', 'magic']);
  const given: unknown = bytes;
  if (!(given instanceof Uint8Array)) {
    throw new ArgumentError({
      code: 'not-bytes',
      op: 'parseIdx',
      problem: `expected the bytes of a file as a Uint8Array, received ${typeof given === 'object' ? (given?.constructor.name ?? 'null') : typeof given}`,
      expected: 'a Uint8Array',
      received: given,
      remedy: given instanceof ArrayBuffer ? 'parseIdx(new Uint8Array(buffer))' : undefined,
    });
  }
  const refuse = (
    code: string,
    at: number,
    facts: { problem: string; expected: unknown; received: unknown },
  ): FileError => new FileError({ code, op: 'parseIdx', scope: `${options.name ?? 'the file'}, byte ${at}`, ...facts });
  const needs = (length: number, what: string): void => {
    if (bytes.length >= length) return;
    throw refuse('truncated-file', bytes.length, {
      problem: `${what} takes ${length} bytes, the file has ${bytes.length}`,
      expected: length,
      received: bytes.length,
    });
  };

  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw refuse('gzipped-file', 0, {
      problem: 'the file is gzipped; expected it unpacked',
      expected: 'IDX',
      received: 'gzip',
    });
  }
  needs(4, 'the magic number');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const type = magic >>> 16 === 0 ? elementTypes[(magic >>> 8) & 0xff] : undefined;
  if (type === undefined || (options.magic !== undefined && magic !== options.magic)) {
    const expected = options.magic === undefined ? '0x0000TTNN (type, axes)' : describeMagic(options.magic);
    throw refuse('wrong-magic', 0, {
      problem: `wrong magic number: expected ${expected}, the file begins with ${describeMagic(magic)}`,
      expected: options.magic,
      received: magic,
    });
  }

  const rank = magic & 0xff;
  const header = 4 + 4 * rank;
  needs(header, `a header of ${rank} axes`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.includes(0) ? 0 : shape.reduce((product, extent) => product * extent, 1);
  const expected = header + count * type.bytes;
  if (bytes.length !== expected) {
    throw refuse(bytes.length < expected ? 'truncated-file' : 'size-mismatch', 4, {
      problem: `header claims ${type.name} [${shape.join(', ')}], which takes ${expected} bytes with the header; the file has ${bytes.length}`,
      expected,
      received: bytes.length,
    });
  }
  const data = type.empty(count);
  for (let k = 0; k < count; k++) data[k] = type.read(view, header + k * type.bytes);
  return { shape, data };
}

/** `0x00000803 (u8, 3 axes)`. */
function describeMagic(magic: number): string {
  const type = magic >>> 16 === 0 ? elementTypes[(magic >>> 8) & 0xff] : undefined;
  const meaning =
    type === undefined ? 'not IDX' : `${type.name}, ${magic & 0xff} ${(magic & 0xff) === 1 ? 'axis' : 'axes'}`;
  return `0x${magic.toString(16).padStart(8, '0')} (${meaning})`;
}
