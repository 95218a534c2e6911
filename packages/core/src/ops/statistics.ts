/** Spread and order statistics along axes. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { sumSquaresOver } from '../kernels/sums.ts';
import { nextAxis } from '../op/batch.ts';
import { checkAccepts, inDtype } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import type { Op, Sample } from '../op/op.ts';
import { type TensorLike, asTensor, tensor } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { axesOf, reducedShape, shapeText, sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { take } from './indexing.ts';
import { mergeAxes } from './merge-axes.ts';
import { euclideanDistance } from './norm.ts';
import { type ReduceOptions, checkNotEmpty, samples } from './reduction.ts';
import { where } from './selection.ts';
import { sort } from './sorting.ts';

export interface VarianceOptions extends ReduceOptions {
  /** What is taken from the count before dividing by it (0); 1 for the variance that a sample says of its source. */
  correction?: number;
}

const ofSpread: readonly Sample[] = [
  ...(samples as readonly Sample[]).filter(({ shapes }) => shapes?.[0]?.length !== 0),
  { shapes: [[2, 4]], arguments: [{ axis: -1, correction: 1 }] },
];

/**
 * Mean of the squared distances from the mean, along axes: `sum((x - mean(x))^2) / (n - correction)`.
 *
 * @throws ShapeError `no-elements`, `too-few-elements`; DtypeError `dtype-refused` for bool
 * @example
 * variance([1, 3]).item(); // 1
 * variance([1, 3], { correction: 1 }).item(); // 2
 */
export const variance: Composite<(x: TensorLike, options?: VarianceOptions) => Tensor> = composite(
  'variance',
  (like: TensorLike, options: VarianceOptions = {}) => {
    const { x, mean, axes, count } = aroundMean('variance', like, options);
    return squaredDistances(x, mean, axes)
      .reshape(reducedShape(x.shape, axes, options.keepDims ?? false))
      .div(count);
  },
  { samples: [...ofSpread, { shapes: [[]] }] },
);

/**
 * Square root of the variance. Its derivative is 0 where all elements are equal.
 *
 * @throws ShapeError `no-elements`, `too-few-elements`; DtypeError `dtype-refused` for bool
 * @example
 * std([1, 3]).item(); // 1
 */
export const std: Composite<(x: TensorLike, options?: VarianceOptions) => Tensor> = composite(
  'std',
  (like: TensorLike, options: VarianceOptions = {}) => {
    const { x, mean, axes, count } = aroundMean('std', like, options);
    return euclideanDistance(x, mean, axes)
      .reshape(reducedShape(x.shape, axes, options.keepDims ?? false))
      .div(Math.sqrt(count));
  },
  { samples: ofSpread },
);

/**
 * The primitive behind `variance`: sums over axes of the squares of distances from `centre`, which has extent 1 there, as
 * the result has.
 */
export const squaredDistances: Op<[x: Tensor, centre: Tensor], [axes: readonly number[]]> = defineOp({
  name: 'squaredDistances',
  attributeNames: ['axis'],
  infer: ([, centre]) => centre,
  forward: ([x, centre], [axes], { data }) => sumSquaresOver(x.data, x.shape, axes, data, centre.data),
  lower: (context, kernel) =>
    kernel.reduceAlong('add', context, context.attributes[0], true, (x) => {
      const distance = kernel.sub(x, context.at(1, context.position));
      return kernel.mul(distance, distance);
    }),
  pull: [
    ({ cotangent, inputs: [x, centre] }) => x.sub(centre).mul(cotangent.mul(2)),
    ({ cotangent, inputs: [x, centre], attributes: [axes] }) =>
      x.sub(centre).sum({ axis: axes, keepDims: true }).mul(cotangent.mul(-2)),
  ],
  push: [
    ({ tangent, inputs: [x, centre], attributes: [axes] }) =>
      x.sub(centre).mul(tangent).sum({ axis: axes, keepDims: true }).mul(2),
    ({ tangent, inputs: [x, centre], attributes: [axes] }) =>
      x.sub(centre).sum({ axis: axes, keepDims: true }).mul(tangent.mul(-2)),
  ],
  batch: ({ repeated, attributes: [axes], apply }) => apply(repeated, [axes.map(nextAxis)]),
});

