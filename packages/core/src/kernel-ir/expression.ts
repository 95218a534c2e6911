/**
 * The element level of the kernel language: one value of a result as an expression over loops and loads. Fusion is
 * substitution of one expression into another; equal expressions are one object, so sharing and hoisting go by identity.
 * Knows no tensor and no WebAssembly.
 */
import { primitive } from './primitive.ts';

/** `bool` is the result of a comparison: a mask as wide as what was compared. */
export type ScalarType = 'f32' | 'f64' | 'i32' | 'i64' | 'bool';

/** One loop, from 0 up to and without `extent`. Loops are told apart by identity. */
export interface Loop {
  readonly extent: number;
}

/** A place in memory where elements lie side by side. Buffers are told apart by identity. */
export interface Buffer {
  /** How it is called in printed kernels. */
  readonly name: string;
  readonly type: ElementType;
  /** How many elements it holds. */
  readonly size: number;
  /** The smallest and the largest of them, where they are whole numbers that are known for good. */
  readonly range?: Range;
}

export type Range = readonly [low: number, high: number];

/** What lies in memory: `u8` for truth, one byte an element. */
export type ElementType = 'f32' | 'f64' | 'i32' | 'u8';

export type Combine = 'add' | 'mul' | 'min' | 'max';

export type Unary = 'neg' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest' | 'not';
export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max';
export type Comparison = 'equal' | 'notEqual' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual';
export type Bitwise = 'and' | 'or' | 'xor';
export type Shift = 'shiftLeft' | 'shiftRight' | 'shiftRightUnsigned';
export type Primitive =
  | Unary
  | Arithmetic
  | Comparison
  | Bitwise
  | Shift
  /** `(condition, then, else)`: both sides are evaluated. */
  | 'select'
  /** The number in another type: whole numbers cut off towards zero, saturated. */
  | 'convert'
  /** The same bits read as a float or as a whole number of the same width. */
  | 'reinterpret'
  /** Whole quotient and remainder, rounded down; of whole numbers from 0 on. */
  | 'quotient'
  | 'modulo';

interface Base {
  /** Unique among the expressions of one program; parts have smaller ones. */
  readonly id: number;
  readonly type: ScalarType;
  /** What it is made of. */
  readonly parts: readonly Expression[];
  /** The last walk over expressions that has met it. */
  walk: number;
}
export interface Constant extends Base {
  readonly kind: 'constant';
  readonly value: number | bigint;
}
export interface LoopIndex extends Base {
  readonly kind: 'loop';
  readonly loop: Loop;
}
/** A sum of whole-number multiples, and a constant: what i32 arithmetic is kept as. Slopes of indices are read off it. */
export interface Linear extends Base {
  readonly kind: 'linear';
  readonly terms: readonly (readonly [expression: Expression, factor: number])[];
  readonly constant: number;
}
export interface Load extends Base {
  readonly kind: 'load';
  readonly buffer: Buffer;
  readonly index: Expression;
}
export interface Apply extends Base {
  readonly kind: 'apply';
  readonly name: Primitive;
  readonly args: readonly Expression[];
}
/**
 * `fast`, except where `condition` holds: there the host's function `slow` is called with the arguments as f64. For what
 * almost never happens, as the sine of 1e300.
 */
export interface Rare extends Base {
  readonly kind: 'rare';
  readonly condition: Expression;
  readonly fast: Expression;
  readonly slow: string;
  readonly args: readonly Expression[];
}
/** All values of `body` as `loop` runs, combined in an order that depends on extents alone. */
export interface Reduce extends Base {
  readonly kind: 'reduce';
  readonly combine: Combine;
  readonly loop: Loop;
  readonly body: Expression;
}
export type Expression = Constant | LoopIndex | Linear | Load | Apply | Rare | Reduce;

