/** Several tensors from one, one from several. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, DtypeError, ShapeError } from '../errors/edgewise-error.ts';
import { gatherStrided, scatterStrided } from '../kernels/movement.ts';
import { nextAxis } from '../op/batch.ts';
import { defineOp } from '../op/define-op.ts';
import { defineVariadicOp } from '../op/define-variadic-op.ts';
import type { Op, VariadicOp } from '../op/op.ts';
import { type TensorLike, asTensors, uniform } from '../tensor/create.ts';
import { axisOf, sameShape, shapeText, stridesOf } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Which axis; 0 unless said otherwise. */
export interface AxisOption {
  axis?: number;
}

/**
 * Tensors one after the other along an axis (0) that they all have.
 *
 * @throws ShapeError `shape-mismatch`, DtypeError `dtype-mismatch`
 * @example
 * concatenate([[1, 2], [3]]).toArray(); // [1, 2, 3]
 */
export const concatenate: VariadicOp<[axis: number], [options?: AxisOption]> = defineVariadicOp({
  name: 'concatenate',
  canonical: ([first], [options = {}]) => {
    checkOptions('concatenate', options, ['axis']);
    return [axisOf('concatenate', options.axis ?? 0, first!.shape.length)];
  },
  infer: (inputs, [axis]) => {
    const first = inputs[0]!;
    let extent = 0;
    for (const [k, input] of inputs.entries()) {
      if (input.dtype !== first.dtype) {
        throw new DtypeError({
          code: 'dtype-mismatch',
          problem: `input ${k} is ${input.dtype}; the first is ${first.dtype}`,
          expected: first.dtype,
          received: input.dtype,
          remedy: `x.cast('${first.dtype}')`,
        });
      }
      if (input.shape.length !== first.shape.length || input.shape.some((e, a) => a !== axis && e !== first.shape[a])) {
        throw new ShapeError({
          code: 'shape-mismatch',
          problem: `input ${k} has shape ${shapeText(input.shape)}; the first has ${shapeText(first.shape)}, and they may differ on axis ${axis} only`,
          expected: first.shape,
          received: input.shape,
        });
      }
      extent += input.shape[axis]!;
    }
    return specOf(
      first.shape.map((e, a) => (a === axis ? extent : e)),
      first.dtype,
    );
  },
  forward: (inputs, [axis], { data, shape }) => {
    const strides = stridesOf(shape);
    let at = 0;
    for (const input of inputs) {
      scatterStrided(data, input.shape, input.data, at * strides[axis]!, strides);
      at += input.shape[axis]!;
    }
  },
  lower: ({ at, position, inputs, attributes: [axis] }, kernel) => {
    const place = position.axes[axis]!;
    let end = 0;
    const parts = inputs.map(({ shape }, slot) => {
      const start = end;
      end += shape[axis]!;
      // Both sides of a choice are read: elsewhere the index is that of the nearest element
      const last = kernel.constant(Math.max(0, shape[axis]! - 1), 'i32');
      const inside = kernel.max(
        kernel.constant(0, 'i32'),
        kernel.min(kernel.sub(place, kernel.constant(start, 'i32')), last),
      );
      return {
        end,
        empty: shape[axis] === 0,
        read: () => at(slot, kernel.Position.of(shape, position.axes.with(axis, inside))),
      };
    });
    const filled = parts.filter(({ empty }) => !empty);
    const last = filled.pop();
    if (last === undefined) return kernel.constant(0, inputs[0]!.dtype); // there is no place
    return filled.reduceRight(
      (rest, part) => kernel.select(kernel.less(place, kernel.constant(part.end, 'i32')), part.read(), rest),
      last.read(),
    );
  },
  pull: ({ cotangent, inputs, attributes: [axis], slot }) => {
    let start = 0;
    for (let k = 0; k < slot; k++) start += inputs[k]!.shape[axis]!;
    return cotangent.slice([...wholeAxes(axis), [start, start + inputs[slot]!.shape[axis]!]]);
  },
  batch: ({ repeated, attributes: [axis], apply }) => apply(repeated, [nextAxis(axis)]),
  reads: 'copies',
  samples: [
    {
      shapes: [
        [2, 3],
        [1, 3],
      ],
    },
    {
      shapes: [
        [2, 1],
        [2, 0],
        [2, 2],
      ],
      arguments: [{ axis: -1 }],
    },
  ],
});

