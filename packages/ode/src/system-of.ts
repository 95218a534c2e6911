/** From what a user states to the system that methods see. */
import { differenceDirectional, exactDirectional } from './directional.ts';
import { denseJacobian } from './jacobian.ts';
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
  return {
    n: layout.n,
    f: counted,
    jacobian: denseJacobian(layout.n, directional, !plain, statistics),
    mass: undefined,
    tolerance: readTolerance(layout, options.rtol, options.atol),
    statistics,
  };
}
