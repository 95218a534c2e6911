/** From what a user states to the system that methods see. */
import { differenceDirectional, exactDirectional } from './directional.ts';
import { readMass, readSparsity } from './implicit-options.ts';
import { jacobianOf } from './jacobian.ts';
import type { AnyOptions } from './options.ts';
import { type AnyRightHandSide, type InPlace, type Layout, flatDerivative } from './problem.ts';
import { readTolerance } from './read-tolerance.ts';
import { noStatistics } from './statistics.ts';
import type { Derivative, System } from './system.ts';

export function systemOf(f: InPlace | AnyRightHandSide, layout: Layout, options: AnyOptions): System {
  const statistics = noStatistics();
  const plain = 'inPlace' in f;
  const params = options.params as never;
  const derivative: Derivative = plain ? f.inPlace : flatDerivative(f, layout, params);
  const counted: Derivative = (t, y, dy) => {
    statistics.evaluations++;
    derivative(t, y, dy);
  };
  const directional = plain ? differenceDirectional(counted, layout.n) : exactDirectional(f, layout, params);
  const { n } = layout;
  const tolerance = readTolerance(layout, options.rtol, options.atol);
  const sparsity = readSparsity(n, options.sparsity);
  return {
    n,
    f: counted,
    jacobian: jacobianOf({
      n,
      f: counted,
      directional,
      exact: !plain,
      given: options.jacobian,
      sparsity,
      tolerance,
      statistics,
    }),
    mass: readMass(n, options.mass),
    tolerance,
    statistics,
  };
}
