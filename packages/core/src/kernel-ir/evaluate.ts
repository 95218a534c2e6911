/**
 * What expressions of elements mean, in plain JavaScript: one primitive after another, each rounded to its type. For values
 * that are wanted too seldom to make a program for, and to hold programs to.
 */
import type { Apply, Buffer, Expression, Primitive, ScalarType } from './expression.ts';

export type Value = number | bigint | boolean;

/** The values that loads of the buffers find, and the host's functions by name. */
export interface Surroundings {
  readonly loads: ReadonlyMap<Buffer, number>;
  readonly host: Readonly<Record<string, (...args: number[]) => number>>;
}

/** A function of the surroundings: the order of evaluation is worked out once. */
export function evaluator(expression: Expression): (surroundings: Surroundings) => Value {
  const places = new Map<Expression, number>();
  const steps: ((values: Value[], surroundings: Surroundings) => Value)[] = [];
  const visit = (x: Expression): void => {
    if (places.has(x)) return;
    x.parts.forEach(visit);
    steps.push(stepOf(x, (part) => places.get(part)!));
    places.set(x, steps.length - 1);
  };
  visit(expression);
  return (surroundings) => {
    const values: Value[] = [];
    for (const step of steps) values.push(step(values, surroundings));
    return values[values.length - 1]!;
  };
}

type Step = (values: Value[], surroundings: Surroundings) => Value;

function stepOf(x: Expression, placeOf: (part: Expression) => number): Step {
  switch (x.kind) {
    case 'constant':
      return () => x.value;
    case 'load':
      return (_, { loads }) => loads.get(x.buffer)!;
    case 'linear': {
      const terms = x.terms.map(([term, factor]) => [placeOf(term), factor] as const);
      return (values) =>
        terms.reduce((sum, [place, factor]) => (sum + Math.imul(Number(values[place]), factor)) | 0, x.constant);
    }
    case 'rare': {
      const [condition, fast] = [placeOf(x.condition), placeOf(x.fast)];
      const args = x.args.map(placeOf);
      return (values, { host }) => {
        if (values[condition] !== true) return values[fast]!;
        return rounded(host[x.slow]!(...args.map((place) => Number(values[place]))), x.type);
      };
    }
    case 'apply': {
      const args = x.args.map(placeOf);
      const compute = computing(x);
      return (values) => compute(args.map((place) => values[place]!));
    }
    default:
      throw new RangeError(`kernel language: a ${x.kind} has no value of its own`);
  }
}

function rounded(value: number, type: ScalarType): number {
  return type === 'f32' ? Math.fround(value) : value;
}

const view = new DataView(new ArrayBuffer(8));

function computing(x: Apply): (args: readonly Value[]) => Value {
  const [{ type }] = x.args as [Expression];
  if (x.name === 'select') return ([condition, then, otherwise]) => (condition === true ? then! : otherwise!);
  if (x.name === 'reinterpret') return ([a]) => reinterpreted(a!, type);
  if (x.name === 'convert') return ([a]) => converted(a!, x.type);
  if (type === 'bool') return ([a, b]) => ofTruth(x.name, a === true, b === true);
  if (type === 'i64') return ([a, b]) => ofWide(x.name, a as bigint, BigInt((b as bigint | number | undefined) ?? 0n));
  if (type === 'i32') return ([a, b]) => ofWhole(x.name, a as number, b as number);
  return ([a, b]) => {
    const value = ofFloat(x.name, a as number, b as number);
    return typeof value === 'number' ? rounded(value, type) : value;
  };
}

/** Floats are cut off towards zero and kept within the type; of an i64 the low half becomes an i32. */
function converted(value: Value, type: ScalarType): Value {
  switch (type) {
    case 'bool':
      return typeof value === 'bigint' ? value !== 0n : value !== 0 && value !== false;
    case 'i32':
      if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value));
      return Math.trunc(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Number(value)))) || 0;
    case 'i64':
      if (typeof value === 'bigint') return value;
      if (Number(value) >= 2 ** 63) return 2n ** 63n - 1n;
      return BigInt(Math.trunc(Math.max(-(2 ** 63), Number(value))) || 0);
    default:
      return rounded(Number(value), type);
  }
}

function reinterpreted(value: Value, type: ScalarType): Value {
  switch (type) {
    case 'f32':
      view.setFloat32(0, value as number);
      return view.getInt32(0);
    case 'i32':
      view.setInt32(0, value as number);
      return view.getFloat32(0);
    case 'f64':
      view.setFloat64(0, value as number);
      return view.getBigInt64(0);
    default:
      view.setBigInt64(0, value as bigint);
      return view.getFloat64(0);
  }
}

function ofTruth(name: Primitive, a: boolean, b: boolean): boolean {
  if (name === 'and') return a && b;
  if (name === 'or') return a || b;
  if (name === 'xor') return a !== b;
  if (name === 'not') return !a;
  throw new RangeError(`kernel language: ${name} of truth values`);
}

function compared(name: Primitive, a: number | bigint, b: number | bigint): boolean | undefined {
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
      return undefined;
  }
}

function ofFloat(name: Primitive, a: number, b: number): number | boolean {
  switch (name) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'div':
      return a / b;
    case 'neg':
      return -a;
    case 'abs':
      return Math.abs(a);
    case 'sqrt':
      return Math.sqrt(a);
    case 'floor':
      return Math.floor(a);
    case 'ceil':
      return Math.ceil(a);
    case 'trunc':
      return Math.trunc(a);
    case 'nearest':
      return nearest(a);
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
    default: {
      const truth = compared(name, a, b);
      if (truth === undefined) throw new RangeError(`kernel language: ${name} of floats`);
      return truth;
    }
  }
}

/** To the nearest whole number, halves to the even one; what is cut off to zero keeps its sign. */
function nearest(x: number): number {
  const below = Math.floor(x);
  const isUp = x - below > 0.5 || (x - below === 0.5 && below % 2 !== 0);
  if (!isUp) return below;
  return below === -1 ? -0 : below + 1;
}

function ofWhole(name: Primitive, a: number, b: number): number | boolean {
  switch (name) {
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'not':
      return ~a;
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
    case 'shiftLeft':
      return a << b;
    case 'shiftRight':
      return a >> b;
    case 'shiftRightUnsigned':
      return (a >>> b) | 0;
    default: {
      const truth = compared(name, a, b);
      if (truth === undefined) throw new RangeError(`kernel language: ${name} of i32`);
      return truth;
    }
  }
}

function ofWide(name: Primitive, a: bigint, b: bigint): bigint | boolean {
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
      return BigInt.asIntN(64, a << b);
    case 'shiftRight':
      return a >> b;
    case 'shiftRightUnsigned':
      return BigInt.asIntN(64, BigInt.asUintN(64, a) >> b);
    default: {
      const truth = compared(name, a, b);
      if (truth === undefined) throw new RangeError(`kernel language: ${name} of i64`);
      return truth;
    }
  }
}
