/** The tolerances that a user states, spread over the components of the state. */
import { ArgumentError, type Tensor, Variable } from '@edgewise/core';
import { type Layout, leavesLike } from './problem.ts';
import type { Tolerance } from './tolerance.ts';

/** @throws ArgumentError `out-of-range`, `structure-mismatch` */
export function readTolerance(layout: Layout, rtol: unknown, atol: unknown): Tolerance {
  const single = layout.specs.some(({ dtype }) => dtype === 'f32');
  const relative = rtol ?? (single ? 1e-3 : 1e-6);
  checkTolerance('rtol', relative);
  const absolute = new Float64Array(layout.n);
  spread(layout, atol ?? (single ? 1e-6 : 1e-9), absolute);
  for (const value of absolute) checkTolerance('atol', value);
  // Below this rounding would be taken for error: the floor that SciPy has.
  return { rtol: Math.max(relative, 100 * Number.EPSILON), atol: absolute };
}

function spread(layout: Layout, atol: unknown, into: Float64Array): void {
  if (typeof atol === 'number') {
    into.fill(atol);
    return;
  }
  const { leaves } = leavesLike(layout, atol, 'atol has', 'atol');
  layout.paths.forEach((path, k) => {
    const [start, end] = [layout.starts[k]!, layout.starts[k + 1]!];
    const leaf = leaves[k];
    const values =
      typeof leaf === 'number'
        ? new Float64Array(end - start).fill(leaf)
        : leaf instanceof Variable
          ? leaf.value.data
          : ArrayBuffer.isView(leaf)
            ? leaf
            : (leaf as Tensor | undefined)?.data;
    if (values?.length !== end - start) {
      throw new ArgumentError({
        code: 'structure-mismatch',
        op: 'solve',
        problem: `atol has ${values?.length ?? 0} numbers for ${path}, which has ${end - start}; expected one number, or a tree like y0`,
        received: atol,
      });
    }
    into.set(values, start);
  });
}

function checkTolerance(name: string, value: unknown): asserts value is number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return;
  throw new ArgumentError({
    code: 'out-of-range',
    op: 'solve',
    problem: `${name} is ${String(value)}; expected a number from 0 on`,
    expected: '[0, infinity)',
    received: value,
  });
}
