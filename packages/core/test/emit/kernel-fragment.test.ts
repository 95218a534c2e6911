/** Kernels placed again at other addresses: the same bytes where addresses are the same, the same numbers elsewhere. */
import { expect, test } from 'vitest';
import { emitProgram } from '../../src/emit/emit-program.ts';
import { instantiate } from '../../src/emit/instantiate.ts';
import { fragmentOf } from '../../src/emit/kernel-fragment.ts';
import {
  type Buffer,
  type Loop,
  add,
  constant,
  load,
  loopIndex,
  mul,
  reduce,
  withOwnExpressions,
} from '../../src/kernel-ir/expression.ts';
import type { Kernel } from '../../src/kernel-ir/statement.ts';

const SIZE = 50;

/** `y[k] = 3 x[k + 1] - x[SIZE - 1 - k]` where both exist, and `s = sum(x^2)`: reads ahead, and backwards. */
function statements(): { kernels: Kernel[]; buffers: readonly [x: Buffer, y: Buffer, s: Buffer] } {
  const [x, y, s] = ['x', 'y', 's'].map((name): Buffer => ({ name, type: 'f64', size: name === 's' ? 1 : SIZE })) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const [along, over]: [Loop, Loop] = [{ extent: SIZE - 1 }, { extent: SIZE }];
  const k = loopIndex(along);
  const back = load(x, add(mul(k, constant(-1, 'i32')), constant(SIZE - 1, 'i32')));
  const ahead = load(x, add(k, constant(1, 'i32')));
  const value = add(mul(ahead, constant(3, 'f64')), mul(back, constant(-1, 'f64')));
  const each = load(x, loopIndex(over));
  const sum = reduce('add', over, mul(each, each));
  return {
    kernels: [
      { kind: 'kernel', name: 'both', loops: [along], stores: [{ buffer: y, index: k, value }] },
      { kind: 'kernel', name: 'sum', loops: [], stores: [{ buffer: s, index: constant(0, 'i32'), value: sum }] },
    ],
    buffers: [x, y, s],
  };
}

function emittedAt(addresses: readonly number[]): Uint8Array<ArrayBuffer> {
  return withOwnExpressions(() => {
    const { kernels, buffers } = statements();
    return emitProgram(kernels, (buffer) => addresses[buffers.indexOf(buffer)]!).bytes;
  });
}

test('a kernel of a form that is known is not emitted again', () => {
  const [first, second] = [1, 2].map(() => withOwnExpressions(() => fragmentOf(statements().kernels[0]!)));
  expect(second!.made).toBe(first!.made);
  expect(second!.buffers).not.toBe(first!.buffers);
});

test('forms take no more than two megabytes: those unused for longest are emitted anew', () => {
  /** A kernel of its own for each number, thousands of instructions long. */
  const long = (number: number): Kernel => {
    const { kernels, buffers } = statements();
    const stores = Array.from({ length: SIZE - 1 }, (_, place) => {
      let value = load(buffers[0], constant(place, 'i32'));
      for (let k = 0; k < 40; k++) value = add(mul(value, value), constant(number + k, 'f64'));
      return { buffer: buffers[1], index: constant(place, 'i32'), value };
    });
    return { ...kernels[1]!, stores };
  };
  const made = (number: number): unknown => withOwnExpressions(() => fragmentOf(long(number)).made);
  const first = made(0.5);
  expect(made(0.5)).toBe(first);
  for (let number = 1; number < 60; number++) made(number + 0.5);
  expect(made(0.5)).not.toBe(first);
});

test('a program placed again is the same bytes at the same addresses, and right at others', () => {
  const low = [4096, 4608, 5120];
  expect(emittedAt(low)).toEqual(emittedAt(low));
  const x = Float64Array.from({ length: SIZE }, (_, k) => Math.sin(k));
  for (const addresses of [low, [131_072, 8192, 200_000]]) {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 65_536 });
    const exports = instantiate(emittedAt(addresses), memory, []);
    new Float64Array(memory.buffer, addresses[0], SIZE).set(x);
    (exports['step'] as () => void)();
    const y = new Float64Array(memory.buffer, addresses[1], SIZE - 1);
    expect([...y]).toEqual(Array.from(y, (_, k) => x[k + 1]! * 3 + x[SIZE - 1 - k]! * -1));
    const [s] = new Float64Array(memory.buffer, addresses[2], 1);
    expect(s).toBeCloseTo(
      x.reduce((sum, each) => sum + each * each, 0),
      12,
    );
  }
});
