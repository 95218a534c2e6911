/**
 * Functions of numbers from their expressions, for eager ops: so that a program and the interpreter agree to the bit. Numbers
 * are copied into a small memory, a block at a time that fits the nearest cache, and out of it. The first few are worked out
 * without a program, which takes as long to make as some thousand of them. A function that has an exact loop of its own
 * keeps it where arrays are short, and is two to four times as fast as it where they are long.
 */
import { type OfSmallAngles, SMALL_ANGLE, cosOfSmall, sinOfSmall } from '../kernel-ir/elementary/small-angles.ts';
import { evaluator } from '../kernel-ir/evaluate.ts';
import {
  type Buffer,
  type Expression,
  type Loop,
  constant,
  load,
  loopIndex,
  withOwnExpressions,
} from '../kernel-ir/expression.ts';
import { kernelLanguage } from '../kernel-ir/language.ts';
import type { Kernel } from '../kernel-ir/statement.ts';
import type { BinaryFunction, BinaryLoop, UnaryFunction, UnaryLoop } from '../kernels/elementwise.ts';
import type { BinaryLowering, UnaryLowering } from '../kernels/native.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { emitKernel } from './emit-kernel.ts';
import { importSlowFunctions, instantiate, slowIn } from './instantiate.ts';
import { slowFunctions } from './slow-functions.ts';

type FloatType = 'f32' | 'f64';

/** Elements of a block: three of f64 fill three quarters of the one page of memory. */
const BLOCK = 2048;
/** So few are computed one by one. */
const FEW = 4;
/** Vectors of the widest type that a loop takes a time. */
const LANES = 4;
/** So many results are evaluated before a program is made. */
const EVALUATED = 128;
/** Fewer elements are left to a function's own loop, and so many altogether, which takes as long as making a program. */
const PAYS = 256;
const OWN = 2 ** 17;

let memory: WebAssembly.Memory | undefined;

/** Never grown: arrays over it stay alive. */
function blockMemory(): WebAssembly.Memory {
  return (memory ??= new WebAssembly.Memory({ initial: 1, maximum: 1 }));
}

type Lowering = (args: readonly Expression[]) => Expression | undefined;

/** One function's program: its operands' and its result's places, and how it is run. */
interface BlockProgram {
  readonly operands: readonly TypedArray[];
  readonly result: TypedArray;
  /** How many results are still computed without a program; below 0 from the first call on that asked for more. */
  left: number;
  readonly evaluate: (...numbers: number[]) => number;
  /** For what stands first in each operand. It and `many` are made when they are first called. */
  one: () => void;
  /** For so many elements, a whole number of vectors. */
  many: (count: number) => void;
}

/** None where the expression has no meaning in the type, or neither its type nor that of a truth. */
function blockProgram(lower: Lowering, arity: number, type: FloatType, left: number): BlockProgram | undefined {
  const bytes = BLOCK * (type === 'f64' ? 8 : 4);
  const inputs = Array.from({ length: arity }, (_, k): Buffer => ({ name: `${k}`, type, size: BLOCK }));
  const valueAt = (index: Expression): Expression | undefined => lower(inputs.map((buffer) => load(buffer, index)));
  const given = withOwnExpressions(() => valueAt(constant(0, 'i32'))?.type);
  if (given !== type && given !== 'bool') return undefined;
  const output: Buffer = { name: `${arity}`, type: given === 'bool' ? 'u8' : type, size: BLOCK };
  const buffers = [...inputs, output];
  const addressOf = (buffer: Buffer): number => buffers.indexOf(buffer) * bytes;
  const kernelAlong = (loops: readonly Loop[]): Kernel => {
    const index = loops[0] === undefined ? constant(0, 'i32') : loopIndex(loops[0]);
    const value = valueAt(index)!;
    return { kind: 'kernel', name: 'block', loops, stores: [{ buffer: output, index, value }] };
  };
  const atOnePlace = withOwnExpressions(() => kernelAlong([]));
  const value = evaluator(atOnePlace.stores[0]!.value);

  const arrayOf = (buffer: Buffer): TypedArray => {
    const Kind = buffer.type === 'u8' ? Uint8Array : type === 'f64' ? Float64Array : Float32Array;
    return new Kind(blockMemory().buffer, addressOf(buffer), BLOCK);
  };
  const arrays = buffers.map(arrayOf);
  const emit = (loops: readonly Loop[]): WebAssembly.ExportValue =>
    withOwnExpressions(() => {
      const block = kernelAlong(loops);
      const module = new ModuleBuilder();
      module.importMemory('host', 'memory', { min: 1, max: 1 });
      const slow = slowIn(block);
      const imported = importSlowFunctions(module, slow);
      const surroundings = { addressOf, slowFunction: (name: string) => imported.get(name)! };
      const parameters = loops.map(() => 'i32' as const);
      const reference = module.addFunction({ name: 'block', parameters, results: [] }, (f, [count]) =>
        emitKernel(f, block, surroundings, count),
      );
      module.exportFunction('block', reference);
      return instantiate(module.toBytes(), blockMemory(), slow)['block']!;
    });
  const program: BlockProgram = {
    operands: arrays.slice(0, arity),
    result: arrays[arity]!,
    left,
    evaluate: (...numbers) => {
      const loads = new Map(numbers.map((number, k) => [buffers[k]!, type === 'f32' ? Math.fround(number) : number]));
      return Number(value({ loads, host: slowFunctions }));
    },
    one: () => {
      program.one = emit([]) as () => void;
      program.one();
    },
    many: (count) => {
      program.many = emit([{ extent: BLOCK }]) as (count: number) => void;
      program.many(count);
    },
  };
  return program;
}

