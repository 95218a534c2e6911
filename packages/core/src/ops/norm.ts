/** Lengths of vectors, with derivatives that are finite at 0 and right for the square of the length. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import { lengthsOver } from '../kernels/lengths.ts';
import { forEachRun } from '../kernels/strided-runs.ts';
import { nextAxis } from '../op/batch.ts';
import { checkAccepts, inDtype } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { sumTo } from '../op/define-elementwise.ts';
import { defineOp } from '../op/define-op.ts';
import { growthIn } from '../op/growth.ts';
import type { Op, Sample } from '../op/op.ts';
import { type TensorLike, asTensor, uniform } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { axesOf, broadcastStrides, reducedShape } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ReduceOptions, samples } from './reduction.ts';
import { where } from './selection.ts';

export interface NormOptions extends ReduceOptions {
  /** 2 (the length), 1 (sum of absolute values) or Infinity (the largest of them). */
  order?: number;
}

/**
 * Length of the vectors along axes: `sqrt(sum(x^2))`, or with `order` 1 or Infinity `sum(|x|)` or `max(|x|)`. Of several
 * axes the elements together are one vector. Squares neither overflow nor vanish. At 0 the derivative is 0, and that of
 * the square of the norm is right there at every order in reverse mode.
 *
 * @throws ArgumentError `unknown-order`, `axis-out-of-range`, `axis-twice`; DtypeError `dtype-refused` for bool
 * @example
 * norm([3, 4]).item(); // 5
 * grad((x: Tensor) => norm(x))(tensor([0, 0])).toArray(); // [0, 0]
 */
export const norm: Composite<(x: TensorLike, options?: NormOptions) => Tensor> = composite(
  'norm',
  (like: TensorLike, options: NormOptions = {}) => {
    checkOptions('norm', options, ['axis', 'keepDims', 'order']);
    const { order = 2, keepDims = false, axis } = options;
    const given = asTensor(like, 'norm');
    checkAccepts('norm', 'number', given.dtype);
    const x = inDtype(given, isFloat(given.dtype) ? given.dtype : 'f32');
    const axes = axesOf('norm', axis, x.rank);
    if (order === 1) return x.abs().sum({ axis: axes, keepDims });
    if (order === Number.POSITIVE_INFINITY) return x.abs().max({ axis: axes, keepDims });
    if (order === 2) return euclideanNorm(x, axes).reshape(reducedShape(x.shape, axes, keepDims));
    throw new ArgumentError({
      code: 'unknown-order',
      problem: `no norm of order ${String(order)}; the orders are 1, 2 and Infinity`,
      expected: [1, 2, Number.POSITIVE_INFINITY],
      received: order,
      remedy: 'x.abs().pow(p).sum().pow(1 / p)',
    });
  },
  {
    samples: [
      ...(samples as readonly Sample[]),
      { shapes: [[2, 3]], arguments: [{ order: 1, axis: 1 }], kinks: [0] },
      { shapes: [[2, 3]], arguments: [{ order: Number.POSITIVE_INFINITY }], distinct: 1e-2, from: 0.5 },
      { shapes: [[2, 0]], arguments: [{ axis: 1 }] },
    ],
  },
);

/** The primitive behind `norm` of order 2; axes stay with extent 1. */
export const euclideanNorm: Op<[x: Tensor], [axes: readonly number[]]> = defineOp({
  name: 'euclideanNorm',
  attributeNames: ['axis'],
  infer: ([x], [axes]) => specOf(reducedShape(x.shape, axes, true), x.dtype),
  forward: ([x], [axes], { data }) => lengthsOver(x.data, x.shape, axes, data),
  pull: [({ cotangent, inputs: [x], output: length }) => radial(cotangent, length, x)],
  push: [
    ({ tangent, inputs: [x], output: length, attributes: [axes] }) =>
      direction(x, length).mul(tangent).sum({ axis: axes, keepDims: true }),
  ],
  batch: ({ inputs, attributes: [axes], apply }) => apply(inputs, [axes.map(nextAxis)]),
});

