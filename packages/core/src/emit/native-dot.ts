/**
 * The sum of products of two blocks of f64 by a kernel of programs, for eager ops. Blocks are copied into a small memory: that
 * and two lanes take less time than a loop's looks at bounds.
 */
import {
  type Buffer,
  add,
  constant,
  load,
  loopIndex,
  mul,
  reduce,
  withOwnExpressions,
} from '../kernel-ir/expression.ts';
import type { Kernel } from '../kernel-ir/statement.ts';
import type { NativeKernels } from '../kernels/native.ts';
import { PRODUCTS_IN_BLOCK as BLOCK } from '../kernels/sums.ts';
import { emitProgram } from './emit-program.ts';
import { instantiate } from './instantiate.ts';

/** A block is added in so many sums, and these by pairs. */
const SUMS = 16;

interface DotProgram {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly sums: Float64Array;
  readonly step: () => void;
}

let made: DotProgram | undefined;

export const nativeDot: NativeKernels['dot'] = (a, atA, b, atB) => {
  const { left, right, sums, step } = (made ??= makeProgram());
  left.set(a.subarray(atA, atA + BLOCK));
  right.set(b.subarray(atB, atB + BLOCK));
  step();
  for (let half = SUMS / 2; half >= 1; half /= 2) for (let k = 0; k < half; k++) sums[k]! += sums[k + half]!;
  return sums[0]!;
};

function makeProgram(): DotProgram {
  return withOwnExpressions(() => {
    const [a, b, out] = ['a', 'b', 'out'].map((name): Buffer => ({ name, type: 'f64', size: BLOCK })) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    const addressOf = (buffer: Buffer): number => [a, b, out].indexOf(buffer) * BLOCK * 8;
    const [each, along] = [{ extent: SUMS }, { extent: BLOCK / SUMS }];
    const place = add(mul(loopIndex(each), constant(along.extent, 'i32')), loopIndex(along));
    const value = reduce('add', along, mul(load(a, place), load(b, place)));
    const kernel: Kernel = {
      kind: 'kernel',
      name: 'dot',
      loops: [each],
      stores: [{ buffer: out, index: loopIndex(each), value }],
    };
    const { bytes, slow } = emitProgram([kernel], addressOf);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const step = instantiate(bytes, memory, slow)['step'] as () => void;
    const [left, right] = [a, b].map((buffer) => new Float64Array(memory.buffer, addressOf(buffer), BLOCK));
    return { left: left!, right: right!, sums: new Float64Array(memory.buffer, addressOf(out), SUMS), step };
  });
}
