import { describe, expect, test } from 'vitest';
import { random, tensor } from '../../src/index.ts';
import { drawOf, purpose, threefry } from '../../src/random/threefry.ts';
import { known } from './known.ts';

/** Two words in hexadecimal, as the published vectors are written. */
function hex(key: [number, number], counter: [number, number]): string {
  const out = new Int32Array(2);
  threefry(key[0], key[1], counter[0], counter[1], out);
  return Array.from(out, (word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ');
}

test('Threefry-2x32 with 20 rounds gives the known answers of Random123', () => {
  // Salmon, Moraes, Dror, Shaw: Random123, kat_vectors, threefry2x32 20
  expect(hex([0, 0], [0, 0])).toBe('6b200159 99ba4efe');
  expect(hex([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toBe('1cb996fc bb002be7');
  expect(hex([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toBe('c4923a9c 483df7a0');
});

describe('keys', () => {
  test('give the same numbers on every machine', () => {
    expect(Array.from(random.uniform(random.key(7), [3], { dtype: 'f64' }).data)).toEqual(known.uniform);
    expect(Array.from(random.permutation(random.key(7), 6).data)).toEqual(known.permutation);
  });

  test('the same key gives the same numbers, another key others', () => {
    const draw = (seed: number): number[] => Array.from(random.uniform(random.key(seed), [5]).data);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test('seeds beyond 32 bits are told apart', () => {
    expect(random.key(1).toArray()).toEqual([0, 1]);
    expect(random.key(2 ** 32 + 1).toArray()).toEqual([1, 1]);
    expect(random.key(2 ** 53 - 1).toArray()).toEqual([2 ** 21 - 1, -1]);
    expect(random.key(2 ** 31).toArray()).toEqual([0, -(2 ** 31)]);
  });

  test('the numbers of a key do not depend on how many are asked for', () => {
    const key = random.key(3);
    for (const dtype of ['f32', 'f64'] as const) {
      const many = random.uniform(key, [100], { dtype }).data;
      expect(Array.from(random.uniform(key, [7], { dtype }).data)).toEqual(Array.from(many.slice(0, 7)));
      expect(Array.from(random.uniform(key, [2, 3], { dtype }).data)).toEqual(Array.from(many.slice(0, 6)));
    }
  });

  test('split gives keys that differ from each other, from the key, and in what they give', () => {
    const key = random.key(1);
    const keys = [key, ...random.split(key, 3), ...random.split(random.split(key, 2)[0]!, 3)];
    const texts = keys.map(String);
    // The first two of a longer split are those of a shorter one.
    expect(random.split(key, 2).map(String)).toEqual(random.split(key, 3).map(String).slice(0, 2));
    expect(new Set(texts).size).toBe(texts.length);
    const draws = keys.map((each) => random.uniform(each, [2000], { dtype: 'f64' }).sub(0.5));
    draws.forEach((a, j) =>
      draws.slice(j + 1).forEach((b) => {
        const correlation = a.mul(b).mean().item() * 12;
        expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(2000));
      }),
    );
  });

  test('words drawn for one purpose never coincide with those for another', () => {
    const uses = Object.values(purpose);
    const counters = uses.flatMap((use) => [0, 1, 2].map((draw) => drawOf(use, draw)));
    expect(new Set([...uses, ...counters]).size).toBe(counters.length);
  });

  test('a key may be a tensor of any two whole numbers', () => {
    expect(random.uniform(tensor([5, 6], { dtype: 'i32' }), [2]).shape).toEqual([2]);
    expect(random.uniform([5, 6], [2]).toArray()).toEqual(
      random.uniform(tensor([5, 6], { dtype: 'i32' }), [2]).toArray(),
    );
  });
});

describe('uniform', () => {
  test.each(['f32', 'f64'] as const)('in %s has the moments of the distribution, and stays below 1', (dtype) => {
    const n = 200_000;
    const x = random.uniform(random.key(11), [n], { dtype }).cast('f64');
    // Five standard errors of each moment.
    expect(Math.abs(x.mean().item() - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(x.square().mean().item() - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
    expect(Math.abs(x.pow(3).mean().item() - 1 / 4)).toBeLessThan(5 * Math.sqrt(9 / 112 / n));
    expect([x.min().item() >= 0, x.max().item() < 1]).toEqual([true, true]);
  });

  test('neighbours are independent', () => {
    const n = 200_000;
    const x = random.uniform(random.key(12), [n], { dtype: 'f64' }).sub(0.5);
    for (const lag of [1, 2, 3, 64]) {
      const correlation =
        x
          .slice([[lag]])
          .mul(x.slice([[0, n - lag]]))
          .mean()
          .item() * 12;
      expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  test('spreads over the range asked for', () => {
    const x = random.uniform(random.key(13), [10_000], { min: -3, max: 5 });
    expect([x.min().item() >= -3, x.max().item() <= 5]).toEqual([true, true]);
    expect(x.mean().item()).toBeCloseTo(1, 0);
  });
});

describe('normal', () => {
  test.each(['f32', 'f64'] as const)('in %s has mean 0, variance 1, skewness 0 and kurtosis 3', (dtype) => {
    const n = 200_000;
    const x = random.normal(random.key(21), [n], { dtype }).cast('f64');
    expect(Math.abs(x.mean().item())).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(x.square().mean().item() - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(x.pow(3).mean().item())).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(x.pow(4).mean().item() - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    expect(Array.from(x.data).every(Number.isFinite)).toBe(true);
  });

  test('has the tails of the distribution', () => {
    const n = 200_000;
    const beyond = (limit: number): number =>
      random.normal(random.key(22), [n], { dtype: 'f64' }).abs().greater(limit).cast('f64').mean().item();
    // P(|x| > 1), P(|x| > 2), P(|x| > 3)
    for (const [limit, p] of [
      [1, 0.317_310_507_9],
      [2, 0.045_500_263_9],
      [3, 0.002_699_796_1],
    ] as const) {
      expect(Math.abs(beyond(limit) - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
    }
  });
});

describe('permutation', () => {
  test('is a permutation, of any length', () => {
    for (const count of [0, 1, 2, 10, 1000]) {
      const order = random.permutation(random.key(count), count);
      expect([...order.data].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, k) => k));
      expect(order.dtype).toBe('i32');
    }
  });

  test('takes every order equally often', () => {
    const seen = new Map<string, number>();
    const draws = 6000;
    for (let seed = 0; seed < draws; seed++) {
      const order = Array.from(random.permutation(random.key(seed), 3).data).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values())
      expect(Math.abs(count - draws / 6)).toBeLessThan(5 * Math.sqrt((draws * 5) / 36));
  });
});

test('bounds between which nothing can be spread evenly are refused', () => {
  const draw = (min: number, max: number, dtype: 'f32' | 'f64' = 'f32') =>
    random.uniform(random.key(1), [2], { min, max, dtype });
  for (const [min, max] of [
    [1, 0],
    [Number.NaN, 1],
    [0, Infinity],
    [-Infinity, 0],
    [-3e38, 3e38],
  ] as const) {
    expect(() => draw(min, max), `${min} to ${max}`).toThrow(`numbers cannot be spread evenly from ${min} to ${max}`);
  }
  expect(draw(-3e38, 3e38, 'f64').data.every(Number.isFinite)).toBe(true);
  expect(draw(2, 2).toArray()).toEqual([2, 2]);
});
