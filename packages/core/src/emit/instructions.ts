/** What the primitives of the kernel language are in WebAssembly: one number at a time, or in the lanes of a vector. */
import {
  type Apply,
  type Combine,
  type Comparison,
  type ElementType,
  type Expression,
  type ScalarType,
} from '../kernel-ir/expression.ts';
import { type Offset, type SymbolicFunction, further } from '../wasm/fragment.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../wasm/function-builder.ts';
import { isNeverNegative } from './arena.ts';

/** Any instruction without immediates: names are put together from a type and what is done. */
type Instruction = 'i32.add';

/** The two ways to compute: operands are on the stack, the result is left there. */
export interface Instructions {
  constant(f: FunctionBuilder, type: ScalarType, value: number | bigint): void;
  apply(f: FunctionBuilder, x: Apply): void;
  combine(f: FunctionBuilder, how: Combine, type: ScalarType): void;
  /** A whole number times a fixed one. */
  timesConstant(f: FunctionBuilder, factor: number): void;
  /** One whole number from another. */
  subtract(f: FunctionBuilder): void;
}

/** In the order in which they are put on the stack: a choice comes last. */
export function operandsOf({ name, args }: Apply): readonly Expression[] {
  if (name === 'select') return [args[1]!, args[2]!, args[0]!];
  return name === 'shiftLeft' || name === 'shiftRight' || name === 'shiftRightUnsigned' ? [args[0]!] : args;
}

/** Which of two numbers is chosen, the first where neither is less: one instruction, unlike a comparison and a choice. */
interface Bound {
  readonly by: 'pmin' | 'pmax';
  readonly args: readonly [Expression, Expression];
}

/** `b < a ? b : a` is `pmin(a, b)`, and `a < b ? b : a` is `pmax(a, b)`, NaN and signed zeros included. */
export function boundIn({ name, args }: Apply): Bound | undefined {
  const [condition, then, otherwise] = args;
  if (name !== 'select' || condition?.kind !== 'apply' || !isFloating(then!.type)) return undefined;
  if (condition.name !== 'less' && condition.name !== 'greater') return undefined;
  const [low, high] = condition.name === 'less' ? condition.args : [condition.args[1], condition.args[0]];
  if (then === low && otherwise === high) return { by: 'pmin', args: [high!, low!] };
  return then === high && otherwise === low ? { by: 'pmax', args: [low!, high!] } : undefined;
}

const comparisons: Readonly<Record<Comparison, string>> = {
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt',
  lessEqual: 'le',
  greater: 'gt',
  greaterEqual: 'ge',
};
const shifts = { shiftLeft: 'shl', shiftRight: 'shr_s', shiftRightUnsigned: 'shr_u' } as const;

function isFloating(type: ScalarType): boolean {
  return type === 'f32' || type === 'f64';
}

function isComparison(name: string): name is Comparison {
  return name in comparisons;
}

/** Truth is 0 or 1 in an i32. */
function storedType(type: ScalarType): 'i32' | 'i64' | 'f32' | 'f64' {
  return type === 'bool' ? 'i32' : type;
}

/** `a < b ? a : b` of two whole numbers on the stack. */
function pick(f: FunctionBuilder, less: Instruction, type: 'i32' | 'i64'): void {
  const [a, b] = [f.local(type), f.local(type)];
  f.set(b);
  f.tee(a);
  f.get(b);
  f.get(a);
  f.get(b);
  f.emit(less);
  f.select();
  f.free(a);
  f.free(b);
}

