/**
 * Kernels as instructions that are placed where a program needs them. Those of a form that this process has emitted
 * before are placed again: most of what a second program does, the first has done at other addresses.
 */
import { formOf } from '../kernel-ir/form.ts';
import type { Buffer } from '../kernel-ir/expression.ts';
import type { Kernel } from '../kernel-ir/statement.ts';
import { type Fragment, SymbolicAddress, SymbolicFunction } from '../wasm/fragment.ts';
import { FunctionBuilder } from '../wasm/function-builder.ts';
import { codeOf } from '../wasm/instructions.ts';
import { emitKernel } from './emit-kernel.ts';
import { slowIn } from './instantiate.ts';
import { arityOf } from './slow-functions.ts';
import { operationsIn } from './work.ts';

export interface KernelFragment {
  /** Symbols of addresses are the numbers of buffers, those of functions of `slow`. */
  readonly fragment: Fragment;
  readonly slow: readonly string[];
  readonly operations: number;
}

/** Bytes of forms and instructions that are remembered, a few thousand a kernel. */
const MOST = 2 ** 21;

/** The one used last stands last. */
const known = new Map<string, KernelFragment>();
let kept = 0;

/** The kernel's instructions, and the buffers whose addresses they want, by number. */
export function fragmentOf(kernel: Kernel): { readonly made: KernelFragment; readonly buffers: readonly Buffer[] } {
  const { text, buffers } = formOf(kernel);
  const before = known.get(text);
  const made = before ?? emitted(kernel, buffers);
  known.delete(text);
  known.set(text, made);
  if (before === undefined) {
    kept += sizeOf(text, made);
    forgetOldest();
  }
  return { made, buffers };
}

function forgetOldest(): void {
  for (const [text, made] of known) {
    if (kept <= MOST) return;
    known.delete(text);
    kept -= sizeOf(text, made);
  }
}

/** Beside the bytes, gaps are four lists of numbers. */
function sizeOf(text: string, { fragment: { bytes, gaps } }: KernelFragment): number {
  return text.length + bytes.length + 32 * gaps.positions.length;
}

function emitted(kernel: Kernel, buffers: readonly Buffer[]): KernelFragment {
  const slow = slowIn(kernel);
  const numbers = new Map(buffers.map((buffer, number) => [buffer, number]));
  const surroundings = {
    addressOf: (buffer: Buffer) => new SymbolicAddress(numbers.get(buffer)!, 0),
    slowFunction: (name: string) =>
      new SymbolicFunction(
        slow.indexOf(name),
        Array.from({ length: arityOf(name) }, () => codeOf('f64')),
        [codeOf('f64')],
      ),
  };
  const fragment = FunctionBuilder.fragment(kernel.name, (f) => emitKernel(f, kernel, surroundings));
  return { fragment, slow, operations: operationsIn(kernel) };
}
