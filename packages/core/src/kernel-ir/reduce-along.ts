/** Reductions along axes, as most ops have them. */
import { type Combine, type Expression, loopIndex, reduce } from './expression.ts';
import type { LoweringContext } from './lowering.ts';
import { Position } from './position.ts';

/**
 * A reduction along axes of the only input, as a loop an axis: `combine` of `element` of all that goes.
 *
 * @param element what is made of an element before it is combined
 */
export function reduceAlong(
  combine: Combine,
  { at, position, inputs }: LoweringContext,
  axes: readonly number[],
  keepDims: boolean,
  element: (x: Expression) => Expression = (x) => x,
): Expression {
  const { shape } = inputs[0]!;
  const loops = new Map(axes.map((axis) => [axis, { extent: shape[axis]! }]));
  let kept = 0;
  const from = shape.map((_, axis) => {
    const loop = loops.get(axis);
    if (loop === undefined) return position.axes[kept++]!;
    if (keepDims) kept++;
    return loopIndex(loop);
  });
  return [...loops.values()].reduceRight(
    (body, loop) => reduce(combine, loop, body),
    element(at(0, Position.of(shape, from))),
  );
}
