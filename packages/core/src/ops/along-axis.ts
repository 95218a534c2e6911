/** Elements along an axis by an index each: what orders and choices are read with. */
import { checkOptions } from '../errors/check-options.ts';
import { ShapeError } from '../errors/edgewise-error.ts';
import { gatherAlong, scatterAddAlong } from '../kernels/along-axis.ts';
import { located } from '../op/apply.ts';
import { nextAxis } from '../op/batch.ts';
import { checkAccepts } from '../op/cast.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { type TensorLike, asTensors, uniform } from '../tensor/create.ts';
import { axisOf, broadcastShapes, sameShape, shapeText } from '../tensor/shape.ts';
import { type Spec, specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkIndices, checkUpdatesDtype, checkedIndex, indexWithin } from './indices.ts';

/** Which axis; the last one unless said otherwise. */
export interface LastAxisOption {
  axis?: number;
}

/** The primitive behind `takeAlongAxis`: x and indices agree on all other axes. */
export const gather: Op<[x: Tensor, indices: Tensor], [axis: number], [Tensor], [options?: LastAxisOption]> = defineOp({
  name: 'takeAlongAxis',
  attributeNames: ['axis'],
  canonical: ([x], [options = {}]) => [axisOf('takeAlongAxis', options.axis ?? -1, x.shape.length)],
  plain: [undefined, 'i32'],
  infer: ([x, indices]) => specOf(indices.shape, x.dtype),
  forward: ([x, indices], [axis], { data }) =>
    gatherAlong(data, x.data, indices.data, indices.shape, axis, x.shape[axis]!, indexWithin),
  lower: ({ at, position, inputs: [x, indices], attributes: [axis] }, kernel) => {
    const index = at(1, position.as(indices!.shape));
    return at(0, kernel.Position.of(x!.shape, position.axes.with(axis, checkedIndex(index, x!.shape[axis]!, kernel))));
  },
  pull: [
    ({ cotangent, inputs: [x, indices], attributes: [axis] }) =>
      scatterAddAlongAxis(uniform(x.spec, 0), indices, cotangent, { axis }),
    notDifferentiable,
  ],
  push: [
    ({ tangent, inputs: [, indices], attributes: [axis] }) => gather(tangent, indices, { axis }),
    notDifferentiable,
  ],
  batch: ({ repeated, attributes: [axis], apply }) => apply(repeated, [nextAxis(axis)]),
  reads: 'copies',
  samples: [
    { shapes: [[4], [3]], dtypes: ['float', 'i32'], from: [-2, -4], to: [2, 3] },
    {
      shapes: [
        [2, 3],
        [2, 2],
      ],
      dtypes: ['float', 'i32'],
      from: [-2, 0],
      to: [2, 2],
    },
    {
      shapes: [
        [2, 3],
        [4, 1],
      ],
      dtypes: ['float', 'i32'],
      from: [-2, 0],
      to: [2, 1],
      arguments: [{ axis: 0 }],
    },
    {
      shapes: [
        [2, 3],
        [2, 0],
      ],
      dtypes: ['float', 'i32'],
      from: [-2, 0],
      to: [2, 2],
    },
  ],
});

/**
 * An element for each index (i32), read along an axis (the last): `y[i, j] = x[i, indices[i, j]]`. The other axes of `x`
 * and of the indices broadcast. Negative indices count from the end.
 *
 * @throws DtypeError `indices-not-i32`, ShapeError `shape-mismatch`, ArgumentError `index-out-of-range`
 * @example
 * takeAlongAxis([[10, 20], [30, 40]], [[1], [0]]).toArray(); // [[20], [30]]
 */
export const takeAlongAxis: ((x: TensorLike, indices: TensorLike, options?: LastAxisOption) => Tensor) &
  Pick<typeof gather, 'definition'> = Object.assign(
  (like: TensorLike, at: TensorLike, options: LastAxisOption = {}): Tensor => {
    checkOptions('takeAlongAxis', options, ['axis']);
    const [x, indices, axis] = located(gather.definition, [], () => {
      const [values, positions] = asTensors([like, at], 'takeAlongAxis', [undefined, 'i32']);
      checkIndices(positions!.spec);
      const along = axisOf('takeAlongAxis', options.axis ?? -1, values!.rank);
      return [...broadcastBeside(values!, positions!, along), along];
    });
    return gather(x, indices, { axis });
  },
  { definition: gather.definition },
);

