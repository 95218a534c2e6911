/**
 * Products of matrices by the kernels of programs, for eager ops: one program for each kind of product, kept for the next.
 * All share a memory, in which operands lie from the start: nothing stays there from one product to the next.
 */
import {
  type Buffer,
  type Expression,
  add,
  constant,
  load,
  loopIndex,
  mul,
  reduce,
  withOwnExpressions,
} from '../kernel-ir/expression.ts';
import type { Kernel } from '../kernel-ir/statement.ts';
import type { MatrixProduct } from '../kernels/matmul.ts';
import type { NativeKernels } from '../kernels/native.ts';
import { emitProgram } from './emit-program.ts';
import { instantiate } from './instantiate.ts';
import { packPanels } from './pack-panels.ts';
import { placeInMemory } from './place-in-memory.ts';

/** With fewer rows or columns, or fewer multiplications, copying costs more than it saves. */
const NARROW = 8;
const FEW = 2048;
/** Bytes beyond which a product stays where it is: a memory never shrinks. */
const MOST = 2 ** 30;
/** Kinds of products that are remembered. */
const KEPT = 64;

const PAGE = 65536; // bytes

interface ProductProgram {
  readonly addresses: readonly [a: number, b: number, out: number];
  readonly bytes: number;
  readonly step: () => void;
}

let memory: WebAssembly.Memory | undefined;
const programs = new Map<string, ProductProgram>();

/** `out = a b` from the given positions on; false, and nothing done, where plain loops are the better way. */
export const nativeMultiply: NativeKernels['multiply'] = (product, a, atA, b, atB, out, atOut) => {
  const { rows, inner, columns } = product;
  if (rows < NARROW || columns < NARROW || rows * inner * columns < FEW) return false;
  const type = out instanceof Float64Array ? 'f64' : out instanceof Float32Array ? 'f32' : undefined;
  const elements = rows * inner + inner * columns + rows * columns;
  if (type === undefined || elements * out.BYTES_PER_ELEMENT > MOST / 2) return false;
  const { addresses, bytes, step } = programFor(product, type);
  reserve(bytes);
  const { buffer } = memory!;
  const whole = type === 'f64' ? new Float64Array(buffer) : new Float32Array(buffer);
  const width = whole.BYTES_PER_ELEMENT;
  whole.set(a.subarray(atA, atA + rows * inner), addresses[0] / width);
  whole.set(b.subarray(atB, atB + inner * columns), addresses[1] / width);
  step();
  const result = addresses[2] / width;
  out.set(whole.subarray(result, result + rows * columns), atOut);
  return true;
};

function programFor(product: MatrixProduct, type: 'f32' | 'f64'): ProductProgram {
  const { rows, inner, columns, transposeA, transposeB } = product;
  const key = `${rows} ${inner} ${columns} ${transposeA} ${transposeB} ${type}`;
  const known = programs.get(key);
  if (known !== undefined) return known;
  const made = makeProgram(product, type);
  if (programs.size >= KEPT) programs.delete(programs.keys().next().value!);
  programs.set(key, made);
  return made;
}

function makeProgram(product: MatrixProduct, type: 'f32' | 'f64'): ProductProgram {
  return withOwnExpressions(() => {
    const { rows, inner, columns, transposeA, transposeB } = product;
    const a: Buffer = { name: 'a', type, size: rows * inner };
    const b: Buffer = { name: 'b', type, size: inner * columns };
    const out: Buffer = { name: 'out', type, size: rows * columns };
    const [row, column, along] = [{ extent: rows }, { extent: columns }, { extent: inner }];
    const [i, j, p] = [loopIndex(row), loopIndex(column), loopIndex(along)];
    const left = load(a, transposeA ? place(p, rows, i) : place(i, inner, p));
    const right = load(b, transposeB ? place(j, inner, p) : place(p, columns, j));
    const kernel: Kernel = {
      kind: 'kernel',
      name: 'matmul',
      loops: [row, column],
      stores: [{ buffer: out, index: place(i, columns, j), value: reduce('add', along, mul(left, right)) }],
    };
    const statements = packPanels([kernel]);
    const { offsets, bytes } = placeInMemory(statements, new Set([a, b, out]), new Set());
    const emitted = emitProgram(statements, (buffer) => offsets.get(buffer)!);
    reserve(bytes);
    const exported = instantiate(emitted.bytes, memory!, emitted.slow);
    const addresses = [offsets.get(a)!, offsets.get(b)!, offsets.get(out)!] as const;
    return { addresses, bytes, step: exported['step'] as () => void };
  });
}

function place(line: Expression, length: number, within: Expression): Expression {
  return add(mul(line, constant(length, 'i32')), within);
}

function reserve(bytes: number): void {
  memory ??= new WebAssembly.Memory({ initial: 16, maximum: MOST / PAGE });
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
}