/** Whether so many results are still computed without the program; from the first time that they are not, none are. */
function isWithout(program: BlockProgram, count: number): boolean {
  program.left = count <= program.left ? program.left - count : -1;
  return program.left >= 0;
}

function wholeVectors(count: number): number {
  return Math.ceil(count / LANES) * LANES;
}

/** What gives the same bits for a small angle, sooner. */
function shortcutOf(lower: UnaryLowering): OfSmallAngles | undefined {
  return withOwnExpressions(() => {
    const x = load({ name: '0', type: 'f64', size: 1 }, constant(0, 'i32'));
    const value = lower(x, kernelLanguage);
    if (value === kernelLanguage.sin(x)) return sinOfSmall;
    return value === kernelLanguage.cos(x) ? cosOfSmall : undefined;
  });
}

/** @param exact what computes the same bits, element by element */
export function nativeUnary(lower: UnaryLowering, type: FloatType, exact?: UnaryFunction): UnaryFunction | undefined {
  const program = blockProgram(([x]) => lower(x!, kernelLanguage), 1, type, exact === undefined ? EVALUATED : OWN);
  if (program === undefined) return undefined;
  const { operands, result, evaluate } = program;
  const operand = operands[0]!;
  const blocks: UnaryLoop = (out, x) => {
    for (let start = 0; start < out.length; start += BLOCK) {
      const count = Math.min(BLOCK, out.length - start);
      copyIn(operand, count, x, start, 1);
      program.many(wholeVectors(count));
      copyOut(out, start, result, count);
    }
  };
  if (exact !== undefined) {
    const loop: UnaryLoop = (out, x) =>
      (out.length < PAYS || isWithout(program, out.length) ? exact.loop : blocks)(out, x);
    return { at: exact.at, loop };
  }
  const early = (x: number): number => (isWithout(program, 1) ? evaluate(x) : at(x));
  const shortcut = shortcutOf(lower);
  const isDouble = type === 'f64' && shortcut !== undefined;
  // Where there is no function of doubles, no number is within its reach
  const [reach, ofDouble] = isDouble ? [SMALL_ANGLE, shortcut.double] : [-1, evaluate];
  const small =
    shortcut === undefined || isDouble ? program : blockProgram(([x]) => shortcut.expression(x!), 1, type, 0)!;
  const at = (x: number): number => {
    if (Math.abs(x) <= reach) return ofDouble(x);
    if (program.left >= 0) return early(x);
    operand[0] = x;
    (Math.abs(x) <= SMALL_ANGLE ? small : program).one();
    return result[0]!;
  };
  return {
    at,
    loop: (out, x) => {
      if (isWithout(program, out.length)) {
        for (let k = 0; k < out.length; k++) out[k] = evaluate(x[k]!);
      } else if (out.length <= FEW) {
        for (let k = 0; k < out.length; k++) out[k] = at(x[k]!);
      } else blocks(out, x);
    },
  };
}

/** @param exact what computes the same bits, element by element */
export function nativeBinary(
  lower: BinaryLowering,
  type: FloatType,
  exact?: BinaryFunction,
): BinaryFunction | undefined {
  const program = blockProgram(
    ([x, y]) => lower(x!, y!, kernelLanguage),
    2,
    type,
    exact === undefined ? EVALUATED : OWN,
  );
  if (program === undefined) return undefined;
  const { operands, result, evaluate } = program;
  const [left, right] = [operands[0]!, operands[1]!];
  const blocks: BinaryLoop = (count, out, to, a, i, p, b, j, q) => {
    for (let start = 0; start < count; start += BLOCK) {
      const part = Math.min(BLOCK, count - start);
      copyIn(left, part, a, i + start * p, p);
      copyIn(right, part, b, j + start * q, q);
      program.many(wholeVectors(part));
      copyOut(out, to + start, result, part);
    }
  };
  if (exact !== undefined) {
    const loop: BinaryLoop = (count, out, to, a, i, p, b, j, q) =>
      (count < PAYS || isWithout(program, count) ? exact.loop : blocks)(count, out, to, a, i, p, b, j, q);
    return { at: exact.at, loop };
  }
  const early = (x: number, y: number): number => (isWithout(program, 1) ? evaluate(x, y) : at(x, y));
  const at = (x: number, y: number): number => {
    if (program.left >= 0) return early(x, y);
    left[0] = x;
    right[0] = y;
    program.one();
    return result[0]!;
  };
  return {
    at,
    loop: (count, out, to, a, i, p, b, j, q) => {
      if (isWithout(program, count)) {
        for (let k = 0; k < count; k++) out[to + k] = evaluate(a[i + k * p]!, b[j + k * q]!);
      } else if (count <= FEW) {
        for (let k = 0; k < count; k++) out[to + k] = at(a[i + k * p]!, b[j + k * q]!);
      } else blocks(count, out, to, a, i, p, b, j, q);
    },
  };
}

/** From so many elements on, the machine's own copy is faster than a loop. */
const WORTH_A_VIEW = 64;

function copyIn(block: TypedArray, count: number, x: TypedArray, from: number, step: number): void {
  if (step === 1 && count >= WORTH_A_VIEW) block.set(x.subarray(from, from + count));
  else if (step === 0) block.fill(x[from]!, 0, count);
  else for (let k = 0; k < count; k++) block[k] = x[from + k * step]!;
}

function copyOut(out: TypedArray, at: number, block: TypedArray, count: number): void {
  if (count >= WORTH_A_VIEW) out.set(count === BLOCK ? block : block.subarray(0, count), at);
  else for (let k = 0; k < count; k++) out[at + k] = block[k]!;
}
