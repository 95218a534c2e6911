import { Module, debugLines, grad, lineOf, record, tensor, variable } from '@edgewise/core';
import type { Tensor } from '@edgewise/core';
import { expect, test } from 'vitest';

/** `debug-lines.test.ts:12`, of whatever node made the tensor. */
function shortLine(made: Tensor): string | undefined {
  return lineOf(made.node!)
    ?.replace(/^.*[\\/]/, '')
    .replace(/:\d+$/, '');
}

/** The line that this is called on. */
function here(): string {
  const line = /debug-lines\.test\.ts:\d+/.exec((new Error('where').stack ?? '').split('\n')[2] ?? '');
  return line?.[0] ?? '';
}

test('while it is on, each op knows the line of user code that called it', () => {
  const end = debugLines();
  try {
    const [first, firstLine] = [tensor([1, 2]).square(), here()];
    const [second, secondLine] = [first.exp().sum(), here()];
    expect(firstLine).toMatch(/:\d+$/);
    expect([shortLine(first), shortLine(second)]).toEqual([firstLine, secondLine]);
  } finally {
    end();
  }
});

test('before and after, no line is kept, and what was kept stays', () => {
  const before = record(() => tensor(1).exp());
  const end = debugLines();
  const during = tensor(1).exp();
  end();
  const after = record(() => tensor(1).exp());
  expect([before, after].map(shortLine)).toEqual([undefined, undefined]);
  expect(shortLine(during)).toMatch(/^debug-lines\.test\.ts:\d+$/);
});

test('a call from deep inside a model is found, however many frames lie between', () => {
  class Deep extends Module {
    readonly inner: Deep | undefined;
    readonly weight = variable(2);
    constructor(depth: number) {
      super();
      this.inner = depth === 0 ? undefined : new Deep(depth - 1);
    }
    forward(x: Tensor): Tensor {
      return this.inner === undefined ? x.mul(this.weight) : this.inner.forward(x);
    }
  }
  const limit = Error.stackTraceLimit;
  const end = debugLines();
  try {
    expect(shortLine(new Deep(20).forward(tensor(3)))).toMatch(/^debug-lines\.test\.ts:\d+$/);
  } finally {
    end();
  }
  expect(Error.stackTraceLimit).toBe(limit);
});

test('an op of the backward pass has the line that asked for the derivative', () => {
  const end = debugLines();
  try {
    const [slope, line] = [record(() => grad((x: Tensor) => x.square().sum())(tensor([1, 2]))), here()];
    expect(shortLine(slope)).toBe(line);
  } finally {
    end();
  }
});
