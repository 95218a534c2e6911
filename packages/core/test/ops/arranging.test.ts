import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Shape,
  type Tensor,
  compile,
  diag,
  flip,
  full,
  grad,
  meshgrid,
  moveAxis,
  pad,
  repeat,
  roll,
  tensor,
  tile,
  tril,
  triu,
  variable,
  zeros,
} from '../../src/index.ts';
import { at, build, counting } from '../reference.ts';
import { refusal } from '../refusal.ts';

const some = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 });

/** Elements of `x` at places that are functions of the index of the result. */
function placed(x: Tensor, shape: Shape, from: (index: number[]) => number[]): unknown {
  const nested = x.toArray();
  return build(shape, (index) => at(nested, from(index)));
}

const mod = (a: number, n: number): number => ((a % n) + n) % n;

describe('order of elements', () => {
  test('flip turns the axes named around, all of them without names', () => {
    fc.assert(
      fc.property(some, fc.nat({ max: 7 }), (shape, bits) => {
        const axes = shape.map((_, axis) => axis).filter((axis) => (bits >> axis) % 2 === 1);
        const x = counting(shape);
        const turned = (index: number[], which: readonly number[]): number[] =>
          index.map((k, axis) => (which.includes(axis) ? shape[axis]! - 1 - k : k));
        const negative = axes.map((axis) => axis - shape.length);
        expect(flip(x, { axis: negative }).toArray()).toEqual(placed(x, shape, (index) => turned(index, axes)));
        expect(x.flip().toArray()).toEqual(placed(x, shape, (index) => turned(index, [...shape.keys()])));
      }),
    );
  });

  test.each([[[40]], [[3, 40]], [[2, 3, 50]], [[40, 2]]])('flip turns long axes of %j around too', (shape) => {
    const x = counting(shape);
    for (const axis of shape.keys()) {
      const turned = placed(x, shape, (index) => index.with(axis, shape[axis]! - 1 - index[axis]!));
      expect(flip(x, { axis }).toArray()).toEqual(turned);
    }
    expect([...flip(x).data]).toEqual([...x.data].reverse());
  });

  test('roll moves elements on, around the end', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: -7, max: 7 }), fc.nat({ max: 2 }), (shape, shift, a) => {
        const axis = a % shape.length;
        const x = counting(shape);
        expect(roll(x, shift, { axis: axis - shape.length }).toArray()).toEqual(
          placed(x, shape, (index) => index.with(axis, mod(index[axis]! - shift, shape[axis]!))),
        );
        const flat = Array.from(x.data);
        expect(Array.from(roll(x, shift).data)).toEqual(flat.map((_, k) => flat[mod(k - shift, flat.length)]));
      }),
    );
  });

  test('roll takes lists of shifts and of axes, and what is alone goes with each of the others', () => {
    const x = counting([2, 3, 4]);
    const alone = (shift: number, axis: number): Tensor => roll(x, shift, { axis });
    const both = roll(alone(1, 0), 2, { axis: 2 }).toArray();
    expect(roll(x, [1, 2], { axis: [0, 2] }).toArray()).toEqual(both);
    expect(roll(x, [2, 1], { axis: [-1, -3] }).toArray()).toEqual(both);
    expect(roll(x, 3, { axis: [1, 2] }).toArray()).toEqual(roll(alone(3, 1), 3, { axis: 2 }).toArray());
    expect(roll(x, [3], { axis: [1, 2] }).toArray()).toEqual(roll(alone(3, 1), 3, { axis: 2 }).toArray());
    expect(roll(x, [1, -3, 5], { axis: 2 }).toArray()).toEqual(alone(3, 2).toArray());
    expect(roll(x, 1, { axis: [1, 1] }).toArray()).toEqual(alone(2, 1).toArray());
    expect(roll(x, [4, 1]).toArray()).toEqual(roll(x, 5).toArray());
    expect(roll(x, 1, { axis: [] }).toArray()).toEqual(x.toArray());
    expect(roll(x, []).toArray()).toEqual(x.toArray());
    expect(roll(5, [1, 2]).item()).toBe(5);
  });

  test('moveAxis puts axes where they are sent and keeps the order of the others', () => {
    expect(moveAxis(zeros([2, 3, 4, 5]), 0, 2).shape).toEqual([3, 4, 2, 5]);
    expect(moveAxis(zeros([2, 3, 4, 5]), [3, 0], [0, 1]).shape).toEqual([5, 2, 3, 4]);
    expect(moveAxis(counting([2, 3]), -1, 0).toArray()).toEqual(counting([2, 3]).transpose().toArray());
  });

  test('refusals', () => {
    expect(refusal(() => moveAxis(zeros([2, 3]), [0, 1], 0))).toMatchInlineSnapshot(`
      "ArgumentError axes-do-not-match
      moveAxis: axes to move: 2, places for them: 1; expected as many"
    `);
    expect(refusal(() => moveAxis(zeros([2, 3]), [0, 0], [0, 1]))).toMatchInlineSnapshot(`
      "ArgumentError axis-twice
      moveAxis: axis 0 is named twice"
    `);
    expect(refusal(() => roll([1, 2], 0.5))).toMatchInlineSnapshot(`
      "ArgumentError not-a-shift
      roll: a shift is a whole number; received 0.5"
    `);
    expect(refusal(() => roll([[1, 2]], [1, 2, 3], { axis: [0, 1] }))).toMatchInlineSnapshot(`
      "ArgumentError axes-do-not-match
      roll: shifts: 3, axes: 2; expected as many, or one"
    `);
    expect(refusal(() => flip([1], { axis: 1 }))).toMatchInlineSnapshot(`
      "ArgumentError axis-out-of-range
      flip: axis 1 does not exist: axes are -1 to 0"
    `);
  });
});

