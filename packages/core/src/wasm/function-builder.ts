/**
 * Writes the body of one function, and checks the operand stack as it goes: a wrong operand is refused at the instruction
 * that would take it, with the types that are there, and not by an engine with an offset in bytes.
 *
 * Source of the checks: WebAssembly Core Specification, appendix "Validation Algorithm".
 */

import { ArgumentError } from '../errors/edgewise-error.ts';
import { Bytes } from './bytes.ts';
import {
  CONSTANT_GAP,
  type Fragment,
  FUNCTION_GAP,
  Gaps,
  LOCAL_GAP,
  type Offset,
  OFFSET_GAP,
  type SymbolicFunction,
} from './fragment.ts';
import {
  codeOf,
  type FixedInstructionName,
  type Immediates,
  type ImmediatesOf,
  type Instruction,
  instruction,
  type InstructionName,
  MAX_LOCALS,
  typeOfCode,
  type ValueType,
} from './instructions.ts';

/** A function's parameters and results, in order. */
export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A signature whose parameters the compiler counts. */
export interface SignatureOf<Parameters extends readonly ValueType[]> extends Signature {
  readonly parameters: Parameters;
}

/** A function of a module: it can be called before its body is written. */
export class FunctionReference<Parameters extends readonly ValueType[] = readonly ValueType[]> implements Signature {
  /** The module it belongs to. */
  readonly owner: object;
  readonly index: number;
  readonly name: string | undefined;
  readonly parameters: Parameters;
  readonly results: readonly ValueType[];
  readonly parameterCodes: readonly number[];
  readonly resultCodes: readonly number[];

  constructor(owner: object, index: number, name: string | undefined, signature: SignatureOf<Parameters>) {
    const { parameters, results } = signature;
    this.owner = owner;
    this.index = index;
    this.name = name;
    this.parameters = parameters;
    this.results = results;
    this.parameterCodes = parameters.map(codeOf);
    this.resultCodes = results.map(codeOf);
  }
}

/** A global of a module. */
export class GlobalReference {
  readonly owner: object;
  readonly index: number;
  readonly type: ValueType;
  readonly mutable: boolean;
  readonly code: number;

  constructor(owner: object, index: number, type: ValueType, mutable: boolean) {
    this.owner = owner;
    this.index = index;
    this.type = type;
    this.mutable = mutable;
    this.code = codeOf(type);
  }
}

/** A parameter or local of one function. */
export class Local {
  readonly index: number;
  readonly type: ValueType;
  readonly code: number;

  constructor(index: number, type: ValueType, code: number) {
    this.index = index;
    this.type = type;
    this.code = code;
  }
}

/** A block one is in, as something to branch to: its end, or a loop's start. */
export class Label {
  readonly opens: InstructionName;
  /** How many blocks are around it. */
  readonly depth: number;
  /** Height of the stack where it began: what is below belongs to the blocks around. */
  readonly base: number;
  /** Codes of what it leaves. */
  readonly results: readonly number[];
  /** Codes of what a branch to it takes. */
  readonly branchTakes: readonly number[];
  /** Behind a branch nothing runs, and the stack below holds whatever is asked of it. */
  isUnreachable = false;

  constructor(opens: InstructionName, depth: number, base: number, results: readonly number[]) {
    this.opens = opens;
    this.depth = depth;
    this.base = base;
    this.results = results;
    this.branchTakes = opens === 'loop' ? nothing : results;
  }
}

type Body = (label: Label) => void;

const nothing: readonly number[] = [];

/** Code of a value of which nothing is known: it comes from behind a branch. */
const UNKNOWN = 0;

const I32 = 0x7f;
// Half of all instructions are these.
const LOCAL_GET = instruction('local.get').opcode;
const LOCAL_SET = instruction('local.set').opcode;
const LOCAL_TEE = instruction('local.tee').opcode;
const EMPTY_BLOCK = 0x40;

/**
 * Every method gives the builder again. Conditions, operands and addresses come from the stack, in the order in which the
 * format takes them.
 *
 * Example (not public, so execution.test.ts runs it):
 *
 * m.addFunction({ name: 'triangle', parameters: ['i32'], results: ['i32'] }, (f, [n]) => {
 *   const sum = f.local('i32');
 *   f.loop((again) => {
 *     f.get(sum).get(n).emit('i32.add').set(sum);
 *     f.get(n).emit('i32.const', 1).emit('i32.sub').tee(n).brIf(again);
 *   });
 *   f.get(sum);
 * });
 */
