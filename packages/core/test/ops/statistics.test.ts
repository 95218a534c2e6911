import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  all,
  any,
  grad,
  median,
  prod,
  quantile,
  random,
  std,
  tensor,
  variance,
  zeros,
} from '../../src/index.ts';
import { at, build, indices } from '../reference.ts';
import { refusal } from '../refusal.ts';

const f64 = { dtype: 'f64' } as const;

const cases = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.subarray(shape.map((_, axis) => axis)),
    negative: fc.boolean(),
    keepDims: fc.boolean(),
    seed: fc.nat({ max: 1000 }),
  }),
);

/** Whole numbers from -3 to 3, so that there are zeros and ties. */
function drawn(shape: readonly number[], seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -3.9, max: 3.9, dtype: 'f64' }).cast('i32').cast('f64');
}

/** A reduction over some axes, by collecting each group's elements in order. */
function slowly(x: Tensor, axes: readonly number[], keepDims: boolean, reduce: (group: number[]) => number): number[] {
  const nested = x.toArray();
  const outer = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const values = [...indices(outer)].map((index) =>
    reduce(
      [...indices(axes.map((axis) => x.shape[axis]!))].map((inner) =>
        at(
          nested,
          index.map((k, axis) => (axes.includes(axis) ? inner[axes.indexOf(axis)]! : k)),
        ),
      ),
    ),
  );
  const kept = keepDims ? outer : outer.filter((_, axis) => !axes.includes(axis));
  let next = 0;
  return [build(kept, () => values[next++]!)].flat(9) as number[];
}

const meanOf = (group: number[]): number => group.reduce((a, b) => a + b, 0) / group.length;
const varianceOf = (group: number[]): number => meanOf(group.map((x) => (x - meanOf(group)) ** 2));
const quantileOf = (group: number[], q: number): number => {
  const sorted = group.toSorted((a, b) => a - b);
  const place = q * (group.length - 1);
  const low = Math.floor(place);
  return sorted[low]! + (place - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
};

describe('reductions', () => {
  test.each<[string, (x: Tensor, options: object) => Tensor, (group: number[]) => number]>([
    ['prod', prod, (group) => group.reduce((a, b) => a * b, 1)],
    ['any', any, (group) => Number(group.some((x) => x !== 0))],
    ['all', all, (group) => Number(group.every((x) => x !== 0))],
    ['variance', variance, varianceOf],
    ['std', std, (group) => Math.sqrt(varianceOf(group))],
    ['median', median, (group) => quantileOf(group, 0.5)],
    ['quantile', (x, options) => quantile(x, 0.3, options), (group) => quantileOf(group, 0.3)],
  ])('%s over any axes is that of each group', (_, op, reduce) => {
    fc.assert(
      fc.property(cases, ({ shape, axes, negative, keepDims, seed }) => {
        const x = drawn(shape, seed);
        const axis = negative ? axes.map((a) => a - shape.length) : axes;
        const result = op(x, { axis, keepDims });
        const expected = slowly(x, axes, keepDims, reduce);
        expect(result.shape).toEqual(
          keepDims ? shape.map((e, a) => (axes.includes(a) ? 1 : e)) : shape.filter((__, a) => !axes.includes(a)),
        );
        Array.from(result.data).forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 12));
      }),
    );
  });

  test('of nothing: prod is 1, any false, all true', () => {
    expect(prod(zeros([2, 0]), { axis: 1 }).toArray()).toEqual([1, 1]);
    expect(any(zeros([0])).item()).toBe(0);
    expect(all(zeros([0])).item()).toBe(1);
  });

  test('NaN is true, and makes medians NaN', () => {
    expect(any([Number.NaN]).item()).toBe(1);
    expect(all([Number.NaN, 1]).toArray()).toBe(true);
    expect(median([1, Number.NaN, 3]).item()).toBeNaN();
    expect(
      quantile(
        [
          [1, 2],
          [Number.NaN, 3],
        ],
        0,
        { axis: 1 },
      ).toArray(),
    ).toEqual([1, Number.NaN]);
  });

  test('any and all take every dtype and give bool; prod of i32 stays whole', () => {
    expect(
      any(
        tensor([
          [true, false],
          [false, false],
        ]),
        { axis: 1 },
      ).toArray(),
    ).toEqual([true, false]);
    expect(all(tensor([1, 2], { dtype: 'i32' })).dtype).toBe('bool');
    expect(prod(tensor([65537, 65537], { dtype: 'i32' })).item()).toBe(131073);
  });
});

describe('variance and std', () => {
  test('divide by n, or by n - 1 with correction 1', () => {
    // numpy.var([1, 2, 4, 9]), and with ddof=1
    expect(variance(tensor([1, 2, 4, 9], f64)).item()).toBeCloseTo(9.5, 12);
    expect(variance(tensor([1, 2, 4, 9], f64), { correction: 1 }).item()).toBeCloseTo(38 / 3, 12);
    expect(std(tensor([1, 2, 4, 9], f64), { correction: 1 }).item()).toBeCloseTo(Math.sqrt(38 / 3), 12);
  });

  test('of numbers far from 0 keep their digits', () => {
    expect(variance(tensor([1e9, 1e9 + 1, 1e9 + 2], f64)).item()).toBeCloseTo(2 / 3, 12);
  });

  test('std of equal elements has derivative 0', () => {
    expect(grad((x: Tensor) => std(x))(tensor([2, 2, 2])).toArray()).toEqual([0, 0, 0]);
  });

  test('refusals', () => {
    expect(refusal(() => variance(zeros([2, 0]), { axis: 1 }))).toMatchInlineSnapshot(`
      "ShapeError no-elements
      variance: the variance of no elements, shape [2, 0]"
    `);
    expect(refusal(() => std([3], { correction: 1 }))).toMatchInlineSnapshot(`
      "ShapeError too-few-elements
      std: nothing is left to divide by: elements 1, correction 1, shape [1]"
    `);
    expect(refusal(() => variance([true]))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      variance: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    // @ts-expect-error -- NumPy's name
    expect(refusal(() => variance([1, 2], { ddof: 1 }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      variance: no option named "ddof"; the options are "axis", "keepDims", "correction""
    `);
  });
});

describe('quantile', () => {
  test('of a list of shares has them as first axis', () => {
    const x = tensor(
      [
        [1, 2, 4],
        [0, 8, 16],
      ],
      f64,
    );
    expect(quantile(x, [0, 0.25, 1], { axis: 1 }).toArray()).toEqual([
      [1, 0],
      [1.5, 4],
      [4, 16],
    ]);
    expect(quantile(x, [0.5], { axis: 1, keepDims: true }).shape).toEqual([1, 2, 1]);
    expect(quantile(x, []).shape).toEqual([0]);
  });

  test('between equal infinities is infinite', () => {
    expect(median([Infinity, Infinity]).item()).toBe(Infinity);
    expect(median([-Infinity, -Infinity, 1, 1]).item()).toBe(-Infinity);
  });

  test('sends its derivative to the elements beside it', () => {
    expect(grad((x: Tensor) => quantile(x, 0.25))(tensor([8, 1, 4], f64)).toArray()).toEqual([0, 0.5, 0.5]);
  });

  test('refusals', () => {
    expect(refusal(() => quantile([1], 2))).toMatchInlineSnapshot(`
      "ArgumentError share-out-of-range
      quantile: a share is a number from 0 to 1, or a list of them; received 2"
    `);
    expect(refusal(() => median(zeros([0])))).toMatchInlineSnapshot(`
      "ShapeError no-elements
      median: the median of no elements, shape [0]"
    `);
  });
});
