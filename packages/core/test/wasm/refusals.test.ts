import { expect, test } from 'vitest';
import type { FunctionBuilder, Label, Local } from '../../src/wasm/function-builder.ts';
import type { ValueType } from '../../src/wasm/instructions.ts';
import { ModuleBuilder, type NamedSignature } from '../../src/wasm/module-builder.ts';
import { printModule } from '../../src/wasm/print.ts';
import { refusal } from '../refusal.ts';

/** What writing this body is refused with. */
function refused(
  body: (f: FunctionBuilder) => unknown,
  signature: NamedSignature = { name: 'step', parameters: ['i32', 'f64'], results: [] },
): string {
  return refusal(() => new ModuleBuilder().addFunction(signature, (f) => void body(f)));
}

const gives = (...results: ValueType[]): NamedSignature => ({ name: 'step', parameters: [], results });

test('an operand of another type is refused where it is taken', () => {
  expect(refused((f) => f.emit('i32.const', 1).emit('f64.const', 2).emit('f64.add'))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    f64.add: expected f64 f64 on the stack, found i32 f64
      at function "step", instruction 3"
  `);
  expect(refused((f) => f.emit('f64.const', 2).emit('f32.const', 2).emit('f64.add'))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    f64.add: expected f64 f64 on the stack, found f64 f32
      at function "step", instruction 3"
  `);
  expect(refused((f) => f.emit('f64.const', 2).set(f.local('i32')))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    local.set: expected i32 on the stack, found f64
      at function "step", instruction 2"
  `);
});

test('an operand that is not there is refused', () => {
  expect(refused((f) => f.emit('f64.add'))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    f64.add: expected f64 f64 on the stack, found nothing
      at function "step", instruction 1"
  `);
  expect(refused((f) => f.emit('f64.const', 1).emit('f64.add'))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    f64.add: expected f64 f64 on the stack, found f64
      at function "step", instruction 2"
  `);
  expect(refused((f) => f.drop())).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    drop: expected any on the stack, found nothing
      at function "step", instruction 1"
  `);
  expect(refused((f) => f.emit('i32.const', 1).emit('i32.const', 1).select())).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    select: expected i32 i32 on the stack, found i32
      at function "step", instruction 3"
  `);
  expect(refused((f) => f.emit('f32.const', 1).emit('f64.const', 1).emit('i32.const', 1).select()))
    .toMatchInlineSnapshot(`
      "ArgumentError wasm-stack
      select: expected f64 f64 on the stack, found f32 f64
        at function "step", instruction 4"
    `);
});

test('a block does not take what lies below it, and leaves what it says', () => {
  expect(refused((f) => f.emit('f64.const', 1).block(() => f.emit('f64.sqrt').drop()))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    f64.sqrt: expected f64 on the stack, found nothing
      at function "step", instruction 3"
  `);
  expect(refused((f) => f.block(() => f.emit('f64.const', 1)))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    end of block: f64 left on the stack beside its results (nothing)
      at function "step", instruction 3"
  `);
  expect(refused((f) => f.block('f64', () => f.emit('f32.const', 1)))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    end of block: expected f64 on the stack, found f32
      at function "step", instruction 3"
  `);
  expect(
    refused((f) =>
      f.emit('i32.const', 1).if(
        'i64',
        () => f.emit('i64.const', 1n),
        () => undefined,
      ),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    end of else: expected i64 on the stack, found nothing
      at function "step", instruction 5"
  `);
  expect(refused((f) => f.loop(() => f.emit('i32.const', 1).emit('v128.load')))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    end of loop: v128 left on the stack beside its results (nothing)
      at function "step", instruction 4"
  `);
});

