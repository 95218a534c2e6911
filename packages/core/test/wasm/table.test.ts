import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FunctionBuilder } from '../../src/wasm/function-builder.ts';
import { instruction, instructionAt, instructionNames } from '../../src/wasm/instructions.ts';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';
import { emitAny, fixed, immediatesOf, isRelaxed, leftBy, takenBy, type Written } from './emit-any.ts';
import { otherInstructions } from './other-decoder.ts';

/** A function whose parameters are what the instruction takes, and whose results are what it leaves. */
function minimal(row: (typeof fixed)[number], written: Written): Uint8Array<ArrayBuffer> {
  const m = new ModuleBuilder();
  m.addMemory({ min: 1 });
  m.addFunction({ parameters: takenBy(row), results: leftBy(row) }, (f, operands) => {
    for (const operand of operands) f.get(operand);
    emitAny(f, written);
  });
  return m.toBytes();
}

const hasRelaxed = WebAssembly.validate(minimal(instruction('f32x4.relaxed_madd'), ['f32x4.relaxed_madd']));

test.each(fixed.map((row) => [row.name, row] as const))(
  '%s is valid on what the table says it takes, and reads back as it was written',
  (_, row) => {
    fc.assert(
      fc.property(immediatesOf(row), (immediates) => {
        const written: Written = [row.name, ...immediates];
        const bytes = minimal(row, written);
        // Relaxed vectors are newer than the oldest engine; the other decoder knows and validates them everywhere.
        if (hasRelaxed || !isRelaxed(row.name)) expect(WebAssembly.validate(bytes)).toBe(true);
        expect(otherInstructions(bytes).filter(([name]) => name !== 'local.get')).toEqual([written]);
      }),
      { numRuns: row.immediates === 'none' ? 1 : 20 },
    );
  },
);

test('an instruction whose row says another effect than the engine knows is not valid', () => {
  // What the test above relies on: f64.add does not pass where f32.add does.
  const m = new ModuleBuilder();
  m.addFunction({ parameters: ['f32', 'f32'], results: ['f32'] }, (f, [a, b]) => {
    f.get(a).get(b).emit('f32.add');
  });
  const bytes = m.toBytes();
  expect(WebAssembly.validate(bytes)).toBe(true);
  bytes[bytes.indexOf(instruction('f32.add').opcode)] = instruction('f64.add').opcode;
  expect(WebAssembly.validate(bytes)).toBe(false);
});

/** How each instruction whose effect depends on its place is written, alone in a function. */
const byMethod: Record<string, (f: FunctionBuilder, m: ModuleBuilder) => unknown> = {
  unreachable: (f) => f.unreachable(),
  block: (f) => f.block(() => undefined),
  loop: (f) => f.loop(() => undefined),
  if: (f) => f.emit('i32.const', 1).if(() => undefined),
  else: (f) =>
    f
      .emit('i32.const', 1)
      .if(
        'f32',
        () => f.emit('f32.const', 1),
        () => f.emit('f32.const', 2),
      )
      .drop(),
  end: (f) => f.block('v128', () => f.emit('i32.const', 3).emit('i8x16.splat')).drop(),
  br: (f) => f.block((label) => f.br(label)),
  br_if: (f) => f.loop((label) => f.emit('i32.const', 0).brIf(label)),
  br_table: (f) => f.block((out) => f.loop((again) => f.emit('i32.const', 0).brTable([out, out], again))),
  return: (f) => f.return(),
  call: (f, m) => f.call(m.addFunction({ parameters: [], results: [] }, () => undefined)),
  drop: (f) => f.emit('i64.const', 1n).drop(),
  select: (f) => f.emit('i64.const', 1n).emit('i64.const', 2n).emit('i32.const', 0).select().drop(),
  'local.get': (f) => f.get(f.local('v128')).drop(),
  'local.set': (f) => f.emit('f64.const', 1).set(f.local('f64')),
  'local.tee': (f) => f.emit('i64.const', 1n).tee(f.local('i64')).drop(),
  'global.get': (f, m) => f.getGlobal(m.addGlobal({ type: 'f64', value: 0.5 })).drop(),
  'global.set': (f, m) => f.emit('i64.const', 1n).setGlobal(m.addGlobal({ type: 'i64', value: -1n, mutable: true })),
};

test('every other instruction of the table has a method, which writes it', () => {
  const others = instructionNames.filter((name) => !instruction(name).isFixed);
  expect(Object.keys(byMethod)).toEqual(others);
  for (const [name, write] of Object.entries(byMethod)) {
    const m = new ModuleBuilder();
    m.addFunction({ parameters: [], results: [] }, (f) => void write(f, m));
    const bytes = m.toBytes();
    expect([name, WebAssembly.validate(bytes)]).toEqual([name, true]);
    const names = otherInstructions(bytes).map(([found]) => String(found).split(' ')[0]);
    // The other decoder ends the function where it ends; `end` is what ends the blocks inside.
    expect(names).toContain(name);
  }
});

test('no two instructions share an opcode, and each is found by its own', () => {
  for (const name of instructionNames) {
    const { prefix, opcode } = instruction(name);
    expect(instructionAt(prefix, opcode)?.name).toBe(name);
  }
  expect(instructionAt(0xfd, 0x1fff)).toBeUndefined();
  expect(instructionAt(0, 0x06)).toBeUndefined();
});