export class FunctionBuilder {
  /** Of the function that is written. */
  readonly reference: FunctionReference;
  readonly parameters: readonly Local[];
  /** By index; a local that was freed and handed out again is another object. */
  readonly #locals: (Local | undefined)[] = [];
  /** Codes of the declared locals, without the parameters. */
  readonly #declared: number[] = [];
  readonly #free: Local[] = [];
  readonly #bytes: Bytes;
  /** Where a fragment is written: what its bytes leave out. */
  readonly #gaps: Gaps | undefined;
  /** Codes of the types on the stack, the top last. */
  #stack: Uint8Array = new Uint8Array(64);
  #height = 0;
  readonly #open: Label[] = [];
  /** The innermost block. */
  #block: Label;
  /** Instructions written: as many as lines are printed. */
  #count = 0;

  /** @param bytes an empty buffer to write to, which belongs to the builder until it is finished */
  constructor(reference: FunctionReference, bytes: Bytes, gaps?: Gaps) {
    this.reference = reference;
    this.#bytes = bytes;
    this.#gaps = gaps;
    this.parameters = reference.parameters.map((type, index) => new Local(index, type, codeOf(type)));
    this.#locals.push(...this.parameters);
    this.#block = new Label('block', 0, 0, reference.resultCodes);
    this.#open.push(this.#block);
  }

  /**
   * Instructions to be placed later, in any function of any module: see {@link place}.
   *
   * @throws ArgumentError `wasm-stack` if they leave anything on the stack
   */
  static fragment(name: string, body: (f: FunctionBuilder) => void): Fragment {
    const bytes = new Bytes(256);
    const gaps = new Gaps();
    const signature = { parameters: [], results: [] };
    const f = new FunctionBuilder(new FunctionReference(gaps, 0, name, signature), bytes, gaps);
    body(f);
    f.#leave();
    return { bytes, gaps, locals: f.#declared, count: f.#count };
  }

  /**
   * Writes a fragment's instructions here, with locals of this function, which are free again after it.
   *
   * @throws ArgumentError `out-of-range` if an access would add something negative
   */
  place(
    { bytes, gaps, locals, count }: Fragment,
    addressOf: (symbol: number) => number,
    functionOf: (symbol: number) => FunctionReference,
  ): this {
    const own = locals.map((code) => this.local(typeOfCode(code)!));
    const { positions, kinds, values, offsets } = gaps;
    const target = this.#bytes;
    let from = 0;
    for (let k = 0; k < positions.length; k++) {
      const position = positions[k]!;
      target.append(bytes, from, position);
      from = position;
      const value = values[k]!;
      const kind = kinds[k];
      if (kind === LOCAL_GAP) target.unsigned32(own[value]!.index);
      else if (kind === OFFSET_GAP) target.unsigned32(addressOf(value) + offsets[k]!);
      else if (kind === CONSTANT_GAP) target.signed32((addressOf(value) + offsets[k]!) | 0);
      else this.#callee(functionOf(value));
    }
    target.append(bytes, from);
    this.#count += count;
    for (const local of own) this.free(local);
    return this;
  }

  #callee(callee: FunctionReference): void {
    this.#checkOwner(callee, 'call');
    this.#bytes.unsigned32(callee.index);
  }