test('a function leaves its results and nothing else', () => {
  expect(refused(() => undefined, gives('f64', 'v128'))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    end of the function: expected f64 v128 on the stack, found nothing
      at function "step", instruction 1"
  `);
  expect(refused((f) => f.emit('f64.const', 1).emit('f64.const', 2), gives('f64'))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    end of the function: f64 left on the stack beside its results (f64)
      at function "step", instruction 3"
  `);
  expect(refused((f) => f.emit('f32.const', 1).return(), gives('f64'))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    return: expected f64 on the stack, found f32
      at function "step", instruction 2"
  `);
});

test('behind a branch any operand is there, and those that are known must still fit', () => {
  const fine = new ModuleBuilder();
  fine.addFunction(gives('f64'), (f) => f.unreachable().emit('i32.add').emit('f64.convert_i32_s').emit('f64.add'));
  expect(WebAssembly.validate(fine.toBytes())).toBe(true);
  expect(refused((f) => f.unreachable().emit('f32.const', 1).emit('i32.add'))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    i32.add: expected i32 i32 on the stack, found f32
      at function "step", instruction 3"
  `);
});

test('branches go to blocks that are open, with what these take', () => {
  const kept: Label[] = [];
  const useKept = (f: FunctionBuilder): void => kept.forEach((label) => f.br(label));
  expect(refused((f) => useKept(f.block((label) => void kept.push(label))))).toMatchInlineSnapshot(`
    "ArgumentError closed-label
    br: the block of this label has ended, or is in another function
      at function "step", instruction 3"
  `);
  expect(refused((f) => f.block('f64', (label) => f.br(label)).drop())).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    br: expected f64 on the stack, found nothing
      at function "step", instruction 2"
  `);
  expect(
    refused((f) =>
      f.block('f64', (outer) =>
        f.block((inner) => f.emit('i32.const', 0).brTable([outer], inner)).emit('f64.const', 1),
      ),
    ),
  ).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    br_table: the labels take values of different types
      at function "step", instruction 4"
  `);
});

test('a local that was freed, or of another function, cannot be used', () => {
  expect(
    refused((f) => {
      const local = f.local('f64');
      f.free(local);
      const again = f.local('f64');
      expect(again.index).toBe(local.index);
      f.get(local);
    }),
  ).toMatchInlineSnapshot(`
    "ArgumentError stale-local
    local.get: local 2 was freed, or belongs to another function
      at function "step", instruction 1"
  `);
  expect(
    refused((f) => {
      const local = f.local('f64');
      f.free(local).free(local);
    }),
  ).toMatchInlineSnapshot(`
    "ArgumentError stale-local
    free: local 2 was freed, or belongs to another function
      at function "step", instruction 1"
  `);
  const others: Local[] = [];
  new ModuleBuilder().addFunction({ parameters: ['i32'], results: [] }, (_, [n]) => void others.push(n));
  expect(refused((f) => others.forEach((local) => f.get(local)))).toMatchInlineSnapshot(`
    "ArgumentError stale-local
    local.get: local 0 was freed, or belongs to another function
      at function "step", instruction 1"
  `);
});