export const scalarInstructions: Instructions & {
  load(f: FunctionBuilder, type: ElementType, offset: Offset): void;
  store(f: FunctionBuilder, type: ElementType, offset: Offset): void;
  /** Any number as an f64, and back. */
  toHost(f: FunctionBuilder, type: ScalarType): void;
  fromHost(f: FunctionBuilder, type: ScalarType): void;
} = {
  constant(f, type, value) {
    if (type === 'i64') f.emit('i64.const', BigInt(value));
    else if (type === 'f32') f.emit('f32.const', Number(value));
    else if (type === 'f64') f.emit('f64.const', Number(value));
    else f.emit('i32.const', Number(value));
  },

  apply(f, x) {
    const [first, second] = x.args;
    const type = storedType(first!.type);
    const { name } = x;
    if (isComparison(name)) {
      const signed = isFloating(first!.type) || name === 'equal' || name === 'notEqual' ? '' : '_s';
      f.emit(`${type}.${comparisons[name]}${signed}` as Instruction);
      return;
    }
    switch (name) {
      case 'add':
      case 'sub':
      case 'mul':
      case 'sqrt':
      case 'floor':
      case 'ceil':
      case 'trunc':
      case 'nearest':
        f.emit(`${type}.${name}` as Instruction);
        return;
      case 'div':
        f.emit((isFloating(type) ? `${type}.div` : `${type}.div_s`) as Instruction);
        return;
      case 'min':
      case 'max':
        this.combine(f, name, x.type);
        return;
      case 'neg':
      case 'abs':
        if (isFloating(type)) f.emit(`${type}.${name}` as Instruction);
        else if (name === 'neg') {
          f.emit(`${type}.const` as 'i32.const', -1);
          f.emit(`${type}.mul` as Instruction);
        } else absoluteOf(f);
        return;
      case 'not':
        if (x.type === 'bool') f.emit('i32.eqz');
        else {
          this.constant(f, x.type, -1);
          f.emit(`${type}.xor` as Instruction);
        }
        return;
      case 'and':
      case 'or':
      case 'xor':
        f.emit(`${type}.${name}` as Instruction);
        return;
      case 'shiftLeft':
      case 'shiftRight':
      case 'shiftRightUnsigned':
        this.constant(f, x.type, countOf(second!));
        f.emit(`${type}.${shifts[name]}` as Instruction);
        return;
      case 'select':
        f.select();
        return;
      case 'quotient':
        f.emit('i32.div_u');
        return;
      case 'modulo':
        f.emit('i32.rem_u');
        return;
      case 'reinterpret':
        f.emit(`${storedType(x.type)}.reinterpret_${type}` as Instruction);
        return;
      case 'convert':
        convertScalar(f, first!.type, x.type);
        return;
    }
  },

  combine(f, how, type) {
    const stored = storedType(type);
    if (isFloating(type) || how === 'add' || how === 'mul') f.emit(`${stored}.${how}` as Instruction);
    else pick(f, `${stored}.${how === 'min' ? 'lt_s' : 'gt_s'}` as Instruction, stored as 'i32' | 'i64');
  },

  timesConstant(f, factor) {
    const shift = Math.log2(factor);
    f.emit('i32.const', Number.isInteger(shift) ? shift : factor);
    f.emit(Number.isInteger(shift) ? 'i32.shl' : 'i32.mul');
  },

  subtract(f) {
    f.emit('i32.sub');
  },

  load(f, type, offset) {
    if (type === 'u8') f.emit('i32.load8_u', offset);
    else f.emit(`${type}.load` as 'i32.load', offset);
  },

  store(f, type, offset) {
    if (type === 'u8') f.emit('i32.store8', offset);
    else f.emit(`${type}.store` as 'i32.store', offset);
  },

  toHost(f, type) {
    if (type !== 'f64') convertScalar(f, type, 'f64');
  },

  fromHost(f, type) {
    if (type !== 'f64') convertScalar(f, 'f64', type);
  },
};

function absoluteOf(f: FunctionBuilder): void {
  const x = f.local('i32');
  f.tee(x);
  f.emit('i32.const', 0);
  f.get(x);
  f.emit('i32.sub');
  f.get(x);
  f.emit('i32.const', 0);
  f.emit('i32.ge_s');
  f.select();
  f.free(x);
}

