/** From statements to a WebAssembly module: a function a kernel, one that takes a step, one that takes many. */
import { type Buffer, allParts } from '../kernel-ir/expression.ts';
import { type Statement, allStores } from '../kernel-ir/statement.ts';
import type { FunctionBuilder, FunctionReference } from '../wasm/function-builder.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { MOST_PAGES, bytesOfElement } from './arena.ts';
import { emitKernel } from './emit-kernel.ts';
import { operationsIn } from './work.ts';

export interface EmittedProgram {
  readonly bytes: Uint8Array;
  /** Functions of the host that it imports for what almost never happens. */
  readonly slow: readonly string[];
}

/** So few primitives of a whole program are computed in one function. */
const LITTLE = 2000;

/** @param apart whether every statement is a function of its own and exported, too: `part0` and so on, to be measured */
export function emitProgram(
  statements: readonly Statement[],
  addressOf: (buffer: Buffer) => number,
  apart: boolean = false,
): EmittedProgram {
  const module = new ModuleBuilder();
  module.importMemory('host', 'memory', { min: 1, max: MOST_PAGES });
  const slow = slowFunctionsOf(statements);
  const slowNumbers = new Map(
    [...slow].map(([name, arity]) => [
      name,
      module.importFunction('host', name, {
        parameters: Array.from({ length: arity }, () => 'f64' as const),
        results: ['f64'],
      }),
    ]),
  );
  const callHost = statements.some(({ kind }) => kind === 'host')
    ? module.importFunction('host', 'call', { parameters: ['i32'], results: [] })
    : undefined;
  const surroundings = { addressOf, slowFunction: (name: string): FunctionReference => slowNumbers.get(name)! };
  // Where there is little to do, a call would be a good part of it
  const isInline =
    !apart && statements.reduce((sum, one) => sum + (one.kind === 'kernel' ? operationsIn(one) : 0), 0) < LITTLE;
  const emit = (f: FunctionBuilder, statement: Statement): void => {
    switch (statement.kind) {
      case 'kernel':
        emitKernel(f, statement, surroundings);
        return;
      case 'host':
        f.emit('i32.const', statement.number);
        f.call(callHost!);
        return;
      case 'copy':
        f.emit('i32.const', addressOf(statement.to));
        f.emit('i32.const', addressOf(statement.from));
        f.emit('i32.const', statement.from.size * bytesOfElement[statement.from.type]);
        f.emit('memory.copy');
        return;
    }
  };
  const parts = statements.map((statement) => {
    const name = statement.kind === 'copy' ? 'copy' : statement.name;
    return apart || (statement.kind === 'kernel' && !isInline)
      ? module.addFunction({ name, parameters: [], results: [] }, (f) => emit(f, statement))
      : undefined;
  });
  const step = module.addFunction({ name: 'step', parameters: [], results: [] }, (f) => {
    statements.forEach((statement, k) => {
      const part = parts[k];
      if (part === undefined) emit(f, statement);
      else f.call(part);
    });
  });
  const run = module.addFunction({ name: 'run', parameters: ['i32'], results: [] }, (f, [count]) => {
    f.loop((again) => {
      f.call(step);
      f.get(count);
      f.emit('i32.const', 1);
      f.emit('i32.sub');
      f.tee(count);
      f.brIf(again);
    });
  });
  module.exportFunction('step', step);
  module.exportFunction('run', run);
  if (apart) parts.forEach((part, k) => module.exportFunction(`part${k}`, part!));
  return { bytes: module.toBytes(), slow: [...slow.keys()] };
}

/** Names and numbers of arguments. */
function slowFunctionsOf(statements: readonly Statement[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const statement of statements) {
    if (statement.kind !== 'kernel') continue;
    for (const part of allParts(allStores(statement).map(({ value }) => value))) {
      if (part.kind === 'rare') found.set(part.slow, part.args.length);
    }
  }
  return found;
}
