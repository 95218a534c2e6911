/** Runs what was built. */
import { ModuleBuilder, type NamedSignature, type WriteBody } from '../../src/wasm/module-builder.ts';
import type { ValueType } from '../../src/wasm/instructions.ts';

/** A module of one function `f` and one memory of a page, both exported. */
export function moduleOf<const Parameters extends readonly ValueType[]>(
  signature: NamedSignature & { readonly parameters: Parameters },
  body: WriteBody<Parameters>,
): Uint8Array<ArrayBuffer> {
  const m = new ModuleBuilder();
  m.addMemory({ min: 1 });
  m.exportMemory('memory');
  m.exportFunction('f', m.addFunction(signature, body));
  return m.toBytes();
}

/** The exports of a module, by name. */
export function instanceOf(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}

/** An exported function; fails if the export is something else. */
export function functionOf(exports: WebAssembly.Exports, name = 'f'): (...args: unknown[]) => unknown {
  const found = exports[name];
  if (typeof found !== 'function') throw new Error(`${name} is no function`);
  return found as (...args: unknown[]) => unknown;
}

/** The bytes of an exported memory. */
export function memoryOf(exports: WebAssembly.Exports): ArrayBuffer {
  const found = exports['memory'];
  if (!(found instanceof WebAssembly.Memory)) throw new Error('no memory');
  return found.buffer;
}
