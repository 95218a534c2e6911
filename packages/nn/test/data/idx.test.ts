import { FileError } from '@edgewise/core';
import { idxMagic, parseIdx } from '@edgewise/nn';
import { describe, expect, test } from 'vitest';

/** An IDX file: type and shape as given, then the bytes. */
function idx(type: number, shape: readonly number[], bytes: readonly number[]): Uint8Array {
  const sizes = shape.flatMap((extent) => [24, 16, 8, 0].map((shift) => (extent >>> shift) & 0xff));
  return new Uint8Array([0, 0, type, shape.length, ...sizes, ...bytes]);
}

function bytesOf(values: readonly number[], write: (view: DataView, value: number) => number): number[] {
  return values.flatMap((value) => {
    const view = new DataView(new ArrayBuffer(8));
    return [...new Uint8Array(view.buffer, 0, write(view, value))];
  });
}

describe('parseIdx', () => {
  test('reads images and labels', () => {
    const images = parseIdx(idx(8, [2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]), { magic: idxMagic.images });
    expect(images).toEqual({ shape: [2, 2, 3], data: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]) });
    const labels = parseIdx(idx(8, [3], [7, 2, 1]), { magic: idxMagic.labels });
    expect(labels).toEqual({ shape: [3], data: new Uint8Array([7, 2, 1]) });
  });

  test('reads every type of the format, highest byte first', () => {
    expect(parseIdx(idx(0x09, [2], [255, 1])).data).toEqual(new Int8Array([-1, 1]));
    const i16 = bytesOf([-2, 300], (view, value) => (view.setInt16(0, value), 2));
    expect(parseIdx(idx(0x0b, [2], i16)).data).toEqual(new Int16Array([-2, 300]));
    const i32 = bytesOf([-2, 3e8], (view, value) => (view.setInt32(0, value), 4));
    expect(parseIdx(idx(0x0c, [2], i32)).data).toEqual(new Int32Array([-2, 3e8]));
    const f32 = bytesOf([0.1, -1e30], (view, value) => (view.setFloat32(0, value), 4));
    expect(parseIdx(idx(0x0d, [2], f32)).data).toEqual(new Float32Array([0.1, -1e30]));
    const f64 = bytesOf([0.1, -1e300], (view, value) => (view.setFloat64(0, value), 8));
    expect(parseIdx(idx(0x0e, [2], f64)).data).toEqual(new Float64Array([0.1, -1e300]));
  });

  test('reads a view into a larger buffer, and gives a copy', () => {
    const whole = new Uint8Array([9, 9, 9, ...idx(8, [2], [5, 6]), 9]);
    const { data } = parseIdx(whole.subarray(3, whole.length - 1));
    whole.fill(0);
    expect(data).toEqual(new Uint8Array([5, 6]));
  });

  test('reads arrays of nothing', () => {
    expect(parseIdx(idx(8, [0, 28, 28], []))).toEqual({ shape: [0, 28, 28], data: new Uint8Array() });
    const manyAxes = Array.from({ length: 40 }, () => 0xffffffff);
    expect(parseIdx(idx(8, [...manyAxes, 0], [])).data.length).toBe(0);
  });

  test('says what a truncated file should have, and what it has', () => {
    const cut = idx(8, [2, 2, 3], [1, 2, 3, 4, 5]);
    expect(() => parseIdx(cut, { name: 'train-images-idx3-ubyte' })).toThrowErrorMatchingInlineSnapshot(`
      [FileError: parseIdx: header claims u8 [2, 2, 3], which takes 28 bytes with the header; the file has 21
        at train-images-idx3-ubyte, byte 4]
    `);
    expect(refusal(cut)).toMatchObject({ code: 'truncated-file', expected: 28, received: 21 });
    expect(() => parseIdx(new Uint8Array([0, 0]))).toThrowErrorMatchingInlineSnapshot(`
      [FileError: parseIdx: the magic number takes 4 bytes, the file has 2
        at the file, byte 2]
    `);
    expect(() => parseIdx(new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1]))).toThrowErrorMatchingInlineSnapshot(`
      [FileError: parseIdx: a header of 3 axes takes 16 bytes, the file has 8
        at the file, byte 8]
    `);
  });

  test('says which magic number it expected, and what the one that came means', () => {
    const labels = idx(8, [3], [7, 2, 1]);
    expect(() => parseIdx(labels, { name: 'images', magic: idxMagic.images })).toThrowErrorMatchingInlineSnapshot(`
      [FileError: parseIdx: wrong magic number: expected 0x00000803 (u8, 3 axes), the file begins with 0x00000801 (u8, 1 axis)
        at images, byte 0]
    `);
    expect(() => parseIdx(new TextEncoder().encode('<!DOCTYPE html>'))).toThrowErrorMatchingInlineSnapshot(`
      [FileError: parseIdx: wrong magic number: expected 0x0000TTNN (type, axes), the file begins with 0x3c21444f (not IDX)
        at the file, byte 0]
    `);
    expect(refusal(new Uint8Array([0, 0, 7, 1, 0, 0, 0, 0]))).toMatchObject({ code: 'wrong-magic', received: 0x0701 });
  });

  test('says that a gzipped file is one', () => {
    expect(() => parseIdx(new Uint8Array([0x1f, 0x8b, 8, 0]), { name: 'labels.gz' })).toThrow(
      'parseIdx: the file is gzipped; expected it unpacked\n  at labels.gz, byte 0',
    );
  });

  test('says that bytes are left over', () => {
    expect(() => parseIdx(idx(8, [2], [1, 2, 3]))).toThrow(
      'header claims u8 [2], which takes 10 bytes with the header; the file has 11',
    );
  });

  test('refuses sizes that nothing holds before it asks for memory', () => {
    const huge = idx(0x0e, [0xffffffff, 0xffffffff, 0xffffffff], [1]);
    expect(() => parseIdx(huge)).toThrowErrorMatchingInlineSnapshot(`
      [FileError: parseIdx: header claims f64 [4294967295, 4294967295, 4294967295], which takes 6.3382529967139284e+29 bytes with the header; the file has 17
        at the file, byte 4]
    `);
    const axes = idx(
      8,
      Array.from({ length: 255 }, () => 0xffffffff),
      [],
    );
    expect(refusal(axes)).toMatchObject({ code: 'truncated-file', expected: Number.POSITIVE_INFINITY, received: 1024 });
  });

  test('refuses options that it does not know', () => {
    expect(() => parseIdx(idx(8, [0], []), JSON.parse('{ "magik": 1 }') as object)).toThrow('near: "magic"');
  });

  test('refuses what is no Uint8Array', () => {
    const { buffer } = idx(8, [0], []);
    expect(() => parseIdx(buffer as never)).toThrow(
      'parseIdx: expected the bytes of a file as a Uint8Array, received ArrayBuffer\n  try parseIdx(new Uint8Array(buffer))',
    );
    expect(() => parseIdx('digits' as never)).toThrow('received string');
    expect(() => parseIdx(null as never)).toThrow('received null');
  });
});

function refusal(bytes: Uint8Array): FileError {
  try {
    parseIdx(bytes);
  } catch (error) {
    if (error instanceof FileError) return error;
  }
  throw new Error('the file was not refused by a FileError');
}