/** Equal expressions made within one call of `withOwnExpressions` are one object. */
class Interner {
  private count = 0;
  private readonly known: Map<number | string, Map<number, Expression>> = new Map();
  private readonly identities: Map<object, number> = new Map();
  private readonly constants: Record<ScalarType, Map<number | bigint | '-0', Constant>> = {
    f32: new Map(),
    f64: new Map(),
    i32: new Map(),
    i64: new Map(),
    bool: new Map(),
  };

  /** A number for a loop or a buffer. */
  numberOf(thing: object): number {
    const known = this.identities.get(thing);
    if (known !== undefined) return known;
    const number = this.identities.size;
    this.identities.set(thing, number);
    return number;
  }

  /** Equal ones have the same family and key. */
  find(family: number | string, key: number): Expression | undefined {
    return this.known.get(family)?.get(key);
  }

  add<E extends Expression>(family: number | string, key: number, expression: E): E {
    let members = this.known.get(family);
    if (members === undefined) {
      members = new Map<number, Expression>();
      this.known.set(family, members);
    }
    members.set(key, expression);
    return expression;
  }

  /** A Map tells all numbers apart but the two zeros, and knows NaN. */
  constant(type: ScalarType, value: number | bigint): Constant {
    const ofType = this.constants[type];
    const key = Object.is(value, -0) ? '-0' : value;
    let known = ofType.get(key);
    if (known === undefined) {
      known = { kind: 'constant', id: this.nextId(), type, parts: none, walk: 0, value };
      ofType.set(key, known);
    }
    return known;
  }

  nextId(): number {
    return this.count++;
  }
}

let interner: Interner = new Interner();

/** Calls `fn` with no expressions known: those of one program are compared with each other only, and let go together. */
export function withOwnExpressions<T>(fn: () => T): T {
  const before = interner;
  interner = new Interner();
  try {
    return fn();
  } finally {
    interner = before;
  }
}

const SPAN = 2 ** 26; // ids below this: two of them make one exact number

function pair(a: number, b: number): number {
  return a * SPAN + b;
}

const none: readonly Expression[] = [];

/** What tells kinds, primitives and types apart in one number below this. */
const FAMILIES = 1024;
const numbers: Map<string, number> = new Map();
const typeNumbers: Readonly<Record<ScalarType, number>> = { f32: 0, f64: 1, i32: 2, i64: 3, bool: 4 };

function familyOf(name: string, type: ScalarType): number {
  let number = numbers.get(name);
  if (number === undefined) numbers.set(name, (number = numbers.size));
  return 8 * number + typeNumbers[type];
}

export function constant(value: number | bigint, type: ScalarType): Expression {
  if (type === 'i64') return interner.constant(type, BigInt.asIntN(64, BigInt(value)));
  const number = Number(value);
  return interner.constant(type, type === 'i32' ? number | 0 : type === 'f32' ? Math.fround(number) : number);
}

export function loopIndex(loop: Loop): Expression {
  if (loop.extent === 1) return constant(0, 'i32');
  const [family, key] = [familyOf('loop', 'i32'), interner.numberOf(loop)];
  return (
    interner.find(family, key) ??
    interner.add(family, key, { kind: 'loop', id: interner.nextId(), type: 'i32', parts: none, walk: 0, loop })
  );
}

export function load(buffer: Buffer, index: Expression): Expression {
  const type = buffer.type === 'u8' ? 'bool' : buffer.type;
  const [family, key] = [familyOf('load', type), pair(interner.numberOf(buffer), index.id)];
  return (
    interner.find(family, key) ??
    interner.add(family, key, { kind: 'load', id: interner.nextId(), type, parts: [index], walk: 0, buffer, index })
  );
}

const reductions = { add: 'reduce add', mul: 'reduce mul', min: 'reduce min', max: 'reduce max' } as const;

export function reduce(combine: Combine, loop: Loop, body: Expression): Expression {
  const [family, key] = [familyOf(reductions[combine], body.type), pair(interner.numberOf(loop), body.id)];
  const { type } = body;
  return (
    interner.find(family, key) ??
    interner.add(family, key, {
      kind: 'reduce',
      id: interner.nextId(),
      type,
      parts: [body],
      walk: 0,
      combine,
      loop,
      body,
    })
  );
}

