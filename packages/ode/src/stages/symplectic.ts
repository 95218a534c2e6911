/**
 * Symplectic methods for separable systems: positions whose rate depends on the velocities alone, and velocities whose
 * rate depends on the positions alone (and both on t). The first half of the components are positions.
 */
import { ArgumentError } from '@edgewise/core';
import { lazyHermite } from '../dense/hermite.ts';
import type { Method, MethodState } from '../method.ts';
import type { System } from '../system.ts';

export interface SymplecticState extends MethodState {
  /** f where it was last evaluated. */
  readonly slope: Float64Array;
  /** The rate of the velocities at the positions of `y`, and of `candidate`, `[n / 2]`. */
  force: Float64Array;
  nextForce: Float64Array;
}

/**
 * A method made of leapfrog steps (kick by half, drift, kick by half) of the lengths `weights[i] h`, which add up to h.
 *
 * Hairer, Lubich, Wanner, Geometric Numerical Integration, 2nd ed., I.1.4 and II.4.
 */
export function leapfrogSteps(name: string, order: number, weights: readonly number[]): Method<SymplecticState> {
  return {
    name,
    order,

    init(system, t, y, dy) {
      const { n } = system;
      checkSeparable(name, system, t, y, dy);
      return {
        t,
        y: y.slice(),
        h: 0,
        candidate: new Float64Array(n),
        error: new Float64Array(n),
        errorNorm: 0,
        trouble: undefined,
        order,
        slope: new Float64Array(n),
        force: dy.slice(n / 2),
        nextForce: new Float64Array(n / 2),
      };
    },

    attempt({ n, f }, state, h) {
      const { candidate: next, slope, force, nextForce } = state;
      const half = n / 2;
      let { t } = state;
      next.set(state.y);
      nextForce.set(force);
      for (let w = 0; w < weights.length; w++) {
        const step = weights[w]! * h;
        for (let i = 0; i < half; i++) next[half + i] = next[half + i]! + (step / 2) * nextForce[i]!;
        f(t + step / 2, next, slope);
        for (let i = 0; i < half; i++) next[i] = next[i]! + step * slope[i]!;
        t += step;
        f(t, next, slope);
        for (let i = 0; i < half; i++) {
          nextForce[i] = slope[half + i]!;
          next[half + i] = next[half + i]! + (step / 2) * nextForce[i]!;
        }
      }
      state.h = h;
      state.trouble = next.every(Number.isFinite) ? undefined : 'non-finite';
    },

    accept(_system, state, tNext) {
      const { y, force } = state;
      state.t = tNext;
      state.y = state.candidate;
      state.candidate = y;
      state.force = state.nextForce;
      state.nextForce = force;
    },

    dense: lazyHermite,
  };
}

/** Throws where moving positions changes their own rate, or moving velocities theirs, as derivatives at the start show. */
function checkSeparable(name: string, { n, jacobian }: System, t: number, y: Float64Array, dy: Float64Array): void {
  const half = n / 2;
  if (!Number.isInteger(half)) {
    throw new ArgumentError({
      code: 'not-separable',
      op: 'solve',
      problem: `${name} needs as many velocities as positions, the positions first; y0 has ${n} components`,
      received: n,
      remedy: '{ y0: { x: ..., v: ... } }',
    });
  }
  const direction = new Float64Array(n);
  const product = new Float64Array(n);
  for (const [what, start] of [
    ['positions', 0],
    ['velocities', half],
  ] as const) {
    direction.fill(0);
    // No two alike, so that effects do not cancel.
    for (let i = 0; i < half; i++) direction[start + i] = Math.cos(1 + i);
    jacobian.times(t, y, dy, direction, product);
    const own = product.subarray(start, start + half);
    const allowed = jacobian.exact ? 0 : 1e-4 * (1 + Math.max(...dy.map(Math.abs)));
    if (own.every((change) => !(Math.abs(change) > allowed))) continue;
    throw new ArgumentError({
      code: 'not-separable',
      op: 'solve',
      problem: `${name} is for systems in which the rate of the ${what} does not depend on the ${what} (first half of y0: positions, second: velocities)`,
      received: [...own],
      remedy: "{ method: 'dop853' }",
    });
  }
}
