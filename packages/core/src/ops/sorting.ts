/** Elements in order, and places in an order. Equal elements keep their order; NaN stands last. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { forEachLane } from '../kernels/along-axis.ts';
import { LaneSorter, countBefore, topOfLane } from '../kernels/sorting.ts';
import { nextAxis } from '../op/batch.ts';
import { checkAccepts } from '../op/cast.ts';
import { type Composite, composite } from '../op/composite.ts';
import { defineOp } from '../op/define-op.ts';
import { type Op, notDifferentiable } from '../op/op.ts';
import { type TensorLike, asTensor, tensor, uniform } from '../tensor/create.ts';
import { axisOf, shapeText } from '../tensor/shape.ts';
import { specOf } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type LastAxisOption, scatterAddAlongAxis, takeAlongAxis } from './along-axis.ts';
import { take } from './indexing.ts';

export interface SortOptions {
  /** The axis (the last). */
  axis?: number;
  /** Largest first. */
  descending?: boolean;
}

/**
 * The indices (i32) that sort along an axis (the last). Equal elements keep their order, also when `descending`, and NaN
 * stands last either way.
 *
 * @throws ArgumentError `axis-out-of-range`, `unknown-option`
 * @example
 * argSort([30, 10, 20]).toArray(); // [1, 2, 0]
 */
export const argSort: Op<[x: Tensor], [axis: number, descending: boolean], [Tensor], [options?: SortOptions]> =
  defineOp({
    name: 'argSort',
    attributeNames: ['axis', 'descending'],
    canonical: ([x], [options = {}]) => {
      checkOptions('argSort', options, ['axis', 'descending']);
      return [axisOf('argSort', options.axis ?? -1, x.shape.length), options.descending ?? false];
    },
    infer: ([x]) => specOf(x.shape, 'i32'),
    forward: ([x], [axis, descending], { data }) => {
      const sorter = new LaneSorter(x.shape[axis]!);
      forEachLane(x.shape, axis, (start, step) => {
        const order = sorter.orderOf(x.data, start, step, descending);
        for (let k = 0; k < order.length; k++) data[start + k * step] = order[k]!;
      });
    },
    pull: [notDifferentiable],
    batch: ({ inputs, attributes: [axis, descending], apply }) => apply(inputs, [nextAxis(axis), descending]),
    samples: [
      { shapes: [[5]], distinct: 1e-2 },
      { shapes: [[3, 2]], arguments: [{ axis: 0, descending: true }], distinct: 1e-2 },
      { shapes: [[2, 0]] },
    ],
  });

/**
 * The elements in rising order along an axis (the last), or in falling order. Equal elements keep their order, and NaN
 * stands last either way. The derivative goes where each element came from.
 *
 * @throws ArgumentError `axis-out-of-range`, `unknown-option`
 * @example
 * sort([3, 1, 2]).toArray(); // [1, 2, 3]
 * sort([[3, 1], [2, 4]], { axis: 0, descending: true }).toArray(); // [[3, 4], [2, 1]]
 */
export const sort: Composite<(x: TensorLike, options?: SortOptions) => Tensor> = composite(
  'sort',
  (like: TensorLike, options: SortOptions = {}) => {
    checkOptions('sort', options, ['axis', 'descending']);
    const x = asTensor(like, 'sort');
    const axis = axisOf('sort', options.axis ?? -1, x.rank);
    return takeAlongAxis(x, argSort(x, { axis, descending: options.descending ?? false }), { axis });
  },
  {
    samples: [
      { shapes: [[5]], distinct: 1e-2 },
      { shapes: [[3, 2]], arguments: [{ axis: 0, descending: true }], distinct: 1e-2 },
      { shapes: [[0, 2]], arguments: [{ axis: 0 }] },
    ],
  },
);

/** The primitive behind `topK`, with two outputs. */
export const top: Op<
  [x: Tensor],
  [k: number, axis: number],
  [values: Tensor, indices: Tensor],
  [k: number, options?: LastAxisOption]
> = defineOp({
  name: 'topK',
  attributeNames: ['k', 'axis'],
  canonical: ([x], [k, options = {}]) => {
    checkOptions('topK', options, ['axis']);
    const axis = axisOf('topK', options.axis ?? -1, x.shape.length);
    if (!Number.isInteger(k) || k < 0 || k > x.shape[axis]!) {
      throw new ArgumentError({
        code: 'not-so-many',
        problem: `k is ${k}; axis ${axis} of shape ${shapeText(x.shape)} has 0 to ${x.shape[axis]} elements to give`,
        expected: [0, x.shape[axis]],
        received: k,
      });
    }
    return [k, axis];
  },
  infer: ([x], [k, axis]) => [specOf(x.shape.with(axis, k), x.dtype), specOf(x.shape.with(axis, k), 'i32')],
  forward: ([x], [k, axis], [values, indices]) => {
    const starts: number[] = [];
    forEachLane(values.shape, axis, (start) => starts.push(start));
    forEachLane(x.shape, axis, (start, step, lane) => {
      topOfLane(x.data, start, step, x.shape[axis]!, k).forEach((position, rank) => {
        values.data[starts[lane]! + rank * step] = x.data[start + position * step]!;
        indices.data[starts[lane]! + rank * step] = position;
      });
    });
  },
  pull: [
    ({ cotangent, inputs: [x], outputs: [, indices], attributes: [, axis] }) =>
      scatterAddAlongAxis(uniform(x.spec, 0), indices, cotangent, { axis }),
  ],
  push: [
    ({ tangent, outputs: [, indices], attributes: [, axis] }) => [
      takeAlongAxis(tangent, indices, { axis }),
      uniform(indices.spec, 0),
    ],
  ],
  batch: ({ inputs, attributes: [k, axis], apply }) => apply(inputs, [k, nextAxis(axis)]),
  samples: [
    { shapes: [[5]], arguments: [2], distinct: 1e-2 },
    { shapes: [[3, 2]], arguments: [2, { axis: 0 }], distinct: 1e-2 },
    { shapes: [[2, 3]], arguments: [0] },
  ],
});

