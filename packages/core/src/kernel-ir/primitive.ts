/** What primitives give of numbers, to the bit as machines have them, in plain JavaScript. */
import type { Primitive, ScalarType } from './expression.ts';

/** Truth is 0 or 1, and an i64 is a bigint. */
export type Value = number | bigint;

/**
 * The value of a primitive of one or two arguments (the second is ignored where there is one). `select` is not among them.
 *
 * @param from the type of the first argument
 * @param to the type of the value
 */
export function primitive(name: Primitive, from: ScalarType, to: ScalarType, a: Value, b: Value): Value {
  if (name === 'reinterpret') return reinterpreted(a, from);
  if (name === 'convert') return converted(a, to);
  switch (from) {
    case 'f32':
      // A sum, product, quotient or root of f32 that is rounded to f64 first is the same (Figueroa 1995)
      return Math.fround(ofFloats(name, Number(a), Number(b)));
    case 'f64':
      return ofFloats(name, Number(a), Number(b));
    case 'i64':
      return ofWide(name, BigInt(a), BigInt(b));
    case 'i32':
      return ofWhole(name, Number(a), Number(b));
    case 'bool':
      return name === 'not' ? Number(a === 0) : ofWhole(name, Number(a), Number(b));
  }
}

const view = new DataView(new ArrayBuffer(8));

function reinterpreted(value: Value, type: ScalarType): Value {
  switch (type) {
    case 'f32':
      view.setFloat32(0, Number(value));
      return view.getInt32(0);
    case 'i32':
      view.setInt32(0, Number(value));
      return view.getFloat32(0);
    case 'f64':
      view.setFloat64(0, Number(value));
      return view.getBigInt64(0);
    case 'i64':
      view.setBigInt64(0, BigInt(value));
      return view.getFloat64(0);
    case 'bool':
      throw new RangeError('kernel language: truth has no bits to read');
  }
}

/** Floats are cut off towards zero and kept within the type; of an i64 the low half becomes an i32. */
function converted(value: Value, to: ScalarType): Value {
  switch (to) {
    case 'bool':
      return Number(value !== 0 && value !== 0n);
    case 'i32':
      if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value));
      return Math.trunc(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value))) || 0;
    case 'i64':
      if (typeof value === 'bigint') return value;
      return value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(Math.trunc(Math.max(-(2 ** 63), value)) || 0);
    case 'f32':
      return Math.fround(Number(value));
    case 'f64':
      return Number(value);
  }
}

function ofFloats(name: Primitive, x: number, y: number): number {
  switch (name) {
    case 'add':
      return x + y;
    case 'sub':
      return x - y;
    case 'mul':
      return x * y;
    case 'div':
      return x / y;
    case 'min':
      return Math.min(x, y);
    case 'max':
      return Math.max(x, y);
    case 'neg':
      return -x;
    case 'abs':
      return Math.abs(x);
    case 'sqrt':
      return Math.sqrt(x);
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'trunc':
      return Math.trunc(x);
    case 'nearest':
      return nearest(x);
    default:
      return Number(compared(name, x, y));
  }
}

/** To the nearest whole number, halves to the even one; what becomes zero keeps its sign. */
function nearest(x: number): number {
  const below = Math.floor(x);
  const isUp = x - below > 0.5 || (x - below === 0.5 && below % 2 !== 0);
  if (!isUp) return below;
  return below === -1 ? -0 : below + 1;
}

function compared(name: Primitive, a: Value, b: Value): boolean {
  switch (name) {
    case 'equal':
      return a === b;
    case 'notEqual':
      return a !== b;
    case 'less':
      return a < b;
    case 'lessEqual':
      return a <= b;
    case 'greater':
      return a > b;
    case 'greaterEqual':
      return a >= b;
    default:
      throw new RangeError(`kernel language: no ${name} of such numbers`);
  }
}

function ofWhole(name: Primitive, a: number, b: number): number {
  switch (name) {
    case 'add':
      return (a + b) | 0;
    case 'sub':
      return (a - b) | 0;
    case 'mul':
      return Math.imul(a, b);
    case 'neg':
      return -a | 0;
    case 'abs':
      return Math.abs(a) | 0;
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
    case 'quotient':
      return ((a >>> 0) / (b >>> 0)) | 0;
    case 'modulo':
      return ((a >>> 0) % (b >>> 0)) | 0;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'not':
      return ~a;
    case 'shiftLeft':
      return a << b;
    case 'shiftRight':
      return a >> b;
    case 'shiftRightUnsigned':
      return (a >>> b) | 0;
    default:
      return Number(compared(name, a, b));
  }
}

function ofWide(name: Primitive, a: bigint, b: bigint): Value {
  switch (name) {
    case 'add':
      return BigInt.asIntN(64, a + b);
    case 'sub':
      return BigInt.asIntN(64, a - b);
    case 'mul':
      return BigInt.asIntN(64, a * b);
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'not':
      return ~a;
    case 'shiftLeft':
      return BigInt.asIntN(64, a << (b & 63n));
    case 'shiftRight':
      return a >> (b & 63n);
    case 'shiftRightUnsigned':
      return BigInt.asIntN(64, BigInt.asUintN(64, a) >> (b & 63n));
    default:
      return Number(compared(name, a, b));
  }
}
