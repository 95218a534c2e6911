/** Programs at sizes around each edge of vectors and tiles, where what is left over is computed in another way. */
import { describe, expect, test } from 'vitest';
import { type Tensor, compile, concatenate, grad, pad, random, roll, tensor, unslice, where } from '../../src/index.ts';
import { expectClose } from './close.ts';

const sizes = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 257];
const dtypes = ['f32', 'f64'] as const;

function numbers(shape: readonly number[], dtype: 'f32' | 'f64', seed: number): Tensor {
  return random.uniform(random.key(seed), shape, { min: -2, max: 2, dtype });
}

function expectAgreement(fn: (...args: Tensor[]) => Tensor, inputs: readonly Tensor[], units = 16): void {
  expectClose(compile(fn)(...inputs), fn(...inputs), inputs.map(({ spec }) => String(spec)).join(', '), units);
}

describe.each(dtypes)('%s', (dtype) => {
  test.each(sizes)('elementwise work on %i elements is that of the interpreter', (n) => {
    const [x, y] = [numbers([n], dtype, 1), numbers([n], dtype, 2)];
    expectAgreement((a, b) => a.mul(b).add(a.square()).sub(b.abs()), [x, y]);
    expectAgreement((a, b) => a.greater(b), [x, y]);
    expectAgreement((a, b) => where(a.greater(b), a, b.neg()), [x, y]);
  });

  test.each(sizes)('sums and extremes of %i elements are those of the interpreter', (n) => {
    const x = numbers([n], dtype, 3);
    expectAgreement((a) => a.square().sum(), [x], 4 * Math.sqrt(n) + 4);
    if (n > 0) expectAgreement((a) => a.max().sub(a.min()), [x]);
    expectAgreement((a) => a.sum({ axis: 0 }), [numbers([n, 5], dtype, 4)], 64);
    expectAgreement((a) => a.sum({ axis: 1 }), [numbers([5, n], dtype, 4)], 64);
    expectAgreement((a) => a.sum({ axis: 1 }).mul(2), [numbers([3, n, 6], dtype, 4)], 64);
  });

  test.each(sizes)(
    'products with an inner or outer extent of %i are those of the interpreter, in all transposes',
    (n) => {
      for (const [rows, inner, columns] of [
        [n, 5, 6],
        [5, n, 6],
        [6, 5, n],
        [n, n, n],
      ] as const) {
        for (const transposeA of [false, true]) {
          for (const transposeB of [false, true]) {
            const a = numbers(transposeA ? [inner, rows] : [rows, inner], dtype, 5);
            const b = numbers(transposeB ? [columns, inner] : [inner, columns], dtype, 6);
            expectAgreement((p, q) => p.matmul(q, { transposeA, transposeB }), [a, b], 64);
          }
        }
      }
    },
  );

  test.each(sizes)(
    'slices, pads and seams of %i elements are those of the interpreter, and so are their derivatives',
    (n) => {
      const x = numbers([n + 3], dtype, 9);
      const moves: readonly ((a: Tensor) => Tensor)[] = [
        (a) => a.slice([[1, null]]).sub(a.slice([[0, -1]])),
        (a) => pad(a, [[2, 1]]).mul(pad(a, [[1, 2]])),
        (a) => concatenate([a.neg(), a, a.slice([[0, 2]])]).square(),
        (a) => roll(a, 2).mul(a),
        (a) => a.slice([[null, null, -2]]).square(),
        (a) => unslice(a.slice([[null, null, 3]]), [[null, null, -3]], [n + 3]).mul(a),
        (a) =>
          concatenate([pad(a, [[1, 1]]), a])
            .reshape([1, -1])
            .mul(tensor([[1], [2]], { dtype })),
      ];
      for (const move of moves) {
        expectAgreement(move, [x]);
        const slope = grad((a: Tensor) => move(a).square().sum());
        expectAgreement(slope, [x], 64);
        expectAgreement((a) => grad((b: Tensor) => slope(b).square().sum())(a), [x], 256);
      }
    },
  );

  test('products with long rows, whose columns are copied to panels, are those of the interpreter', () => {
    for (const [rows, inner, columns] of [
      [33, 40, 512],
      [16, 7, 1024],
      [17, 3, 520],
    ] as const) {
      const [a, b, c] = [
        numbers([rows, inner], dtype, 1),
        numbers([inner, columns], dtype, 2),
        numbers([columns], dtype, 3),
      ];
      const program = compile((p: Tensor, q: Tensor, r: Tensor) => p.matmul(q).add(r).relu());
      expectClose(program(a, b, c), a.matmul(b).add(c).relu(), `${rows} x ${inner} x ${columns}`, 64);
      expect(program.explain()).toContain('in panels');
    }
  });

  test('batches of products, broadcast against each other, are those of the interpreter', () => {
    expectAgreement((a, b) => a.matmul(b), [numbers([3, 1, 9, 7], dtype, 1), numbers([4, 7, 10], dtype, 2)], 64);
  });

  test('an epilogue of a product sees each element once, whatever the tile', () => {
    const [x, w, b] = [numbers([9, 33], dtype, 1), numbers([33, 17], dtype, 2), numbers([17], dtype, 3)];
    expectAgreement(
      (p, q, r) =>
        p
          .matmul(q)
          .add(r)
          .relu()
          .mul(p.sum({ axis: 1, keepDims: true })),
      [x, w, b],
      256,
    );
  });

  test('rows of softmax are fused by the general rules', () => {
    const x = numbers([7, 13], dtype, 8);
    expectAgreement((a) => a.softmax(), [x], 64);
    expectAgreement((a) => grad((z: Tensor) => z.logSoftmax().square().sum())(a), [x], 1024);
  });

  test('movements of movements are read from where the elements lie', () => {
    const x = numbers([4, 6, 5], dtype, 9);
    expectAgreement(
      (a) =>
        a
          .permute([2, 0, 1])
          .reshape([5, 24])
          .transpose()
          .slice([[1, 20, 3]])
          .add(1),
      [x],
    );
    expectAgreement((a) => concatenate([a.reshape([24, 5]), a.reshape([24, 5]).mul(2)], { axis: 1 }).transpose(), [x]);
    expectAgreement((a) => a.slice([[null, null, -1], null, [3, 0, -1]]).exp(), [x]);
  });
});