test('immediates out of range are refused by instruction', () => {
  const v = (f: FunctionBuilder): FunctionBuilder => f.emit('v128.const', Array<number>(16).fill(0));
  expect(refused((f) => f.emit('i32.const', 2 ** 31))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    i32.const: expected an integer from -2147483648 to 2147483647, received 2147483648
      at function "step", instruction 1"
  `);
  expect(refused((f) => f.emit('i32.const', 0.5))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    i32.const: expected an integer from -2147483648 to 2147483647, received 0.5
      at function "step", instruction 1"
  `);
  expect(refused((f) => f.emit('i32.const', 0).emit('f64.load', -8))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    f64.load: expected an integer from 0 to 4294967295, received -8
      at function "step", instruction 2"
  `);
  expect(refused((f) => f.emit('i32.const', 0).emit('f64.load', 0, 16))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    f64.load: alignment is a power of 2 from 1 to 8, received 16
      at function "step", instruction 2"
  `);
  expect(refused((f) => f.emit('i32.const', 0).emit('f64.load', 0, 3))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    f64.load: alignment is a power of 2 from 1 to 8, received 3
      at function "step", instruction 2"
  `);
  expect(refused((f) => f.emit('i32.const', 0).emit('f64.load', 0, 0))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    f64.load: alignment is a power of 2 from 1 to 8, received 0
      at function "step", instruction 2"
  `);
  expect(refused((f) => v(f).emit('f32x4.extract_lane', 4))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    f32x4.extract_lane: lanes are 0 to 3, received 4
      at function "step", instruction 2"
  `);
  expect(refused((f) => v(f.emit('i32.const', 0)).emit('v128.load64_lane', 2))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    v128.load64_lane: lanes are 0 to 1, received 2
      at function "step", instruction 3"
  `);
  expect(refused((f) => f.emit('v128.const', [1, 2, 3]))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    v128.const: expected 16 integers from 0 to 255, received [1, 2, 3]
      at function "step", instruction 1"
  `);
  expect(refused((f) => v(v(f)).emit('i8x16.shuffle', Array<number>(16).fill(32)))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    i8x16.shuffle: expected 16 integers from 0 to 31, received [32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32]
      at function "step", instruction 3"
  `);
});

