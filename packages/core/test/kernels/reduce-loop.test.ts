import { expect, test } from 'vitest';
import { extremeOver, extremePlaces } from '../../src/kernels/extremes.ts';
import { sumOfEqual, sumOfProducts, sumOver, sumSquaresOver } from '../../src/kernels/sums.ts';
import { type Shape, sizeOf } from '../../src/tensor/shape.ts';

// Narrow and wide rows, axes short and longer than the blocks that sums are made of, extents 0 and 1
const shapes: readonly Shape[] = [
  [],
  [5],
  [70],
  [0, 3],
  [3, 0],
  [2, 3, 4],
  [1, 4, 1],
  [70, 20],
  [3, 70, 17],
  [67, 2, 3],
  [600],
  [1, 517],
  [150, 17],
  [2, 70, 2, 17],
];

const cases = shapes.flatMap((shape) => {
  const subsets = Array.from({ length: 2 ** shape.length }, (_, bits) =>
    shape.map((_extent, axis) => axis).filter((axis) => ((bits >> axis) & 1) === 1),
  );
  return subsets.map((axes) => ({ shape, axes }));
});

/** Elements by the place of their group in the result, by the definition: the index without the axes that go. */
function groups(x: Float64Array, shape: Shape, axes: readonly number[]): number[][] {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const found = Array.from({ length: sizeOf(kept.map((axis) => shape[axis]!)) }, (): number[] => []);
  x.forEach((value, at) => {
    let rest = at;
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    found[kept.reduce((place, axis) => place * shape[axis]! + index[axis]!, 0)]!.push(value);
  });
  return found;
}

/** Whole numbers, so that no order of additions shows, with ties. */
const numbers = (shape: Shape): Float64Array =>
  Float64Array.from({ length: sizeOf(shape) }, (_, k) => ((k * 7919) % 101) - 50);

test.each(cases)('$shape over $axes: sums and extremes are those of the groups', ({ shape, axes }) => {
  const x = numbers(shape);
  const expected = groups(x, shape, axes);
  const out = new Float64Array(expected.length).fill(99);
  sumOver(x, shape, axes, out);
  expect([...out]).toEqual(expected.map((group) => group.reduce((a, b) => a + b, 0)));
  if (expected.some((group) => group.length === 0)) return;
  extremeOver(x, shape, axes, 'largest', out);
  expect([...out]).toEqual(expected.map((group) => Math.max(...group)));
  extremeOver(x, shape, axes, 'smallest', out);
  expect([...out]).toEqual(expected.map((group) => Math.min(...group)));
});

test.each(cases)(
  '$shape over $axes: squares are those of distances from the centre of each group',
  ({ shape, axes }) => {
    const x = numbers(shape);
    const expected = groups(x, shape, axes);
    const centres = Float64Array.from(expected, (_, g) => g % 5);
    const out = new Float64Array(expected.length).fill(99);
    sumSquaresOver(x, shape, axes, out, centres);
    expect([...out]).toEqual(expected.map((group, g) => group.reduce((sum, b) => sum + (b - (g % 5)) ** 2, 0)));
    sumSquaresOver(x, shape, axes, out);
    expect([...out]).toEqual(expected.map((group) => group.reduce((sum, b) => sum + b * b, 0)));
  },
);

test.each([0, 1, 9, 256, 700])('products of %d elements add up', (count) => {
  const [a, b] = [numbers([count + 3]), Float32Array.from(numbers([count + 2]), (value) => value + 1)];
  let expected = 0;
  for (let k = 0; k < count; k++) expected += a[k + 3]! * b[k + 2]!;
  expect(sumOfProducts(a, 3, b, 2, count)).toBe(expected);
  expect(sumOfProducts(a, 3, Float64Array.from(b), 2, count)).toBe(expected);
});

test('a long sum of numbers that are not exact is off by less than ten roundings', () => {
  const x = new Float64Array(1e6).fill(0.1);
  const out = new Float64Array(1);
  sumOver(x, [1e6], [0], out);
  expect(Math.abs(out[0]! - 1e5)).toBeLessThan(10 * 1e5 * 2 ** -53);
});

test('the larger of 0 and -0 is 0, wherever they stand, and the smaller is -0', () => {
  const [largest, smallest] = [new Float64Array(17), new Float64Array(17)];
  for (const [first, second] of [
    [0, -0],
    [-0, 0],
  ] as const) {
    const x = new Float64Array(68).fill(first, 0, 34).fill(second, 34);
    extremeOver(x, [4, 17], [0], 'largest', largest);
    extremeOver(x, [4, 17], [0], 'smallest', smallest);
    expect([...largest]).toEqual(Array(17).fill(0));
    expect([...smallest]).toEqual(Array(17).fill(-0));
    extremeOver(x, [68], [0], 'largest', largest);
    extremeOver(x, [68], [0], 'smallest', smallest);
    expect([largest[0], smallest[0]]).toEqual([0, -0]);
  }
});

test.each(cases)('$shape over $axes: equal elements need not be added one by one', ({ shape, axes }) => {
  const x = new Float64Array(sizeOf(shape)).fill(0.1);
  const out = new Float64Array(groups(x, shape, axes).length);
  sumOver(x, shape, axes, out);
  for (const sum of out) expect(sum).toBe(sumOfEqual(0.1, shape, axes));
});

test.each([[0], [1], [0, 1]])(
  'over %j: the place of an extreme is that of the first of equals, or of the first NaN',
  (...axes) => {
    const shape = [3, 4];
    const x = Float64Array.of(1, 5, 5, 2, 1, Number.NaN, 5, 7, 0, Number.NaN, -1, 7);
    const expected = groups(x, shape, axes).map((group) => {
      const nan = group.findIndex(Number.isNaN);
      return {
        largest: nan < 0 ? group.indexOf(Math.max(...group)) : nan,
        smallest: nan < 0 ? group.indexOf(Math.min(...group)) : nan,
      };
    });
    const places = new Int32Array(expected.length);
    extremePlaces(x, shape, axes, 'largest', places);
    expect([...places]).toEqual(expected.map(({ largest }) => largest));
    extremePlaces(x, shape, axes, 'smallest', places);
    expect([...places]).toEqual(expected.map(({ smallest }) => smallest));
  },
);
