// Works out the coefficients anew and writes them where the kernel language takes them from:
// `node test/reference/write-polynomials.mjs && npm run format`.

import { writeFileSync } from 'node:fs';
import { minimax } from './minimax.mjs';
import { polynomials } from './polynomials.mjs';

const file = new URL('../../packages/core/src/kernel-ir/elementary/coefficients.ts', import.meta.url);

const names = Object.keys(polynomials).map((name) => `'${name}'`);
const rows = Object.entries(polynomials).map(([name, wanted]) => {
  const columns = Object.entries(wanted.terms).map(([dtype, terms]) => {
    const { coefficients, error } = minimax(wanted, terms, dtype);
    console.log(`${name} in ${dtype}: ${terms} terms, error 2^${Math.log2(error).toFixed(1)}`);
    return `    ${dtype}: [${coefficients.join(', ')}],\n`;
  });
  return `  /** ${wanted.text} */\n  ${name}: {\n${columns.join('')}  },\n`;
});

writeFileSync(
  file,
  `/**
 * Coefficients of the polynomials p(t) that elementary functions are made of, from the constant up, each set fitted with the
 * rounding of its type. Written by test/reference/write-polynomials.mjs.
 */
export interface Coefficients {
  readonly f32: readonly number[];
  readonly f64: readonly number[];
}

export const coefficients: Readonly<Record<${names.join(' | ')}, Coefficients>> = {
${rows.join('')}};
`,
);
