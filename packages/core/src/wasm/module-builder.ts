/**
 * A WebAssembly module, part by part: its sections in the order of the format.
 *
 * Source: WebAssembly Core Specification, 5.5 "Modules".
 */

import { ArgumentError } from '../errors/edgewise-error.ts';
import { Bytes } from './bytes.ts';
import {
  FunctionBuilder,
  FunctionReference,
  GlobalReference,
  type Local,
  type Signature,
  type SignatureOf,
} from './function-builder.ts';
import { codeOf, instruction, type ValueType } from './instructions.ts';

/** Sizes in pages of 64 KiB. Shared memory has a `max`. */
export interface MemoryLimits {
  readonly min: number;
  readonly max?: number;
  readonly shared?: boolean;
}

/** Parameters and results, and what messages and the name section call the function. */
export interface NamedSignature extends Signature {
  readonly name?: string;
}

/** Writes a function's body. */
export type WriteBody<Parameters extends readonly ValueType[] = readonly ValueType[]> = (
  f: FunctionBuilder,
  parameters: ParameterLocals<Parameters>,
) => void;

/** A local for each parameter. */
export type ParameterLocals<Parameters extends readonly ValueType[]> = { readonly [Place in keyof Parameters]: Local };

/** How a global starts: a vector as its 16 bytes. */
export type GlobalStart =
  | { readonly type: 'i32' | 'f32' | 'f64'; readonly value: number; readonly mutable?: boolean }
  | { readonly type: 'i64'; readonly value: bigint; readonly mutable?: boolean }
  | { readonly type: 'v128'; readonly value: ArrayLike<number>; readonly mutable?: boolean };

const FUNCTION = 0;
const MEMORY = 2;
const GLOBAL = 3;

/** What one memory of 32-bit addresses may have. */
const MAX_PAGES = 65_536;

const nameSection = 0;

/**
 * Example (not public, so execution.test.ts runs it):
 *
 * const m = new ModuleBuilder();
 * const add = m.addFunction({ name: 'add', parameters: ['f64', 'f64'], results: ['f64'] }, (f, [a, b]) => {
 *   f.get(a).get(b).emit('f64.add');
 * });
 * m.exportFunction('add', add);
 * new WebAssembly.Module(m.toBytes());
 */
export class ModuleBuilder {
  readonly #types = new Counted();
  /** The index of each signature's type. */
  readonly #typeIndex = new Map<string, number>();
  readonly #imports = new Counted();
  readonly #functions = new Counted();
  readonly #memories = new Counted();
  readonly #globals = new Counted();
  readonly #exports = new Counted();
  readonly #exported = new Set<string>();
  /** All bodies, one after the other as they were finished. */
  readonly #code = new Bytes(1024);
  /** Of each function that is not imported, where its body begins and ends in `#code`; undefined before it is written. */
  readonly #bodies: ([start: number, end: number] | undefined)[] = [];
  readonly #written: FunctionReference[] = [];
  readonly #named: FunctionReference[] = [];
  /** Buffers to write bodies to. One body may be begun inside another. */
  readonly #spare: Bytes[] = [];
  #importedFunctions = 0;
  #importedGlobals = 0;
  #memoryCount = 0;

