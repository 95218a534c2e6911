import { expect, test } from 'vitest';
import { multiply } from '../../src/kernels/matmul.ts';
import type { TypedArray } from '../../src/tensor/dtype.ts';

/** Whole numbers, so that no order of additions shows. */
function filled<T extends TypedArray>(array: T): T {
  for (let k = 0; k < array.length; k++) array[k] = ((k * 7) % 11) - 5;
  return array;
}

const kinds = [Float32Array, Float64Array, Int32Array] as const;
// Thin ones, small ones, and large ones of every remainder by the side of the squares
const sizes = [1, 2, 3, 4, 9, 10, 11];

test.each(kinds)('matrices of every small shape, transposed or not, multiply as the definition says: %o', (Kind) => {
  for (const rows of sizes)
    for (const inner of [0, 1, 13])
      for (const columns of sizes)
        for (const transposeA of [false, true])
          for (const transposeB of [false, true]) {
            const a = filled(new Kind(2 + rows * inner));
            const b = filled(new Kind(3 + inner * columns));
            const out = new Kind(1 + rows * columns).fill(99);
            multiply({ rows, inner, columns, transposeA, transposeB }, a, 2, b, 3, out, 1);
            const expected = new Kind(1 + rows * columns).fill(99);
            for (let i = 0; i < rows; i++)
              for (let j = 0; j < columns; j++) {
                let sum = 0;
                for (let k = 0; k < inner; k++) {
                  const p = transposeA ? k * rows + i : i * inner + k;
                  const q = transposeB ? j * inner + k : k * columns + j;
                  sum += a[2 + p]! * b[3 + q]!;
                }
                expected[1 + i * columns + j] = sum;
              }
            expect(out, `${rows} x ${inner} x ${columns}, ${transposeA}, ${transposeB}`).toEqual(expected);
          }
});