test('a misspelt name is refused with the nearest, and is a type error before that', () => {
  // @ts-expect-error no such instruction
  expect(refused((f) => f.emit('f64.ad'))).toMatchInlineSnapshot(`
    "ArgumentError unknown-instruction
    no instruction named "f64.ad"
      near: "f64.add", "f64.abs", "f64.eq""
  `);
  // @ts-expect-error a lane is missing
  expect(refused((f) => f.emit('v128.const', Array(16).fill(0)).emit('f32x4.extract_lane'))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    f32x4.extract_lane: lanes are 0 to 3, received undefined
      at function "step", instruction 2"
  `);
  // @ts-expect-error br has a method
  expect(refused((f) => f.emit('br', 0))).toMatchInlineSnapshot(`
    "ArgumentError needs-method
    br: has a method of its own
      at function "step", instruction 1"
  `);
  // @ts-expect-error no such type
  expect(refused((f) => f.local('f16'))).toMatchInlineSnapshot(`
    "ArgumentError unknown-value-type
    no value type named "f16"; there are i32, i64, f32, f64, v128"
  `);
});

test('the parts of a module fit together', () => {
  const nothing: NamedSignature = { parameters: [], results: [] };
  const m = new ModuleBuilder();
  const declared = m.addFunction({ ...nothing, name: 'later' });
  expect(refusal(() => m.toBytes())).toMatchInlineSnapshot(`
    "ArgumentError no-body
    toBytes: function "later" has no body"
  `);
  m.writeBody(declared, () => undefined);
  expect(refusal(() => m.writeBody(declared, () => undefined))).toMatchInlineSnapshot(`
    "ArgumentError second-body
    writeBody: function "later" has a body already"
  `);
  expect(refusal(() => m.importFunction('host', 'f', nothing))).toMatchInlineSnapshot(`
    "ArgumentError late-import
    importFunction: imports are numbered before everything else, so it comes before addFunction"
  `);
  expect(refusal(() => m.exportMemory('memory'))).toMatchInlineSnapshot(`
    "ArgumentError no-memory
    exportMemory: there is no memory"
  `);
  m.addMemory({ min: 1 });
  expect(refusal(() => m.importMemory('host', 'memory', { min: 1 }))).toMatchInlineSnapshot(`
    "ArgumentError second-memory
    importMemory: a module has one memory, and has it already"
  `);
  const constant = m.addGlobal({ type: 'f64', value: 1 });
  expect(refusal(() => m.importGlobal('host', 'g', 'f64'))).toMatchInlineSnapshot(`
    "ArgumentError late-import
    importGlobal: imports are numbered before everything else, so it comes before addGlobal"
  `);
  m.exportFunction('f', declared);
  expect(refusal(() => m.exportGlobal('f', constant))).toMatchInlineSnapshot(`
    "ArgumentError duplicate-export
    export: "f" is exported already"
  `);
  expect(refusal(() => m.addFunction(nothing, (f) => void f.emit('f64.const', 2).setGlobal(constant))))
    .toMatchInlineSnapshot(`
      "ArgumentError immutable-global
      global.set: the global is not mutable
        at function 1, instruction 2"
    `);

  const other = new ModuleBuilder();
  expect(refusal(() => other.exportFunction('f', declared))).toMatchInlineSnapshot(`
    "ArgumentError foreign-reference
    exportFunction: what is exported belongs to another module"
  `);
  expect(refusal(() => other.addFunction(nothing, (f) => void f.call(declared)))).toMatchInlineSnapshot(`
    "ArgumentError foreign-reference
    call: function 0 belongs to another module
      at function 0, instruction 1"
  `);
  expect(refusal(() => other.addFunction(nothing, (f) => void f.getGlobal(constant)))).toMatchInlineSnapshot(`
    "ArgumentError foreign-reference
    global.get: global 0 belongs to another module
      at function 1, instruction 1"
  `);
  expect(refusal(() => other.writeBody(declared, () => undefined))).toMatchInlineSnapshot(`
    "ArgumentError foreign-reference
    writeBody: function "later" is imported, or belongs to another module"
  `);
  expect(refusal(() => other.addMemory({ min: 2, max: 1 }))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    addMemory: pages are integers from 0 to 65536, and max not below min; received min 2, max 1"
  `);
  expect(refusal(() => new ModuleBuilder().addMemory({ min: 0.5 }))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    addMemory: pages are integers from 0 to 65536, and max not below min; received min 0.5, max undefined"
  `);
  expect(refusal(() => new ModuleBuilder().addMemory({ min: 1, shared: true }))).toMatchInlineSnapshot(`
    "ArgumentError no-maximum
    addMemory: shared memory has a max"
  `);
});

test('after a body was refused, the module asks for it', () => {
  const m = new ModuleBuilder();
  const f = m.addFunction({ name: 'f', parameters: [], results: ['f64'] });
  expect(refusal(() => m.writeBody(f, (f) => void f.emit('f32.const', 1)))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    end of the function: expected f64 on the stack, found f32
      at function "f", instruction 2"
  `);
  expect(refusal(() => m.toBytes())).toMatchInlineSnapshot(`
    "ArgumentError no-body
    toBytes: function "f" has no body"
  `);
  m.writeBody(f, (f) => void f.emit('f64.const', 1));
  expect(WebAssembly.validate(m.toBytes())).toBe(true);
});

test('what is no module is not printed', () => {
  const m = new ModuleBuilder();
  m.addFunction({ parameters: [], results: ['f64'] }, (f) => void f.emit('f64.const', 1));
  const bytes = m.toBytes();
  const withByte = (index: number, byte: number): Uint8Array =>
    bytes.with(index < 0 ? bytes.length + index : index, byte);
  expect(refusal(() => printModule(new Uint8Array(0)))).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: expected 4 bytes, 0 are left
      at byte 0"
  `);
  expect(refusal(() => printModule(withByte(4, 2)))).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: no module of version 1
      at byte 8"
  `);
  expect(refusal(() => printModule(bytes.slice(0, -1)))).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: expected 13 bytes, 12 are left
      at byte 21"
  `);
  expect(refusal(() => printModule(withByte(-1, 0x06)))).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: no instruction has the opcode 0x6
      at byte 34"
  `);
  expect(refusal(() => printModule(withByte(-1, 0x1a)))).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: expected 1 bytes, 0 are left
      at byte 34"
  `);
  expect(refusal(() => printModule(withByte(8, 0x0c)))).toMatchInlineSnapshot(`
    "FileError wasm-format
    wasm module: section 12 is unknown, or is there twice
      at byte 9"
  `);
});