/**
 * The `k` largest elements along an axis (the last), largest first, and their indices (i32); the first of equals first.
 * NaN counts as largest, as for max.
 *
 * @throws ArgumentError `not-so-many`, `axis-out-of-range`, `unknown-option`
 * @example
 * const { values, indices } = topK([3, 9, 5], 2);
 * values.toArray(); // [9, 5]
 * indices.toArray(); // [1, 2]
 */
export const topK: ((x: TensorLike, k: number, options?: LastAxisOption) => { values: Tensor; indices: Tensor }) &
  Pick<typeof top, 'definition'> = Object.assign(
  (x: TensorLike, k: number, options: LastAxisOption = {}) => {
    const [values, indices] = top(x, k, options);
    return { values, indices };
  },
  { definition: top.definition },
);

export interface SearchOptions {
  /** On which side of equal elements: before them ('left') or after. */
  side?: 'left' | 'right';
}

/**
 * For each value the position (i32) in the rising list `sorted`, `[n]`, at which it could be inserted: how many elements
 * are smaller, or with `side: 'right'` not larger. NaN stands last.
 *
 * @throws ShapeError `not-a-vector`; ArgumentError `unknown-side`, `unknown-option`
 * @example
 * searchSorted([10, 20, 30], [20, 25]).toArray(); // [1, 2]
 * searchSorted([10, 20, 30], 20, { side: 'right' }).item(); // 2
 */
export const searchSorted: Op<
  [sorted: Tensor, values: Tensor],
  [side: 'left' | 'right'],
  [Tensor],
  [options?: SearchOptions]
> = defineOp({
  name: 'searchSorted',
  attributeNames: ['side'],
  canonical: (_, [options = {}]) => {
    checkOptions('searchSorted', options, ['side']);
    const { side = 'left' } = options;
    if (side === 'left' || side === 'right') return [side];
    throw new ArgumentError({
      code: 'unknown-side',
      problem: `no side ${JSON.stringify(side)}; the sides are 'left' and 'right'`,
      expected: ['left', 'right'],
      received: side,
    });
  },
  infer: ([sorted, values]) => {
    if (sorted.shape.length === 1) return specOf(values.shape, 'i32');
    throw new ShapeError({
      code: 'not-a-vector',
      problem: `the sorted list has shape ${shapeText(sorted.shape)}; expected one axis`,
      expected: 1,
      received: sorted.shape,
    });
  },
  forward: ([sorted, values], [side], { data }) => {
    for (let k = 0; k < data.length; k++) data[k] = countBefore(sorted.data, values.data[k]!, side === 'right');
  },
  pull: [notDifferentiable, notDifferentiable],
  batch: ({ inputs, batched: [ofList], attributes, apply }) => (ofList ? undefined : apply(inputs, attributes)),
  samples: [{ shapes: [[4], [2, 3]] }, { shapes: [[0], []], arguments: [{ side: 'right' }] }],
});

/**
 * The distinct elements in rising order, `[k]`, of all axes together; all NaN count as one. How many there are depends
 * on the values, so this needs numbers: it cannot be traced. The derivative goes to the first of equal elements.
 *
 * @throws ArgumentError `symbolic-value`; DtypeError `dtype-refused` for bool
 * @example
 * unique([3, 1, 3, 2]).toArray(); // [1, 2, 3]
 */
export const unique: Composite<(x: TensorLike) => Tensor> = composite(
  'unique',
  (like: TensorLike) => {
    const x = asTensor(like, 'unique').reshape([-1]);
    checkAccepts('unique', 'number', x.dtype);
    if (x.isSymbolic) {
      throw new ArgumentError({
        code: 'symbolic-value',
        problem: `the shape of the result depends on the values, and while tracing ${x.spec} has none`,
        received: x.spec,
        remedy: 'unique outside of the traced function, and passing what it gives as an argument',
      });
    }
    const values = x.data;
    const order = new LaneSorter(values.length).orderOf(values, 0, 1, false);
    const isSame = (a: number, b: number): boolean => a === b || (a !== a && b !== b);
    const firsts = order.filter((at, k) => k === 0 || !isSame(values[at]!, values[order[k - 1]!]!));
    return take(x, tensor(firsts));
  },
  { samples: [{ shapes: [[5]], distinct: 1e-2 }, { shapes: [[2, 2]], distinct: 1e-2 }, { shapes: [[0]] }] },
);
