/** How much there is to do. */
import type { Expression, Loop } from '../kernel-ir/expression.ts';
import type { Kernel } from '../kernel-ir/statement.ts';

/** How many primitives a kernel computes in all, those of addresses left out: bits of floats are arithmetic, too. */
export function operationsIn({ loops, stores, along }: Kernel): number {
  const points = loops.reduce((product, { extent }) => product * extent, 1);
  const onTheWay = along === undefined ? undefined : { loop: along.loop, values: valuesOf(along.stores) };
  return points * operationsOf(valuesOf(stores), onTheWay);
}

function valuesOf(stores: Kernel['stores']): Expression[] {
  return stores.map(({ value }) => value);
}

/** Reductions along one loop are computed together, and with them what is stored on the way. */
function operationsOf(
  values: readonly Expression[],
  onTheWay?: { readonly loop: Loop; readonly values: readonly Expression[] },
): number {
  const met = new Set<Expression>();
  const bodies = new Map<Loop, Expression[]>();
  if (onTheWay !== undefined) bodies.set(onTheWay.loop, [...onTheWay.values]);
  let sum = 0;
  const visit = (x: Expression): void => {
    if (met.has(x) || x.kind === 'load') return;
    met.add(x);
    if (x.kind === 'reduce') {
      sum += x.loop.extent;
      const others = bodies.get(x.loop);
      if (others === undefined) bodies.set(x.loop, [x.body]);
      else others.push(x.body);
      return;
    }
    if (x.kind === 'apply') sum++;
    x.parts.forEach(visit);
  };
  values.forEach(visit);
  for (const [loop, each] of bodies) sum += loop.extent * operationsOf(each);
  return sum;
}
