/**
 * Functions of numbers from their expressions, for eager ops: so that a program and the interpreter agree to the bit. Numbers
 * are copied into a small memory, a block at a time that fits the nearest cache, and out of it. The first few are worked out
 * without a program, which takes as long to make as some thousand of them.
 */
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
import type { BinaryFunction, UnaryFunction } from '../kernels/elementwise.ts';
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
  /** How many results are still evaluated one by one; below 0 from the first call on that asked for more. */
  left: number;
  readonly evaluate: (...numbers: number[]) => number;
  /** For what stands first in each operand. It and `many` are made when they are first called. */
  one: () => void;
  /** For so many elements, a whole number of vectors. */
  many: (count: number) => void;
}

/** None where the expression has no meaning in the type, or another type. */
function blockProgram(lower: Lowering, arity: number, type: FloatType): BlockProgram | undefined {
  const bytes = BLOCK * (type === 'f64' ? 8 : 4);
  const buffers = Array.from({ length: arity + 1 }, (_, k): Buffer => ({ name: `${k}`, type, size: BLOCK }));
  const addressOf = (buffer: Buffer): number => buffers.indexOf(buffer) * bytes;
  const kernelAlong = (loops: readonly Loop[]): Kernel | undefined => {
    const index = loops[0] === undefined ? constant(0, 'i32') : loopIndex(loops[0]);
    const value = lower(buffers.slice(0, arity).map((buffer) => load(buffer, index)));
    if (value?.type !== type) return undefined;
    return { kind: 'kernel', name: 'block', loops, stores: [{ buffer: buffers[arity]!, index, value }] };
  };
  const atOnePlace = withOwnExpressions(() => kernelAlong([]));
  if (atOnePlace === undefined) return undefined;
  const value = evaluator(atOnePlace.stores[0]!.value);

  const arrayOf = (buffer: Buffer): TypedArray =>
    type === 'f64'
      ? new Float64Array(blockMemory().buffer, addressOf(buffer), BLOCK)
      : new Float32Array(blockMemory().buffer, addressOf(buffer), BLOCK);
  const arrays = buffers.map(arrayOf);
  const emit = (loops: readonly Loop[]): WebAssembly.ExportValue =>
    withOwnExpressions(() => {
      const block = kernelAlong(loops)!;
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
    left: EVALUATED,
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

/** Whether so many results are still to be evaluated; from the first time that they are not, none are. */
function isEvaluated(program: BlockProgram, count: number): boolean {
  program.left = count <= program.left ? program.left - count : -1;
  return program.left >= 0;
}

function wholeVectors(count: number): number {
  return Math.ceil(count / LANES) * LANES;
}

export function nativeUnary(lower: UnaryLowering, type: FloatType): UnaryFunction | undefined {
  const program = blockProgram(([x]) => lower(x!, kernelLanguage), 1, type);
  if (program === undefined) return undefined;
  const { operands, result, evaluate } = program;
  const operand = operands[0]!;
  const at = (x: number): number => {
    if (program.left >= 0 && isEvaluated(program, 1)) return evaluate(x);
    operand[0] = x;
    program.one();
    return result[0]!;
  };
  return {
    at,
    loop: (out, x) => {
      if (isEvaluated(program, out.length)) {
        for (let k = 0; k < out.length; k++) out[k] = evaluate(x[k]!);
        return;
      }
      if (out.length <= FEW) {
        for (let k = 0; k < out.length; k++) out[k] = at(x[k]!);
        return;
      }
      for (let start = 0; start < out.length; start += BLOCK) {
        const count = Math.min(BLOCK, out.length - start);
        copyIn(operand, count, x, start, 1);
        program.many(wholeVectors(count));
        copyOut(out, start, result, count);
      }
    },
  };
}

export function nativeBinary(lower: BinaryLowering, type: FloatType): BinaryFunction | undefined {
  const program = blockProgram(([x, y]) => lower(x!, y!, kernelLanguage), 2, type);
  if (program === undefined) return undefined;
  const { operands, result, evaluate } = program;
  const [left, right] = [operands[0]!, operands[1]!];
  const at = (x: number, y: number): number => {
    if (program.left >= 0 && isEvaluated(program, 1)) return evaluate(x, y);
    left[0] = x;
    right[0] = y;
    program.one();
    return result[0]!;
  };
  return {
    at,
    loop: (count, out, to, a, i, p, b, j, q) => {
      if (isEvaluated(program, count)) {
        for (let k = 0; k < count; k++) out[to + k] = evaluate(a[i + k * p]!, b[j + k * q]!);
        return;
      }
      if (count <= FEW) {
        for (let k = 0; k < count; k++) out[to + k] = at(a[i + k * p]!, b[j + k * q]!);
        return;
      }
      for (let start = 0; start < count; start += BLOCK) {
        const part = Math.min(BLOCK, count - start);
        copyIn(left, part, a, i + start * p, p);
        copyIn(right, part, b, j + start * q, q);
        program.many(wholeVectors(part));
        copyOut(out, to + start, result, part);
      }
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
