/** Products by kernels against the definition: programs and the interpreter share these, so neither can vouch for the other. */
import { expect, test } from 'vitest';
import { nativeMultiply } from '../../src/emit/native-matmul.ts';

const extents = [8, 9, 15, 16, 17, 31, 33];

function numbers<A extends Float32Array | Float64Array>(array: A, seed: number): A {
  return array.map((_, k) => Math.sin(12.9898 * (k + 1) + seed)) as A;
}

for (const dtype of ['f32', 'f64'] as const) {
  const [of, unit] = dtype === 'f32' ? [Float32Array, 2 ** -23] : [Float64Array, 2 ** -52];
  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])(`in ${dtype}, left side transposed: %s, right side: %s`, (transposeA, transposeB) => {
    const sizes = extents.flatMap((rows) => extents.map((columns) => [rows, 37, columns] as const));
    // Rows of more than 512 elements are copied to panels first
    for (const [rows, inner, columns] of [...sizes, [16, 24, 520] as const]) {
      // Beside other numbers, which are neither read nor written
      const a = numbers(new of(rows * inner + 5), 1);
      const b = numbers(new of(inner * columns + 7), 2);
      const out = new of(rows * columns + 4).fill(7);
      const product = { rows, inner, columns, transposeA, transposeB };
      expect(nativeMultiply(product, a, 3, b, 2, out, 1)).toBe(true);
      let worst = 0;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let [sum, size] = [0, 0];
          for (let p = 0; p < inner; p++) {
            const term =
              a[3 + (transposeA ? p * rows + i : i * inner + p)]! *
              b[2 + (transposeB ? j * inner + p : p * columns + j)]!;
            sum += term;
            size += Math.abs(term);
          }
          worst = Math.max(worst, Math.abs(out[1 + i * columns + j]! - sum) / (4 * unit * size * Math.sqrt(inner)));
        }
      }
      expect(`${rows} x ${columns}: ${worst <= 1}`).toBe(`${rows} x ${columns}: true`);
      expect([out[0], ...out.subarray(-3)]).toEqual([7, 7, 7, 7]);
    }
  });
}

test('what is narrow, small or of whole numbers is left to plain loops', () => {
  const product = { rows: 32, inner: 32, columns: 32, transposeA: false, transposeB: false };
  const tried = (changes: object, Of: typeof Float32Array | typeof Int32Array): boolean =>
    nativeMultiply({ ...product, ...changes }, new Of(1024), 0, new Of(1024), 0, new Of(1024), 0);
  expect(tried({}, Float32Array)).toBe(true);
  expect(tried({}, Int32Array)).toBe(false);
  expect(tried({ rows: 4 }, Float32Array)).toBe(false);
  expect(tried({ rows: 8, inner: 2, columns: 8 }, Float32Array)).toBe(false);
});
