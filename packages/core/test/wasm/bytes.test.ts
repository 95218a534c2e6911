import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from '../../src/wasm/byte-reader.ts';
import { Bytes } from '../../src/wasm/bytes.ts';
import { refusal } from '../refusal.ts';

type Write = (bytes: Bytes) => void;

function hex(write: Write): string {
  const bytes = new Bytes();
  write(bytes);
  return Array.from(bytes.toUint8Array(), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

test('integers are LEB128 in the fewest bytes, at every edge', () => {
  // Worked by hand from the definition; 624485 and -123456 are the examples of the DWARF standard and its descendants.
  const unsigned = { 0: '00', 127: '7f', 128: '80 01', 16383: 'ff 7f', 16384: '80 80 01', 624485: 'e5 8e 26' };
  for (const [value, bytes] of Object.entries(unsigned)) {
    expect(hex((b) => b.unsigned32(Number(value)))).toBe(bytes);
    expect(hex((b) => b.unsigned64(BigInt(value)))).toBe(bytes);
  }
  expect(hex((b) => b.unsigned32(2 ** 32 - 1))).toBe('ff ff ff ff 0f');
  expect(hex((b) => b.unsigned32(2 ** 31))).toBe('80 80 80 80 08');
  expect(hex((b) => b.unsigned64(2n ** 64n - 1n))).toBe('ff ff ff ff ff ff ff ff ff 01');

  const signed = new Map([
    [0, '00'],
    [63, '3f'],
    [64, 'c0 00'],
    [127, 'ff 00'],
    [128, '80 01'],
    [-1, '7f'],
    [-64, '40'],
    [-65, 'bf 7f'],
    [-128, '80 7f'],
    [-129, 'ff 7e'],
    [8191, 'ff 3f'],
    [8192, '80 c0 00'],
    [-8192, '80 40'],
    [-8193, 'ff bf 7f'],
    [-123456, 'c0 bb 78'],
    [2 ** 31 - 1, 'ff ff ff ff 07'],
    [-(2 ** 31), '80 80 80 80 78'],
  ]);
  for (const [value, bytes] of signed) {
    expect(hex((b) => b.signed32(value))).toBe(bytes);
    expect(hex((b) => b.signed64(BigInt(value)))).toBe(bytes);
  }
  expect(hex((b) => b.signed64(2n ** 63n - 1n))).toBe('ff ff ff ff ff ff ff ff ff 00');
  expect(hex((b) => b.signed64(-(2n ** 63n)))).toBe('80 80 80 80 80 80 80 80 80 7f');
});

test('floats are little-endian, with the sign of zero and the smallest numbers', () => {
  expect(hex((b) => b.f32(1))).toBe('00 00 80 3f');
  expect(hex((b) => b.f64(1))).toBe('00 00 00 00 00 00 f0 3f');
  expect(hex((b) => b.f32(-0))).toBe('00 00 00 80');
  expect(hex((b) => b.f64(-0))).toBe('00 00 00 00 00 00 00 80');
  expect(hex((b) => b.f64(Number.MIN_VALUE))).toBe('01 00 00 00 00 00 00 00');
  expect(hex((b) => b.f32(2 ** -149))).toBe('01 00 00 00');
  expect(hex((b) => b.f32(0.1))).toBe('cd cc cc 3d');
  expect(hex((b) => b.f32(-Infinity))).toBe('00 00 80 ff');
});

test('text is UTF-8 behind its length in bytes', () => {
  expect(hex((b) => b.text('aé'))).toBe('03 61 c3 a9');
  expect(hex((b) => b.text(''))).toBe('00');
});

test('what is written is read again, however long it gets', () => {
  const item = fc.oneof(
    fc.record({ kind: fc.constant('unsigned32' as const), value: fc.nat({ max: 2 ** 32 - 1 }) }),
    fc.record({ kind: fc.constant('signed32' as const), value: fc.integer() }),
    fc.record({ kind: fc.constant('unsigned64' as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
    fc.record({ kind: fc.constant('signed64' as const), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'binary' }) }),
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 200 }), (items) => {
      const bytes = new Bytes();
      for (const { kind, value } of items) (bytes[kind] as (value: unknown) => void)(value);
      const reader = new ByteReader(bytes.toUint8Array());
      expect(items.map(({ kind }) => reader[kind]())).toEqual(items.map(({ value }) => value));
      expect(reader.isAtEnd).toBe(true);
    }),
  );
});

test('numbers that the format cannot hold are refused', () => {
  const out = new Bytes();
  expect(refusal(() => out.unsigned32(-1))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    expected an integer from 0 to 4294967295, received -1"
  `);
  expect(refusal(() => out.unsigned32(2 ** 32))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    expected an integer from 0 to 4294967295, received 4294967296"
  `);
  expect(refusal(() => out.unsigned32(NaN))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    expected an integer from 0 to 4294967295, received NaN"
  `);
  expect(refusal(() => out.signed32(0.5))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    expected an integer from -2147483648 to 2147483647, received 0.5"
  `);
  expect(refusal(() => out.signed32(2 ** 31))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    expected an integer from -2147483648 to 2147483647, received 2147483648"
  `);
  expect(refusal(() => out.signed64(2n ** 63n))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    expected from -9223372036854775808 to 9223372036854775807, received 9223372036854775808"
  `);
  expect(refusal(() => out.unsigned64(-1n))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    expected from 0 to 18446744073709551615, received -1"
  `);
  expect(out.length).toBe(0);
});

test('integers of too many bits and missing bytes are refused by the reader', () => {
  const reading = (...bytes: number[]): ByteReader => new ByteReader(Uint8Array.from(bytes));
  expect(refusal(() => reading(0xff, 0xff, 0xff, 0xff, 0x1f).unsigned32())).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: a LEB128 integer has more than 32 bits
      at byte 5"
  `);
  expect(refusal(() => reading(0x80, 0x80, 0x80, 0x80, 0x80, 0).unsigned32())).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: a LEB128 integer has more than 32 bits
      at byte 5"
  `);
  expect(refusal(() => reading(0x80).signed32())).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: expected 1 bytes, 0 are left
      at byte 1"
  `);
  expect(reading(0xff, 0xff, 0xff, 0xff, 0x0f).unsigned32()).toBe(2 ** 32 - 1);
});
