/** Forms of kernels: equal where only buffers differ, and nowhere else. */
import { describe, expect, test } from 'vitest';
import {
  type Buffer,
  type Expression,
  type Loop,
  add,
  constant,
  load,
  loopIndex,
  mul,
  neg,
  rare,
  reduce,
  less,
  withOwnExpressions,
} from '../../src/kernel-ir/expression.ts';
import { formOf } from '../../src/kernel-ir/form.ts';
import type { Kernel } from '../../src/kernel-ir/statement.ts';

interface Parts {
  readonly extent?: number;
  readonly inner?: number;
  readonly type?: 'f32' | 'f64';
  readonly size?: number;
  readonly range?: readonly [number, number];
  readonly factor?: number;
  readonly stride?: number;
  readonly combine?: 'add' | 'max';
  readonly slow?: string;
  readonly name?: string;
  readonly same?: boolean;
}

/** `y[i] = combine(k: x[i * stride + k] * factor) + z[i]`, in a program of its own. */
function made(parts: Parts): Kernel {
  const {
    extent = 4,
    inner = 3,
    type = 'f32',
    size = 100,
    range,
    factor = 2,
    stride = 3,
    combine = 'add',
    slow,
  } = parts;
  return withOwnExpressions(() => {
    const named = (name: string, of = 100): Buffer => ({ name: `${parts.name ?? ''}${name}`, type, size: of });
    const x: Buffer = { ...named('x', size), ...(range === undefined ? {} : { range }) };
    const [row, along]: [Loop, Loop] = [{ extent }, { extent: inner }];
    const at = add(mul(loopIndex(row), constant(stride, 'i32')), loopIndex(along));
    const product = mul(load(x, at), constant(factor, type));
    const sum = reduce(combine, along, product);
    const other = parts.same === true ? x : named('z');
    const whole: Expression = add(sum, load(other, loopIndex(row)));
    const value = slow === undefined ? whole : rare(less(whole, constant(0, type)), neg(whole), slow, [whole]);
    return { kind: 'kernel', name: 'k', loops: [row], stores: [{ buffer: named('y'), index: loopIndex(row), value }] };
  });
}

test('a form is text, without names and addresses', () => {
  expect(formOf(made({})).text).toMatchInlineSnapshot(`
    "loop 4
    i32 loop 0
    loop 3
    i32 loop 1
    i32 0+0*3+1*1
    buffer f32 100
    f32 load 0 2
    f32 2
    f32 mul  3 4
    f32 add along 1 5
    buffer f32 100
    f32 load 1 0
    f32 add  6 7
    buffer f32 100
    0  2[0]=8"
  `);
});

test('kernels of other programs that differ in buffers have one form, and say which buffers are theirs', () => {
  const [here, there] = [formOf(made({})), formOf(made({ name: 'other ' }))];
  expect(there.text).toBe(here.text);
  expect(here.buffers.map(({ name }) => name)).toEqual(['x', 'z', 'y']);
  expect(there.buffers.map(({ name }) => name)).toEqual(['other x', 'other z', 'other y']);
});

describe('whatever else differs, the form differs', () => {
  const others: Record<string, Parts> = {
    'an extent': { extent: 5 },
    'the extent of a reduction': { inner: 2 },
    'a type': { type: 'f64' },
    'the size of a buffer': { size: 99 },
    'a known range': { range: [0, 5] },
    'another known range': { range: [0, 6] },
    'a constant': { factor: 3 },
    'the sign of zero': { factor: -0 },
    zero: { factor: 0 },
    'a step in memory': { stride: 6 },
    'how terms are combined': { combine: 'max' },
    'a call of the host': { slow: 'sinOfHuge' },
    'another call of the host': { slow: 'cosOfHuge' },
    'one buffer twice': { same: true },
  };
  const texts = Object.entries(others).map(([what, parts]) => [what, formOf(made(parts)).text] as const);
  test.each(texts)('%s', (what, text) => {
    expect([formOf(made({})).text, ...texts.flatMap((one) => (one[0] === what ? [] : [one[1]]))]).not.toContain(text);
  });
});
