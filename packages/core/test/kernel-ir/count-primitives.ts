/** What expressions cost. */
import type { Expression, Primitive } from '../../src/kernel-ir/expression.ts';

/** How often each primitive occurs, shared ones once; reinterpretation costs nothing and is left out. */
export function primitivesOf(expression: Expression): Map<Primitive | 'linear' | 'rare', number> {
  const counts = new Map<Primitive | 'linear' | 'rare', number>();
  const met = new Set<Expression>();
  const visit = (x: Expression): void => {
    if (met.has(x)) return;
    met.add(x);
    x.parts.forEach(visit);
    const name = x.kind === 'apply' ? x.name : x.kind === 'linear' || x.kind === 'rare' ? x.kind : 'reinterpret';
    if (name !== 'reinterpret') counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  visit(expression);
  return counts;
}
