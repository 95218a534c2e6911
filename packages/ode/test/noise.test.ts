import { type Tensor, random } from '@edgewise/core';
import { describe, expect, test } from 'vitest';
import { inPlace, solve } from '../src/index.ts';
import { BrownianPath } from '../src/noise/brownian-path.ts';

const key = random.key(7);

function pathOf(from: number, to: number, m = 1): BrownianPath {
  return new BrownianPath(key, from, to, m);
}

function valueAt(path: BrownianPath, t: number): number[] {
  const w = new Float64Array(path.m);
  path.read(t, w);
  return [...w];
}

describe('a Brownian path', () => {
  test('keeps its points, bit for bit, when it is refined', () => {
    const [coarse, fine] = [pathOf(0, 3, 2), pathOf(0, 3, 2)];
    expect(coarse.refine(3 / 16)).toBe(4);
    expect(fine.refine(3 / 1024)).toBe(10);
    for (let k = 0; k <= 16; k++) expect(valueAt(fine, (3 * k) / 16)).toEqual(valueAt(coarse, (3 * k) / 16));
  });

  test('has independent increments with the variance of the time between', () => {
    const n = 2 ** 14;
    const path = pathOf(0, 5, 2);
    path.refine(5 / n);
    const w = Array.from({ length: n + 1 }, (_, k) => valueAt(path, (5 * k) / n));
    const steps = w.slice(1).map((row, k) => [row[0]! - w[k]![0]!, row[1]! - w[k]![1]!] as const);
    const mean = (f: (step: readonly [number, number], k: number) => number): number =>
      steps.reduce((sum, step, k) => sum + f(step, k), 0) / n;
    const h = 5 / n;
    // Five standard errors of each mean.
    const five = 5 / Math.sqrt(n);
    expect(Math.abs(mean(([a]) => a / Math.sqrt(h)))).toBeLessThan(five);
    expect(Math.abs(mean(([a]) => (a * a) / h) - 1)).toBeLessThan(five * Math.sqrt(2));
    expect(Math.abs(mean(([a, b]) => (a * b) / h))).toBeLessThan(five);
    expect(Math.abs(mean(([a], k) => (a * (steps[k + 1]?.[0] ?? 0)) / h))).toBeLessThan(five);
    expect(Math.abs(mean(([a]) => a ** 4 / h ** 2 / 3) - 1)).toBeLessThan(five * 4);
  });

  test('begins at 0, and goes straight between its points', () => {
    const path = pathOf(1, 2);
    path.refine(0.5);
    expect(valueAt(path, 1)).toEqual([0]);
    const [a, b] = [valueAt(path, 1)[0]!, valueAt(path, 1.5)[0]!];
    expect(valueAt(path, 1.125)[0]).toBeCloseTo(a + (b - a) / 4, 14);
  });
});

/** dS = 0.5 S dt + 0.8 S dW from 1: S = exp((0.5 - 0.32) t + 0.8 W). */
const growth = inPlace((_t, y, dy) => {
  dy[0] = 0.5 * y[0]!;
});
const noise = (_t: number, y: Float64Array, g: Float64Array): void => {
  g[0] = 0.8 * y[0]!;
};

/** The mean distance at t = 1 from the solution along the same path, over 400 paths. */
function strongError(method: 'eulerMaruyama' | 'milstein', level: number): number {
  let sum = 0;
  for (const each of random.split(random.key(11), 400)) {
    const { last } = solve(growth, { t: [0, 1], y0: [1], method, noise, key: each, dt: 2 ** -level, dense: false });
    const w = valueAt(new BrownianPath(each, 0, 1, 1), 1)[0]!;
    sum += Math.abs(last[0].item() - Math.exp(0.5 - 0.32 + 0.8 * w));
  }
  return sum / 400;
}

describe.each([
  ['eulerMaruyama', 0.5],
  ['milstein', 1],
] as const)('%s', (method, order) => {
  test(`comes nearer to the solution on the same path with order ${order}`, () => {
    const slope = Math.log2(strongError(method, 4) / strongError(method, 8)) / 4;
    expect(slope).toBeGreaterThan(order - 0.2);
    expect(slope).toBeLessThan(order + 0.2);
  });

  test('gives the same bits for the same seed, and another path for another', () => {
    const run = (seed: number) => solve(growth, { t: [0, 1], y0: [1], method, noise, seed, dt: 0.01 }).last[0].item();
    expect(run(1)).toBe(run(1));
    expect(run(1)).not.toBe(run(2));
  });

  test('halves the interval until steps are at most dt', () => {
    const { stats } = solve(growth, { t: [0, 1], y0: [1], method, noise, seed: 1, dt: 0.01 });
    expect(stats.steps).toBe(128);
  });

  test('takes noise written with ops, in trees, to the same numbers', () => {
    const tree = solve((_t: Tensor, { s }: { s: Tensor }) => ({ s: s.mul(0.5) }), {
      t: [0, 1],
      y0: { s: 1 },
      method,
      noise: (_t, { s }) => ({ s: s.mul(0.8) }),
      seed: 3,
      dt: 1 / 64,
    });
    const plain = solve(growth, { t: [0, 1], y0: [1], method, noise, seed: 3, dt: 1 / 64 });
    expect(tree.last.s.item()).toBe(plain.last[0].item());
  });

  test('without noise is a mistake, as is noise without a seed', () => {
    expect(() => solve(growth, { t: [0, 1], y0: [1], method, dt: 0.1 })).toThrow(
      `solve: ${method} is for stochastic equations, and there is no noise`,
    );
    expect(() => solve(growth, { t: [0, 1], y0: [1], method, dt: 0.1, noise })).toThrow(
      'solve: noise needs a seed or a key, which says which of all paths it takes\n  try { noise, seed: 1 }',
    );
  });
});

test('methods for ordinary equations refuse noise', () => {
  expect(() => solve(growth, { t: [0, 1], y0: [1], noise, seed: 1 })).toThrow(
    "solve: auto takes no noise\n  try { method: 'milstein', dt: ... }, or 'eulerMaruyama'",
  );
});