function countOf(x: Expression): number {
  if (x.kind !== 'constant') throw new RangeError('a shift is by a fixed number of bits');
  return Number(x.value);
}

function convertScalar(f: FunctionBuilder, from: ScalarType, to: ScalarType): void {
  if (from === to || (from === 'bool' && to === 'i32')) return;
  const source = storedType(from);
  if (to === 'f32') f.emit((source === 'f64' ? 'f32.demote_f64' : `f32.convert_${source}_s`) as Instruction);
  else if (to === 'f64') f.emit((source === 'f32' ? 'f64.promote_f32' : `f64.convert_${source}_s`) as Instruction);
  else if (to === 'i32') f.emit((source === 'i64' ? 'i32.wrap_i64' : `i32.trunc_sat_${source}_s`) as Instruction);
  else if (to === 'i64') f.emit((source === 'i32' ? 'i64.extend_i32_s' : `i64.trunc_sat_${source}_s`) as Instruction);
  else {
    scalarInstructions.constant(f, from, 0);
    f.emit(`${source}.ne` as Instruction);
  }
}

type VectorType = 'f32x4' | 'f64x2' | 'i32x4' | 'i64x2';

/** A mask is read as whole numbers of the width of the lanes beside it. */
function vectorType(type: ScalarType, lanes: 2 | 4): VectorType {
  if (type === 'f32') return 'f32x4';
  if (type === 'f64') return 'f64x2';
  if (type === 'i64') return 'i64x2';
  return type === 'i32' || lanes === 4 ? 'i32x4' : 'i64x2';
}

export interface VectorInstructions extends Instructions {
  bound(f: FunctionBuilder, by: Bound['by'], type: ScalarType): void;
  splat(f: FunctionBuilder, type: ScalarType): void;
  /** `start, start + 1, ...` from a start on the stack. */
  ramp(f: FunctionBuilder): void;
  load(f: FunctionBuilder, type: ElementType, offset: Offset): void;
  /** One element in all lanes. */
  loadSplat(f: FunctionBuilder, type: ElementType, offset: Offset): void;
  loadLanes(f: FunctionBuilder, type: ElementType, address: Local, offset: Offset, stride: number): void;
  store(f: FunctionBuilder, type: ElementType, offset: Offset): void;
  /** Lane by lane, so many bytes apart. */
  storeLanes(f: FunctionBuilder, type: ElementType, offset: Offset, stride: number): void;
  /** One number from all lanes of a vector. */
  acrossLanes(f: FunctionBuilder, how: Combine, type: ScalarType, vector: Local): void;
  /** Where the condition holds, what the host's function gives for the lane. */
  patchLanes(
    f: FunctionBuilder,
    result: Local,
    condition: Local,
    args: readonly { readonly local: Local; readonly type: ScalarType }[],
    type: ScalarType,
    slow: FunctionReference | SymbolicFunction,
  ): void;
}

