/** Images in another size. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { type Blend, blendAlong, unblendAlong } from '../kernels/resampling.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op } from '../op/op.ts';
import { type TensorLike, asTensor } from '../tensor/create.ts';
import { type Shape, shapeText, sizeOf } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { folded, unfolded } from './merge-axes.ts';
import { type PerAxis, channelsFirst, inLayout, perAxis } from './sliding-window.ts';

type Mode = 'nearest' | 'bilinear';
type Attributes = [extents: Shape, mode: Mode, alignCorners: boolean];
const attributeNames = ['extents', 'mode', 'alignCorners'];

/** x `[n, c, ...]` at `extents` points along each spatial axis. */
export const resample: Op<[x: Tensor], Attributes> = defineOp({
  name: 'resample',
  attributeNames,
  infer: ([x], [extents]) => specOf([x.shape[0]!, x.shape[1]!, ...extents], x.dtype),
  forward: ([x], [extents, mode, alignCorners], { data }) => {
    const planes = x.shape[0]! * x.shape[1]!;
    const from = x.shape.slice(2);
    const axes = from.map((extent, axis) => blendOf(extent, extents[axis]!, mode, alignCorners));
    // Axis by axis, those before at their new extent already, in f64 in between.
    axes.reduce<typeof x.data>((source, blend, axis) => {
      const around = {
        outer: planes * sizeOf(extents.slice(0, axis)),
        extent: from[axis]!,
        inner: sizeOf(from.slice(axis + 1)),
      };
      const out = axis === axes.length - 1 ? data : new Float64Array(around.outer * extents[axis]! * around.inner);
      blendAlong(source, around, blend, out);
      return out;
    }, x.data);
  },
  pull: [
    ({ cotangent, inputs: [x], attributes: [, mode, alignCorners] }) =>
      transposedResample(cotangent, x.shape.slice(2), mode, alignCorners),
  ],
  push: [({ tangent, attributes }) => resample(tangent, ...attributes)],
  batch: ({ inputs: [x], size, attributes, apply }) => unfolded(apply([folded(x, 0)], attributes), size, 0),
});

/** What flows into the points of a resampled image, to the elements they are made of. `extents` are those of the image. */
export const transposedResample: Op<[y: Tensor], Attributes> = defineOp({
  name: 'transposedResample',
  attributeNames,
  infer: ([y], [extents]) => specOf([y.shape[0]!, y.shape[1]!, ...extents], y.dtype),
  forward: ([y], [extents, mode, alignCorners], { data }) => {
    const planes = y.shape[0]! * y.shape[1]!;
    const from = y.shape.slice(2);
    const axes = from.map((extent, axis) => blendOf(extents[axis]!, extent, mode, alignCorners));
    // The last axis first: the order of the resampling, backward. Sums stay in f64 until the last is complete.
    const total = axes.reduceRight<typeof y.data>((source, blend, axis) => {
      const around = {
        outer: planes * sizeOf(from.slice(0, axis)),
        extent: extents[axis]!,
        inner: sizeOf(extents.slice(axis + 1)),
      };
      const out = new Float64Array(around.outer * around.extent * around.inner);
      unblendAlong(source, around, blend, out);
      return out;
    }, y.data);
    data.set(total);
  },
  pull: [
    ({ cotangent, inputs: [y], attributes: [, mode, alignCorners] }) =>
      resample(cotangent, y.shape.slice(2), mode, alignCorners),
  ],
  push: [({ tangent, attributes }) => transposedResample(tangent, ...attributes)],
  batch: ({ inputs: [x], size, attributes, apply }) => unfolded(apply([folded(x, 0)], attributes), size, 0),
});

/** What the points of a resampled axis are made of. */
function blendOf(extent: number, points: number, mode: Mode, alignCorners: boolean): Blend {
  if (mode === 'nearest') {
    const low = Int32Array.from({ length: points }, (_, j) => Math.floor(((j + 0.5) * extent) / points));
    return { low, share: new Float64Array(points) };
  }
  const between = alignCorners ? (extent - 1) / Math.max(1, points - 1) : extent / points;
  const at = Float64Array.from({ length: points }, (_, j) => {
    const position = alignCorners ? j * between : (j + 0.5) * between - 0.5;
    return Math.min(Math.max(position, 0), extent - 1);
  });
  return {
    low: Int32Array.from(at, Math.floor),
    high: Int32Array.from(at, (position) => Math.min(Math.floor(position) + 1, extent - 1)),
    share: at.map((position) => position - Math.floor(position)),
  };
}

/** How large the result is, by `size` or `scale`, and what stands between elements. */
export interface InterpolateOptions {
  /** Extents of the result: a number, or `[height, width]`. */
  size?: PerAxis;
  /** Extents of the result divided by those of x, cut off to whole numbers: a number, or one for each axis. */
  scale?: PerAxis;
  /** `'nearest'` (default): the element whose middle is nearest. `'bilinear'`: between the four around, by distance. */
  mode?: Mode;
  /** With `'bilinear'`: corner points lie on corner elements' middles, not edges on edges (false). */
  alignCorners?: boolean;
  /** `'NCHW'` unless said otherwise. */
  layout?: 'NCHW' | 'NHWC';
}

