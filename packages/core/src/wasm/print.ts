/**
 * The text form of a module, for people and tests. It is WebAssembly's own text format, so other tools read it too.
 *
 * Source: WebAssembly Core Specification, 6 "Text Format".
 */

import { ByteReader } from './byte-reader.ts';
import { type Instruction, instructionAt, MAX_LOCALS, typeOfCode, type ValueType } from './instructions.ts';

/**
 * The text of a module in the binary format, as far as the module builder writes it.
 *
 * @throws FileError `wasm-format`, with the byte, if `bytes` is no such module
 * Example (not public, so print.test.ts runs it):
 *
 * const m = new ModuleBuilder();
 * m.addFunction({ name: 'add', parameters: ['f64', 'f64'], results: ['f64'] }, (f, [a, b]) => {
 *   f.get(a).get(b).emit('f64.add');
 * });
 * printModule(m.toBytes({ names: true }));
 * // (module
 * //   (type (func (param f64 f64) (result f64)))
 * //   (func $add (type 0) (param f64 f64) (result f64)
 * //     local.get 0
 * //     local.get 1
 * //     f64.add))
 */
export function printModule(bytes: Uint8Array): string {
  const sections = sectionsOf(bytes);
  const names = namesOf(sections);
  const read = <Item>(id: number, item: (reader: ByteReader) => Item): Item[] => {
    const reader = sections.get(id);
    if (reader === undefined) return [];
    const items = reader.list(() => item(reader));
    reader.expectEnd(`section ${id}`);
    return items;
  };

  const lines: string[] = [];
  const types = read(TYPE, typeText);
  for (const type of types) lines.push(`(type (func${type}))`);
  let functions = 0;
  for (const { from, kind, text } of read(IMPORT, importOf)) {
    const name = kind === 'func' ? nameText(names, functions++) : '';
    lines.push(`(import ${from} (${kind}${name} ${text}))`);
  }
  const typeOf = read(FUNCTION, (reader) => reader.unsigned32());
  const memories = read(MEMORY, (reader) => `(memory ${limitsText(reader)})`);
  const globals = read(GLOBAL, (reader) => `(global ${globalTypeText(reader)} (${startText(reader)}))`);
  const exports = read(EXPORT, exportText);
  const bodies = read(CODE, (reader) => bodyLines(reader.part(), names));
  bodies.forEach((body, place) => {
    const type = typeOf[place];
    const head = `(func${nameText(names, functions + place)} (type ${type})${types[type ?? -1] ?? ''}`;
    lines.push([head, ...body].join('\n  ') + ')');
  });
  lines.push(...memories, ...globals, ...exports);
  return ['(module', ...lines.map((line) => line.replaceAll(/^/gm, '  '))].join('\n') + ')\n';
}

const CUSTOM = 0;
const TYPE = 1;
const IMPORT = 2;
const FUNCTION = 3;
const MEMORY = 5;
const GLOBAL = 6;
const EXPORT = 7;
const CODE = 10;
const known: readonly number[] = [CUSTOM, TYPE, IMPORT, FUNCTION, MEMORY, GLOBAL, EXPORT, CODE];

const kinds = ['func', 'table', 'memory', 'global'] as const;

/** The sections by id. */
function sectionsOf(bytes: Uint8Array): Map<number, ByteReader> {
  const reader = new ByteReader(bytes);
  if (reader.bits32() !== 0x6d736100 || reader.bits32() !== 1) throw reader.wrong('no module of version 1');
  const sections = new Map<number, ByteReader>();
  while (!reader.isAtEnd) {
    const id = reader.byte();
    if (!known.includes(id) || sections.has(id)) throw reader.wrong(`section ${id} is unknown, or is there twice`);
    sections.set(id, reader.part());
  }
  return sections;
}

