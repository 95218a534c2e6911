import { type Dtype, random } from '@edgewise/core';
import {
  type Initializer,
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
} from '@edgewise/nn';
import { describe, expect, test } from 'vitest';

const weight = { fanIn: 300, fanOut: 100 };
const shape = [300, 100];

describe.each<[name: string, init: Initializer, variance: number, spread: 'uniform' | 'normal']>([
  ['glorotUniform', glorotUniform, 2 / 400, 'uniform'],
  ['glorotNormal', glorotNormal, 2 / 400, 'normal'],
  ['heUniform', heUniform, 2 / 300, 'uniform'],
  ['heNormal', heNormal, 2 / 300, 'normal'],
  ['lecunUniform', lecunUniform, 1 / 300, 'uniform'],
  ['lecunNormal', lecunNormal, 1 / 300, 'normal'],
])('%s', (_, init, variance, spread) => {
  test.each<Dtype>(['f32', 'f64'])('has mean 0 and the variance of its paper, in %s', (dtype) => {
    const drawn = init(random.key(1), shape, { ...weight, dtype });
    expect(String(drawn.spec)).toBe(`${dtype} [300, 100]`);
    // 30,000 numbers: the mean is off by sigma / 173, the variance by about 1 %; allowed are four of each.
    expect(Math.abs(drawn.mean().item())).toBeLessThan((4 * Math.sqrt(variance)) / 173);
    expect(drawn.square().mean().item() / variance).toBeGreaterThan(0.96);
    expect(drawn.square().mean().item() / variance).toBeLessThan(1.04);
  });

  test('gives the same for the same key, other numbers for another', () => {
    const first = (seed: number): number[] => [...init(random.key(seed), [4], { ...weight, dtype: 'f64' }).data];
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });

  test(`is ${spread}: its kurtosis says so`, () => {
    const drawn = init(random.key(2), shape, { ...weight, dtype: 'f64' });
    const kurtosis = drawn.pow(4).mean().item() / drawn.square().mean().item() ** 2;
    expect(kurtosis).toBeCloseTo(spread === 'uniform' ? 1.8 : 3, 0);
    if (spread === 'uniform') expect(drawn.abs().max().item()).toBeLessThanOrEqual(Math.sqrt(3 * variance));
  });
});

test('constant gives one number everywhere', () => {
  const drawn = constant(0.5)(random.key(1), [2, 2], { ...weight, dtype: 'f64' });
  expect(drawn.dtype).toBe('f64');
  expect(drawn.toArray()).toEqual([
    [0.5, 0.5],
    [0.5, 0.5],
  ]);
});
