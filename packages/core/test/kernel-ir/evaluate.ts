/** Runs expressions as they are defined, in plain JavaScript: one primitive after another, each rounded to its type. */
import {
  type Apply,
  type Buffer,
  type Expression,
  type Primitive,
  type ScalarType,
} from '../../src/kernel-ir/expression.ts';

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

/** How often each primitive occurs, shared ones once; reinterpretation costs nothing and is left out. */
export function primitivesOf(expression: Expression): Map<Primitive | 'linear' | 'rare', number> {
  const counts = new Map<Primitive | 'linear' | 'rare', number>();
  const met = new Set<Expression>();
  const visit = (x: Expression): void => {
    if (met.has(x)) return;
    met.add(x);
    x.parts.forEach(visit);
    const name = x.kind === 'apply' ? x.name : x.kind === 'linear' || x.kind === 'rare' ? x.kind : 'reinterpret';
    if (name !== 'reinterpret') counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  visit(expression);
  return counts;
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
      throw new RangeError(`no ${x.kind} in an elementary function`);
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
  if (x.name === 'convert' && type === 'i32') return ([a]) => rounded(Number(a), x.type);
  if (type === 'bool') return ([a, b]) => ofTruth(x.name, a === true, b === true);
  if (type === 'i64') return ([a, b]) => ofWide(x.name, a as bigint, BigInt((b as bigint | number | undefined) ?? 0n));
  if (type === 'i32') return ([a, b]) => ofWhole(x.name, a as number, b as number);
  return ([a, b]) => {
    const value = ofFloat(x.name, a as number, b as number);
    return typeof value === 'number' ? rounded(value, type) : value;
  };
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
  throw new RangeError(`${name} of truth values`);
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
    case 'nearest':
      return nearest(a);
    default: {
      const truth = compared(name, a, b);
      if (truth === undefined) throw new RangeError(`${name} of floats`);
      return truth;
    }
  }
}

function nearest(x: number): number {
  const below = Math.floor(x);
  const isUp = x - below > 0.5 || (x - below === 0.5 && below % 2 !== 0);
  return isUp ? below + 1 : below;
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
    case 'mul':
      return Math.imul(a, b);
    case 'shiftLeft':
      return a << b;
    case 'shiftRight':
      return a >> b;
    case 'shiftRightUnsigned':
      return (a >>> b) | 0;
    default: {
      const truth = compared(name, a, b);
      if (truth === undefined) throw new RangeError(`${name} of i32`);
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
      if (truth === undefined) throw new RangeError(`${name} of i64`);
      return truth;
    }
  }
}