  /** @throws ArgumentError `late-import` behind the first `addFunction`: imports come first in the numbers of functions */
  importFunction(module: string, name: string, signature: NamedSignature): FunctionReference {
    if (this.#bodies.length > 0) throw late('importFunction', 'addFunction');
    this.#import(module, name, FUNCTION).unsigned32(this.#type(signature));
    const reference = new FunctionReference(this, this.#importedFunctions++, signature.name ?? name, signature);
    this.#name(reference);
    return reference;
  }

  importMemory(module: string, name: string, limits: MemoryLimits): void {
    this.#oneMemory('importMemory');
    writeLimits(this.#import(module, name, MEMORY), 'importMemory', limits);
  }

  /** @throws ArgumentError `late-import` behind the first `addGlobal` */
  importGlobal(module: string, name: string, type: ValueType, mutable = false): GlobalReference {
    if (this.#globals.count > 0) throw late('importGlobal', 'addGlobal');
    const code = codeOf(type);
    const bytes = this.#import(module, name, GLOBAL);
    bytes.byte(code);
    bytes.byte(Number(mutable));
    return new GlobalReference(this, this.#importedGlobals++, type, mutable);
  }

  /**
   * A function. Without a body it can be called at once, and `writeBody` gives the body later.
   *
   * @throws ArgumentError what the {@link FunctionBuilder} refuses
   */
  addFunction<const Parameters extends readonly ValueType[]>(
    signature: NamedSignature & SignatureOf<Parameters>,
    body?: WriteBody<Parameters>,
  ): FunctionReference<Parameters> {
    const index = this.#importedFunctions + this.#bodies.length;
    const reference = new FunctionReference(this, index, signature.name, signature);
    this.#name(reference);
    this.#functions.next().unsigned32(this.#type(signature));
    this.#bodies.push(undefined);
    this.#written.push(reference);
    if (body !== undefined) this.writeBody(reference, body);
    return reference;
  }

  /** @throws ArgumentError `second-body`, `foreign-reference`, and what the {@link FunctionBuilder} refuses */
  writeBody<Parameters extends readonly ValueType[]>(
    reference: FunctionReference<Parameters>,
    body: WriteBody<Parameters>,
  ): void {
    const place = reference.index - this.#importedFunctions;
    if (this.#written[place] !== reference) {
      throw new ArgumentError({
        code: 'foreign-reference',
        problem: `writeBody: ${called(reference)} is imported, or belongs to another module`,
      });
    }
    const refuseSecond = (): void => {
      if (this.#bodies[place] === undefined) return;
      throw new ArgumentError({ code: 'second-body', problem: `writeBody: ${called(reference)} has a body already` });
    };
    refuseSecond();
    const buffer = this.#spare.pop() ?? new Bytes(1024);
    buffer.clear();
    const f = new FunctionBuilder(reference, buffer);
    // The builder made a local for each parameter, so there are as many as the type of `body` says.
    body(f, f.parameters as ParameterLocals<Parameters>);
    refuseSecond();
    const start = this.#code.length;
    f.finish(this.#code);
    this.#bodies[place] = [start, this.#code.length];
    this.#spare.push(buffer);
  }

  addMemory(limits: MemoryLimits): void {
    this.#oneMemory('addMemory');
    writeLimits(this.#memories.next(), 'addMemory', limits);
  }

  addGlobal(start: GlobalStart): GlobalReference {
    const { type, mutable = false } = start;
    const index = this.#importedGlobals + this.#globals.count;
    const bytes = this.#globals.next();
    bytes.byte(codeOf(type));
    bytes.byte(Number(mutable));
    writeStart(bytes, start);
    bytes.byte(instruction('end').opcode);
    return new GlobalReference(this, index, type, mutable);
  }

  exportFunction(name: string, reference: FunctionReference): void {
    this.#export(name, FUNCTION, this.#own(reference, 'exportFunction').index);
  }

  exportMemory(name: string): void {
    if (this.#memoryCount === 0)
      throw new ArgumentError({ code: 'no-memory', problem: 'exportMemory: there is no memory' });
    this.#export(name, MEMORY, 0);
  }

  exportGlobal(name: string, reference: GlobalReference): void {
    this.#export(name, GLOBAL, this.#own(reference, 'exportGlobal').index);
  }

  /**
   * The module as it is now, in the binary format.
   *
   * @param options.names adds the section that tells debuggers and profilers the names of functions
   * @throws ArgumentError `no-body` if a function was added and never written
   */
  toBytes({ names = false }: { readonly names?: boolean } = {}): Uint8Array<ArrayBuffer> {
    const code = new Counted();
    this.#bodies.forEach((body, place) => {
      if (body === undefined) {
        const reference = this.#written[place];
        throw new ArgumentError({
          code: 'no-body',
          problem: `toBytes: ${reference === undefined ? 'a function' : called(reference)} has no body`,
        });
      }
      code.next().append(this.#code, ...body);
    });

    const module = new Bytes(this.#code.length + 512);
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) module.byte(byte); // "\0asm", version 1
    writeSection(module, 1, this.#types);
    writeSection(module, 2, this.#imports);
    writeSection(module, 3, this.#functions);
    writeSection(module, 5, this.#memories);
    writeSection(module, 6, this.#globals);
    writeSection(module, 7, this.#exports);
    writeSection(module, 10, code);
    if (names) this.#writeNames(module);
    return module.toUint8Array();
  }

  /** The index of a signature's type: each is written once. */
  #type({ parameters, results }: Signature): number {
    const key = `${parameters.join()}>${results.join()}`;
    const known = this.#typeIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#types.count;
    const codes = [parameters.map(codeOf), results.map(codeOf)];
    const bytes = this.#types.next();
    bytes.byte(0x60);
    for (const list of codes) {
      bytes.unsigned32(list.length);
      for (const code of list) bytes.byte(code);
    }
    this.#typeIndex.set(key, index);
    return index;
  }

  #import(module: string, name: string, kind: number): Bytes {
    const bytes = this.#imports.next();
    bytes.text(module);
    bytes.text(name);
    bytes.byte(kind);
    return bytes;
  }

  #export(name: string, kind: number, index: number): void {
    if (this.#exported.has(name)) {
      throw new ArgumentError({
        code: 'duplicate-export',
        problem: `export: "${name}" is exported already`,
        received: name,
      });
    }
    this.#exported.add(name);
    const bytes = this.#exports.next();
    bytes.text(name);
    bytes.byte(kind);
    bytes.unsigned32(index);
  }

  #own<Reference extends FunctionReference | GlobalReference>(reference: Reference, method: string): Reference {
    if (reference.owner === this) return reference;
    throw new ArgumentError({
      code: 'foreign-reference',
      problem: `${method}: what is exported belongs to another module`,
    });
  }

  #oneMemory(method: string): void {
    if (this.#memoryCount > 0) {
      throw new ArgumentError({
        code: 'second-memory',
        problem: `${method}: a module has one memory, and has it already`,
      });
    }
    this.#memoryCount++;
  }

  #name(reference: FunctionReference): void {
    if (reference.name !== undefined) this.#named.push(reference);
  }

  #writeNames(module: Bytes): void {
    const functions = new Counted();
    for (const { index, name = '' } of this.#named) {
      const bytes = functions.next();
      bytes.unsigned32(index);
      bytes.text(name);
    }
    const content = new Bytes();
    content.text('name');
    writeSection(content, 1, functions);
    module.byte(nameSection);
    module.unsigned32(content.length);
    module.append(content);
  }
}

/** A vector of the format: how many, then one after the other. */
class Counted {
  count = 0;
  readonly bytes: Bytes = new Bytes();

  /** Where to write the next one. */
  next(): Bytes {
    this.count++;
    return this.bytes;
  }
}

/** Id, size, content; nothing for an empty one. */
function writeSection(target: Bytes, id: number, { count, bytes }: Counted): void {
  if (count === 0) return;
  const head = new Bytes();
  head.unsigned32(count);
  target.byte(id);
  target.unsigned32(head.length + bytes.length);
  target.append(head);
  target.append(bytes);
}

function writeLimits(bytes: Bytes, method: string, { min, max, shared = false }: MemoryLimits): void {
  const good = (pages: number): boolean => Number.isInteger(pages) && pages >= 0 && pages <= MAX_PAGES;
  if (!good(min) || (max !== undefined && (!good(max) || max < min))) {
    throw new ArgumentError({
      code: 'out-of-range',
      problem: `${method}: pages are integers from 0 to ${MAX_PAGES}, and max not below min; received min ${min}, max ${max}`,
      expected: MAX_PAGES,
      received: { min, max },
    });
  }
  if (shared && max === undefined) {
    throw new ArgumentError({ code: 'no-maximum', problem: `${method}: shared memory has a max` });
  }
  bytes.byte((max === undefined ? 0 : 1) | (shared ? 2 : 0));
  bytes.unsigned32(min);
  if (max !== undefined) bytes.unsigned32(max);
}

/** The constant instruction that a global starts with. */
function writeStart(bytes: Bytes, start: GlobalStart): void {
  const row = instruction(`${start.type}.const`);
  if (row.prefix !== 0) bytes.byte(row.prefix);
  bytes.unsigned32(row.opcode);
  switch (start.type) {
    case 'i32':
      return bytes.signed32(start.value);
    case 'i64':
      return bytes.signed64(start.value);
    case 'f32':
      return bytes.f32(start.value);
    case 'f64':
      return bytes.f64(start.value);
    case 'v128':
      for (let i = 0; i < 16; i++) bytes.byte(start.value[i] ?? 0);
  }
}

function late(method: string, behind: string): ArgumentError {
  return new ArgumentError({
    code: 'late-import',
    problem: `${method}: imports are numbered before everything else, so it comes before ${behind}`,
  });
}

function called({ name, index }: FunctionReference): string {
  return name === undefined ? `function ${index}` : `function "${name}"`;
}
