/** Running totals along an axis, and the recurrence that their derivatives are made of. */
import { checkOptions } from '../errors/check-options.ts';
import { ShapeError } from '../errors/edgewise-error.ts';
import { type Along, type RunningLoop, accumulate, recur } from '../kernels/cumulative.ts';
import { nextAxis } from '../op/batch.ts';
import { checkAccepts } from '../op/cast.ts';
import { defineOp } from '../op/define-op.ts';
import type { Dense, Op, OpDefinition, Sample } from '../op/op.ts';
import { type TensorLike, asTensor, uniform } from '../tensor/create.ts';
import type { Dtype } from '../tensor/dtype.ts';
import { axisOf, sameShape, shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { concatenate } from './joining.ts';

export interface CumulativeOptions {
  /** The axis; without it, the flat order of elements, and the result has rank 1. */
  axis?: number;
  /** From the end instead of from the start. */
  reverse?: boolean;
}

type Cumulative = Op<[x: Tensor], [axis: number, reverse: boolean], [Tensor], [options?: CumulativeOptions]>;
type CumulativeDefinition = OpDefinition<
  [x: Tensor],
  [axis: number, reverse: boolean],
  [Tensor],
  [options?: CumulativeOptions]
>;

const samples: readonly Sample<[options?: CumulativeOptions]>[] = [
  { shapes: [[4]] },
  { shapes: [[2, 3]] },
  { shapes: [[2, 3, 2]], arguments: [{ axis: 1 }] },
  { shapes: [[2, 4]], arguments: [{ axis: -1, reverse: true }] },
  { shapes: [[2, 0]], arguments: [{ axis: 1 }] },
  { shapes: [[]] },
];

/** A running total: named once, with its kernel and its rules. */
function defineCumulative(
  name: string,
  loopFor: (dtype: Dtype) => RunningLoop,
  rules: Pick<CumulativeDefinition, 'pull' | 'push'>,
  drawn: Pick<Sample, 'distinct'> = {},
): Cumulative {
  const op: Cumulative = defineOp<
    [x: Tensor],
    [axis: number, reverse: boolean],
    [Tensor],
    [options?: CumulativeOptions]
  >({
    name,
    attributeNames: ['axis', 'reverse'],
    canonical: ([x], [options = {}]) => {
      checkAccepts(name, 'number', x.dtype);
      return [axisOf(name, options.axis ?? 0, x.shape.length), options.reverse ?? false];
    },
    infer: ([x]) => x,
    forward: ([x], [axis, reverse], { data }) => accumulate(x.data, x.shape, { axis, reverse }, loopFor(x.dtype), data),
    ...rules,
    batch: ({ inputs, attributes: [axis, reverse], apply }) => apply(inputs, [nextAxis(axis), reverse]),
    samples: samples.map((sample) => ({ ...sample, ...drawn })),
  });
  const overAxis = (like: TensorLike, options: CumulativeOptions = {}): Tensor => {
    checkOptions(name, options, ['axis', 'reverse']);
    const x = asTensor(like, name);
    return options.axis === undefined && x.rank !== 1 ? op(x.reshape([-1]), options) : op(x, options);
  };
  return Object.assign(overAxis, { definition: op.definition });
}

/**
 * Running sum `y[k] = x[0] + ... + x[k]` along an axis.
 *
 * @throws ArgumentError `axis-out-of-range`, `unknown-option`; DtypeError `dtype-refused` for bool
 * @example
 * cumsum([1, 2, 3]).toArray(); // [1, 3, 6]
 * cumsum([[1, 2], [3, 4]], { axis: 1, reverse: true }).toArray(); // [[3, 2], [7, 4]]
 */
export const cumsum: Cumulative = defineCumulative('cumsum', (dtype) => (dtype === 'i32' ? addWhole : add), {
  pull: [({ cotangent, attributes: [axis, reverse] }) => cumsum(cotangent, { axis, reverse: !reverse })],
  push: [({ tangent, attributes: [axis, reverse] }) => cumsum(tangent, { axis, reverse })],
});

/**
 * Running product `y[k] = x[0] ... x[k]` along an axis. Nothing is divided, so derivatives of every order are right where
 * elements are zero.
 *
 * @throws ArgumentError `axis-out-of-range`, `unknown-option`; DtypeError `dtype-refused` for bool
 * @example
 * cumprod([1, 2, 3]).toArray(); // [1, 2, 6]
 * grad((x: Tensor) => cumprod(x).sum())(tensor([2, 0, 5])).toArray(); // [1, 12, 0]
 */
export const cumprod: Cumulative = defineCumulative(
  'cumprod',
  (dtype) => (dtype === 'i32' ? multiplyWhole : multiply),
  {
    // What precedes x[k], times r[k] = c[k] + x[k + 1] r[k + 1], which sums c[i] x[k + 1] ... x[i] over all later i.
    pull: [
      ({ cotangent, inputs: [x], output, attributes: [axis, reverse] }) =>
        preceding(output, { axis, reverse }, 1).mul(
          linearRecurrence(preceding(x, { axis, reverse: !reverse }, 0), cotangent, { axis, reverse: !reverse }),
        ),
    ],
    push: [
      ({ tangent, inputs: [x], output, attributes: [axis, reverse] }) =>
        linearRecurrence(x, tangent.mul(preceding(output, { axis, reverse }, 1)), { axis, reverse }),
    ],
  },
);

/**
 * Largest element so far along an axis; NaN from the first NaN on. Those that tie for it share its derivative.
 *
 * @throws ArgumentError `axis-out-of-range`, `unknown-option`; DtypeError `dtype-refused` for bool
 * @example
 * cummax([1, 3, 2, 5]).toArray(); // [1, 3, 3, 5]
 */
export const cummax: Cumulative = defineCumulative(
  'cummax',
  () => largest,
  {
    pull: [
      ({ cotangent, inputs: [x], output, attributes: [axis, reverse] }) => {
        const { reaches, stays, count } = records(x, output, { axis, reverse });
        const back = { axis, reverse: !reverse };
        return reaches.mul(linearRecurrence(preceding(stays, back, 0), cotangent.div(count), back));
      },
    ],
    push: [
      ({ tangent, inputs: [x], output, attributes: [axis, reverse] }) => {
        const { reaches, stays, count } = records(x, output, { axis, reverse });
        return linearRecurrence(stays, reaches.mul(tangent), { axis, reverse }).div(count);
      },
    ],
  },
  { distinct: 1e-2 },
);

const add: RunningLoop = (count, x, out, from, step) => {
  // From -0, which changes no first element: 0 would make a 0 of a -0.
  for (let k = 0, at = from, sum = -0; k < count; k++, at += step) out[at] = sum += x[at]!;
};

const addWhole: RunningLoop = (count, x, out, from, step) => {
  for (let k = 0, at = from, sum = 0; k < count; k++, at += step) out[at] = sum = (sum + x[at]!) | 0;
};

const multiply: RunningLoop = (count, x, out, from, step) => {
  for (let k = 0, at = from, product = 1; k < count; k++, at += step) out[at] = product *= x[at]!;
};

const multiplyWhole: RunningLoop = (count, x, out, from, step) => {
  for (let k = 0, at = from, product = 1; k < count; k++, at += step) out[at] = product = Math.imul(product, x[at]!);
};

const largest: RunningLoop = (count, x, out, from, step) => {
  for (let k = 0, at = from, most = -Infinity; k < count; k++, at += step) {
    const value = x[at]!;
    // Most do not reach the largest, and the processor guesses so.
    if (!(value < most)) most = Math.max(most, value);
    out[at] = most;
  }
};

/** Which elements reach the largest so far, where it stays what it was, and how many have reached it: zeros and ones. */
function records(x: Tensor, largest: Tensor, along: Along): Record<'reaches' | 'stays' | 'count', Tensor> {
  const reaches = x.equal(largest).cast(x.dtype);
  // What the first is compared with does not matter: in a recurrence the first factor counts for nothing.
  const stays = largest.equal(preceding(largest, along, 0)).cast(x.dtype);
  return { reaches, stays, count: linearRecurrence(stays, reaches, along).maximum(1) };
}

/** Each element's predecessor along an axis, and `first` in place of the one that has none. */
export function preceding(x: Tensor, { axis, reverse }: Along, first: number): Tensor {
  if (x.size === 0) return x;
  const whole = Array.from({ length: axis }, () => null);
  const gap = uniform(specOf(x.shape.with(axis, 1), x.dtype), first);
  return reverse
    ? concatenate([x.slice([...whole, [1]]), gap], { axis })
    : concatenate([gap, x.slice([...whole, [0, x.shape[axis]! - 1]])], { axis });
}

/**
 * `y[k] = a[k] y[k - 1] + b[k]` along an axis (0), from `y = 0` before the first: discounted sums, moving averages,
 * filters. `reverse` starts at the end, with `y[k + 1]`. The first `a` counts for nothing.
 *
 * @throws ShapeError `shape-mismatch`; ArgumentError `axis-out-of-range`, `unknown-option`
 * @example
 * linearRecurrence([0, 2, 2], [1, 1, 1]).toArray(); // [1, 3, 7]
 */
export const linearRecurrence: Op<
  [a: Tensor, b: Tensor],
  [axis: number, reverse: boolean],
  [Tensor],
  [options?: CumulativeOptions]
> = defineOp({
  name: 'linearRecurrence',
  attributeNames: ['axis', 'reverse'],
  canonical: ([a, b], [options = {}]) => {
    checkOptions('linearRecurrence', options, ['axis', 'reverse']);
    for (const { dtype } of [a, b]) checkAccepts('linearRecurrence', 'float', dtype);
    if (!sameShape(a.shape, b.shape) || a.dtype !== b.dtype) {
      throw new ShapeError({
        code: 'shape-mismatch',
        problem: `a is ${a.dtype} ${shapeText(a.shape)} and b is ${b.dtype} ${shapeText(b.shape)}; expected one dtype and shape`,
        expected: a,
        received: b,
      });
    }
    return [axisOf('linearRecurrence', options.axis ?? 0, a.shape.length), options.reverse ?? false];
  },
  infer: ([a]) => a,
  forward: ([a, b], [axis, reverse], { data }: Dense) => recur(a.data, b.data, a.shape, { axis, reverse }, data),
  // What flows back from y[k] goes on to y[k - 1] times a[k]: the same recurrence the other way.
  pull: [
    ({ cotangent, inputs: [a], output, attributes: [axis, reverse] }) =>
      flowingBack(a, cotangent, { axis, reverse }).mul(preceding(output, { axis, reverse }, 0)),
    ({ cotangent, inputs: [a], attributes: [axis, reverse] }) => flowingBack(a, cotangent, { axis, reverse }),
  ],
  push: [
    ({ tangent, inputs: [a], output, attributes: [axis, reverse] }) =>
      linearRecurrence(a, tangent.mul(preceding(output, { axis, reverse }, 0)), { axis, reverse }),
    ({ tangent, inputs: [a], attributes: [axis, reverse] }) => linearRecurrence(a, tangent, { axis, reverse }),
  ],
  batch: ({ repeated, attributes: [axis, reverse], apply }) => apply(repeated, [nextAxis(axis), reverse]),
  samples: [
    { shapes: [[4], [4]] },
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      arguments: [{ axis: -1, reverse: true }],
    },
    { shapes: [[0], [0]] },
  ],
});

function flowingBack(a: Tensor, cotangent: Tensor, { axis, reverse }: Along): Tensor {
  const back = { axis, reverse: !reverse };
  return linearRecurrence(preceding(a, back, 0), cotangent, back);
}