describe('copies of elements', () => {
  test('tile puts whole tensors side by side', () => {
    fc.assert(
      fc.property(some, some, (shape, repeats) => {
        const rank = Math.max(shape.length, repeats.length);
        const extents = [...Array<number>(rank - shape.length).fill(1), ...shape];
        const times = [...Array<number>(rank - repeats.length).fill(1), ...repeats];
        const x = counting(shape);
        expect(tile(x, repeats).toArray()).toEqual(
          placed(
            x,
            extents.map((extent, axis) => extent * times[axis]!),
            (index) => index.map((k, axis) => k % extents[axis]!).slice(rank - shape.length),
          ),
        );
      }),
    );
  });

  test('tile with a number repeats along the last axis', () => {
    expect(tile(counting([2, 2]), 3).toArray()).toEqual(tile(counting([2, 2]), [1, 3]).toArray());
    expect(tile(counting([2, 2]), 0).shape).toEqual([2, 0]);
  });

  test('repeat puts the same entries side by side, each as often as its count says', () => {
    fc.assert(
      fc.property(
        some,
        fc.nat({ max: 2 }),
        fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 3 }),
        (shape, a, c) => {
          const axis = a % shape.length;
          const x = counting(shape);
          const counts = c.slice(0, shape[axis]);
          const rows = counts.flatMap((count, k) => Array<number>(count).fill(k));
          const expected = (picked: readonly number[]): unknown =>
            placed(x, shape.with(axis, picked.length), (index) => index.with(axis, picked[index[axis]!]!));
          expect(repeat(x, counts, { axis }).toArray()).toEqual(expected(rows));
          const each = Array.from({ length: 2 * shape[axis]! }, (_, k) => k >> 1);
          expect(repeat(x, 2, { axis: axis - shape.length }).toArray()).toEqual(expected(each));
        },
      ),
    );
    expect(
      repeat(
        [
          [1, 2],
          [3, 4],
        ],
        2,
      ).toArray(),
    ).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test('repeat takes counts as tensors and typed arrays too', () => {
    const x = tensor([1, 2, 3]);
    const counts = tensor([2, 0, 1], { dtype: 'i32' });
    expect(repeat(x, counts).toArray()).toEqual([1, 1, 3]);
    expect(repeat(x, Int32Array.of(0, 1, 2)).toArray()).toEqual([2, 3, 3]);
    expect(repeat(x, variable(counts)).toArray()).toEqual([1, 1, 3]);
    expect(repeat(x, tensor(2, { dtype: 'i32' })).toArray()).toEqual([1, 1, 2, 2, 3, 3]);
    expect(compile((y: Tensor) => repeat(y, counts))(x).toArray()).toEqual([1, 1, 3]);
    expect(grad((y: Tensor) => repeat(y, counts).sum())(x).toArray()).toEqual([2, 0, 1]);
  });

  test('meshgrid gives coordinates by column and row, or by index', () => {
    const [x, y, z] = meshgrid([[1, 2], [3, 4, 5], [6]]) as [Tensor, Tensor, Tensor];
    expect([x.shape, y.shape, z.shape]).toEqual([
      [3, 2, 1],
      [3, 2, 1],
      [3, 2, 1],
    ]);
    expect(x.toArray()).toEqual(build([3, 2, 1], ([, j]) => [1, 2][j!]!));
    expect(y.toArray()).toEqual(build([3, 2, 1], ([i]) => [3, 4, 5][i!]!));
    const [i, j] = meshgrid(
      [
        [1, 2],
        [3, 4, 5],
      ],
      { indexing: 'ij' },
    ) as [Tensor, Tensor];
    expect(i.toArray()).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(j.toArray()).toEqual([
      [3, 4, 5],
      [3, 4, 5],
    ]);
    expect(meshgrid([])).toEqual([]);
    expect(meshgrid([[1, 2]])[0]!.toArray()).toEqual([1, 2]);
  });

  test('refusals', () => {
    expect(refusal(() => repeat([1, 2], [1]))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      repeat: 1 counts for the 2 entries of axis 0, shape [2]"
    `);
    expect(refusal(() => repeat([1, 2], -1))).toMatchInlineSnapshot(`
      "ArgumentError not-a-count
      repeat: counts are whole numbers from 0 on; received [-1]"
    `);
    expect(refusal(() => repeat([1, 2], Int32Array.of(1, -1)))).toMatchInlineSnapshot(`
      "ArgumentError not-a-count
      repeat: counts are whole numbers from 0 on; received [1, -1]"
    `);
    expect(refusal(() => repeat([1, 2], tensor([1, 0.5])))).toMatchInlineSnapshot(`
      "ArgumentError not-a-count
      repeat: counts are whole numbers from 0 on; received [1, 0.5]"
    `);
    expect(refusal(() => compile((counts: Tensor) => repeat([1, 2], counts))(tensor([1, 2], { dtype: 'i32' }))))
      .toMatchInlineSnapshot(`
        "ArgumentError symbolic-value
        toArray: the tensor (i32 [2]) is made from a placeholder while tracing: it has a shape and no numbers yet
          read at arranging.test.ts
          at repeat
          try cond(condition, then, otherwise, ...) or whileLoop for control by value; where(condition, a, b) for a choice element by element; else read numbers outside of the traced function"
      `);
    expect(refusal(() => tile([1, 2], [0.5]))).toMatchInlineSnapshot(`
      "ArgumentError not-a-count
      tile: counts are whole numbers from 0 on; received [0.5]"
    `);
    expect(refusal(() => meshgrid([[[1]]]))).toMatchInlineSnapshot(`
      "ShapeError not-a-vector
      meshgrid: vector 0 has shape [1, 1]; expected one axis"
    `);
    // @ts-expect-error -- no such indexing
    expect(refusal(() => meshgrid([[1]], { indexing: 'yx' }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-indexing
      meshgrid: no indexing "yx"; there are 'xy' and 'ij'"
    `);
    // @ts-expect-error -- vectors one by one
    expect(refusal(() => meshgrid(tensor([1]), tensor([2])))).toMatchInlineSnapshot(`
      "ArgumentError not-a-list
      meshgrid: the first argument is a list of vectors
        try meshgrid([x, y])"
    `);
  });
});

