/** Two arms wound into each other: a small problem that no straight line solves. */
import { ArgumentError, type Tensor, checkOptions, cos, random, sin, stack, tensor } from '@edgewise/core';
import { type KeyOptions, keysOf } from '../keys.ts';

export interface SpiralOptions extends KeyOptions {
  /** Points in all, half of them on each arm. */
  count: number;
  /** Standard deviation of what is added to each coordinate; the arms end at distance 1 from the middle (0.02). */
  noise?: number;
  /** How often each arm goes round (1.5). */
  turns?: number;
}

/**
 * Points on two spirals around the origin, evenly spread over their area: labels 0 and 1 by turns.
 *
 * @returns `x`, f32 `[count, 2]`, and `labels`, i32 `[count]`
 * @throws ArgumentError `out-of-range`, `key-and-seed`, `unknown-option`
 * @example
 * const { x, labels } = twoSpirals({ count: 400, seed: 1 });
 */
export function twoSpirals(options: SpiralOptions): { x: Tensor; labels: Tensor } {
  checkOptions('twoSpirals', options, ['count', 'noise', 'turns', 'key', 'seed']);
  const { count, noise = 0.02, turns = 1.5 } = options;
  checkAtLeastZero('count', count, Number.isSafeInteger(count));
  checkAtLeastZero('noise', noise);
  checkAtLeastZero('turns', turns);
  const [forPlace, forNoise] = keysOf('twoSpirals', options, 2);
  const labels = tensor(Int32Array.from({ length: count }, (_, k) => k % 2));
  // The root, so that the outer rounds, which are longer, get more points.
  const radius = random.uniform(forPlace!, [count]).sqrt();
  const angle = radius.mul(2 * Math.PI * turns).add(labels.cast('f32').mul(Math.PI));
  const onArms = stack([radius.mul(cos(angle)), radius.mul(sin(angle))], { axis: 1 });
  return { x: onArms.add(random.normal(forNoise!, [count, 2]).mul(noise)), labels };
}

function checkAtLeastZero(name: string, value: number, sound = Number.isFinite(value)): void {
  if (sound && value >= 0) return;
  throw new ArgumentError({
    code: 'out-of-range',
    op: 'twoSpirals',
    problem: `${name} is ${String(value)}; expected ${name === 'count' ? 'a whole' : 'a'} number from 0 on`,
    received: value,
  });
}