test('what an index chooses from is computed once, however often it is chosen', () => {
  const x = numbers([20], 'f64', 1);
  const at = tensor(
    Array.from({ length: 5000 }, (_, k) => k % 20),
    { dtype: 'i32' },
  );
  const chosen = (a: Tensor, i: Tensor): Tensor => a.square().exp().add(1).take(i);
  const program = compile(chosen);
  expectClose(program(x, at), chosen(x, at), 'take');
  const [, operations] = /work +(\d+) operations/.exec(program.explain()) ?? [];
  expect(Number(operations)).toBeLessThan(4 * 5000 + 2000);
});

test.each(dtypes)(
  'NaN, infinities, signed zeros and subnormals go through programs as through the interpreter, in %s',
  (dtype) => {
    const tiny = dtype === 'f32' ? 1e-40 : 1e-310;
    const values = [NaN, Infinity, -Infinity, 0, -0, tiny, -tiny, 1, -1];
    const x = tensor(
      values.flatMap((value) => values.map(() => value)),
      { dtype },
    );
    const y = tensor(
      values.flatMap(() => values),
      { dtype },
    );
    const functions: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
      (a, b) => a.add(b),
      (a, b) => a.sub(b),
      (a, b) => a.mul(b),
      (a, b) => a.div(b),
      (a, b) => a.maximum(b),
      (a, b) => a.minimum(b),
      (a, b) => a.equal(b),
      (a, b) => a.lessEqual(b),
      (a) => a.neg(),
      (a) => a.abs(),
      (a) => a.sign(),
      (a) => a.relu(),
      (a) => a.sqrt(),
      (a) => a.floor(),
      (a) => a.round(),
      (a) => a.isNaN(),
      (a) => a.mul(1).add(-0),
    ];
    for (const fn of functions) {
      const [computed, expected] = [compile(fn)(x, y), fn(x, y)];
      expect(Array.from(computed.data, sign)).toEqual(Array.from(expected.data, sign));
    }
  },
);

/** A number with its sign, that of a zero too. */
function sign(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
