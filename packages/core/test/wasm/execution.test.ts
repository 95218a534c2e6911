import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';
import { functionOf, instanceOf, memoryOf, moduleOf } from './run.ts';

test('two numbers are added', () => {
  const m = new ModuleBuilder();
  const add = m.addFunction({ name: 'add', parameters: ['f64', 'f64'], results: ['f64'] }, (f, [a, b]) => {
    f.get(a).get(b).emit('f64.add');
  });
  m.exportFunction('add', add);
  expect(functionOf(instanceOf(m.toBytes()), 'add')(0.1, 0.2)).toBe(0.1 + 0.2);
});

test('a loop runs again for as long as its end branches to its start', () => {
  const m = new ModuleBuilder();
  const triangle = m.addFunction({ name: 'triangle', parameters: ['i32'], results: ['i32'] }, (f, [n]) => {
    const sum = f.local('i32');
    f.loop((again) => {
      f.get(sum).get(n).emit('i32.add').set(sum);
      f.get(n).emit('i32.const', 1).emit('i32.sub').tee(n).brIf(again);
    });
    f.get(sum);
  });
  m.exportFunction('triangle', triangle);
  expect(functionOf(instanceOf(m.toBytes()), 'triangle')(100)).toBe(5050);
});

test('a loop computes factorials', () => {
  const bytes = moduleOf({ parameters: ['i32'], results: ['i64'] }, (f, [n]) => {
    const product = f.local('i64');
    f.emit('i64.const', 1n).set(product);
    f.block((done) => {
      f.get(n).emit('i32.eqz').brIf(done);
      f.loop((again) => {
        f.get(product).get(n).emit('i64.extend_i32_u').emit('i64.mul').set(product);
        f.get(n).emit('i32.const', 1).emit('i32.sub').tee(n).brIf(again);
      });
    });
    f.get(product);
  });
  const factorial = functionOf(instanceOf(bytes));
  expect([0, 1, 5, 20].map((n) => factorial(n))).toEqual([1n, 1n, 120n, 2432902008176640000n]);
});

test('a recursive function calls itself before its body is finished', () => {
  const m = new ModuleBuilder();
  const fibonacci = m.addFunction({ name: 'fibonacci', parameters: ['i32'], results: ['i32'] });
  m.writeBody(fibonacci, (f, [n]) => {
    f.get(n).emit('i32.const', 2).emit('i32.lt_u');
    f.if(
      'i32',
      () => f.get(n),
      () => {
        f.get(n).emit('i32.const', 1).emit('i32.sub').call(fibonacci);
        f.get(n).emit('i32.const', 2).emit('i32.sub').call(fibonacci);
        f.emit('i32.add');
      },
    );
  });
  m.exportFunction('f', fibonacci);
  expect(functionOf(instanceOf(m.toBytes()))(20)).toBe(6765);
});

test('a helper may be written while the body that calls it is being written', () => {
  const m = new ModuleBuilder();
  const outer = m.addFunction({ parameters: ['f32'], results: ['f32'] }, (f, [x]) => {
    f.get(x);
    const square = m.addFunction({ parameters: ['f32'], results: ['f32'] }, (g, [y]) => {
      g.get(y).get(y).emit('f32.mul');
    });
    f.call(square).call(square);
  });
  m.exportFunction('f', outer);
  expect(functionOf(instanceOf(m.toBytes()))(3)).toBe(81);
});

test('memory is copied and filled', () => {
  const exports = instanceOf(
    moduleOf({ parameters: ['i32', 'i32', 'i32'], results: [] }, (f, [to, from, count]) => {
      f.get(to).get(from).get(count).emit('memory.copy');
      f.get(from).emit('i32.const', 7).get(count).emit('memory.fill');
    }),
  );
  const bytes = new Uint8Array(memoryOf(exports));
  bytes.set([1, 2, 3], 10);
  functionOf(exports)(20, 10, 3);
  expect([...bytes.subarray(9, 14), ...bytes.subarray(19, 24)]).toEqual([0, 7, 7, 7, 0, 0, 1, 2, 3, 0]);
});

