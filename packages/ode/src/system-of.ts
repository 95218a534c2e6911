/** From what a user states to the system that methods see. */
import { differenceDirectional } from './directional.ts';
import { readMass, readSparsity } from './implicit-options.ts';
import { jacobianOf } from './jacobian.ts';
import type { AnyOptions } from './options.ts';
import { type AnyRightHandSide, type InPlace, type Layout, checkGivesNothing } from './problem.ts';
import { functionsOf } from './programs.ts';
import { readTolerance } from './read-tolerance.ts';
import { noStatistics } from './statistics.ts';
import type { Derivative, System } from './system.ts';

export function systemOf(f: InPlace | AnyRightHandSide, layout: Layout, options: AnyOptions): System {
  const statistics = noStatistics();
  const plain = 'inPlace' in f;
  const functions = plain ? undefined : functionsOf(f, layout, options.params, statistics);
  const derivative = plain ? f.inPlace : functions!.derivative;
  const counted: Derivative = (t, y, dy) => {
    const given: unknown = derivative(t, y, dy);
    if (statistics.evaluations++ === 0 && plain) {
      checkGivesNothing('the function in inPlace', given, dy, 'inPlace((t, y, dy) => { dy[0] = -y[0]; })');
    }
  };
  const directional = functions?.directional ?? differenceDirectional(counted, layout.n);
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
    renew: functions?.forget,
    mass: readMass(n, options.mass),
    tolerance,
    statistics,
  };
}