function wholeAxes(count: number): null[] {
  return Array.from({ length: count }, () => null);
}

/**
 * Tensors of one shape side by side along a new axis (0).
 *
 * @example
 * stack([[1, 2], [3, 4]]).toArray(); // [[1, 2], [3, 4]]
 */
export function stack(likes: readonly TensorLike[], options: AxisOption = {}): Tensor {
  checkOptions('stack', options, ['axis']);
  if (!Array.isArray(likes) || likes.length === 0) {
    throw new ArgumentError({
      code: 'not-a-list',
      op: 'stack',
      problem: 'the first argument is a list of at least one tensor',
      received: likes,
      remedy: 'stack([x, y], ...)',
    });
  }
  const inputs = asTensors(likes, 'stack');
  const first = inputs[0]!.shape;
  inputs.forEach(({ shape }, k) => {
    if (sameShape(shape, first)) return;
    throw new ShapeError({
      code: 'shape-mismatch',
      op: 'stack',
      problem: `input ${k} has shape ${shapeText(shape)}; the first has ${shapeText(first)}`,
      expected: first,
      received: shape,
    });
  });
  const axis = axisOf('stack', options.axis ?? 0, first.length + 1);
  return concatenate(
    inputs.map((input) => input.expandDims(axis)),
    { axis },
  );
}

/**
 * Parts along an axis (0): a number of equal parts, or the extent of each.
 *
 * @throws ArgumentError `parts-do-not-fill`
 * @example
 * const [a, b] = split([1, 2, 3], [1, 2]); // [1] and [2, 3]
 */
export const split: Op<
  [x: Tensor],
  [extents: readonly number[], axis: number],
  readonly Tensor[],
  [parts: number | readonly number[], options?: AxisOption]
> = defineOp<
  [x: Tensor],
  [extents: readonly number[], axis: number],
  readonly Tensor[],
  [parts: number | readonly number[], options?: AxisOption]
>({
  name: 'split',
  several: true,
  canonical: ([x], [parts, options = {}]) => {
    checkOptions('split', options, ['axis']);
    const axis = axisOf('split', options.axis ?? 0, x.shape.length);
    const extent = x.shape[axis]!;
    const extents = typeof parts === 'number' ? Array.from({ length: parts }, () => extent / parts) : [...parts];
    if (
      extents.length === 0 ||
      extents.some((e) => !Number.isInteger(e) || e < 0) ||
      extents.reduce((a, b) => a + b, 0) !== extent
    ) {
      throw new ArgumentError({
        code: 'parts-do-not-fill',
        problem: `axis ${axis} has extent ${extent}, which ${typeof parts === 'number' ? `${parts} equal parts` : `parts ${shapeText(parts)}`} do not fill`,
        expected: extent,
        received: parts,
      });
    }
    return [extents, axis];
  },
  infer: ([x], [extents, axis]) =>
    extents.map((extent) =>
      specOf(
        x.shape.map((e, a) => (a === axis ? extent : e)),
        x.dtype,
      ),
    ),
  forward: ([x], [, axis], outputs) => {
    const strides = stridesOf(x.shape);
    let at = 0;
    for (const { data, shape } of outputs) {
      gatherStrided(data, shape, x.data, at * strides[axis]!, strides);
      at += shape[axis]!;
    }
  },
  lower: ({ at, position, inputs: [x], result, attributes: [extents, axis] }, kernel) => {
    const start = extents.slice(0, result).reduce((sum, extent) => sum + extent, 0);
    const place = kernel.add(position.axes[axis]!, kernel.constant(start, 'i32'));
    return at(0, kernel.Position.of(x!.shape, position.axes.with(axis, place)));
  },
  pull: [
    ({ cotangents, outputs, attributes: [, axis] }) =>
      concatenate(
        outputs.map((output, k) => cotangents[k] ?? uniform(output.spec, 0)),
        { axis },
      ),
  ],
  push: [({ tangent, attributes: [extents, axis] }) => split(tangent, extents, { axis })],
  batch: ({ inputs, attributes: [extents, axis], apply }) => apply(inputs, [extents, nextAxis(axis)]),
  reads: 'copies',
  samples: [
    { shapes: [[4, 2]], arguments: [[1, 3]] },
    { shapes: [[2, 4]], arguments: [2, { axis: 1 }] },
  ],
});
