/** A module: sections in their order. */
import { Bytes } from './bytes.ts';
import { FunctionBuilder, type Local, type ValueType, typeBytes } from './function-builder.ts';

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export class ModuleBuilder {
  private readonly types = new Map<string, { readonly index: number; readonly signature: Signature }>();
  private readonly imports: ((bytes: Bytes) => void)[] = [];
  private importedFunctions = 0;
  private readonly functions: { readonly type: number; readonly builder: FunctionBuilder }[] = [];
  private readonly exports: { readonly name: string; readonly index: number }[] = [];

  importMemory(module: string, name: string, { min }: { min: number }): void {
    this.imports.push((bytes) => {
      bytes.text(module);
      bytes.text(name);
      bytes.byte(2);
      bytes.byte(0);
      bytes.unsigned(min);
    });
  }

  importFunction(module: string, name: string, signature: Signature): number {
    const type = this.typeOf(signature);
    this.imports.push((bytes) => {
      bytes.text(module);
      bytes.text(name);
      bytes.byte(0);
      bytes.unsigned(type);
    });
    return this.importedFunctions++;
  }

  addFunction(
    { parameters, results }: Signature & { readonly name: string },
    body: (f: FunctionBuilder, parameters: readonly Local[]) => void,
  ): number {
    const builder = new FunctionBuilder(parameters.length);
    body(
      builder,
      parameters.map((type, index) => ({ index, type })),
    );
    this.functions.push({ type: this.typeOf({ parameters, results }), builder });
    return this.importedFunctions + this.functions.length - 1;
  }

  exportFunction(name: string, index: number): void {
    this.exports.push({ name, index });
  }

  toBytes(): Uint8Array {
    const module = new Bytes();
    for (const byte of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) module.byte(byte);
    const section = (id: number, count: number, write: (bytes: Bytes) => void): void => {
      if (count === 0) return;
      const bytes = new Bytes();
      bytes.unsigned(count);
      write(bytes);
      module.byte(id);
      module.sized(bytes);
    };
    section(1, this.types.size, (bytes) => {
      for (const { signature } of this.types.values()) {
        bytes.byte(0x60);
        for (const list of [signature.parameters, signature.results]) {
          bytes.unsigned(list.length);
          for (const type of list) bytes.byte(typeBytes[type]);
        }
      }
    });
    section(2, this.imports.length, (bytes) => this.imports.forEach((write) => write(bytes)));
    section(3, this.functions.length, (bytes) => this.functions.forEach(({ type }) => bytes.unsigned(type)));
    section(7, this.exports.length, (bytes) => {
      for (const { name, index } of this.exports) {
        bytes.text(name);
        bytes.byte(0);
        bytes.unsigned(index);
      }
    });
    section(10, this.functions.length, (bytes) => {
      for (const { builder } of this.functions) {
        const body = new Bytes();
        body.unsigned(builder.locals.length);
        for (const type of builder.locals) {
          body.unsigned(1);
          body.byte(typeBytes[type]);
        }
        body.bytes(builder.code.toArray());
        body.byte(0x0b);
        bytes.sized(body);
      }
    });
    return module.toArray();
  }

  private typeOf(signature: Signature): number {
    const key = `${signature.parameters.join()}>${signature.results.join()}`;
    let known = this.types.get(key);
    if (known === undefined) this.types.set(key, (known = { index: this.types.size, signature }));
    return known.index;
  }
}