/**
 * The image `x` `[batch, channels, height, width]` in another size. Elements are squares side by side: point j of the
 * result looks at position `(j + 1/2) extent / points - 1/2`, held within the middles of the outermost elements; with
 * `alignCorners` at `j (extent - 1) / (points - 1)`. `'nearest'` takes the element there (the later one in the middle
 * between two), `'bilinear'` weighs the two on each axis. Nothing is smoothed before an image is made smaller.
 *
 * This is the meaning of `jax.image.resize` without antialiasing, and of PyTorch's `'nearest-exact'` and `'bilinear'`.
 *
 * @throws ShapeError `wrong-rank`, `no-elements`; DtypeError `dtype-refused`; ArgumentError `size-or-scale`, `bad-size`,
 *   `bad-scale`, `not-a-mode`, `align-corners`, `not-a-layout`, `unknown-option`
 * @example
 * interpolate([[[[1, 2]]]], { size: [1, 4] }).toArray(); // [[[[1, 1, 2, 2]]]]
 * interpolate([[[[1, 2]]]], { size: [1, 4], mode: 'bilinear' }).toArray(); // [[[[1, 1.25, 1.75, 2]]]]
 * interpolate([[[[1, 4]]]], { size: [1, 4], mode: 'bilinear', alignCorners: true }).toArray(); // [[[[1, 2, 3, 4]]]]
 * interpolate(ones([1, 3, 8, 8]), { scale: 2 }).shape; // [1, 3, 16, 16]
 */
export const interpolate: Composite<(x: TensorLike, options: InterpolateOptions) => Tensor> = composite(
  'interpolate',
  (like: TensorLike, options: InterpolateOptions) => {
    checkOptions('interpolate', options ?? {}, ['size', 'scale', 'mode', 'alignCorners', 'layout']);
    const { size, scale, mode = 'nearest', alignCorners = false, layout } = options ?? {};
    const x = channelsFirst(asTensor(like, 'interpolate'), 2, layout);
    if (mode !== 'nearest' && mode !== 'bilinear') {
      throw new ArgumentError({
        code: 'not-a-mode',
        problem: `no mode named '${String(mode)}'; the modes are 'nearest' (default) and 'bilinear'`,
        expected: ['nearest', 'bilinear'],
        received: mode,
      });
    }
    if (alignCorners && mode === 'nearest') {
      throw new ArgumentError({
        code: 'align-corners',
        problem: "alignCorners has no meaning with mode 'nearest'",
        received: alignCorners,
        remedy: "mode: 'bilinear'",
      });
    }
    const extents = extentsAsked(x.shape.slice(2), size, scale);
    return inLayout(resample(x, extents, mode, alignCorners), 2, layout);
  },
  {
    samples: [
      { shapes: [[1, 2, 2, 3]], arguments: [{ scale: 2 }] },
      { shapes: [[2, 1, 3, 2]], arguments: [{ size: [4, 5], mode: 'bilinear' }] },
      { shapes: [[1, 3, 4, 1]], arguments: [{ size: [5, 2], mode: 'bilinear', alignCorners: true, layout: 'NHWC' }] },
      { shapes: [[0, 1, 2, 2]], arguments: [{ size: 3 }] },
    ],
  },
);

function extentsAsked(extents: Shape, size: PerAxis | undefined, scale: PerAxis | undefined): Shape {
  if ((size === undefined) === (scale === undefined)) {
    throw new ArgumentError({
      code: 'size-or-scale',
      problem: `expected one of size and scale; received ${size === undefined ? 'neither' : 'both'}`,
      received: [size, scale],
      remedy: 'interpolate(x, { scale: 2 })',
    });
  }
  if (extents.includes(0)) {
    throw new ShapeError({
      code: 'no-elements',
      problem: `x has no elements along a spatial axis: ${shapeText(extents)}`,
      received: extents,
    });
  }
  if (size !== undefined) return perAxis('size', size, extents.length);
  const factors: unknown = typeof scale === 'number' ? extents.map(() => scale) : scale;
  const isList = Array.isArray(factors) && factors.length === extents.length;
  const points = isList ? extents.map((extent, axis) => Math.floor(extent * Number(factors[axis]))) : [];
  if (isList && points.every((count) => Number.isInteger(count) && count >= 1)) return points;
  throw new ArgumentError({
    code: 'bad-scale',
    problem: `scale is ${typeof scale === 'number' || !Array.isArray(scale) ? String(scale) : shapeText(scale)}; expected a number above 0, or a list of ${extents.length}, that leaves at least one point of ${shapeText(extents)}`,
    received: scale,
  });
}
