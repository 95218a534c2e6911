/** How much there is to do. */
import { type Expression } from '../kernel-ir/expression.ts';
import type { Kernel } from '../kernel-ir/statement.ts';

/** How many primitives a kernel computes in all, those of addresses left out. */
export function operationsIn({ loops, stores, along }: Kernel): number {
  const points = loops.reduce((product, { extent }) => product * extent, 1);
  const onTheWay = along === undefined ? 0 : along.loop.extent * operationsOf(along.stores.map(({ value }) => value));
  return points * operationsOf(stores.map(({ value }) => value)) + onTheWay;
}

function operationsOf(values: readonly Expression[]): number {
  const met = new Set<Expression>();
  let sum = 0;
  const visit = (x: Expression): void => {
    if (met.has(x) || x.type === 'i32' || x.kind === 'load') return;
    met.add(x);
    if (x.kind === 'reduce') {
      sum += x.loop.extent * (1 + operationsOf([x.body]));
      return;
    }
    if (x.kind === 'apply') sum++;
    x.parts.forEach(visit);
  };
  values.forEach(visit);
  return sum;
}
