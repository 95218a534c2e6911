import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as core from '@edgewise/core';
import { Tensor } from '@edgewise/core';
import { elementwiseOps } from './elementwise-ops.ts';
import { specialPage, specialPageOf } from './page.mjs';
import { atPoints, elsewhere, points, written } from './special-values.mjs';

/** Inputs and the result, of every op. */
const cases = elementwiseOps().map((name): [string, number[][]] => {
  const row = (atPoints as Record<string, number[]>)[name] ?? [];
  const further = (elsewhere as Record<string, number[][]>)[name] ?? [];
  return [name, [...row.map((result, k) => [points[k]!, result]), ...further]];
});

type Loose = (...args: readonly unknown[]) => unknown;

function valueOf(name: string, inputs: readonly Tensor[]): Tensor {
  const op = (core as unknown as Record<string, Loose>)[name]!;
  const result = op(...inputs, ...((written as Record<string, unknown[]>)[name] ?? []));
  if (!(result instanceof Tensor)) throw new TypeError(`${name} gives no tensor`);
  return result;
}

describe('special values', () => {
  test('are stated for every elementwise op, and for no other', () => {
    expect(cases.filter(([, rows]) => rows.length < 4).map(([name]) => name)).toEqual([]);
    const found = cases.map(([name]) => name);
    expect([...Object.keys(atPoints), ...Object.keys(elsewhere)].filter((name) => !found.includes(name))).toEqual([]);
  });

  test.each(cases)('of %s are those stated, as single numbers and in arrays', (name, rows) => {
    for (const dtype of ['f64', 'f32'] as const) {
      const held = rows.filter((row) => row.slice(0, -1).every((x) => dtype === 'f64' || Object.is(Math.fround(x), x)));
      const inputs = held[0]!.slice(0, -1).map((_, slot) => held.map((row) => row[slot]!));
      const together = valueOf(
        name,
        inputs.map((column) => core.tensor(column, { dtype })),
      ).data;
      held.forEach((row, k) => {
        const expected = row.at(-1)!;
        const alone = valueOf(
          name,
          row.slice(0, -1).map((x) => core.tensor(x, { dtype })),
        ).item();
        const text = `${name}(${row
          .slice(0, -1)
          .map((x) => (Object.is(x, -0) ? '-0' : x))
          .join(', ')}) in ${dtype} is`;
        const wanted = inDtype(expected, dtype);
        const given = [alone, together[k]!].map((value) => (isOneOff(value, wanted, dtype) ? wanted : value));
        expect([text, ...given]).toEqual([text, wanted, wanted]);
      });
    }
  });

  test('of nanToNum are the ends of the dtype', () => {
    const largest = { f64: Number.MAX_VALUE, f32: 3.4028234663852886e38 };
    for (const dtype of ['f64', 'f32'] as const) {
      const x = core.tensor([-Infinity, Infinity, NaN], { dtype });
      expect(core.nanToNum(x).toArray()).toEqual([-largest[dtype], largest[dtype], 0]);
    }
  });

  test('are on the page', () => {
    expect(readFileSync(specialPage, 'utf8')).toBe(specialPageOf());
  });
});

/** Off by one unit in the last place of a number that is none of the dtype's, such as log 2. */
function isOneOff(value: number, wanted: number, dtype: 'f64' | 'f32'): boolean {
  if (!Number.isFinite(wanted) || Number.isInteger(wanted * 2 ** 10)) return false;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(wanted))) - (dtype === 'f64' ? 52 : 23));
  return Math.abs(value - wanted) <= unit;
}

function inDtype(x: number, dtype: 'f64' | 'f32'): number {
  return dtype === 'f64' ? x : Math.fround(x);
}
