/** From a module's bytes to its functions; and what every module imports for what almost never happens. */
import { allParts } from '../kernel-ir/expression.ts';
import { type Kernel, allStores } from '../kernel-ir/statement.ts';
import type { FunctionReference } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { slowFunctions } from './slow-functions.ts';

export interface SlowFunctions {
  readonly names: readonly string[];
  readonly slowFunction: (name: string) => FunctionReference;
}

export function importSlowFunctions(module: ModuleBuilder, kernels: readonly Kernel[]): SlowFunctions {
  const found = new Map<string, FunctionReference>();
  for (const kernel of kernels) {
    for (const part of allParts(allStores(kernel).map(({ value }) => value))) {
      if (part.kind !== 'rare' || found.has(part.slow)) continue;
      const parameters = part.args.map(() => 'f64' as const);
      found.set(part.slow, module.importFunction('host', part.slow, { parameters, results: ['f64'] }));
    }
  }
  return { names: [...found.keys()], slowFunction: (name) => found.get(name)! };
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
