/**
 * A place in an array of some shape, as expressions: an index an axis, or one flat index. Either is made from the other
 * when somebody asks; what only passes a place on never pays for divisions.
 */
import { type Expression, add, constant, modulo, mul, quotient } from './expression.ts';

export class Position {
  readonly shape: readonly number[];
  private known: readonly Expression[] | undefined;
  private flatKnown: Expression | undefined;

  private constructor(shape: readonly number[], axes: readonly Expression[] | undefined, flat: Expression | undefined) {
    this.shape = shape;
    this.known = axes;
    this.flatKnown = flat;
  }

  static of(shape: readonly number[], axes: readonly Expression[]): Position {
    return new Position(shape, axes, undefined);
  }

  /** The element with this number, last axis fastest. */
  static flat(shape: readonly number[], index: Expression): Position {
    return new Position(shape, undefined, index);
  }

  /** An index an axis. */
  get axes(): readonly Expression[] {
    if (this.known !== undefined) return this.known;
    const axes: Expression[] = [];
    let rest = this.flat;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      const extent = this.shape[axis]!;
      axes.unshift(axis === 0 ? (extent === 1 ? constant(0, 'i32') : rest) : modulo(rest, Math.max(1, extent)));
      rest = quotient(rest, Math.max(1, extent));
    }
    return (this.known = axes);
  }

  /** The number of the element in an array of this shape. */
  get flat(): Expression {
    if (this.flatKnown !== undefined) return this.flatKnown;
    let index = constant(0, 'i32');
    this.known!.forEach((at, axis) => (index = add(mul(index, constant(this.shape[axis]!, 'i32')), at)));
    return (this.flatKnown = index);
  }

  /** Tells places apart. */
  get key(): string {
    return this.known === undefined ? `${this.flatKnown!.id}` : this.known.map(({ id }) => id).join();
  }

  /** The same element of the same array under another shape of the same size. */
  as(shape: readonly number[]): Position {
    return sameExtents(shape, this.shape) ? this : Position.flat(shape, this.flat);
  }

  /** The element that stands here when an array of `shape` is broadcast to this shape: aligned at the last axis. */
  within(shape: readonly number[]): Position {
    if (sameExtents(shape, this.shape)) return this;
    const lead = this.shape.length - shape.length;
    return Position.of(
      shape,
      shape.map((extent, axis) => (extent === 1 ? constant(0, 'i32') : this.axes[lead + axis]!)),
    );
  }
}

function sameExtents(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((extent, axis) => extent === b[axis]));
}