function makeVectorInstructions(lanes: 2 | 4): VectorInstructions {
  const of = (type: ScalarType): VectorType => vectorType(type, lanes);
  const emit = (f: FunctionBuilder, name: string): void => {
    f.emit(name as Instruction);
  };
  const laneNumbers = Array.from({ length: lanes }, (_, lane) => lane);

  const extract = (f: FunctionBuilder, type: ScalarType, lane: number): void => {
    f.emit(`${of(type)}.extract_lane` as 'f32x4.extract_lane', lane);
    // A mask of 64 bits as an i32
    if (type === 'bool' && lanes === 2) f.emit('i32.wrap_i64');
  };

  const instructions: VectorInstructions = {
    constant(f, type, value) {
      f.emit('v128.const', bytesOfLanes(type, value));
    },

    apply(f, x) {
      const [first, second] = x.args;
      const type = of(first!.type);
      const { name } = x;
      if (isComparison(name)) {
        const signed = isFloating(first!.type) || name === 'equal' || name === 'notEqual' ? '' : '_s';
        emit(f, `${type}.${comparisons[name]}${signed}`);
        return;
      }
      switch (name) {
        case 'add':
        case 'sub':
        case 'mul':
        case 'div':
        case 'sqrt':
        case 'floor':
        case 'ceil':
        case 'trunc':
        case 'nearest':
        case 'neg':
        case 'abs':
          emit(f, `${type}.${name}`);
          return;
        case 'min':
        case 'max':
          this.combine(f, name, x.type);
          return;
        case 'not':
          f.emit('v128.not');
          return;
        case 'and':
        case 'or':
        case 'xor':
          emit(f, `v128.${name}`);
          return;
        case 'shiftLeft':
        case 'shiftRight':
        case 'shiftRightUnsigned':
          f.emit('i32.const', countOf(second!));
          emit(f, `${type}.${shifts[name]}`);
          return;
        case 'select':
          f.emit('v128.bitselect');
          return;
        case 'reinterpret':
          return;
        case 'convert':
          convertLanes(f, first!.type, x.type);
          return;
        case 'quotient':
        case 'modulo':
          throw new RangeError(`${name} is not computed along lanes`);
      }
    },

    combine(f, how, type) {
      const isMinimal = how === 'min' || how === 'max';
      emit(f, `${of(type)}.${how}${isMinimal && !isFloating(type) ? '_s' : ''}`);
    },

    timesConstant(f, factor) {
      this.constant(f, 'i32', factor);
      f.emit('i32x4.mul');
    },

    subtract(f) {
      f.emit('i32x4.sub');
    },

    bound(f, by, type) {
      emit(f, `${of(type)}.${by}`);
    },

    splat(f, type) {
      if (type === 'bool') {
        // 1 becomes a mask of ones
        const width = lanes === 4 ? 'i32' : 'i64';
        if (width === 'i64') f.emit('i64.extend_i32_u');
        scalarInstructions.constant(f, width, -1);
        emit(f, `${width}.mul`);
      }
      emit(f, `${of(type)}.splat`);
    },

    ramp(f) {
      f.emit('i32x4.splat');
      f.emit('v128.const', ramp);
      f.emit('i32x4.add');
    },

    load(f, type, offset) {
      if (type !== 'u8') {
        f.emit('v128.load', offset, 4);
        return;
      }
      const address = f.local('i32');
      f.set(address);
      if (lanes === 4) {
        f.get(address);
        f.emit('v128.load32_zero', offset, 1);
        f.emit('i16x8.extend_low_i8x16_u');
        f.emit('i32x4.extend_low_i16x8_u');
        this.constant(f, 'i32', 0);
        f.emit('i32x4.ne');
      } else {
        f.get(address);
        f.emit('i64.load8_u', offset);
        f.emit('i64x2.splat');
        f.get(address);
        f.emit('i64.load8_u', further(offset, 1));
        f.emit('i64x2.replace_lane', 1);
        this.constant(f, 'i64', 0n);
        f.emit('i64x2.ne');
      }
      f.free(address);
    },

    loadSplat(f, type, offset) {
      if (type === 'f64') f.emit('v128.load64_splat', offset);
      else f.emit('v128.load32_splat', offset);
    },

    loadLanes(f, type, address, offset, stride) {
      const width = type === 'f64' ? 64 : 32;
      f.get(address);
      f.emit(`v128.load${width}_zero` as 'v128.load32_zero', offset);
      for (const lane of laneNumbers.slice(1)) {
        const vector = f.local('v128');
        f.set(vector);
        f.get(address);
        const beyond = further(offset, lane * stride);
        const isAdded = !isNeverNegative(beyond);
        if (isAdded) f.emit('i32.const', lane * stride).emit('i32.add');
        f.get(vector);
        f.emit(`v128.load${width}_lane` as 'v128.load32_lane', lane, isAdded ? offset : beyond);
        f.free(vector);
      }
    },

    store(f, type, offset) {
      if (type !== 'u8') {
        f.emit('v128.store', offset, 4);
        return;
      }
      const [vector, address] = [f.local('v128'), f.local('i32')];
      f.set(vector);
      f.set(address);
      for (const lane of laneNumbers) {
        f.get(address);
        f.get(vector);
        extract(f, 'bool', lane);
        f.emit('i32.const', 1);
        f.emit('i32.and');
        f.emit('i32.store8', further(offset, lane));
      }
      f.free(vector);
      f.free(address);
    },

    storeLanes(f, type, offset, stride) {
      const [vector, address] = [f.local('v128'), f.local('i32')];
      f.set(vector);
      f.set(address);
      for (const lane of laneNumbers) {
        f.get(address);
        const beyond = further(offset, lane * stride);
        const isAdded = !isNeverNegative(beyond);
        if (isAdded) f.emit('i32.const', lane * stride).emit('i32.add');
        f.get(vector);
        f.emit(`v128.store${type === 'f64' ? 64 : 32}_lane` as 'v128.store32_lane', lane, isAdded ? offset : beyond);
      }
      f.free(vector);
      f.free(address);
    },

    acrossLanes(f, how, type, vector) {
      // In the order of a tree: (0 + 2) + (1 + 3)
      const order = lanes === 4 ? [0, 2, 1, 3] : [0, 1];
      for (let k = 0; k < order.length; k += 2) {
        for (const lane of order.slice(k, k + 2)) {
          f.get(vector);
          extract(f, type, lane);
        }
        scalarInstructions.combine(f, how, type);
      }
      if (lanes === 4) scalarInstructions.combine(f, how, type);
    },

    patchLanes(f, result, condition, args, type, slow) {
      for (const lane of laneNumbers) {
        f.get(condition);
        extract(f, 'bool', lane);
        f.if(() => {
          f.get(result);
          for (const arg of args) {
            f.get(arg.local);
            extract(f, arg.type, lane);
            scalarInstructions.toHost(f, arg.type);
          }
          f.call(slow);
          scalarInstructions.fromHost(f, type);
          f.emit(`${of(type)}.replace_lane` as 'f32x4.replace_lane', lane);
          f.set(result);
        });
      }
    },
  };
  return instructions;

  function convertLanes(f: FunctionBuilder, from: ScalarType, to: ScalarType): void {
    if (from === to) return;
    if (from === 'bool') {
      instructions.constant(f, to, 1);
      f.emit('v128.and');
    } else if (to === 'bool') {
      instructions.constant(f, from, 0);
      emit(f, `${of(from)}.ne`);
    } else if (from === 'i32' && to === 'f32') {
      f.emit('f32x4.convert_i32x4_s');
    } else if (from === 'f32' && to === 'i32') {
      f.emit('i32x4.trunc_sat_f32x4_s');
    } else {
      throw new RangeError(`${from} does not become ${to} along lanes`);
    }
  }
}

/** 16 bytes with the same number in each lane. */
function bytesOfLanes(type: ScalarType, value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(16);
  if (type === 'bool') return bytes.fill(value === 0 ? 0 : 255);
  const view = new DataView(bytes.buffer);
  let width = 4;
  if (type === 'f32') view.setFloat32(0, Number(value), true);
  else if (type === 'i32') view.setInt32(0, Number(value), true);
  else {
    width = 8;
    if (type === 'f64') view.setFloat64(0, Number(value), true);
    else view.setBigInt64(0, BigInt(value), true);
  }
  for (let at = width; at < 16; at += width) bytes.copyWithin(at, 0, width);
  return bytes;
}

/** `start` on the stack counts on from lane to lane. */
const ramp: Uint8Array = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0);

const inFours: VectorInstructions = makeVectorInstructions(4);
const inTwos: VectorInstructions = makeVectorInstructions(2);

export function vectorInstructions(lanes: 2 | 4): VectorInstructions {
  return lanes === 4 ? inFours : inTwos;
}