export function rare(condition: Expression, fast: Expression, slow: string, args: readonly Expression[]): Expression {
  if (condition.kind === 'constant' && condition.value === 0) return fast;
  const family = `rare ${slow} ${args.map(({ id }) => id).join(' ')}`;
  const key = pair(condition.id, fast.id);
  const parts = [condition, fast, ...args];
  const { type } = fast;
  return (
    interner.find(family, key) ??
    interner.add(family, key, {
      kind: 'rare',
      id: interner.nextId(),
      type,
      parts,
      walk: 0,
      condition,
      fast,
      slow,
      args,
    })
  );
}

function apply(name: Primitive, type: ScalarType, args: readonly Expression[]): Expression {
  const [a, b, c] = args;
  // What an elementary function does with a fixed argument, such as the base of a power, is done once
  if (a!.kind === 'constant' && (b === undefined || b.kind === 'constant') && c === undefined && isFolded(name, a!)) {
    return constant(primitive(name, a!.type, type, a!.value, b?.value ?? 0), type);
  }
  const own = familyOf(name, type);
  const family = c === undefined ? own : (1 + c.id) * FAMILIES + own;
  const key = b === undefined ? a!.id : pair(a!.id, b.id);
  return (
    interner.find(family, key) ??
    interner.add(family, key, { kind: 'apply', id: interner.nextId(), type, parts: args, walk: 0, name, args })
  );
}

/** Sums of i32 and truth are kept in forms of their own, and `convert` knows constants itself. */
function isFolded(name: Primitive, { type }: Constant): boolean {
  return name === 'reinterpret' || (name !== 'convert' && type !== 'i32' && type !== 'bool');
}

// Arithmetic. Both sides have one type; i32 sums and multiples are kept in linear form.

export function add(a: Expression, b: Expression): Expression {
  return a.type === 'i32' ? combineLinear(a, 1, b, 1) : arithmetic('add', a, b);
}
/** A sum of words, modulo 2^32, kept as it stands: no index is made from it. */
export function addWords(a: Expression, b: Expression): Expression {
  return arithmetic('add', a, b);
}
export function sub(a: Expression, b: Expression): Expression {
  return a.type === 'i32' ? combineLinear(a, 1, b, -1) : arithmetic('sub', a, b);
}
export function mul(a: Expression, b: Expression): Expression {
  if (a.type === 'i32' && b.kind === 'constant') return combineLinear(a, Number(b.value), zero(), 0);
  if (a.type === 'i32' && a.kind === 'constant') return combineLinear(b, Number(a.value), zero(), 0);
  return arithmetic('mul', a, b);
}
export function div(a: Expression, b: Expression): Expression {
  return arithmetic('div', a, b);
}
/** The smaller one; NaN where either is NaN; -0 is below 0. */
export function min(a: Expression, b: Expression): Expression {
  const [low, high] = distanceRange(a, b) ?? unknown;
  return high <= 0 ? a : low >= 0 ? b : arithmetic('min', a, b);
}
/** The larger one; NaN where either is NaN; -0 is below 0. */
export function max(a: Expression, b: Expression): Expression {
  const [low, high] = distanceRange(a, b) ?? unknown;
  return low >= 0 ? a : high <= 0 ? b : arithmetic('max', a, b);
}

function arithmetic(name: Arithmetic, a: Expression, b: Expression): Expression {
  requireSame(name, a, b);
  return apply(name, a.type, [a, b]);
}

export function unary(name: Unary, x: Expression): Expression {
  return apply(name, x.type, [x]);
}
export function neg(x: Expression): Expression {
  return x.type === 'i32' ? combineLinear(x, -1, zero(), 0) : unary('neg', x);
}
export function abs(x: Expression): Expression {
  return unary('abs', x);
}
export function sqrt(x: Expression): Expression {
  return unary('sqrt', x);
}
/** To the nearest whole number, halves to the even one. */
export function nearest(x: Expression): Expression {
  return unary('nearest', x);
}

