/** What is done to kernels before they are emitted, as text: loops joined, kernels merged, panels copied, places shared. */
import { describe, expect, test } from 'vitest';
import { collapseLoops } from '../../src/emit/collapse-loops.ts';
import { mergeKernels } from '../../src/emit/merge-kernels.ts';
import { packPanels } from '../../src/emit/pack-panels.ts';
import { placeInMemory } from '../../src/emit/place-in-memory.ts';
import { splitLoops } from '../../src/emit/split-loops.ts';
import { checkStatement } from '../../src/kernel-ir/check-statement.ts';
import {
  type Buffer,
  type Expression,
  type Loop,
  add,
  constant,
  equal,
  less,
  load,
  loopIndex,
  max,
  min,
  modulo,
  mul,
  quotient,
  reduce,
  select,
  sqrt,
} from '../../src/kernel-ir/expression.ts';
import { printStatement } from '../../src/kernel-ir/print.ts';
import type { Kernel, Statement } from '../../src/kernel-ir/statement.ts';

function buffer(name: string, size: number): Buffer {
  return { name, type: 'f32', size };
}

/** `line * length + within`. */
function place(line: Expression, length: number, within: Expression): Expression {
  return add(mul(line, constant(length, 'i32')), within);
}

function kernel(name: string, loops: readonly Loop[], to: Buffer, index: Expression, value: Expression): Kernel {
  return { kind: 'kernel', name, loops, stores: [{ buffer: to, index, value }] };
}

function text(statements: readonly Statement[]): string {
  statements.forEach(checkStatement);
  return statements.map(printStatement).join('\n');
}

describe('loops', () => {
  const [row, column]: [Loop, Loop] = [{ extent: 3 }, { extent: 4 }];
  const [i, j] = [loopIndex(row), loopIndex(column)];
  const [x, y] = [buffer('x', 12), buffer('y', 12)];

  test('that go through memory as one would are one', () => {
    const at = place(i, 4, j);
    const one = collapseLoops(kernel('sqrt', [row, column], y, at, sqrt(load(x, at))));
    expect(one.loops.map(({ extent }) => extent)).toEqual([12]);
    expect(text([one])).toMatchInlineSnapshot(`
      "sqrt: i < 12
        y[i] = sqrt(x[i])"
    `);
  });

  test('that do not stay two: a transposition', () => {
    const turned = kernel('permute', [row, column], y, place(i, 4, j), load(x, place(j, 3, i)));
    expect(collapseLoops(turned).loops).toHaveLength(2);
  });

  test('that one reduces after the other are one', () => {
    const sum = kernel(
      'sum',
      [],
      buffer('s', 1),
      constant(0, 'i32'),
      reduce('add', row, reduce('add', column, load(x, place(i, 4, j)))),
    );
    expect(text([collapseLoops(sum)])).toMatchInlineSnapshot(`
      "sum:
        s[0] = add(i < 12: x[i])"
    `);
  });
});

describe('choices by an index', () => {
  const row: Loop = { extent: 100 };
  const i = loopIndex(row);
  const [x, y] = [buffer('x', 100), buffer('y', 200)];
  const zero = constant(0, 'f32');
  const moved = (by: number): Expression => add(i, constant(by, 'i32'));

  /** The element `by` steps away, and 0 outside. */
  function neighbour(by: number): Expression {
    const last = constant(99, 'i32');
    const within = max(constant(0, 'i32'), min(moved(by), last));
    return select(equal(within, moved(by)), load(x, within), zero);
  }

  test('are known in each piece of a loop that is cut where they turn over', () => {
    const both = kernel('add', [row], y, i, add(neighbour(-1), neighbour(1)));
    expect(text(splitLoops(both))).toMatchInlineSnapshot(`
      "add: i < 1
        y[0] = (0 + x[1])
      add: i < 98
        y[i + 1] = (x[i] + x[i + 2])
      add: i < 1
        y[99] = (x[98] + 0)"
    `);
  });

  test('cut a loop where a row ends', () => {
    const line = (at: Expression): Expression => quotient(at, 50);
    const joined = kernel('join', [row], y, i, select(less(line(i), constant(1, 'i32')), load(x, modulo(i, 50)), zero));
    expect(text(splitLoops(joined))).toMatchInlineSnapshot(`
      "join: i < 50
        y[i] = x[i]
      join: i < 50
        y[i + 50] = 0"
    `);
  });

  test('leave a loop whole that would be many pieces, or short ones', () => {
    const rows = kernel('repeat', [row], y, i, load(x, modulo(i, 3)));
    expect(splitLoops(rows)).toEqual([rows]);
    const few: Loop = { extent: 8 };
    const at = loopIndex(few);
    const short = kernel('pad', [few], y, at, select(less(at, constant(2, 'i32')), zero, load(x, at)));
    expect(splitLoops(short)).toEqual([short]);
  });

  test('of words that may wrap around are not known', () => {
    const words: Buffer = { name: 'words', type: 'i32', size: 100 };
    const word = load(words, i);
    expect(less(word, add(word, constant(1, 'i32'))).kind).toBe('apply');
    const digits = load({ ...words, range: [0, 9] }, i);
    expect(less(digits, add(digits, constant(1, 'i32')))).toBe(constant(1, 'bool'));
    const nearLargest = load({ ...words, range: [0, 2 ** 31 - 1] }, i);
    expect(less(nearLargest, add(nearLargest, constant(1, 'i32'))).kind).toBe('apply');
  });
});