/** Both with the extents that they have in common on all axes but one. */
function broadcastBeside(x: Tensor, indices: Tensor, axis: number): [x: Tensor, indices: Tensor] {
  const beside = ({ shape }: Tensor): readonly number[] => shape.with(axis, 1);
  const common = x.rank === indices.rank ? broadcastShapes(beside(x), beside(indices)) : undefined;
  if (common === undefined) {
    throw new ShapeError({
      code: 'shape-mismatch',
      problem: `indices have shape ${shapeText(indices.shape)} and x has ${shapeText(x.shape)}; expected as many axes, which broadcast except for axis ${axis}`,
      expected: x.shape,
      received: indices.shape,
    });
  }
  const spread = (y: Tensor): Tensor => {
    const shape = common.with(axis, y.shape[axis]!);
    return sameShape(shape, y.shape) ? y : y.broadcastTo(shape);
  };
  return [spread(x), spread(indices)];
}

/**
 * `x` with `updates` added along an axis (the last), each at its index (i32): `x[i, indices[i, j]] += updates[i, j]`.
 * Indices that occur more than once add up.
 *
 * @throws DtypeError `indices-not-i32`, `dtype-mismatch`; ShapeError `shape-mismatch`; ArgumentError `index-out-of-range`
 * @example
 * scatterAddAlongAxis(zeros([2, 2]), [[1, 1], [0, 1]], [[1, 2], [3, 4]]).toArray(); // [[0, 3], [3, 4]]
 */
export const scatterAddAlongAxis: Op<
  [x: Tensor, indices: Tensor, updates: Tensor],
  [axis: number],
  [Tensor],
  [options?: LastAxisOption]
> = defineOp({
  name: 'scatterAddAlongAxis',
  attributeNames: ['axis'],
  canonical: ([x], [options = {}]) => {
    checkOptions('scatterAddAlongAxis', options, ['axis']);
    return [axisOf('scatterAddAlongAxis', options.axis ?? -1, x.shape.length)];
  },
  plain: [undefined, 'i32', undefined],
  infer: ([x, indices, updates], [axis]) => {
    checkAccepts('scatterAddAlongAxis', 'number', x.dtype);
    checkIndices(indices);
    checkUpdates(x, indices, updates, axis);
    return x;
  },
  forward: ([x, indices, updates], [axis], { data }) => {
    data.set(x.data);
    scatterAddAlong(data, updates.data, indices.data, indices.shape, axis, x.shape[axis]!, indexWithin);
  },
  pull: [
    ({ cotangent }) => cotangent,
    notDifferentiable,
    ({ cotangent, inputs: [, indices], attributes: [axis] }) => gather(cotangent, indices, { axis }),
  ],
  push: [
    ({ tangent }) => tangent,
    notDifferentiable,
    ({ tangent, inputs: [x, indices], attributes: [axis] }) =>
      scatterAddAlongAxis(uniform(x.spec, 0), indices, tangent, { axis }),
  ],
  batch: ({ repeated, attributes: [axis], apply }) => apply(repeated, [nextAxis(axis)]),
  reads: 'sums',
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 2],
        [2, 2],
      ],
      dtypes: ['float', 'i32', 'float'],
      from: [-2, 0, -2],
      to: [2, 2, 2],
    },
    { shapes: [[3], [4], [4]], dtypes: ['float', 'i32', 'float'], from: [-2, -3, -2], to: [2, 2, 2] },
  ],
});

function checkUpdates(x: Spec, indices: Spec, updates: Spec, axis: number): void {
  checkUpdatesDtype(x, updates);
  const fits =
    sameShape(indices.shape, updates.shape) &&
    indices.shape.length === x.shape.length &&
    indices.shape.every((extent, k) => k === axis || extent === x.shape[k]);
  if (fits) return;
  throw new ShapeError({
    code: 'shape-mismatch',
    problem: `indices have shape ${shapeText(indices.shape)}, updates ${shapeText(updates.shape)}, x ${shapeText(x.shape)}; indices and updates have the shape of x except on axis ${axis}`,
    expected: x.shape,
    received: [indices.shape, updates.shape],
  });
}