export function compare(name: Comparison, a: Expression, b: Expression): Expression {
  requireSame(name, a, b);
  const answer = answerOf(name, distanceRange(a, b) ?? unknown);
  return answer === undefined ? apply(name, 'bool', [a, b]) : constant(answer ? 1 : 0, 'bool');
}

/** What is true of all numbers whose difference is in the range; undefined where that differs. */
function answerOf(name: Comparison, [low, high]: Range): boolean | undefined {
  switch (name) {
    case 'less':
      return high < 0 ? true : low >= 0 ? false : undefined;
    case 'lessEqual':
      return high <= 0 ? true : low > 0 ? false : undefined;
    case 'greater':
      return low > 0 ? true : high <= 0 ? false : undefined;
    case 'greaterEqual':
      return low >= 0 ? true : high < 0 ? false : undefined;
    case 'equal':
      return low > 0 || high < 0 ? false : low === 0 && high === 0 ? true : undefined;
    case 'notEqual':
      return low > 0 || high < 0 ? true : low === 0 && high === 0 ? false : undefined;
  }
}
export function less(a: Expression, b: Expression): Expression {
  return compare('less', a, b);
}
export function greater(a: Expression, b: Expression): Expression {
  return compare('greater', a, b);
}
export function equal(a: Expression, b: Expression): Expression {
  return compare('equal', a, b);
}

/** Of whole numbers bit by bit, of truth values by logic. */
export function bitwise(name: Bitwise, a: Expression, b: Expression): Expression {
  requireSame(name, a, b);
  if (a.kind === 'constant' && a.type === 'bool') return logicWith(name, a.value !== 0, b);
  if (b.kind === 'constant' && b.type === 'bool') return logicWith(name, b.value !== 0, a);
  return apply(name, a.type, [a, b]);
}

function logicWith(name: Bitwise, known: boolean, other: Expression): Expression {
  if (name === 'and') return known ? other : constant(0, 'bool');
  if (name === 'or') return known ? constant(1, 'bool') : other;
  return known ? not(other) : other;
}
export function and(a: Expression, b: Expression): Expression {
  return bitwise('and', a, b);
}
export function or(a: Expression, b: Expression): Expression {
  return bitwise('or', a, b);
}
export function xor(a: Expression, b: Expression): Expression {
  return bitwise('xor', a, b);
}
export function not(a: Expression): Expression {
  if (a.kind === 'constant' && a.type === 'bool') return constant(a.value === 0 ? 1 : 0, 'bool');
  return unary('not', a);
}

/** By a fixed number of bits. */
export function shift(name: Shift, x: Expression, count: number): Expression {
  return apply(name, x.type, [x, constant(count, 'i32')]);
}
export function shiftLeft(x: Expression, count: number): Expression {
  return shift('shiftLeft', x, count);
}
/** Keeps the sign. */
export function shiftRight(x: Expression, count: number): Expression {
  return shift('shiftRight', x, count);
}
export function shiftRightUnsigned(x: Expression, count: number): Expression {
  return shift('shiftRightUnsigned', x, count);
}

export function select(condition: Expression, then: Expression, otherwise: Expression): Expression {
  requireSame('select', then, otherwise);
  if (then === otherwise) return then;
  if (condition.kind === 'constant') return condition.value === 0 ? otherwise : then;
  return apply('select', then.type, [condition, then, otherwise]);
}

export function convert(x: Expression, type: ScalarType): Expression {
  if (x.type === type) return x;
  if (x.kind === 'constant' && x.type !== 'i64' && type !== 'i64' && type !== 'bool') {
    const value = Number(x.value);
    return constant(type === 'i32' ? Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(value) || 0)) : value, type);
  }
  return apply('convert', type, [x]);
}

const twin: Readonly<Partial<Record<ScalarType, ScalarType>>> = { f32: 'i32', i32: 'f32', f64: 'i64', i64: 'f64' };

