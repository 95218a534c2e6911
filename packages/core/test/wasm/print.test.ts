import { expect, test } from 'vitest';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';
import { printModule } from '../../src/wasm/print.ts';
import { otherBytes, otherTextWithNames } from './other-decoder.ts';

function example(): ModuleBuilder {
  const m = new ModuleBuilder();
  const log = m.importFunction('host "a"\n', 'log', { parameters: ['f64'], results: [] });
  m.importMemory('host', 'memory', { min: 1, max: 2, shared: true });
  const calls = m.addGlobal({ type: 'i32', mutable: true, value: 0 });
  m.addGlobal({ type: 'f32', value: -0 });
  const sum = m.addFunction({ name: 'sum', parameters: ['i32', 'i32'], results: ['f64'] }, (f, [start, count]) => {
    const total = f.local('f64');
    f.getGlobal(calls).emit('i32.const', 1).emit('i32.add').setGlobal(calls);
    f.get(count).if(() => {
      f.loop((again) => {
        f.get(start).emit('f64.load', 8, 4).get(total).emit('f64.add').set(total);
        f.get(start).emit('i32.const', 8).emit('i32.add').set(start);
        f.get(count).emit('i32.const', -1).emit('i32.add').tee(count).brIf(again);
      });
    });
    f.get(total).call(log);
    f.get(total);
  });
  m.addFunction({ name: 'a name with spaces', parameters: ['i32', 'i32'], results: ['f64'] }, (f, [a, b]) => {
    f.get(a).get(b).call(sum);
  });
  m.exportFunction('sum', sum);
  return m;
}

test('a module is printed in the text format, with blocks indented and names where there are any', () => {
  expect(printModule(example().toBytes({ names: true }))).toMatchInlineSnapshot(`
    "(module
      (type (func (param f64)))
      (type (func (param i32 i32) (result f64)))
      (import "host \\22a\\22\\0a" "log" (func $log (type 0)))
      (import "host" "memory" (memory 1 2 shared))
      (func $sum (type 1) (param i32 i32) (result f64)
        (local f64)
        global.get 0
        i32.const 1
        i32.add
        global.set 0
        local.get 1
        if
          loop
            local.get 0
            f64.load offset=8 align=4
            local.get 2
            f64.add
            local.set 2
            local.get 0
            i32.const 8
            i32.add
            local.set 0
            local.get 1
            i32.const -1
            i32.add
            local.tee 1
            br_if 0
          end
        end
        local.get 2
        call $log
        local.get 2)
      (func (type 1) (param i32 i32) (result f64)
        local.get 0
        local.get 1
        call $sum)
      (global (mut i32) (i32.const 0))
      (global f32 (f32.const -0))
      (export "sum" (func 1)))
    "
  `);
});

test('a function of a few instructions takes a few lines', () => {
  const m = new ModuleBuilder();
  m.addFunction({ name: 'add', parameters: ['f64', 'f64'], results: ['f64'] }, (f, [a, b]) => {
    f.get(a).get(b).emit('f64.add');
  });
  expect(printModule(m.toBytes({ names: true }))).toMatchInlineSnapshot(`
    "(module
      (type (func (param f64 f64) (result f64)))
      (func $add (type 0) (param f64 f64) (result f64)
        local.get 0
        local.get 1
        f64.add))
    "
  `);
});

test('the text gives the same bytes again', () => {
  const bytes = example().toBytes();
  expect(WebAssembly.validate(bytes)).toBe(true);
  expect(otherBytes(printModule(bytes))).toEqual(bytes);
});

test('names are for debuggers: another decoder reads them, and without them the module is the same', () => {
  const bytes = example().toBytes({ names: true });
  expect(bytes.subarray(0, example().toBytes().length)).toEqual(example().toBytes());
  expect(otherTextWithNames(bytes)).toContain('(func $sum ');
  expect(otherTextWithNames(example().toBytes())).not.toContain('(func $sum ');
});

test('types that occur twice are written once', () => {
  expect(printModule(example().toBytes()).match(/\(type \(func/g)).toHaveLength(2);
});

test('numbers are printed exactly, with the sign of zero, infinities and what a NaN carries', () => {
  const m = new ModuleBuilder();
  m.addFunction({ parameters: [], results: [] }, (f) => {
    for (const value of [0.1, -0, 1e300, 5e-324, -Infinity, NaN]) {
      f.emit('f64.const', value).drop();
      f.emit('f32.const', value).drop();
    }
    f.emit('i64.const', -(2n ** 63n)).drop();
  });
  const bytes = m.toBytes();
  expect(printModule(bytes).match(/\w+\.const \S+/g)).toMatchInlineSnapshot(`
    [
      "f64.const 0.1",
      "f32.const 0.10000000149011612",
      "f64.const -0",
      "f32.const -0",
      "f64.const 1e+300",
      "f32.const inf",
      "f64.const 5e-324",
      "f32.const 0",
      "f64.const -inf",
      "f32.const -inf",
      "f64.const nan",
      "f32.const nan",
      "i64.const -9223372036854775808",
    ]
  `);
  // A NaN that JavaScript cannot write: set a bit of the last one's mantissa.
  const nan = bytes.lastIndexOf(0xc0);
  bytes[nan - 1] = 0x01;
  expect(printModule(bytes)).toContain('f32.const nan:0x400100');
  expect(otherBytes(printModule(bytes))).toEqual(bytes);
});
