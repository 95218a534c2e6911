/** What `checkGradients` finds at special points, beside the points it is given. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  customGradient,
  defineElementwise,
  hypot,
  maximum,
  median,
  pow,
  relu,
  sqrt,
  tensor,
  unique,
  where,
} from '../src/index.ts';
import { checkGradients } from '../src/testing/index.ts';

const f64 = (values: number[]): Tensor => tensor(values, { dtype: 'f64' });
const ordinary = f64([0.5, -2, 3]);

function said(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    return String(error);
  }
  return 'nothing';
}

describe('at special points checkGradients finds', () => {
  test('a second derivative that is wrong where the slope is a constant', () => {
    const sinc = defineElementwise({
      name: 'sinc',
      value: (x) => (x === 0 ? 1 : Math.sin(x) / x),
      slope: ({ input, output }) => {
        const nonzero = where(input.equal(0), 1, input);
        return where(input.equal(0), 0, input.cos().sub(output).div(nonzero));
      },
    });
    expect(said(() => checkGradients(sinc, [ordinary], { probe: false }))).toBe('nothing');
    expect(said(() => checkGradients(sinc, [ordinary], { orders: [1] }))).toBe('nothing');
    expect(said(() => checkGradients(sinc, [ordinary]))).toMatch(
      'second derivative in inputs 0 and 0 where input 0 is 0',
    );
  });

  test('a slope that is NaN where the value is finite', () => {
    const trap = (x: Tensor): Tensor => where(x.greater(0), x.sqrt(), 0);
    expect(said(() => checkGradients((x) => trap(x.add(1)), [f64([0.5])]))).toMatchInlineSnapshot(
      `"EdgewiseError: checkGradients: first derivative in input 0 where input 0 is -1 is NaN; the value is finite"`,
    );
  });

  test('a slope that overflows to NaN at large numbers', () => {
    const naive = defineElementwise({
      name: 'softplus',
      value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
      slope: ({ input }) => input.exp().div(input.exp().add(1)),
    });
    expect(said(() => checkGradients(naive, [ordinary]))).toMatch('where input 0 is 1000 is NaN; the value is finite');
  });

  test('a slope at ties that no side has', () => {
    const both = customGradient('both', (x: Tensor, y: Tensor) => maximum(x, y).add(x.add(y).sub(maximum(x, y))), {
      pull: ({ cotangent, inputs: [x, y] }) => {
        const tie = x!.equal(y!);
        return [where(tie, cotangent.mul(2), cotangent), cotangent];
      },
    });
    const at = [f64([0.5, -2]), f64([7, 3])];
    expect(said(() => checkGradients(both, at, { probe: false }))).toBe('nothing');
    expect(said(() => checkGradients(both, at))).toMatch('first derivative in input 0 where every input is 0');
  });

  test('a rule that is wrong at 1 alone', () => {
    const op = defineElementwise({
      name: 'wrongAtOne',
      value: (x) => x ** 3,
      slope: ({ input }) => where(input.equal(1), 4, input.square().mul(3)),
    });
    expect(said(() => checkGradients(op, [ordinary]))).toMatch('where input 0 is 1 is');
  });
});

describe('at special points checkGradients allows', () => {
  const allowed: [title: string, fn: (...at: Tensor[]) => Tensor | readonly Tensor[], at: Tensor[]][] = [
    ['kinks', (x) => relu(x!), [ordinary]],
    ['kinks at ties', (x, y) => maximum(x!, y!), [f64([0.5, -2]), f64([1, 3])]],
    ['kinks that look smooth along one line', (x) => median(x!), [ordinary]],
    ['infinite slopes', (x) => sqrt(x!), [f64([0.5, 2])]],
    ['the end of a domain, and isolated points beyond', (x, y) => pow(x!, y!), [f64([0.5, 2]), f64([1.5, 0.3])]],
    ['no slope at the origin', (x, y) => hypot(x!, y!), [f64([0.5, 2]), f64([1.5, 0.3])]],
    ['another number of elements', (x) => unique(x!), [ordinary]],
  ];
  test.each(allowed)('%s', (_, fn, at) => {
    expect(said(() => checkGradients(fn, at))).toBe('nothing');
  });

  test('a function that refuses them', () => {
    const positive = (x: Tensor): Tensor => {
      if (x.data.some((value) => value <= 0 || value > 100)) throw new RangeError('outside');
      return x.log();
    };
    expect(said(() => checkGradients(positive, [f64([0.5, 2])]))).toBe('nothing');
  });
});

test('probing counts what it compares', () => {
  const compared = (probe: boolean): number => checkGradients((x) => x.sin(), [ordinary], { probe }).comparisons;
  expect(compared(false)).toBe(3);
  expect(compared(true)).toBeGreaterThan(20);
});

test('orders that are not checked are refused', () => {
  const x = tensor([0.5], { dtype: 'f64' });
  for (const orders of [[], [3], [1, 3], 1]) {
    expect(() => checkGradients((at) => at.square(), [x], { orders: orders as never })).toThrow(
      /expected a list with 1, 2 or both/,
    );
  }
});
