/**
 * Neighbouring loops that go through memory as one loop would, made one: `[i, j]` where every index moves by as much for a
 * step of i as for all steps of j. Longer loops fill vectors better, and there is less to count.
 */
import {
  type Expression,
  type Loop,
  allParts,
  constant,
  loopIndex,
  reduce,
  replace,
  slopeOf,
  substitute,
} from '../kernel-ir/expression.ts';
import { type Kernel, expressionsIn } from '../kernel-ir/statement.ts';

export function collapseLoops(kernel: Kernel): Kernel {
  if (kernel.along !== undefined) return kernel; // it is one loop already
  const stores = kernel.stores;
  let roots = collapseReductions(expressionsIn(stores));
  const loops = [...kernel.loops];
  for (let at = loops.length - 2; at >= 0; at--) {
    const [outer, inner] = [loops[at]!, loops[at + 1]!];
    if (!moveAsOne(roots, outer, inner)) continue;
    const one: Loop = { extent: outer.extent * inner.extent };
    roots = joined(roots, outer, inner, one);
    loops.splice(at, 2, one);
  }
  return {
    ...kernel,
    loops,
    stores: stores.map(({ buffer }, k) => ({ buffer, index: roots[2 * k]!, value: roots[2 * k + 1]! })),
  };
}

function joined(roots: readonly Expression[], outer: Loop, inner: Loop, one: Loop): Expression[] {
  // A loop of one step has no index in any expression
  const index = loopIndex(one);
  return substitute(
    roots,
    inner.extent === 1
      ? new Map([[outer, index]])
      : new Map([
          [outer, constant(0, 'i32')],
          [inner, index],
        ]),
  );
}

/** Whether every sum of loop indices moves by `inner.extent` times as much for a step of `outer` as for one of `inner`. */
function moveAsOne(roots: readonly Expression[], outer: Loop, inner: Loop): boolean {
  if (outer.extent === 1 || inner.extent === 1) return true;
  const isIndex = (x: Expression): boolean => x.kind === 'loop' && (x.loop === outer || x.loop === inner);
  const fits = (x: Expression): boolean => slopeOf(x, outer) === inner.extent * (slopeOf(x, inner) ?? Number.NaN);
  if (roots.some((root) => isIndex(root) && !fits(root))) return false;
  return allParts(roots).every((part) => {
    if (!part.parts.some(isIndex)) return true;
    // A sum is looked at as a whole; anywhere else an index stands for itself
    return part.kind === 'linear' ? sumFits(part, outer, inner) : !part.parts.some((x) => isIndex(x) && !fits(x));
  });
}

function sumFits(sum: Extract<Expression, { kind: 'linear' }>, outer: Loop, inner: Loop): boolean {
  const factorOf = (loop: Loop): number =>
    sum.terms.find(([term]) => term.kind === 'loop' && term.loop === loop)?.[1] ?? 0;
  return factorOf(outer) === inner.extent * factorOf(inner);
}

/** The same for a reduction of nothing but a reduction. */
function collapseReductions(roots: readonly Expression[]): readonly Expression[] {
  if (!allParts(roots).some((x) => x.kind === 'reduce' && x.body.kind === 'reduce')) return roots;
  return replace(roots, (x) => {
    if (x.kind !== 'reduce') return undefined;
    let [body] = collapseReductions([x.body]) as [Expression];
    let loop = x.loop;
    while (body.kind === 'reduce' && body.combine === x.combine && moveAsOne([body.body], loop, body.loop)) {
      const one: Loop = { extent: loop.extent * body.loop.extent };
      [body] = joined([body.body], loop, body.loop, one) as [Expression];
      loop = one;
    }
    return reduce(x.combine, loop, body);
  });
}
