import { describe, expect, test } from 'vitest';
import { type Tensor, random, run, spec, tensor, trace } from '../../src/index.ts';
import { refusal } from '../refusal.ts';

const n = 100_000;

/** How often each number occurs, against how often it should: Pearson's sum. */
function chiSquared(values: Iterable<number>, probabilities: readonly number[], total: number): number {
  const counts = probabilities.map(() => 0);
  for (const value of values) counts[value]!++;
  return counts.reduce(
    (sum, count, k) => sum + (count - total * probabilities[k]!) ** 2 / (total * probabilities[k]!),
    0,
  );
}

/** The largest distance of the share of values below a point from the distribution function there (Kolmogorov). */
function distance(values: readonly number[], distribution: (x: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(
    ...sorted.map((x, k) =>
      Math.max(Math.abs(k / sorted.length - distribution(x)), Math.abs((k + 1) / sorted.length - distribution(x))),
    ),
  );
}

describe('bernoulli', () => {
  test('is true as often as the probability says, broadcast', () => {
    const drawn = random.bernoulli(random.key(1), [0.1, 0.5, 0, 1], [n, 4]);
    expect(drawn.dtype).toBe('bool');
    const shares = drawn.cast('f64').mean({ axis: 0 }).data;
    expect(Math.abs(shares[0]! - 0.1)).toBeLessThan(5 * Math.sqrt(0.09 / n));
    expect(Math.abs(shares[1]! - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / n));
    expect([shares[2], shares[3]]).toEqual([0, 1]);
    expect(random.bernoulli(random.key(1), tensor([0.5, 0.5])).shape).toEqual([2]);
  });

  test('refuses a shape that probabilities do not broadcast to', () => {
    expect(refusal(() => random.bernoulli(random.key(1), [0.5, 0.5], [3]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      broadcastTo: shape [2] does not broadcast to [3]; aligned at the last axis, extents must be equal or 1
        at random.bernoulli/broadcastTo"
    `);
  });
});

describe('categorical', () => {
  test('draws with the probabilities of softmax', () => {
    const probabilities = [0.1, 0.2, 0.3, 0.4];
    const logits = tensor(probabilities, { dtype: 'f64' }).log().add(5);
    const drawn = random.categorical(random.key(2), logits, { shape: [n] });
    // 3 degrees of freedom: exceeded once in 10^5.
    expect(chiSquared(drawn.data, probabilities, n)).toBeLessThan(25.9);
  });

  test('goes along an axis, and draws as often as the shape says', () => {
    const never = Number.NEGATIVE_INFINITY;
    const logits = tensor([
      [0, never, never],
      [never, never, 0],
    ]);
    expect(random.categorical(random.key(1), logits).toArray()).toEqual([0, 2]);
    expect(random.categorical(random.key(1), logits, { shape: [2, 2] }).toArray()).toEqual([
      [0, 2],
      [0, 2],
    ]);
    expect(random.categorical(random.key(1), logits.transpose(), { axis: 0 }).toArray()).toEqual([0, 2]);
    expect(random.categorical(random.key(1), logits.add(0), { shape: [5, 3, 2] }).shape).toEqual([5, 3, 2]);
  });

  test('draws of several rows are independent', () => {
    const drawn = random.categorical(
      random.key(3),
      tensor([
        [0, 0],
        [0, 0],
      ]),
      { shape: [n, 2] },
    );
    const pairs = drawn.mul(tensor([2, 1], { dtype: 'i32' })).sum({ axis: 1 });
    expect(chiSquared(pairs.data, [0.25, 0.25, 0.25, 0.25], n)).toBeLessThan(25.9);
  });

  test('refusals', () => {
    const logits = tensor([[0, 1, 2]]);
    expect(refusal(() => random.categorical(random.key(1), logits, { shape: [2] }))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      random.categorical: shape [2] does not end as the logits do without axis 1, [1]"
    `);
    expect(refusal(() => random.categorical(random.key(1), logits, { axis: 2 }))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      random.categorical: axis 2 does not exist: axes are -2 to 1"
    `);
    // @ts-expect-error -- no such option
    expect(refusal(() => random.categorical(random.key(1), logits, { count: 2 }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      random.categorical: no option named "count"; the options are "axis", "shape""
    `);
  });
});

describe('integers', () => {
  test('are equally likely, from min up to and without max', () => {
    const drawn = random.integers(random.key(4), [n], { min: -3, max: 4 });
    expect(drawn.dtype).toBe('i32');
    expect(chiSquared(drawn.add(3).data, Array<number>(7).fill(1 / 7), n)).toBeLessThan(33.1);
  });

  test('of a range that hardly fits are not biased to small ones', () => {
    // 2^32 modulo 3 * 2^30 would give a number of the first third every second time.
    const third = 2 ** 30;
    const drawn = random.integers(random.key(5), [n], { min: -(2 ** 31), max: -(2 ** 31) + 3 * third });
    const thirds = Array.from(drawn.data, (x) => Math.floor((x + 2 ** 31) / third));
    expect(chiSquared(thirds, [1 / 3, 1 / 3, 1 / 3], n)).toBeLessThan(23);
  });

  test('may be all of 32 bits, or a single one', () => {
    const { data } = random.integers(random.key(6), [1000], { min: -(2 ** 31), max: 2 ** 31 });
    expect(data.some((x) => x < -(2 ** 30)) && data.some((x) => x > 2 ** 30)).toBe(true);
    expect(random.integers(random.key(6), [2], { min: 5, max: 6 }).toArray()).toEqual([5, 5]);
  });

  test('refusals', () => {
    expect(refusal(() => random.integers(random.key(1), [2], { min: 3, max: 3 }))).toMatchInlineSnapshot(`
      "ArgumentError not-a-range
      random.integers: no whole numbers of 32 bits lie from 3 up to and without 3"
    `);
    expect(refusal(() => random.integers(random.key(1), [2], { max: 2 ** 31 + 1 }))).toMatchInlineSnapshot(`
      "ArgumentError not-a-range
      random.integers: no whole numbers of 32 bits lie from 0 up to and without 2147483649"
    `);
    // @ts-expect-error -- max is missing
    expect(refusal(() => random.integers(random.key(1), [2], {}))).toMatchInlineSnapshot(`
      "ArgumentError not-a-range
      random.integers: no whole numbers of 32 bits lie from 0 up to and without undefined
        try random.integers(key, shape, { max: 6 })"
    `);
    expect(refusal(() => random.integers(tensor([1, 2]), [2], { max: 3 }))).toMatchInlineSnapshot(`
      "ShapeError not-a-key
      random.integers: a key is i32 [2]; received f32 [2]
        try random.key(seed)"
    `);
  });
});

describe('truncatedNormal', () => {
  const draws = 20_000;
  test.each([
    [-2, 2],
    [-Infinity, Infinity],
    [-0.5, 0.3],
    [0, Infinity],
    [1, 1.2],
    [5, Infinity],
    [-Infinity, -8],
    [-9, -8.5],
    [30, 31],
  ])('between %d and %d has the density of the normal distribution there', (lower, upper) => {
    const x = random.truncatedNormal(random.key(8), [draws], { lower, upper, dtype: 'f64' });
    const values = Array.from(x.data);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(lower);
    expect(Math.max(...values)).toBeLessThanOrEqual(upper);
    // The distribution function by sums over small steps, the density brought near 1 at its peak.
    const [from, to] = [Math.max(lower, upper < 0 ? upper - 9 : -9), Math.min(upper, lower > 0 ? lower + 9 : 9)];
    const peak = Math.min(Math.max(0, from), to);
    const steps = 20_000;
    const width = (to - from) / steps;
    const sums = [0];
    for (let k = 0; k < steps; k++) {
      const middle = from + (k + 0.5) * width;
      sums.push(sums[k]! + Math.exp((peak * peak - middle * middle) / 2));
    }
    const distribution = (at: number): number => sums[Math.round((at - from) / width)]! / sums[steps]!;
    // Exceeded once in 10^5 draws of this many.
    expect(distance(values, distribution)).toBeLessThan(2.5 / Math.sqrt(draws));
  });

  test('in f32 stays within the bounds, and far out it ends', () => {
    const { data } = random.truncatedNormal(random.key(1), [1000]);
    expect(Math.max(...data)).toBeLessThanOrEqual(2);
    expect(random.truncatedNormal(random.key(1), [1], { lower: 1e200, upper: Infinity, dtype: 'f64' }).item()).toBe(
      1e200,
    );
    expect(random.truncatedNormal(random.key(1), [1], { lower: 3, upper: 3 }).item()).toBe(3);
  });

  test('refusals', () => {
    expect(refusal(() => random.truncatedNormal(random.key(1), [2], { lower: 1, upper: 0 }))).toMatchInlineSnapshot(`
      "ArgumentError not-bounds
      random.truncatedNormal: no numbers lie from 1 to 0"
    `);
    expect(refusal(() => random.truncatedNormal(random.key(1), [2], { lower: Infinity, upper: Infinity })))
      .toMatchInlineSnapshot(`
      "ArgumentError not-bounds
      random.truncatedNormal: no numbers lie from Infinity to Infinity"
    `);
    expect(refusal(() => random.truncatedNormal(random.key(1), [2], { dtype: 'i32' }))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      random.truncatedNormal: numbers are f32 or f64; received i32"
    `);
  });
});

test('choices can be traced with the key as an argument, and the same key chooses the same', () => {
  const graph = trace(
    (key: Tensor) => [
      random.bernoulli(key, 0.5, [3]),
      random.categorical(key, [0, 1, 2]),
      random.integers(key, [3], { max: 9 }),
      random.truncatedNormal(key, [3]),
    ],
    spec([2], 'i32'),
  );
  const first = run(graph, random.key(1)).map(String);
  expect(run(graph, random.key(1)).map(String)).toEqual(first);
  expect(run(graph, random.key(2)).map(String)).not.toEqual(first);
});
