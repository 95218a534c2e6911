import { twoSpirals } from '@edgewise/nn';
import { describe, expect, test } from 'vitest';

describe('twoSpirals', () => {
  test('gives points and labels, half of them on each arm, the same for the same seed', () => {
    const { x, labels } = twoSpirals({ count: 100, seed: 1 });
    expect([String(x.spec), String(labels.spec)]).toEqual(['f32 [100, 2]', 'i32 [100]']);
    expect(labels.sum().item()).toBe(50);
    expect(twoSpirals({ count: 100, seed: 1 }).x.toArray()).toEqual(x.toArray());
    expect(twoSpirals({ count: 100, seed: 2 }).x.toArray()).not.toEqual(x.toArray());
  });

  test('without noise puts every point on its arm', () => {
    const { x, labels } = twoSpirals({ count: 200, noise: 0, turns: 2, seed: 1 });
    (x.toArray() as [number, number][]).forEach(([horizontal, vertical], k) => {
      const radius = Math.hypot(horizontal, vertical);
      const angle = 4 * Math.PI * radius + Math.PI * labels.data[k]!;
      expect(radius).toBeLessThanOrEqual(1);
      expect(horizontal).toBeCloseTo(radius * Math.cos(angle), 5);
      expect(vertical).toBeCloseTo(radius * Math.sin(angle), 5);
    });
  });

  test('with noise moves points by about as much as it says', () => {
    const [still, moved] = [0, 0.05].map((noise) => twoSpirals({ count: 5000, noise, seed: 1 }).x);
    expect(moved!.sub(still!).square().mean().sqrt().item()).toBeCloseTo(0.05, 2);
  });

  test('may be empty', () => {
    expect(twoSpirals({ count: 0 }).x.shape).toEqual([0, 2]);
  });

  test('refuses what makes no spiral', () => {
    expect(() => twoSpirals({ count: 1.5 })).toThrow('twoSpirals: count is 1.5; expected a whole number from 0 on');
    expect(() => twoSpirals({ count: 2, noise: -1 })).toThrow('twoSpirals: noise is -1; expected a number from 0 on');
    expect(() => twoSpirals({ count: 2, turns: Number.NaN })).toThrow('twoSpirals: turns is NaN');
    expect(() => twoSpirals(JSON.parse('{ "count": 2, "turn": 1 }') as { count: number })).toThrow('near: "turns"');
  });
});