  /**
   * A local of that type, an earlier one that was freed where there is one. It starts as zero only if it is new: write it
   * before it is read.
   */
  local(type: ValueType): Local {
    const code = codeOf(type);
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const freed = this.#free[i];
      if (freed?.code !== code) continue;
      this.#free.splice(i, 1);
      return (this.#locals[freed.index] = new Local(freed.index, type, code));
    }
    const index = this.#locals.length;
    if (index === MAX_LOCALS) {
      throw this.#wrong('too-many-locals', `a function has at most ${MAX_LOCALS} locals`, MAX_LOCALS, index + 1);
    }
    this.#declared.push(code);
    return (this.#locals[index] = new Local(index, type, code));
  }

  /** Gives a local back, to be handed out again. It cannot be used from here on. */
  free(local: Local): this {
    if (this.#locals[local.index] !== local) throw this.#stale(local, 'free');
    this.#locals[local.index] = undefined;
    this.#free.push(local);
    return this;
  }

  get(local: Local): this {
    if (this.#locals[local.index] !== local) throw this.#stale(local, 'local.get');
    this.#count++;
    this.#local(LOCAL_GET, local.index);
    this.#push(local.code);
    return this;
  }

  set(local: Local): this {
    if (this.#locals[local.index] !== local) throw this.#stale(local, 'local.set');
    if (!this.#popIs(local.code)) throw this.#wrongOperands('local.set', [local.code], 0);
    this.#count++;
    this.#local(LOCAL_SET, local.index);
    return this;
  }

  /** Sets the local, and leaves the value on the stack. */
  tee(local: Local): this {
    if (this.#locals[local.index] !== local) throw this.#stale(local, 'local.tee');
    if (!this.#popIs(local.code)) throw this.#wrongOperands('local.tee', [local.code], 0);
    this.#count++;
    this.#local(LOCAL_TEE, local.index);
    this.#push(local.code);
    return this;
  }

  getGlobal(global: GlobalReference): this {
    this.#checkOwner(global, 'global.get');
    this.#write('global.get', global.index);
    this.#push(global.code);
    return this;
  }

  setGlobal(global: GlobalReference): this {
    this.#checkOwner(global, 'global.set');
    if (!global.mutable) throw this.#wrong('immutable-global', 'global.set: the global is not mutable');
    this.#pop('global.set', global.code);
    this.#write('global.set', global.index);
    return this;
  }

  /**
   * One instruction, with its immediates as {@link Immediates} has them.
   *
   * @throws ArgumentError `wasm-stack` unless its operands are on the stack, `out-of-range` if an immediate is,
   *   `unknown-instruction`, `needs-method` for instructions that have a method of their own
   */
  emit<Name extends FixedInstructionName>(name: Name, ...immediates: ImmediatesOf<Name>): this;
  emit(name: FixedInstructionName, a?: Immediate, b?: Offset, c?: number): this {
    const row = instruction(name);
    if (!row.isFixed) throw this.#wrong('needs-method', `${name}: has a method of its own`);
    const takes = row.takes;
    for (let i = takes.length - 1; i >= 0; i--) {
      if (!this.#popIs(takes[i] ?? UNKNOWN)) throw this.#wrongOperands(name, takes, i);
    }
    this.#count++;
    if (row.prefix === 0) this.#bytes.byte(row.opcode);
    else this.#bytes.byteAndIndex(row.prefix, row.opcode);
    if (row.immediates !== 'none') this.#immediates(row, a, b, c);
    if (row.leaves !== 0) this.#push(row.leaves);
    return this;
  }

  /** Instructions that can be left by branching to their end. With a type, a value of it is left on the stack. */
  block(body: Body): this;
  block(result: ValueType, body: Body): this;
  block(a: ValueType | Body, b?: Body): this {
    const [result, body] = typeof a === 'string' ? [a, b] : [undefined, a];
    this.#begin('block', result);
    body?.(this.#block);
    return this.#end();
  }

  /** Instructions that a branch to the label starts again. Without a branch they run once. */
  loop(body: Body): this;
  loop(result: ValueType, body: Body): this;
  loop(a: ValueType | Body, b?: Body): this {
    const [result, body] = typeof a === 'string' ? [a, b] : [undefined, a];
    this.#begin('loop', result);
    body?.(this.#block);
    return this.#end();
  }

  /** Takes an i32, and runs `then` unless it is 0. With a type, both sides leave a value of it on the stack. */
  if(then: Body, otherwise?: Body): this;
  if(result: ValueType, then: Body, otherwise: Body): this;
  if(a: ValueType | Body, b?: Body, c?: Body): this {
    const [result, then, otherwise] = typeof a === 'string' ? [a, b, c] : [undefined, a, b];
    this.#pop('if', I32);
    this.#begin('if', result);
    then?.(this.#block);
    if (otherwise !== undefined) {
      const block = this.#leave();
      this.#opcode(instruction('else'));
      this.#height = block.base;
      this.#enter('else', block.results);
      otherwise(this.#block);
    } else if (result !== undefined) {
      throw this.#wrong('wasm-stack', `if: leaves ${result} only with an else`);
    }
    return this.#end();
  }

  br(label: Label): this {
    this.#checkLabel(label, 'br');
    this.#popAll('br', label.branchTakes);
    this.#write('br', this.#block.depth - label.depth);
    return this.#nothingRunsBehind();
  }

  /** Takes an i32, and branches unless it is 0. */
  brIf(label: Label): this {
    this.#checkLabel(label, 'br_if');
    this.#pop('br_if', I32);
    this.#popAll('br_if', label.branchTakes);
    this.#write('br_if', this.#block.depth - label.depth);
    this.#pushAll(label.branchTakes);
    return this;
  }

  /** Takes an i32, and branches to the label at that place, or to `otherwise` if there is none. */
  brTable(labels: readonly Label[], otherwise: Label): this {
    this.#pop('br_table', I32);
    this.#checkLabel(otherwise, 'br_table');
    for (const label of labels) {
      this.#checkLabel(label, 'br_table');
      if (label.branchTakes.join() !== otherwise.branchTakes.join()) {
        throw this.#wrong('wasm-stack', 'br_table: the labels take values of different types');
      }
    }
    this.#popAll('br_table', otherwise.branchTakes);
    this.#write('br_table', labels.length);
    for (const label of labels) this.#bytes.unsigned32(this.#block.depth - label.depth);
    this.#bytes.unsigned32(this.#block.depth - otherwise.depth);
    return this.#nothingRunsBehind();
  }

  /** Leaves the function with the results on the stack. */
  return(): this {
    this.#popAll('return', this.reference.resultCodes);
    this.#opcode(instruction('return'));
    return this.#nothingRunsBehind();
  }

  /** Ends the program with an error. */
  unreachable(): this {
    this.#opcode(instruction('unreachable'));
    return this.#nothingRunsBehind();
  }

  call(callee: FunctionReference | SymbolicFunction): this {
    const { parameterCodes, resultCodes } = callee;
    if (callee instanceof FunctionReference) this.#checkOwner(callee, 'call');
    this.#popAll('call', parameterCodes);
    if (callee instanceof FunctionReference) this.#write('call', callee.index);
    else {
      this.#opcode(instruction('call'));
      this.#gap(FUNCTION_GAP, callee.symbol, 0);
    }
    this.#pushAll(resultCodes);
    return this;
  }

  drop(): this {
    if (!this.#popIs(UNKNOWN)) throw this.#wrongOperands('drop', [UNKNOWN], 0);
    this.#opcode(instruction('drop'));
    return this;
  }

  /** Takes two values of a type and an i32, and leaves the first, or the second if the i32 is 0. */
  select(): this {
    this.#pop('select', I32);
    const second = this.#top();
    if (!this.#popIs(UNKNOWN)) throw this.#wrongOperands('select', [UNKNOWN, UNKNOWN], 1);
    const first = this.#top();
    if (!this.#popIs(second)) throw this.#wrongOperands('select', [second, second], 0);
    this.#opcode(instruction('select'));
    this.#push(first === UNKNOWN ? second : first);
    return this;
  }

  /**
   * Ends the body, and appends it to `target` with its locals, as the code section has it.
   *
   * @throws ArgumentError `wasm-stack` unless the results are on the stack and nothing else
   */
  finish(target: Bytes): void {
    this.#leave();
    this.#opcode(instruction('end'));
    const locals = new Bytes();
    const codes = this.#declared;
    const starts = codes.flatMap((code, i) => (code === codes[i - 1] ? [] : [i]));
    locals.unsigned32(starts.length);
    starts.forEach((start, i) => {
      locals.unsigned32((starts[i + 1] ?? codes.length) - start);
      locals.byte(codes[start] ?? 0);
    });
    target.unsigned32(locals.length + this.#bytes.length);
    target.append(locals);
    target.append(this.#bytes);
  }

  #begin(name: 'block' | 'loop' | 'if', result: ValueType | undefined): void {
    const code = result === undefined ? EMPTY_BLOCK : codeOf(result);
    this.#opcode(instruction(name));
    this.#bytes.byte(code);
    this.#enter(name, result === undefined ? nothing : [code]);
  }

  #end(): this {
    const { results } = this.#leave();
    this.#opcode(instruction('end'));
    this.#pushAll(results);
    return this;
  }

  #enter(opens: InstructionName, results: readonly number[]): void {
    this.#block = new Label(opens, this.#open.length, this.#height, results);
    this.#open.push(this.#block);
  }

  /** Takes the block's results, and refuses if more is left. */
  #leave(): Label {
    const block = this.#block;
    const end = this.#open.length === 1 ? 'end of the function' : `end of ${block.opens}`;
    this.#popAll(end, block.results);
    if (this.#height !== block.base) {
      throw this.#wrong(
        'wasm-stack',
        `${end}: ${this.#listFrom(block.base)} left on the stack beside its results (${list(block.results)})`,
        block.results.map(nameOf),
        this.#namesFrom(block.base),
      );
    }
    this.#open.pop();
    this.#block = this.#open.at(-1) ?? block;
    return block;
  }

  #nothingRunsBehind(): this {
    this.#height = this.#block.base;
    this.#block.isUnreachable = true;
    return this;
  }

  #local(opcode: number, index: number): void {
    if (this.#gaps === undefined) this.#bytes.byteAndIndex(opcode, index);
    else {
      this.#bytes.byte(opcode);
      this.#gaps.add(this.#bytes.length, LOCAL_GAP, index, 0);
    }
  }

  /** Leaves out a number that is not known yet. */
  #gap(kind: number, symbol: number, offset: number): void {
    if (this.#gaps === undefined) {
      throw this.#wrong(
        'unplaced-symbol',
        'a symbolic address or function stands in a fragment, and is placed with it',
      );
    }
    this.#gaps.add(this.#bytes.length, kind, symbol, offset);
  }

  /** None of those with methods has a prefix. */
  #opcode(row: Instruction): void {
    this.#count++;
    this.#bytes.byte(row.opcode);
  }

  #write(name: InstructionName, index: number): void {
    this.#count++;
    this.#bytes.byteAndIndex(instruction(name).opcode, index);
  }

  #immediates(row: Instruction, a: Immediate, b: Offset | undefined, c: number | undefined): void {
    try {
      this.#writeImmediates(row, a, b, c);
    } catch (error) {
      // Who writes a number knows what is wrong with it, and not where it is wanted.
      if (!(error instanceof ArgumentError)) throw error;
      this.#count--;
      throw this.#wrong(error.code, `${row.name}: ${error.problem}`, error.expected, error.received);
    }
  }

  #writeImmediates(row: Instruction, a: Immediate, b: Offset | undefined, c: number | undefined): void {
    const bytes = this.#bytes;
    switch (row.immediates) {
      case 'address':
        return this.#address(row, a as Offset | undefined, b as number | undefined);
      case 'address lane':
        this.#address(row, b, c);
        return this.#lane(a as number, 16 / row.size);
      case 'lane':
        return this.#lane(a as number, row.size);
      case 'i32':
        return this.#word(a as Offset);
      case 'i64':
        return bytes.signed64(a as bigint);
      case 'f32':
        return bytes.f32(a as number);
      case 'f64':
        return bytes.f64(a as number);
      case 'v128':
        return this.#sixteen(a as ArrayLike<number>, 255);
      case 'shuffle':
        return this.#sixteen(a as ArrayLike<number>, 31);
      case 'memories':
        bytes.byte(0);
        return bytes.byte(0);
      case 'memory':
        return bytes.byte(0);
      default:
        throw this.#wrong('needs-method', `${row.name}: has a method of its own`);
    }
  }

  #word(value: Offset): void {
    if (typeof value === 'number') this.#bytes.signed32(value);
    else this.#gap(CONSTANT_GAP, value.symbol, value.offset);
  }

  #address(row: Instruction, offset: Offset = 0, align: number = row.size): void {
    const exponent = 31 - Math.clz32(align);
    if (2 ** exponent !== align || align > row.size) {
      throw outOfRange(`alignment is a power of 2 from 1 to ${row.size}, received ${align}`, row.size, align);
    }
    if (typeof offset === 'number') {
      this.#bytes.byteAndIndex(exponent, offset);
      return;
    }
    this.#bytes.byte(exponent);
    this.#gap(OFFSET_GAP, offset.symbol, offset.offset);
  }

  #lane(lane: number, lanes: number): void {
    if (!Number.isInteger(lane) || lane < 0 || lane >= lanes) {
      throw outOfRange(`lanes are 0 to ${lanes - 1}, received ${lane}`, lanes - 1, lane);
    }
    this.#bytes.byte(lane);
  }

  #sixteen(values: ArrayLike<number>, max: number): void {
    if (values instanceof Uint8Array && values.length === 16 && max === 255) {
      this.#bytes.bytes(values);
      return;
    }
    let good = values.length === 16;
    for (let i = 0; i < 16 && good; i++) {
      const value = values[i] ?? -1;
      good = Number.isInteger(value) && value >= 0 && value <= max;
      if (good) this.#bytes.byte(value);
    }
    if (good) return;
    const received = Array.from(values).join(', ');
    throw outOfRange(`expected 16 integers from 0 to ${max}, received [${received}]`, max, values);
  }

  #push(code: number): void {
    if (this.#height === this.#stack.length) {
      const larger = new Uint8Array(2 * this.#height);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    this.#stack[this.#height++] = code;
  }

  #pushAll(codes: readonly number[]): void {
    for (let i = 0; i < codes.length; i++) this.#push(codes[i] ?? UNKNOWN);
  }

  /** Code of the value on top; unknown where there is none. */
  #top(): number {
    return this.#height > this.#block.base ? (this.#stack[this.#height - 1] ?? UNKNOWN) : UNKNOWN;
  }