/** The bits of a float as a whole number of its width, and the other way round. */
export function reinterpret(x: Expression): Expression {
  const type = twin[x.type];
  if (type === undefined) throw new RangeError(`a ${x.type} has no bits to read`);
  if (x.kind === 'apply' && x.name === 'reinterpret') return x.args[0]!;
  return apply('reinterpret', type, [x]);
}

function requireSame(name: string, a: Expression, b: Expression): void {
  if (a.type !== b.type) throw new RangeError(`kernel language: ${name} of ${a.type} and ${b.type}`);
}

// Whole-number arithmetic of indices

function zero(): Expression {
  return constant(0, 'i32');
}

interface LinearForm {
  readonly terms: readonly (readonly [expression: Expression, factor: number])[];
  readonly constant: number;
}

/** Any i32 expression as a linear form. */
export function linearForm(x: Expression): LinearForm {
  if (x.kind === 'linear') return x;
  if (x.kind === 'constant') return { terms: [], constant: Number(x.value) };
  return { terms: [[x, 1]], constant: 0 };
}

function combineLinear(a: Expression, p: number, b: Expression, q: number): Expression {
  requireSame('add', a, b);
  const sum = new Sum();
  sum.add(a, p);
  sum.add(b, q);
  return sum.expression();
}

/** The sum of the multiples and the constant, in one form for equal sums. */
export function linear(terms: readonly (readonly [Expression, number])[], offset: number): Expression {
  const sum = new Sum();
  for (const term of terms) sum.addTerm(term[0], term[1]);
  sum.constant = offset;
  return sum.expression();
}

/** A sum of multiples as it grows: terms in the order of their ids, each once. Plain loops, since nothing runs as often. */
class Sum {
  constant = 0;
  private readonly terms: Expression[] = [];
  private readonly factors: number[] = [];

  /** Adds a multiple of any i32 expression. */
  add(x: Expression, factor: number): void {
    if (x.kind === 'constant') {
      this.constant = (this.constant + Math.imul(factor, Number(x.value))) | 0;
    } else if (x.kind === 'linear') {
      for (let k = 0; k < x.terms.length; k++) this.addTerm(x.terms[k]![0], Math.imul(factor, x.terms[k]![1]));
      this.constant = (this.constant + Math.imul(factor, x.constant)) | 0;
    } else {
      this.addTerm(x, factor);
    }
  }

  addTerm(term: Expression, factor: number): void {
    const { terms, factors } = this;
    let at = terms.length;
    while (at > 0 && terms[at - 1]!.id > term.id) at--;
    if (at > 0 && terms[at - 1] === term) {
      factors[at - 1] = (factors[at - 1]! + factor) | 0;
      return;
    }
    terms.push(term);
    factors.push(factor);
    for (let k = terms.length - 1; k > at; k--) {
      terms[k] = terms[k - 1]!;
      factors[k] = factors[k - 1]!;
    }
    terms[at] = term;
    factors[at] = factor;
  }

  expression(): Expression {
    const { terms, factors, constant: offset } = this;
    let family = 'linear';
    let count = 0;
    for (let k = 0; k < terms.length; k++) {
      if (factors[k] === 0) continue;
      terms[count] = terms[k]!;
      factors[count] = factors[k]!;
      family += ` ${terms[count]!.id}*${factors[count]!}`;
      count++;
    }
    if (count === 0) return constant(offset, 'i32');
    if (count === 1 && factors[0] === 1 && offset === 0) return terms[0]!;
    const known = interner.find(family, offset);
    if (known !== undefined) return known;
    terms.length = count;
    return interner.add(family, offset, {
      kind: 'linear',
      id: interner.nextId(),
      type: 'i32',
      parts: terms,
      walk: 0,
      terms: terms.map((term, k) => [term, factors[k]!] as const),
      constant: offset,
    });
  }
}

const unknown: Range = [-Infinity, Infinity];

