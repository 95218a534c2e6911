/** How an op says what one element of its result is: the contract between op definitions and the compiler. */
import { type Combine, type Expression, loopIndex, reduce } from './expression.ts';
import { Position } from './position.ts';

export interface Extents {
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'f64' | 'i32' | 'bool';
}

/** What a lowering sees. */
export interface LoweringContext<Attributes extends readonly unknown[] = readonly unknown[]> {
  /** An element of the input in one slot. */
  readonly at: (slot: number, position: Position) => Expression;
  /** Where the element of the result stands. */
  readonly position: Position;
  readonly inputs: readonly Extents[];
  /** The result that is asked for, and its number among the results. */
  readonly output: Extents;
  readonly result: number;
  readonly attributes: Attributes;
}

/** One element of a result, from elements of the inputs; none where that is not known for their types. */
export type Lowering<Attributes extends readonly unknown[] = readonly unknown[]> = (
  context: LoweringContext<Attributes>,
) => Expression | undefined;

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
