/** How f changes along a direction in (t, y): exactly where it is made of ops, by differences where it is not. */
import { jvp, tensor } from '@edgewise/core';
import type { Tensor } from '@edgewise/core';
import type { Directional } from './jacobian.ts';
import { type Layout, type AnyRightHandSide, slopesOf, writeState } from './problem.ts';
import type { Derivative } from './system.ts';

/** Forward mode through f. */
export function exactDirectional(f: AnyRightHandSide, layout: Layout, params: never): Directional {
  return (t, y, _dy, tDirection, v, along) => {
    const point = { t: tensor(t, { dtype: 'f64' }), y: writeState<never>(layout, y) };
    const direction = { t: tensor(tDirection, { dtype: 'f64' }), y: writeState<never>(layout, v) };
    const called = ({ t: at, y: state }: typeof point): Tensor[] => slopesOf(layout, f(at, state, params));
    const [, tangents] = jvp(called, point as never, direction as never);
    tangents.forEach((leaf, k) => along.set(leaf.data, layout.starts[k]!));
  };
}

/**
 * A forward difference over a distance that moves y by the root of the rounding unit of its size: half of the digits are
 * right.
 */
export function differenceDirectional(f: Derivative, n: number): Directional {
  const moved = new Float64Array(n);
  return (t, y, dy, tDirection, v, along) => {
    let size = Math.abs(tDirection * t);
    let length = Math.abs(tDirection);
    for (let i = 0; i < n; i++) {
      if (v[i] !== 0) size = Math.max(size, Math.abs(y[i]!));
      length = Math.max(length, Math.abs(v[i]!));
    }
    if (length === 0) {
      along.fill(0);
      return;
    }
    const distance = (Math.sqrt(Number.EPSILON) * Math.max(size, 1e-5)) / length;
    for (let i = 0; i < n; i++) moved[i] = y[i]! + distance * v[i]!;
    f(t + distance * tDirection, moved, along);
    for (let i = 0; i < n; i++) along[i] = (along[i]! - dy[i]!) / distance;
  };
}