/** The mean of floats, with extent 1 along axes, and the number by which squares of distances from it are divided. */
function aroundMean(
  name: string,
  like: TensorLike,
  options: VarianceOptions,
): { x: Tensor; mean: Tensor; axes: readonly number[]; count: number } {
  checkOptions(name, options, ['axis', 'keepDims', 'correction']);
  const x = floating(name, like);
  const axes = axesOf(name, options.axis, x.rank);
  checkNotEmpty(name, x.spec, axes);
  const { correction = 0 } = options;
  const size = sizeOf(axes.map((axis) => x.shape[axis]!));
  if (!(size - correction > 0)) {
    throw new ShapeError({
      code: 'too-few-elements',
      problem: `nothing is left to divide by: elements ${size}, correction ${correction}, shape ${shapeText(x.shape)}`,
      received: x.shape,
    });
  }
  return { x, mean: x.mean({ axis: axes, keepDims: true }), axes, count: size - correction };
}

/**
 * The value below which a share `q` (0 to 1) of the elements lies, along axes; between two elements on the straight line
 * between them. A list of shares gives a first axis of them. NaN if there is one.
 *
 * @throws ArgumentError `share-out-of-range`; ShapeError `no-elements`; DtypeError `dtype-refused` for bool
 * @example
 * quantile([1, 2, 4], 0.25).item(); // 1.5
 * quantile([1, 2, 4], [0, 1]).toArray(); // [1, 4]
 */
export const quantile: Composite<(x: TensorLike, q: number | readonly number[], options?: ReduceOptions) => Tensor> =
  composite(
    'quantile',
    (like: TensorLike, q: number | readonly number[], options: ReduceOptions = {}) =>
      quantileOf('quantile', like, q, options),
    {
      samples: [
        { shapes: [[5]], arguments: [0.3], distinct: 1e-2 },
        { shapes: [[2, 3]], arguments: [[0.25, 1], { axis: 1 }], distinct: 1e-2 },
        { shapes: [[2, 3, 2]], arguments: [0.4, { axis: [0, -1], keepDims: true }], distinct: 1e-2 },
        { shapes: [[0, 3]], arguments: [0.5, { axis: 1 }] },
        { shapes: [[]], arguments: [0.5] },
      ],
    },
  );

/**
 * The element in the middle of the order, along axes; of an even number the mean of the two. NaN if there is one.
 *
 * @throws ShapeError `no-elements`; DtypeError `dtype-refused` for bool
 * @example
 * median([5, 1, 2, 4]).item(); // 3
 */
export const median: Composite<(x: TensorLike, options?: ReduceOptions) => Tensor> = composite(
  'median',
  (like: TensorLike, options: ReduceOptions = {}) => quantileOf('median', like, 0.5, options),
  { samples: (samples as readonly Sample[]).map((sample) => ({ ...sample, distinct: 1e-2 })) },
);

function quantileOf(name: string, like: TensorLike, q: number | readonly number[], options: ReduceOptions): Tensor {
  checkOptions(name, options, ['axis', 'keepDims']);
  const x = floating(name, like);
  const axes = axesOf(name, options.axis, x.rank);
  checkNotEmpty(name, x.spec, axes);
  const shares = typeof q === 'number' ? [q] : q;
  checkShares(shares, q);
  const merged = sort(mergeAxes(x, axes));
  const last = merged.shape.at(-1)! - 1;
  const lower = shares.map((share) => Math.floor(share * last));
  const entry = (positions: readonly number[]): Tensor =>
    take(merged, tensor(positions, { dtype: 'i32' }), { axis: -1 });
  const [low, high] = [entry(lower), entry(shares.map((share) => Math.ceil(share * last)))];
  const step = high.sub(low);
  const weights = tensor(
    shares.map((share, k) => share * last - lower[k]!),
    { dtype: x.dtype },
  );
  // From or to infinity there are no steps.
  const between = where(step.less(Number.POSITIVE_INFINITY), low.add(step.mul(weights)), low.add(high));
  // NaN stands last.
  const top = entry([last]);
  const result = where(top.equal(top), between, Number.NaN);
  const kept = reducedShape(x.shape, axes, options.keepDims ?? false);
  if (typeof q === 'number') return result.reshape(kept);
  const axesBefore = Array.from({ length: result.rank - 1 }, (_, axis) => axis);
  return result.permute([result.rank - 1, ...axesBefore]).reshape([shares.length, ...kept]);
}

function checkShares(shares: readonly number[], received: unknown): void {
  if (Array.isArray(shares) && shares.every((share) => share >= 0 && share <= 1)) return;
  throw new ArgumentError({
    code: 'share-out-of-range',
    problem: `a share is a number from 0 to 1, or a list of them; received ${String(received)}`,
    expected: [0, 1],
    received,
  });
}

/** Whole numbers become f32. */
function floating(name: string, like: TensorLike): Tensor {
  const x = asTensor(like, name);
  checkAccepts(name, 'number', x.dtype);
  return inDtype(x, isFloat(x.dtype) ? x.dtype : 'f32');
}