  /** Takes a value of that type from the stack, any if unknown; false leaves it there. */
  #popIs(code: number): boolean {
    if (this.#height === this.#block.base) return this.#block.isUnreachable;
    const there = this.#stack[this.#height - 1] ?? UNKNOWN;
    if (there !== code && there !== UNKNOWN && code !== UNKNOWN) return false;
    this.#height--;
    return true;
  }

  #pop(name: string, code: number): void {
    if (!this.#popIs(code)) throw this.#wrongOperands(name, [code], 0);
  }

  #popAll(name: string, codes: readonly number[]): void {
    for (let i = codes.length - 1; i >= 0; i--) {
      if (!this.#popIs(codes[i] ?? UNKNOWN)) throw this.#wrongOperands(name, codes, i);
    }
  }

  #stale(local: Local, name: string): ArgumentError {
    return this.#wrong('stale-local', `${name}: local ${local.index} was freed, or belongs to another function`);
  }

  #checkOwner(reference: FunctionReference | GlobalReference, name: string): void {
    if (reference.owner === this.reference.owner) return;
    const what = reference instanceof GlobalReference ? 'global' : 'function';
    throw this.#wrong('foreign-reference', `${name}: ${what} ${reference.index} belongs to another module`);
  }

  #checkLabel(label: Label, name: string): void {
    if (this.#open[label.depth] === label) return;
    throw this.#wrong('closed-label', `${name}: the ${label.opens} of this label has ended, or is in another function`);
  }

  /** Operand `place` was not there; those above it were taken already, and are as wanted. */
  #wrongOperands(name: string, wanted: readonly number[], place: number): ArgumentError {
    const base = Math.max(this.#block.base, this.#height - place - 1);
    const found = [...this.#namesFrom(base), ...wanted.slice(place + 1).map(nameOf)];
    const there = found.length === 0 ? 'nothing' : found.join(' ');
    return this.#wrong(
      'wasm-stack',
      `${name}: expected ${list(wanted)} on the stack, found ${there}`,
      wanted.map(nameOf),
      found,
    );
  }

  #namesFrom(start: number): string[] {
    return Array.from(this.#stack.subarray(start, this.#height), nameOf);
  }

  #listFrom(start: number): string {
    return this.#namesFrom(start).join(' ');
  }

  #wrong(code: string, problem: string, expected?: unknown, received?: unknown): ArgumentError {
    const { name, index } = this.reference;
    const place = name === undefined ? `function ${index}` : `function "${name}"`;
    return new ArgumentError({
      code,
      problem,
      scope: `${place}, instruction ${this.#count + 1}`,
      expected,
      received,
    });
  }
}

type Immediate = Immediates[keyof Immediates][0];

function nameOf(code: number): string {
  return typeOfCode(code) ?? 'any';
}

function list(codes: readonly number[]): string {
  return codes.length === 0 ? 'nothing' : codes.map(nameOf).join(' ');
}

function outOfRange(problem: string, expected: unknown, received: unknown): ArgumentError {
  return new ArgumentError({ code: 'out-of-range', problem, expected, received });
}