/** The primitive behind `std`: how far `x` lies from `centre`, which has extent 1 along the axes, as the result has. */
export const euclideanDistance: Op<[x: Tensor, centre: Tensor], [axes: readonly number[]]> = defineOp({
  name: 'euclideanDistance',
  attributeNames: ['axis'],
  infer: ([, centre]) => centre,
  forward: ([x, centre], [axes], { data }) => lengthsOver(x.data, x.shape, axes, data, centre.data),
  pull: [
    ({ cotangent, inputs: [x, centre], output: length }) => radial(cotangent, length, x.sub(centre)),
    ({ cotangent, inputs: [x, centre], output: length, attributes: [axes] }) =>
      radial(cotangent, length, x.sub(centre)).sum({ axis: axes, keepDims: true }).neg(),
  ],
  push: [
    ({ tangent, inputs: [x, centre], output: length, attributes: [axes] }) =>
      direction(x.sub(centre), length).mul(tangent).sum({ axis: axes, keepDims: true }),
    ({ tangent, inputs: [x, centre], output: length, attributes: [axes] }) =>
      direction(x.sub(centre), length).sum({ axis: axes, keepDims: true }).mul(tangent).neg(),
  ],
  batch: ({ repeated, attributes: [axes], apply }) => apply(repeated, [axes.map(nextAxis)]),
});

/**
 * `c x / n` for vectors x of length n, and 0 where n is 0: what flows back to x from c at its length. It is one op, so
 * that c / n, which may have a limit where both are 0, can be asked for when somebody differentiates again.
 */
export const radial: Op<[cotangent: Tensor, length: Tensor, x: Tensor]> = defineOp({
  name: 'radial',
  infer: ([, , x]) => x,
  forward: ([c, n, x], _, { data, shape }) => {
    const strides = broadcastStrides(n.shape, shape);
    forEachRun(shape, [strides], (count, at, [from], [step]) => {
      for (let k = 0, i = from!; k < count; k++, i += step!) {
        data[at + k] = n.data[i] === 0 ? 0 : c.data[i]! * (x.data[at + k]! / n.data[i]!);
      }
    });
  },
  pull: [
    ({ cotangent, inputs: [c, length, x] }) => sumTo(direction(x, length).mul(cotangent), c.spec),
    ({ cotangent, inputs: [, length], output }) =>
      sumTo(output.mul(cotangent), length.spec).div(divisorOf(length)).neg(),
    ({ cotangent, inputs: [c, length] }) => cotangent.mul(quotient(c, length)),
  ],
  push: [
    ({ tangent, inputs: [, length, x] }) => radial(tangent, length, x),
    ({ tangent, inputs: [, length], output }) => output.mul(tangent).div(divisorOf(length)).neg(),
    ({ tangent, inputs: [c, length] }) => tangent.mul(quotient(c, length)),
  ],
  batch: ({ repeated, apply }) => apply(repeated, []),
});

/** `x / n`, 0 where n is 0. */
function direction(x: Tensor, length: Tensor): Tensor {
  return radial(uniform(length.spec, 1), length, x);
}

/**
 * n, infinite where it is 0: what is divided by it is 0 there, and so are the slopes of that. To multiply by 1 / n would be
 * 0 * infinity where n is tiny.
 */
function divisorOf(length: Tensor): Tensor {
  return where(length.equal(0), Infinity, length);
}

/**
 * `c / n`; where n is 0, its limit by l'Hôpital's rule: how c grows with n, 0 if it does not. Of the square of the norm
 * c is 2 n, so the limit is 2.
 */
function quotient(c: Tensor, length: Tensor): Tensor {
  const divided = c.div(divisorOf(length));
  const mayBeZero = length.isSymbolic || length.data.includes(0);
  return mayBeZero ? where(length.equal(0), growthIn(length, c) ?? 0, divided) : divided;
}
