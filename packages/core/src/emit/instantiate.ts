/** From a module's bytes to its functions; and what every module imports for what almost never happens. */
import { allParts } from '../kernel-ir/expression.ts';
import { type Kernel, allStores } from '../kernel-ir/statement.ts';
import type { FunctionReference } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { arityOf, slowFunctions } from './slow-functions.ts';

/** The names of host functions that a kernel calls. */
export function slowIn(kernel: Kernel): string[] {
  const names = new Set<string>();
  for (const part of allParts(allStores(kernel).map(({ value }) => value))) {
    if (part.kind === 'rare') names.add(part.slow);
  }
  return [...names];
}

/** Imports them, before the module's own functions. */
export function importSlowFunctions(module: ModuleBuilder, names: Iterable<string>): Map<string, FunctionReference> {
  const imported = new Map<string, FunctionReference>();
  for (const name of names) {
    const parameters = Array.from({ length: arityOf(name) }, () => 'f64' as const);
    imported.set(name, module.importFunction('host', name, { parameters, results: ['f64'] }));
  }
  return imported;
}

/** @param host what it imports besides the memory and slow functions */
export function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  memory: WebAssembly.Memory,
  slow: readonly string[],
  host: WebAssembly.ModuleImports = {},
): WebAssembly.Exports {
  const imports = Object.fromEntries(slow.map((name) => [name, slowFunctions[name]!]));
  const module = new WebAssembly.Module(bytes);
  return new WebAssembly.Instance(module, { host: { memory, ...host, ...imports } }).exports;
}
