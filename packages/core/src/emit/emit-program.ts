/** From statements to a WebAssembly module: a function a kernel, one that takes a step, one that takes many. */
import type { Buffer } from '../kernel-ir/expression.ts';
import type { Statement } from '../kernel-ir/statement.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { MOST_PAGES, bytesOfElement } from './arena.ts';
import { importSlowFunctions } from './instantiate.ts';
import { fragmentOf } from './kernel-fragment.ts';

export interface EmittedProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
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
  const kernels = new Map(
    statements.flatMap((statement) =>
      statement.kind === 'kernel' ? [[statement, fragmentOf(statement)] as const] : [],
    ),
  );
  const slow = new Set([...kernels.values()].flatMap(({ made }) => made.slow));
  const slowFunction = importSlowFunctions(module, slow);
  const callHost = statements.some(({ kind }) => kind === 'host')
    ? module.importFunction('host', 'call', { parameters: ['i32'], results: [] })
    : undefined;
  // Where there is little to do, a call would be a good part of it
  const isInline = !apart && [...kernels.values()].reduce((sum, { made }) => sum + made.operations, 0) < LITTLE;
  const emit = (f: FunctionBuilder, statement: Statement): void => {
    switch (statement.kind) {
      case 'kernel': {
        const { made, buffers } = kernels.get(statement)!;
        f.place(
          made.fragment,
          (number) => addressOf(buffers[number]!),
          (number) => slowFunction.get(made.slow[number]!)!,
        );
        return;
      }
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
  return { bytes: module.toBytes(), slow: [...slow] };
}
