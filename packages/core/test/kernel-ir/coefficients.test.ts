/** The coefficients are what the script that fits them gives, so that none is changed by hand. */
import { expect, test } from 'vitest';
import { minimax } from '../../../../test/reference/minimax.mjs';
import { polynomials } from '../../../../test/reference/polynomials.mjs';
import { coefficients } from '../../src/kernel-ir/elementary/coefficients.ts';

const sets = Object.entries(polynomials).flatMap(([name, wanted]) =>
  (['f32', 'f64'] as const).map((dtype) => [name, dtype, wanted] as const),
);

test('no set is there that is not fitted', () => {
  expect(Object.keys(coefficients)).toEqual(Object.keys(polynomials));
});

const slow = 60_000; // ms; the fits are in real arithmetic

test.each(sets)('%s in %s are those of the fit', { timeout: slow }, (name, dtype, wanted) => {
  const fitted = minimax(wanted, wanted.terms[dtype], dtype);
  expect(coefficients[name as keyof typeof coefficients][dtype]).toEqual(fitted.coefficients);
});
