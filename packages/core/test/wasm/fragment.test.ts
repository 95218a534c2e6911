/** Fragments: what is placed is what would have been written there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SymbolicAddress, SymbolicFunction, further } from '../../src/wasm/fragment.ts';
import { FunctionBuilder, type Local } from '../../src/wasm/function-builder.ts';
import { type Instruction, type ValueType, codeOf } from '../../src/wasm/instructions.ts';
import { ModuleBuilder } from '../../src/wasm/module-builder.ts';
import { refusal } from '../refusal.ts';
import { emitAny, fixed, immediatesOf, type Immediate, leftBy, takenBy } from './emit-any.ts';
import { functionOf, instanceOf, memoryOf, moduleOf } from './run.ts';

const none = { parameters: [], results: [] } as const;
const nowhere = (): number => 0;
const noFunction = (): never => {
  throw new Error('no function is called');
};

interface Step {
  readonly row: Instruction;
  readonly immediates: readonly Immediate[];
  /** Whether it is in a loop of its own. */
  readonly loops: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc
    .constantFrom(...fixed)
    .chain((row) => fc.record({ row: fc.constant(row), immediates: immediatesOf(row), loops: fc.boolean() })),
  { maxLength: 30 },
);

function write(f: FunctionBuilder, played: readonly Step[]): void {
  const locals = new Map<ValueType, Local>();
  const localOf = (type: ValueType): Local => {
    const local = locals.get(type) ?? f.local(type);
    locals.set(type, local);
    return local;
  };
  for (const { row, immediates, loops } of played) {
    const once = (): void => {
      for (const type of takenBy(row)) f.get(localOf(type));
      emitAny(f, [row.name, ...immediates]);
      for (const type of leftBy(row)) f.tee(localOf(type)).set(localOf(type));
    };
    if (loops) f.loop(once);
    else once();
  }
}

test('random instructions are the same bytes, written at once or placed', () => {
  fc.assert(
    fc.property(steps, (played) => {
      const written = moduleOf(none, (f) => write(f, played));
      const fragment = FunctionBuilder.fragment('f', (f) => write(f, played));
      expect(moduleOf(none, (f) => void f.place(fragment, nowhere, noFunction))).toEqual(written);
    }),
    { numRuns: 300 },
  );
});

test('addresses, calls and locals get their numbers where a fragment is placed', () => {
  const f64 = codeOf('f64');
  // memory[a + 8] = g(memory[a]) and the address of b after it
  const fragment = FunctionBuilder.fragment('f', (f) => {
    const x = f.local('f64');
    const [a, b] = [new SymbolicAddress(0, 0), new SymbolicAddress(1, -4)];
    f.emit('i32.const', 0)
      .emit('f64.load', a)
      .call(new SymbolicFunction(0, [f64], [f64]))
      .set(x);
    f.emit('i32.const', 0).get(x).emit('f64.store', further(a, 8));
    f.emit('i32.const', 0).emit('i32.const', b).emit('i32.store', further(a, 16));
  });
  const m = new ModuleBuilder();
  m.addMemory({ min: 1 });
  m.exportMemory('memory');
  const functions = [2, 3].map((factor) =>
    m.addFunction({ parameters: ['f64'], results: ['f64'] }, (f, [x]) => {
      f.get(x).emit('f64.const', factor).emit('f64.mul');
    }),
  );
  const f = m.addFunction({ parameters: ['f64'], results: ['f64'] }, (f, [x]) => {
    // So many locals before it that their numbers take two bytes
    for (let k = 0; k < 200; k++) f.get(x).set(f.local('f64'));
    f.place(
      fragment,
      (symbol) => (symbol === 0 ? 1024 : 4),
      (k) => functions[k]!,
    );
    f.place(
      fragment,
      (symbol) => (symbol === 0 ? 40_000 : 70_000),
      (k) => functions[k + 1]!,
    );
    f.get(x);
  });
  m.exportFunction('f', f);
  const exports = instanceOf(m.toBytes());
  const view = new DataView(memoryOf(exports));
  view.setFloat64(1024, 1.5, true);
  view.setFloat64(40_000, 7, true);
  expect(functionOf(exports)(11)).toBe(11);
  expect([view.getFloat64(1032, true), view.getFloat64(40_008, true)]).toEqual([3, 21]);
  expect([view.getInt32(1040, true), view.getInt32(40_016, true)]).toEqual([0, 69_996]);
});

test('locals of a fragment are free again after it', () => {
  const fragment = FunctionBuilder.fragment('f', (f) => void f.emit('i32.const', 1).set(f.local('i32')));
  moduleOf(none, (f) => {
    f.place(fragment, nowhere, noFunction).place(fragment, nowhere, noFunction);
    expect([f.local('i32').index, f.local('i32').index]).toEqual([0, 1]);
  });
});

test('a symbol stands in a fragment only, an access adds nothing negative, and nothing is left on the stack', () => {
  const address = new SymbolicAddress(0, -8);
  expect(refusal(() => moduleOf(none, (f) => void f.emit('i32.const', address).drop()))).toMatchInlineSnapshot(`
    "ArgumentError unplaced-symbol
    i32.const: a symbolic address or function stands in a fragment, and is placed with it
      at function 0, instruction 1"
  `);
  const fragment = FunctionBuilder.fragment('f', (f) => void f.emit('i32.const', 0).emit('i32.load', address).drop());
  expect(refusal(() => moduleOf(none, (f) => void f.place(fragment, () => 4, noFunction)))).toMatchInlineSnapshot(`
    "ArgumentError out-of-range
    expected an integer from 0 to 4294967295, received -4"
  `);
  expect(refusal(() => FunctionBuilder.fragment('left', (f) => void f.emit('i32.const', 0)))).toMatchInlineSnapshot(`
    "ArgumentError wasm-stack
    end of the function: i32 left on the stack beside its results (nothing)
      at function "left", instruction 2"
  `);
});
