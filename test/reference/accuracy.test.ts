import { describe, expect, test } from 'vitest';
import * as core from '@edgewise/core';
import { defineElementwise } from '@edgewise/core';
import { elementwiseOps } from './elementwise-ops.ts';
import { exact, tables } from './formulas.mjs';
import { statedErrors } from './page.mjs';
import { scan } from './scan.mjs';
import { compute, read } from './table.mjs';

const rows = scan(core);

describe('every elementwise op', () => {
  test('has a formula it is measured against', () => {
    const measured = new Set(rows.map(({ op }) => op));
    const found = elementwiseOps();
    expect(found.length).toBeGreaterThan(55);
    expect(found.filter((name) => !measured.has(name))).toEqual([]);
    expect([...measured].filter((name) => !found.includes(name))).toEqual([]);
  });

  test.each(rows.map((row) => [row.name, row] as const))('%s is as near to the truth as promised', (_, row) => {
    for (const dtype of ['f64', 'f32'] as const) {
      const { worst, at, points } = row.measured[dtype];
      expect(points).toBeGreaterThan(40);
      if (!(worst <= row.limits[dtype]))
        throw new Error(`${row.name} in ${dtype} is off by ${worst} ulp at ${String(at)}`);
    }
  });

  test('is on the page that states the errors, with what is measured', () => {
    const stated = statedErrors();
    expect([...stated.keys()].sort()).toEqual(rows.map(({ name }) => name).sort());
    // Half a unit is what another engine's Math may differ by before the page is to be written anew.
    const moved = rows.filter(({ name, measured: { f64, f32 } }) => {
      const page = stated.get(name)!;
      return Math.abs(f64.worst - page.f64) > 0.5 || Math.abs(f32.worst - page.f32) > 0.5;
    });
    expect(moved).toEqual([]);
  });
});

describe('the tables', () => {
  test.each(Object.keys(tables))('%s holds what its formula gives', (name) => {
    const stored = read(name);
    expect(stored.results.length).toBeGreaterThan(80);
    // One point in eight: all of them are worked out anew by write-tables.mjs. The stored points, since the functions that
    // draw them may differ in a last digit from engine to engine.
    const rows = [...stored.results.keys()].filter((k) => k % 8 === 0);
    const inputs = rows.map((k) => [...stored.inputs.subarray(k * stored.arity, (k + 1) * stored.arity)]);
    const some = compute(name, tables[name as keyof typeof tables], inputs);
    expect(rows.map((k) => [stored.results[k], stored.rests[k]])).toEqual(
      rows.map((_, j) => [some.results[j], some.rests[j]]),
    );
  });

  test('name no op twice', () => {
    expect(Object.keys(exact).filter((name) => name in tables)).toEqual([]);
  });
});

describe('a fault is noticed', () => {
  const faulty = (value: (x: number) => number): { worst: number; limit: number } => {
    const exp = defineElementwise({ name: 'exp', value, slope: ({ output }) => output });
    const row = scan({ ...core, exp }).find(({ name }) => name === 'exp')!;
    return { worst: row.measured.f64.worst, limit: row.limits.f64 };
  };

  test('exp off by 4 ulp', () => {
    const { worst, limit } = faulty((x) => Math.exp(x) * (1 + 4 * 2 ** -52));
    expect(worst).toBeGreaterThan(3);
    expect(limit).toBe(2);
  });

  test('exp of single precision', () => {
    expect(faulty((x) => Math.fround(Math.exp(x))).worst).toBeGreaterThan(1e6);
  });

  test('exp that overflows too early, or loses its smallest results', () => {
    expect(faulty((x) => (x > 709.5 ? Infinity : Math.exp(x))).worst).toBe(Infinity);
    expect(faulty((x) => (x < -708 ? 0 : Math.exp(x))).worst).toBeGreaterThan(1e6);
  });

  test('exp that is NaN, of some numbers or of all', () => {
    expect(faulty((x) => (x > 2 && x < 300 ? NaN : Math.exp(x))).worst).toBe(Infinity);
    expect(faulty((x) => (x > 709 ? NaN : Math.exp(x))).worst).toBe(Infinity);
    expect(faulty(() => NaN).worst).toBe(Infinity);
  });
});