/** How much larger `a` is than `b`, of whole numbers whose ranges are known: nothing wraps around between them. */
function distanceRange(a: Expression, b: Expression): Range | undefined {
  if (a.type !== 'i32' || b.type !== 'i32') return undefined;
  const [own, other] = [rangeOf(a), rangeOf(b)];
  if (own === undefined || other === undefined || !isWord(own) || !isWord(other)) return undefined;
  const apart: Range = [own[0] - other[1], own[1] - other[0]];
  return isWord(apart) ? rangeOf(sub(a, b)) : undefined;
}

function isWord([low, high]: Range): boolean {
  return low >= -(2 ** 31) && high < 2 ** 31;
}

/** Smallest and largest value of an index expression, as far as loops say; undefined where they do not. */
export function rangeOf(x: Expression): Range | undefined {
  switch (x.kind) {
    case 'constant':
      return [Number(x.value), Number(x.value)];
    case 'load':
      return x.buffer.range;
    case 'loop':
      return [0, Math.max(0, x.loop.extent - 1)];
    case 'linear': {
      let [low, high] = [x.constant, x.constant];
      for (let k = 0; k < x.terms.length; k++) {
        const factor = x.terms[k]![1];
        const range = rangeOf(x.terms[k]![0]);
        if (range === undefined) return undefined;
        low += factor * (factor > 0 ? range[0] : range[1]);
        high += factor * (factor > 0 ? range[1] : range[0]);
      }
      return [low, high];
    }
    case 'apply': {
      if (x.name === 'modulo' && x.args[1]!.kind === 'constant') return [0, Number(x.args[1]!.value) - 1];
      if (x.name === 'quotient' && x.args[1]!.kind === 'constant') {
        const range = rangeOf(x.args[0]!);
        const by = Number(x.args[1]!.value);
        return range === undefined ? undefined : [Math.floor(range[0] / by), Math.floor(range[1] / by)];
      }
      if (x.name === 'min' || x.name === 'max') {
        const [a, b] = [rangeOf(x.args[0]!), rangeOf(x.args[1]!)];
        if (a === undefined || b === undefined) return undefined;
        const of = x.name === 'min' ? Math.min : Math.max;
        return [of(a[0], b[0]), of(a[1], b[1])];
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

/** Parts of a linear form that `by` divides, and the rest; undefined where the rest may leave [0, by). */
function splitBy(x: Expression, by: number): readonly [whole: Expression, rest: Expression] | undefined {
  const { terms, constant: offset } = linearForm(x);
  const base = Math.floor(offset / by);
  const whole = linear(
    terms.filter(([, factor]) => factor % by === 0).map(([term, factor]) => [term, factor / by] as const),
    base,
  );
  const rest = linear(
    terms.filter(([, factor]) => factor % by !== 0),
    offset - base * by,
  );
  const range = rangeOf(rest);
  return range !== undefined && range[0] >= 0 && range[1] < by ? [whole, rest] : undefined;
}

/** `floor(x / by)` of an index that is not negative. */
export function quotient(x: Expression, by: number): Expression {
  if (by === 1) return x;
  const split = splitBy(x, by);
  return split === undefined ? apply('quotient', 'i32', [x, constant(by, 'i32')]) : split[0];
}

/** What is left of x after whole times `by`; of an index that is not negative. */
export function modulo(x: Expression, by: number): Expression {
  if (by === 1) return zero();
  const split = splitBy(x, by);
  if (split !== undefined) return split[1];
  // Multiples of `by` say nothing of the rest
  const { terms, constant: offset } = linearForm(x);
  const rest = linear(
    terms.filter(([, factor]) => factor % by !== 0),
    ((offset % by) + by) % by,
  );
  const range = rangeOf(rest);
  const kept = range === undefined || range[0] < 0 ? x : rest;
  return apply('modulo', 'i32', [kept, constant(by, 'i32')]);
}

/** How far an index moves with one step of a loop; undefined where that differs from place to place. */
export function slopeOf(x: Expression, loop: Loop): number | undefined {
  switch (x.kind) {
    case 'constant':
      return 0;
    case 'loop':
      return x.loop === loop ? 1 : 0;
    case 'linear': {
      let slope = 0;
      for (let k = 0; k < x.terms.length; k++) {
        const own = slopeOf(x.terms[k]![0], loop);
        if (own === undefined) return undefined;
        slope += own * x.terms[k]![1];
      }
      return slope;
    }
    default:
      return dependsOn(x, loop) ? undefined : 0;
  }
}

export function dependsOn(x: Expression, loop: Loop): boolean {
  const walk = ++walks;
  const asks = (part: Expression): boolean => {
    if (part.walk === walk) return false;
    part.walk = walk;
    return part.kind === 'loop' ? part.loop === loop : part.parts.some(asks);
  };
  return asks(x);
}

/** Walks so far: what the last one has met bears its number. */
let walks = 0;

/** The expressions with loops replaced by index expressions: how loops are unrolled, tiled and made one. */
export function substitute(xs: readonly Expression[], loops: ReadonlyMap<Loop, Expression>): Expression[] {
  return replace(xs, (x) => (x.kind === 'loop' ? loops.get(x.loop) : undefined));
}

/** The expressions with parts replaced by what `by` gives for them, where it gives something. */
export function replace(xs: readonly Expression[], by: (x: Expression) => Expression | undefined): Expression[] {
  const done = new Map<Expression, Expression>();
  const visit = (part: Expression): Expression => {
    let made = done.get(part);
    if (made === undefined) {
      made = by(part) ?? rebuild(part, visit);
      done.set(part, made);
    }
    return made;
  };
  return xs.map(visit);
}

/** Every part of the expressions once, parts before what they are parts of. */
export function allParts(xs: Iterable<Expression>): Expression[] {
  const walk = ++walks;
  const met: Expression[] = [];
  const visit = (part: Expression): void => {
    if (part.walk === walk) return;
    part.walk = walk;
    const { parts } = part;
    for (let k = 0; k < parts.length; k++) visit(parts[k]!);
    met.push(part);
  };
  for (const x of xs) visit(x);
  return met;
}

function rebuild(x: Expression, visit: (part: Expression) => Expression): Expression {
  switch (x.kind) {
    case 'constant':
    case 'loop':
      return x;
    case 'linear': {
      const sum = new Sum();
      for (let k = 0; k < x.terms.length; k++) sum.add(visit(x.terms[k]![0]), x.terms[k]![1]);
      sum.constant = (sum.constant + x.constant) | 0;
      return sum.expression();
    }
    case 'load': {
      const index = visit(x.index);
      return index === x.index ? x : load(x.buffer, index);
    }
    case 'rare':
      return rare(visit(x.condition), visit(x.fast), x.slow, x.args.map(visit));
    case 'reduce': {
      const body = visit(x.body);
      return body === x.body ? x : reduce(x.combine, x.loop, body);
    }
    case 'apply': {
      const args: Expression[] = [];
      let isSame = true;
      for (let k = 0; k < x.args.length; k++) {
        args.push(visit(x.args[k]!));
        if (args[k] !== x.args[k]) isSame = false;
      }
      if (isSame) return x;
      return applied(x, args);
    }
  }
}

/** The same primitive of other arguments: whatever they make known is made use of. */
function applied({ name, type }: Apply, args: readonly Expression[]): Expression {
  const [a, b, c] = args as [Expression, Expression, Expression];
  switch (name) {
    case 'quotient':
      return quotient(a, numberIn(b));
    case 'modulo':
      return modulo(a, numberIn(b));
    case 'mul':
      return mul(a, b);
    case 'min':
      return min(a, b);
    case 'max':
      return max(a, b);
    case 'and':
    case 'or':
    case 'xor':
      return bitwise(name, a, b);
    case 'not':
      return not(a);
    case 'select':
      return select(a, b, c);
    case 'equal':
    case 'notEqual':
    case 'less':
    case 'lessEqual':
    case 'greater':
    case 'greaterEqual':
      return compare(name, a, b);
    default:
      return apply(name, type, args);
  }
}

function numberIn(x: Expression): number {
  return x.kind === 'constant' ? Number(x.value) : 0;
}