/** The names of functions, where the module tells them and the text format can. */
function namesOf(sections: Map<number, ByteReader>): Map<number, string> {
  const names = new Map<number, string>();
  const custom = sections.get(CUSTOM);
  if (custom === undefined || custom.text() !== 'name') return names;
  const taken = new Set<string>();
  while (!custom.isAtEnd) {
    const id = custom.byte();
    const part = custom.part();
    if (id !== 1) continue;
    part.list(() => {
      const index = part.unsigned32();
      const name = part.text();
      if (taken.has(name) || !/^[\w!#$%&'*+\-./:<=>?@\\^`|~]+$/.test(name)) return;
      taken.add(name);
      names.set(index, name);
    });
  }
  return names;
}

function nameText(names: Map<number, string>, index: number): string {
  const name = names.get(index);
  return name === undefined ? '' : ` $${name}`;
}

function typeText(reader: ByteReader): string {
  if (reader.byte() !== 0x60) throw reader.wrong('expected the type of a function');
  const parameters = reader.list(() => valueType(reader));
  const results = reader.list(() => valueType(reader));
  return clause('param', parameters) + clause('result', results);
}

function clause(word: string, types: readonly ValueType[]): string {
  return types.length === 0 ? '' : ` (${word} ${types.join(' ')})`;
}

function valueType(reader: ByteReader): ValueType {
  const code = reader.byte();
  const type = typeOfCode(code);
  if (type === undefined) throw reader.wrong(`no value type has the code 0x${code.toString(16)}`);
  return type;
}

function importOf(reader: ByteReader): { from: string; kind: string; text: string } {
  const from = `${quoted(reader.text())} ${quoted(reader.text())}`;
  const kind = kindOf(reader);
  if (kind === 'func') return { from, kind, text: `(type ${reader.unsigned32()})` };
  if (kind === 'memory') return { from, kind, text: limitsText(reader) };
  if (kind === 'global') return { from, kind, text: globalTypeText(reader) };
  throw reader.wrong(`${kind} imports are unknown`);
}

function exportText(reader: ByteReader): string {
  const name = quoted(reader.text());
  return `(export ${name} (${kindOf(reader)} ${reader.unsigned32()}))`;
}

function kindOf(reader: ByteReader): (typeof kinds)[number] {
  const code = reader.byte();
  const kind = kinds[code];
  if (kind === undefined) throw reader.wrong(`no kind of import or export has the code ${code}`);
  return kind;
}

function limitsText(reader: ByteReader): string {
  const flags = reader.byte();
  if (flags > 3) throw reader.wrong(`limits have unknown flags ${flags}`);
  const min = reader.unsigned32();
  const max = (flags & 1) === 0 ? '' : ` ${reader.unsigned32()}`;
  return `${min}${max}${(flags & 2) === 0 ? '' : ' shared'}`;
}

function globalTypeText(reader: ByteReader): string {
  const type = valueType(reader);
  return reader.byte() === 0 ? type : `(mut ${type})`;
}

function startText(reader: ByteReader): string {
  const text = instructionText(nextInstruction(reader), reader, new Map());
  if (nextInstruction(reader).name !== 'end') throw reader.wrong('a global starts with one constant');
  return text;
}

function bodyLines(reader: ByteReader, names: Map<number, string>): string[] {
  const lines: string[] = [];
  const locals: ValueType[] = [];
  reader.list(() => {
    const count = reader.unsigned32();
    if (locals.length + count > MAX_LOCALS) throw reader.wrong(`a function has more than ${MAX_LOCALS} locals`);
    locals.push(...Array<ValueType>(count).fill(valueType(reader)));
  });
  if (locals.length > 0) lines.push(`(local ${locals.join(' ')})`);
  const open: string[] = [];
  for (;;) {
    const row = nextInstruction(reader);
    if (row.name === 'end' && open.length === 0) break;
    const closed = row.name === 'end' || row.name === 'else' ? open.pop() : undefined;
    if (row.name === 'else' && closed !== 'if') throw reader.wrong('an else stands outside of an if');
    lines.push('  '.repeat(open.length) + instructionText(row, reader, names));
    if (row.immediates === 'block' || row.name === 'else') open.push(row.name);
  }
  reader.expectEnd('a function');
  return lines;
}

function nextInstruction(reader: ByteReader): Instruction {
  const first = reader.byte();
  const hasPrefix = first === 0xfc || first === 0xfd;
  const opcode = hasPrefix ? reader.unsigned32() : first;
  const row = instructionAt(hasPrefix ? first : 0, opcode);
  if (row !== undefined) return row;
  throw reader.wrong(
    `no instruction has the opcode ${hasPrefix ? `0x${first.toString(16)} ` : ''}0x${opcode.toString(16)}`,
  );
}

function instructionText(row: Instruction, reader: ByteReader, names: Map<number, string>): string {
  const { name } = row;
  switch (row.immediates) {
    case 'none':
      return name;
    case 'i32':
      return `${name} ${reader.signed32()}`;
    case 'i64':
      return `${name} ${reader.signed64()}`;
    case 'f32':
      return `${name} ${f32Text(reader.bits32())}`;
    case 'f64':
      return `${name} ${f64Text(reader.bits64())}`;
    case 'v128': {
      const lanes = Array.from({ length: 4 }, () => `0x${reader.bits32().toString(16).padStart(8, '0')}`);
      return `${name} i32x4 ${lanes.join(' ')}`;
    }
    case 'shuffle':
      return `${name} ${Array.from({ length: 16 }, () => reader.byte()).join(' ')}`;
    case 'lane':
      return `${name} ${reader.byte()}`;
    case 'address':
      return name + addressText(row, reader);
    case 'address lane':
      return `${name}${addressText(row, reader)} ${reader.byte()}`;
    case 'memory':
      reader.byte();
      return name;
    case 'memories':
      reader.byte();
      reader.byte();
      return name;
    case 'block': {
      const code = reader.byte();
      if (code === 0x40) return name;
      const type = typeOfCode(code);
      if (type === undefined) throw reader.wrong(`no block has the type 0x${code.toString(16)}`);
      return `${name} (result ${type})`;
    }
    case 'function': {
      const index = reader.unsigned32();
      return name + (nameText(names, index) || ` ${index}`);
    }
    case 'labels':
      return `${name} ${[...reader.list(() => reader.unsigned32()), reader.unsigned32()].join(' ')}`;
    case 'label':
    case 'local':
    case 'global':
      return `${name} ${reader.unsigned32()}`;
  }
}

function addressText(row: Instruction, reader: ByteReader): string {
  const exponent = reader.unsigned32();
  if (exponent > 4) throw reader.wrong(`${row.name}: no alignment of 2^${exponent}`);
  const align = 2 ** exponent;
  const offset = reader.unsigned32();
  return (offset === 0 ? '' : ` offset=${offset}`) + (align === row.size ? '' : ` align=${align}`);
}

const floats = new DataView(new ArrayBuffer(8));

function f32Text(bits: number): string {
  floats.setUint32(0, bits);
  const value = floats.getFloat32(0);
  return Number.isNaN(value) ? nanText(bits >>> 31 !== 0, BigInt(bits & 0x7fffff), 0x400000n) : floatText(value);
}

function f64Text(bits: bigint): string {
  floats.setBigUint64(0, bits);
  const value = floats.getFloat64(0);
  return Number.isNaN(value)
    ? nanText(bits >> 63n !== 0n, bits & 0xfffffffffffffn, 0x8000000000000n)
    : floatText(value);
}

function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return String(value).replace('Infinity', 'inf');
}

/** A NaN with its sign and what it carries. */
function nanText(isNegative: boolean, carries: bigint, usual: bigint): string {
  return `${isNegative ? '-' : ''}nan${carries === usual ? '' : `:0x${carries.toString(16)}`}`;
}

/** Quotes, backslashes and control characters are written by their code. */
function quoted(text: string): string {
  const code = (character: string): string => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return `"${text.replaceAll(/[\u0000-\u001f"\\\u007f]/g, code)}"`;
}
