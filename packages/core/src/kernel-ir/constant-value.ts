/**
 * What primitives give of numbers that are known, to the bit as machines have them: so that what an elementary function
 * does with a fixed argument, such as the base of a power, is done once, where the program is made.
 */
import type { Constant, Primitive, ScalarType } from './expression.ts';

type Value = number | bigint;

/** The value of a primitive of one or two constants; undefined where it is not worth knowing. */
export function valueOf(name: Primitive, type: ScalarType, a: Constant, b: Constant | undefined): Value | undefined {
  if (name === 'reinterpret') return bitsOf(a);
  if (a.type === 'f32' || a.type === 'f64') {
    const value = b === undefined ? ofFloat(name, Number(a.value)) : ofFloats(name, Number(a.value), Number(b.value));
    // A product, quotient, sum or root of f32 that is rounded to f64 first is the same (Figueroa 1995)
    return value !== undefined && type === 'f32' ? Math.fround(value) : value;
  }
  if (a.type === 'i64' && b !== undefined && type !== 'f64') return ofWords(name, BigInt(a.value), BigInt(b.value));
  return undefined;
}

const view = new DataView(new ArrayBuffer(8));

function bitsOf({ type, value }: Constant): Value | undefined {
  switch (type) {
    case 'f32':
      view.setFloat32(0, Number(value));
      return view.getInt32(0);
    case 'f64':
      view.setFloat64(0, Number(value));
      return view.getBigInt64(0);
    case 'i32':
      view.setInt32(0, Number(value));
      return view.getFloat32(0);
    case 'i64':
      view.setBigInt64(0, BigInt(value));
      return view.getFloat64(0);
    case 'bool':
      return undefined;
  }
}

function ofFloat(name: Primitive, x: number): number | undefined {
  switch (name) {
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
    default:
      return undefined;
  }
}

function ofFloats(name: Primitive, x: number, y: number): number | undefined {
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
    case 'equal':
      return Number(x === y);
    case 'notEqual':
      return Number(x !== y);
    case 'less':
      return Number(x < y);
    case 'lessEqual':
      return Number(x <= y);
    case 'greater':
      return Number(x > y);
    case 'greaterEqual':
      return Number(x >= y);
    default:
      return undefined;
  }
}

/** Of words of 64 bits; those of 32 are kept in sums already. */
function ofWords(name: Primitive, x: bigint, y: bigint): bigint | undefined {
  switch (name) {
    case 'add':
      return BigInt.asIntN(64, x + y);
    case 'sub':
      return BigInt.asIntN(64, x - y);
    case 'and':
      return x & y;
    case 'or':
      return x | y;
    case 'xor':
      return x ^ y;
    case 'shiftLeft':
      return BigInt.asIntN(64, x << (y & 63n));
    case 'shiftRight':
      return x >> (y & 63n);
    case 'shiftRightUnsigned':
      return BigInt.asIntN(64, BigInt.asUintN(64, x) >> (y & 63n));
    default:
      return undefined;
  }
}
