/** The same elements, or axes, in another order. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import { type Composite, composite } from '../op/composite.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import { axesOf, axisOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Range } from './indexing.ts';
import { concatenate } from './joining.ts';

/**
 * Axes moved to other places, the others keeping their order: axis `from[k]` becomes axis `to[k]`.
 *
 * @throws ArgumentError `axis-out-of-range`, `axis-twice`, `axes-do-not-match`
 * @example
 * moveAxis(zeros([2, 3, 4]), 0, -1).shape; // [3, 4, 2]
 */
export const moveAxis: Composite<
  (x: TensorLike, from: number | readonly number[], to: number | readonly number[]) => Tensor
> = composite(
  'moveAxis',
  (like: TensorLike, from: number | readonly number[], to: number | readonly number[]) => {
    const x = asTensor(like, 'moveAxis');
    const listed = (axes: number | readonly number[]): number[] => {
      axesOf('moveAxis', axes, x.rank); // names none twice
      return [axes].flat().map((axis) => axisOf('moveAxis', axis, x.rank));
    };
    const [sources, targets] = [listed(from), listed(to)];
    if (sources.length !== targets.length) {
      throw new ArgumentError({
        code: 'axes-do-not-match',
        problem: `axes to move: ${sources.length}, places for them: ${targets.length}; expected as many`,
        expected: sources.length,
        received: targets.length,
      });
    }
    const others = x.shape.map((_, axis) => axis).filter((axis) => !sources.includes(axis));
    return x.permute(
      x.shape.map((_, axis) => (targets.includes(axis) ? sources[targets.indexOf(axis)]! : others.shift()!)),
    );
  },
  {
    samples: [
      { shapes: [[2, 3, 4]], arguments: [0, -1] },
      {
        shapes: [[2, 3, 4]],
        arguments: [
          [0, 1],
          [-1, 0],
        ],
      },
    ],
  },
);

/**
 * Elements in the opposite order along axes (all of them).
 *
 * @throws ArgumentError `axis-out-of-range`, `axis-twice`, `unknown-option`
 * @example
 * flip([1, 2, 3]).toArray(); // [3, 2, 1]
 */
export const flip: Composite<(x: TensorLike, options?: { axis?: number | readonly number[] }) => Tensor> = composite(
  'flip',
  (like: TensorLike, options: { axis?: number | readonly number[] } = {}) => {
    checkOptions('flip', options, ['axis']);
    const x = asTensor(like, 'flip');
    const axes = axesOf('flip', options.axis, x.rank);
    return x.slice(x.shape.map((_, axis): Range => (axes.includes(axis) ? [null, null, -1] : null)));
  },
  {
    samples: [
      { shapes: [[2, 3]] },
      { shapes: [[2, 3]], arguments: [{ axis: -1 }] },
      { shapes: [[2, 3, 2]], arguments: [{ axis: [0, -1] }] },
      { shapes: [[0]] },
      { shapes: [[]] },
    ],
  },
);

/**
 * Elements moved on by `shift` places along an axis, those that fall off coming in at the other end; without an axis in
 * the flat order. Several axes take as many shifts, or one for all of them; several shifts along one axis add up.
 *
 * @throws ArgumentError `axis-out-of-range`, `not-a-shift`, `axes-do-not-match`
 * @example
 * roll([1, 2, 3], 1).toArray(); // [3, 1, 2]
 * roll([[1, 2], [3, 4]], -1, { axis: 1 }).toArray(); // [[2, 1], [4, 3]]
 * roll([[1, 2], [3, 4]], 1, { axis: [0, 1] }).toArray(); // [[4, 3], [2, 1]]
 */
export const roll: Composite<
  (x: TensorLike, shift: number | readonly number[], options?: { axis?: number | readonly number[] }) => Tensor
> = composite(
  'roll',
  (like: TensorLike, shift: number | readonly number[], options: { axis?: number | readonly number[] } = {}) => {
    checkOptions('roll', options, ['axis']);
    const x = asTensor(like, 'roll');
    const shifts = [shift].flat();
    const wrong = shifts.find((by) => !Number.isInteger(by));
    if (wrong !== undefined) {
      throw new ArgumentError({
        code: 'not-a-shift',
        problem: `a shift is a whole number; received ${wrong}`,
        received: wrong,
      });
    }
    const from = options.axis === undefined ? x.reshape([-1]) : x;
    const axes = [options.axis ?? 0].flat().map((axis) => axisOf('roll', axis, from.rank));
    const count = axes.length === 1 ? shifts.length : axes.length;
    if (shifts.length !== count && shifts.length !== 1) {
      throw new ArgumentError({
        code: 'axes-do-not-match',
        problem: `shifts: ${shifts.length}, axes: ${axes.length}; expected as many, or one`,
        expected: shifts.length,
        received: axes.length,
      });
    }
    const totals = from.shape.map(() => 0);
    for (let k = 0; k < count; k++) totals[axes[k % axes.length]!]! += shifts[k % shifts.length]!;
    const moved = totals.reduce(rolled, from);
    return options.axis === undefined ? moved.reshape(x.shape) : moved;
  },
  {
    samples: [
      { shapes: [[2, 3]], arguments: [4] },
      { shapes: [[2, 3]], arguments: [-1, { axis: -1 }] },
      { shapes: [[2, 3]], arguments: [[1, 2], { axis: [0, 1] }] },
      { shapes: [[2, 3, 2]], arguments: [1, { axis: [0, -2] }] },
      { shapes: [[2, 3]], arguments: [[2, -1, 3]] },
      { shapes: [[0]], arguments: [2] },
      { shapes: [[]], arguments: [1] },
    ],
  },
);

function rolled(x: Tensor, shift: number, axis: number): Tensor {
  const extent = x.shape[axis]!;
  const by = extent === 0 ? 0 : ((shift % extent) + extent) % extent;
  if (by === 0) return x;
  const before = Array.from({ length: axis }, () => null);
  return concatenate([x.slice([...before, [extent - by]]), x.slice([...before, [0, extent - by]])], { axis });
}