describe('kernels', () => {
  const loops: readonly Loop[] = [{ extent: 8 }];
  const i = loopIndex(loops[0]!);
  const [x, y, z] = [buffer('x', 8), buffer('y', 8), buffer('z', 8)];
  const first = kernel('sqrt', loops, y, i, sqrt(load(x, i)));

  test('that hand on an element at the same place are one, and what nobody else reads is not stored', () => {
    const second = kernel('square', loops, z, i, mul(load(y, i), load(y, i)));
    expect(text(mergeKernels([first, second], new Set([z])))).toMatchInlineSnapshot(`
      "sqrt square: i < 8
        z[i] = (sqrt(x[i]) * sqrt(x[i]))"
    `);
    expect(mergeKernels([first, second], new Set([y, z]))).toHaveLength(1);
  });

  test('that read another place are not', () => {
    const back = add(mul(i, constant(-1, 'i32')), constant(7, 'i32'));
    const second = kernel('flip', loops, z, i, load(y, back));
    expect(mergeKernels([first, second], new Set([z]))).toHaveLength(2);
  });

  test('are not merged over one that needs the first and is needed by the second', () => {
    const [total, w] = [buffer('total', 1), buffer('w', 8)];
    const sum = kernel('sum', [], total, constant(0, 'i32'), reduce('add', loops[0]!, load(y, i)));
    const last = kernel('scale', loops, w, i, mul(load(y, i), load(total, constant(0, 'i32'))));
    const merged = mergeKernels([first, sum, last], new Set([w]));
    const written = merged.flatMap((one) =>
      one.kind === 'kernel' ? [...one.stores, ...(one.along?.stores ?? [])] : [],
    );
    expect(written.map((store) => store.buffer.name)).toContain('total');
    expect(merged.length).toBeGreaterThan(1);
  });

  test('that nobody reads are gone', () => {
    expect(mergeKernels([first], new Set([x]))).toEqual([]);
  });
});

describe('panels', () => {
  function product(columns: number): Kernel {
    const [rows, inner]: [Loop, Loop] = [{ extent: 32 }, { extent: 16 }];
    const wide: Loop = { extent: columns };
    const [i, j, p] = [loopIndex(rows), loopIndex(wide), loopIndex(inner)];
    const [a, b, out] = [buffer('a', 32 * 16), buffer('b', 16 * columns), buffer('out', 32 * columns)];
    const value = reduce('add', inner, mul(load(a, place(i, 16, p)), load(b, place(p, columns, j))));
    return kernel('matmul', [rows, wide], out, place(i, columns, j), value);
  }

  test('are copied where rows of the right side are long', () => {
    const statements = packPanels([product(512)]);
    expect(text(statements)).toMatchInlineSnapshot(`
      "pack: i < 64, j < 16, k < 8
        b in panels[j*8 + i*128 + k] = b[j*512 + i*8 + k]
      matmul: i < 64, j < 32, k < 8
        out[j*512 + i*8 + k] = add(l < 16: (a[j*16 + l] * b in panels[l*8 + i*128 + k]))"
    `);
  });

  test('are not where they are short', () => {
    const short = product(64);
    expect(packPanels([short])).toEqual([short]);
  });
});

describe('places', () => {
  const loops: readonly Loop[] = [{ extent: 16 }];
  const i = loopIndex(loops[0]!);
  const chain = ['a', 'b', 'c', 'd', 'e'].map((name) => buffer(name, 16));
  const statements = chain.slice(1).map((to, k): Kernel => kernel('sqrt', loops, to, i, sqrt(load(chain[k]!, i))));

  test('are free again after the last that reads them, and arguments and results keep theirs', () => {
    const { offsets, bytes, bytesWithoutReuse } = placeInMemory(statements, new Set([chain[0]!, chain[4]!]), new Set());
    expect(bytesWithoutReuse).toBe(5 * 64);
    expect(bytes).toBeLessThan(bytesWithoutReuse);
    expect(offsets.get(chain[0]!)).not.toBe(offsets.get(chain[4]!));
    // Of neighbours in the chain, both are alive at once, unless one is computed in place of the other
    const lasting = [offsets.get(chain[0]!), offsets.get(chain[4]!)];
    for (const between of chain.slice(1, 4)) expect(lasting).not.toContain(offsets.get(between));
  });

  test('are those of elsewhere where there are some', () => {
    const { offsets } = placeInMemory(statements, new Set(), new Set([chain[0]!, chain[4]!]));
    expect(offsets.has(chain[0]!)).toBe(false);
    expect(offsets.has(chain[4]!)).toBe(false);
  });
});