test('a dot product in vectors of four is that of JavaScript in the same order', () => {
  const exports = instanceOf(
    moduleOf({ name: 'dot', parameters: ['i32', 'i32', 'i32'], results: ['f32'] }, (f, [a, b, end]) => {
      const sum = f.local('v128');
      f.loop((again) => {
        f.get(a).emit('v128.load').get(b).emit('v128.load').emit('f32x4.mul').get(sum).emit('f32x4.add').set(sum);
        f.get(b).emit('i32.const', 16).emit('i32.add').set(b);
        f.get(a).emit('i32.const', 16).emit('i32.add').tee(a).get(end).emit('i32.lt_u').brIf(again);
      });
      f.get(sum).emit('f32x4.extract_lane', 0);
      f.get(sum).emit('f32x4.extract_lane', 1).emit('f32.add');
      f.get(sum).emit('f32x4.extract_lane', 2).emit('f32.add');
      f.get(sum).emit('f32x4.extract_lane', 3).emit('f32.add');
    }),
  );
  const floats = new Float32Array(memoryOf(exports));
  const number = fc.float({ noNaN: true, min: -1000, max: 1000 });
  const four = fc.tuple(number, number, number, number);
  fc.assert(
    fc.property(fc.array(fc.tuple(four, four), { minLength: 1, maxLength: 20 }), (pairs) => {
      const n = 4 * pairs.length;
      floats.set(
        pairs.flatMap(([a]) => a),
        0,
      );
      floats.set(
        pairs.flatMap(([, b]) => b),
        n,
      );
      const lanes = [0, 0, 0, 0];
      for (let i = 0; i < n; i++) {
        const product = Math.fround((floats[i] ?? 0) * (floats[n + i] ?? 0));
        lanes[i % 4] = Math.fround(product + (lanes[i % 4] ?? 0));
      }
      const expected = lanes.reduce((sum, lane) => Math.fround(sum + lane));
      expect(functionOf(exports)(0, 4 * n, 4 * n)).toBe(expected);
    }),
  );
});

test('a table of branches chooses by number, and the last label takes all others', () => {
  const choose = functionOf(
    instanceOf(
      moduleOf({ parameters: ['i32'], results: ['i32'] }, (f, [n]) => {
        f.block((other) => {
          f.block((one) => {
            f.block((zero) => {
              f.get(n).brTable([zero, one], other);
            });
            f.emit('i32.const', 100).return();
          });
          f.emit('i32.const', 101).return();
        });
        f.emit('i32.const', -1);
      }),
    ),
  );
  expect([0, 1, 2, -1].map((n) => choose(n))).toEqual([100, 101, -1, -1]);
});

test('globals and memory are imported, changed and exported', () => {
  const m = new ModuleBuilder();
  const log = m.importFunction('host', 'log', { parameters: ['f64'], results: [] });
  m.importMemory('host', 'memory', { min: 1 });
  const scale = m.importGlobal('host', 'scale', 'f64');
  const count = m.addGlobal({ type: 'i32', mutable: true, value: 40 });
  const f = m.addFunction({ parameters: [], results: [] }, (f) => {
    f.getGlobal(count).emit('i32.const', 1).emit('i32.add').setGlobal(count);
    f.emit('i32.const', 8).emit('f64.load', 8).getGlobal(scale).emit('f64.mul').call(log);
  });
  m.exportFunction('f', f);
  m.exportGlobal('count', count);
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Float64Array(memory.buffer)[2] = 21;
  const logged: number[] = [];
  const exports = instanceOf(m.toBytes(), {
    host: { log: (x: number) => void logged.push(x), memory, scale: new WebAssembly.Global({ value: 'f64' }, 2) },
  });
  functionOf(exports)();
  functionOf(exports)();
  expect(logged).toEqual([42, 42]);
  expect((exports['count'] as WebAssembly.Global).value).toBe(42);
});
