/** Derivatives of the right-hand side for implicit methods: column by column, all columns that share no row at once. */
import type { Jacobian, Sparsity } from './system.ts';
import type { Statistics } from './statistics.ts';

/** Writes the derivative of f at `(t, y)` along `(tDirection, v)`; `dy` is f there. */
export type Directional = (
  t: number,
  y: Float64Array,
  dy: Float64Array,
  tDirection: number,
  v: Float64Array,
  along: Float64Array,
) => void;

/** A dense Jacobian from derivatives along the axes. */
export function denseJacobian(n: number, directional: Directional, exact: boolean, statistics: Statistics): Jacobian {
  const sparsity: Sparsity = { kind: 'dense' };
  const axis = new Float64Array(n);
  const none = new Float64Array(n);
  const column = new Float64Array(n);
  return {
    sparsity,
    exact,
    size: n * n,
    fill(t, y, dy, values) {
      statistics.jacobians++;
      for (let j = 0; j < n; j++) {
        axis[j] = 1;
        directional(t, y, dy, 0, axis, column);
        axis[j] = 0;
        for (let i = 0; i < n; i++) values[i * n + j] = column[i]!;
      }
    },
    times: (t, y, dy, v, product) => directional(t, y, dy, 0, v, product),
    timeRate: (t, y, dy, rate) => directional(t, y, dy, 1, none, rate),
  };
}