describe('pad', () => {
  const padded = fc
    .array(
      fc.record({ extent: fc.integer({ min: 1, max: 3 }), before: fc.nat({ max: 6 }), after: fc.nat({ max: 6 }) }),
      {
        minLength: 1,
        maxLength: 2,
      },
    )
    .map((axes) => ({
      shape: axes.map(({ extent }) => extent),
      widths: axes.map(({ before, after }): [number, number] => [before, after]),
    }));

  test.each(['constant', 'reflect', 'edge'] as const)('%s, on every side and beyond the extent', (mode) => {
    /** Going one way until the end and then back: one step at a time. */
    const mirrored = (position: number, extent: number): number => {
      let [at0, step] = [0, position < 0 ? -1 : 1];
      let here = at0;
      for (; at0 !== position; at0 += Math.sign(position)) {
        if (extent > 1 && (here + step < 0 || here + step >= extent)) step = -step;
        here += extent > 1 ? step : 0;
      }
      return here;
    };
    fc.assert(
      fc.property(padded, ({ shape, widths }) => {
        const x = counting(shape);
        const nested = x.toArray();
        const outer = shape.map((extent, axis) => extent + widths[axis]![0] + widths[axis]![1]);
        const expected = build(outer, (index) => {
          const position = index.map((k, axis) => k - widths[axis]![0]);
          if (mode === 'constant') {
            return position.some((k, axis) => k < 0 || k >= shape[axis]!) ? -7 : at(nested, position);
          }
          return at(
            nested,
            position.map((k, axis) =>
              mode === 'edge' ? Math.min(Math.max(k, 0), shape[axis]! - 1) : mirrored(k, shape[axis]!),
            ),
          );
        });
        expect(pad(x, widths, mode === 'constant' ? { mode, value: -7 } : { mode }).toArray()).toEqual(expected);
      }),
    );
  });

  test('keeps the dtype, and pads what is empty with a constant', () => {
    expect(pad(tensor([1], { dtype: 'i32' }), 1).dtype).toBe('i32');
    expect(pad([true], [[1, 0]]).toArray()).toEqual([false, true]);
    expect(pad(zeros([0, 1]), 1, { value: 2 }).toArray()).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ]);
  });

  test('refusals', () => {
    expect(
      refusal(() =>
        pad(
          [1, 2],
          [
            [1, 1],
            [1, 1],
          ],
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ArgumentError not-widths
      pad: widths are a whole number from 0 on, or [before, after] for each of the 1 axes of shape [2]; received [[1,1],[1,1]]"
    `);
    expect(refusal(() => pad([1, 2], -1))).toMatchInlineSnapshot(`
      "ArgumentError not-widths
      pad: widths are a whole number from 0 on, or [before, after] for each of the 1 axes of shape [2]; received -1"
    `);
    expect(
      refusal(() =>
        pad(
          zeros([2, 0]),
          [
            [0, 0],
            [1, 1],
          ],
          { mode: 'edge' },
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError nothing-to-repeat
      pad: axis 1 of shape [2, 0] has no element that mode 'edge' could repeat
        try pad(x, widths, { mode: 'constant' })"
    `);
    expect(refusal(() => pad(tensor([1], { dtype: 'i32' }), 1, { value: 0.5 }))).toMatchInlineSnapshot(`
      "DtypeError not-this-dtype
      full: 0.5 is not a whole number within 32 bits, and i32 was asked for
        at pad/full"
    `);
    // @ts-expect-error -- no such mode
    expect(refusal(() => pad([1, 2], 1, { mode: 'wrap' }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-mode
      pad: no mode "wrap"; the modes are 'constant', 'reflect' and 'edge'"
    `);
  });
});

describe('diagonals', () => {
  const matrix = fc.record({
    rows: fc.nat({ max: 4 }),
    columns: fc.nat({ max: 4 }),
    diagonal: fc.integer({ min: -5, max: 5 }),
  });

  test('tril and triu keep what lies on one side of a diagonal', () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, diagonal }) => {
        const x = counting([2, rows, columns]).add(1);
        const nested = x.toArray();
        const side = (keeps: (offset: number) => boolean): unknown =>
          build(x.shape, (index) => (keeps(index[2]! - index[1]!) ? at(nested, index) : 0));
        expect(tril(x, { diagonal }).toArray()).toEqual(side((offset) => offset <= diagonal));
        expect(triu(x, { diagonal }).toArray()).toEqual(side((offset) => offset >= diagonal));
      }),
    );
  });

  test('what is cut off may be NaN, and dtypes stay', () => {
    expect(tril(full([2, 2], Number.NaN)).toArray()).toEqual([
      [Number.NaN, 0],
      [Number.NaN, Number.NaN],
    ]);
    expect(
      triu(
        tensor(
          [
            [1, 2],
            [3, 4],
          ],
          { dtype: 'i32' },
        ),
      ).dtype,
    ).toBe('i32');
    expect(
      tril([
        [true, true],
        [true, true],
      ]).toArray(),
    ).toEqual([
      [true, false],
      [true, true],
    ]);
  });

  test('diag reads diagonals and writes them', () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, diagonal }) => {
        const x = counting([rows, columns]).add(1);
        const nested = x.toArray();
        const places = Array.from({ length: rows }, (_, row) => [row, row + diagonal]).filter(
          ([, column]) => column! >= 0 && column! < columns,
        );
        expect(diag(x, { diagonal }).toArray()).toEqual(places.map((place) => at(nested, place)));
        const written = diag(counting([rows]).add(1), { diagonal });
        const side = rows + Math.abs(diagonal);
        expect(written.toArray()).toEqual(
          build([side, side], ([i, j]) => (j! - i! === diagonal ? Math.min(i!, j!) + 1 : 0)),
        );
      }),
    );
  });

  test('refusals', () => {
    expect(refusal(() => tril([1, 2]))).toMatchInlineSnapshot(`
      "ShapeError rank-too-low
      tril: takes matrices, the last two axes; the tensor has shape [2]"
    `);
    expect(refusal(() => diag(zeros([2, 2, 2])))).toMatchInlineSnapshot(`
      "ShapeError not-a-vector-or-matrix
      diag: takes a vector or a matrix; the tensor has shape [2, 2, 2]
        try einsum('...ii->...i', x)"
    `);
    expect(refusal(() => diag(3))).toMatchInlineSnapshot(`
      "ShapeError not-a-vector-or-matrix
      diag: takes a vector or a matrix; the tensor has shape []"
    `);
    expect(refusal(() => triu(zeros([2, 2]), { diagonal: 0.5 }))).toMatchInlineSnapshot(`
      "ArgumentError not-a-diagonal
      triu: diagonal 0.5; expected a whole number"
    `);
    // @ts-expect-error -- NumPy's name
    expect(refusal(() => triu(zeros([2, 2]), { k: 1 }))).toMatchInlineSnapshot(`
      "ArgumentError unknown-option
      triu: no option named "k"; the options are "diagonal""
    `);
  });
});
