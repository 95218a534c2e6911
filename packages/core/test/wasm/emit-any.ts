/** Emits instructions by names and immediates that are only known when the test runs. */
import fc from 'fast-check';
import type { FunctionBuilder } from '../../src/wasm/function-builder.ts';
import {
  type Instruction,
  instruction,
  instructionNames,
  type ValueType,
  typeOfCode,
} from '../../src/wasm/instructions.ts';

export type Immediate = number | bigint | readonly number[];

/** A name and its immediates, all of them: an address has its alignment and offset. */
export type Written = readonly [name: string, ...immediates: Immediate[]];

/** The rows of the table whose effect on the stack is always the same. */
export const fixed: readonly Instruction[] = instructionNames.map(instruction).filter((row) => row.isFixed);

export const isRelaxed = (name: string): boolean => name.includes('.relaxed_');

export function emitAny(f: FunctionBuilder, [name, ...immediates]: Written): void {
  const emit = f.emit.bind(f) as (name: string, ...immediates: Immediate[]) => unknown;
  emit(name, ...immediates);
}

/** What `row` takes from the stack, the one on top last. */
export const takenBy = (row: Instruction): ValueType[] => row.takes.map(typeNamed);

/** What `row` leaves on the stack. */
export const leftBy = (row: Instruction): ValueType[] => (row.leaves === 0 ? [] : [typeNamed(row.leaves)]);

function typeNamed(code: number): ValueType {
  const type = typeOfCode(code);
  if (type === undefined) throw new Error(`no type has the code ${code}`);
  return type;
}

const sixteen = (max: number) => fc.array(fc.integer({ min: 0, max }), { minLength: 16, maxLength: 16 });

const arbitraryOf = {
  none: () => fc.tuple(),
  memory: () => fc.tuple(),
  memories: () => fc.tuple(),
  i32: () => fc.tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  i64: () => fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  f32: () => fc.tuple(fc.float()),
  f64: () => fc.tuple(fc.double()),
  v128: () => fc.tuple(sixteen(255)),
  shuffle: () => fc.tuple(sixteen(31)),
  lane: (size: number) => fc.tuple(fc.integer({ min: 0, max: size - 1 })),
  address: (size: number) => fc.tuple(offset, align(size)),
  'address lane': (size: number) => fc.tuple(fc.integer({ min: 0, max: 16 / size - 1 }), offset, align(size)),
};

const offset = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const align = (size: number) => fc.constantFrom(...[1, 2, 4, 8, 16].filter((bytes) => bytes <= size));

/** Any immediates of a row with a fixed effect. */
export function immediatesOf(row: Instruction): fc.Arbitrary<Immediate[]> {
  if (!(row.immediates in arbitraryOf)) throw new Error(`${row.name}: no immediates for ${row.immediates}`);
  const arbitrary: fc.Arbitrary<readonly Immediate[]> = arbitraryOf[row.immediates as keyof typeof arbitraryOf](
    row.size,
  );
  return arbitrary.map((immediates) => [...immediates]);
}

/** A constant of a type. */
export const constantOf: Record<ValueType, Written> = {
  i32: ['i32.const', 0],
  i64: ['i64.const', 0n],
  f32: ['f32.const', 0],
  f64: ['f64.const', 0],
  v128: ['v128.const', Array<number>(16).fill(0)],
};
