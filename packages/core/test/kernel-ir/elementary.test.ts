/**
 * Elementary functions as expressions, held to the truth: to the tables of 23 digits, to random points worked out with 60,
 * and in f32 to many more that f64 knows well enough.
 */
import { describe, expect, test } from 'vitest';
import { tables } from '../../../../test/reference/formulas.mjs';
import * as real from '../../../../test/reference/real.mjs';
import { drawn } from '../../../../test/reference/inputs.mjs';
import { errorOf } from '../../../../test/reference/scan.mjs';
import { atPoints, elsewhere, points } from '../../../../test/reference/special-values.mjs';
import { read } from '../../../../test/reference/table.mjs';
import { geluTanh, mish, silu } from '../../src/kernel-ir/elementary/activation.ts';
import { erf, erfc, gelu } from '../../src/kernel-ir/elementary/error-function.ts';
import { exp, exp2, expm1 } from '../../src/kernel-ir/elementary/exponential.ts';
import { cosOfHuge, sinOfHuge, tanOfHuge } from '../../src/kernel-ir/elementary/huge-angles.ts';
import { acosh, asinh, atanh, cosh, sinh, tanh } from '../../src/kernel-ir/elementary/hyperbolic.ts';
import { acos, asin, atan, atan2 } from '../../src/kernel-ir/elementary/inverse-trigonometry.ts';
import { log, log1p, log2, log10 } from '../../src/kernel-ir/elementary/logarithm.ts';
import { pow } from '../../src/kernel-ir/elementary/power.ts';
import { cbrt, hypot } from '../../src/kernel-ir/elementary/roots.ts';
import { logSigmoid, sigmoid, softplus } from '../../src/kernel-ir/elementary/sigmoid.ts';
import { cos, sin, tan } from '../../src/kernel-ir/elementary/trigonometry.ts';
import { evaluator } from '../../src/kernel-ir/evaluate.ts';
import {
  type Buffer,
  type Expression,
  type Load,
  add,
  constant,
  load,
  mul,
  neg,
  withOwnExpressions,
} from '../../src/kernel-ir/expression.ts';
import { primitivesOf } from './count-primitives.ts';

type Dtype = 'f32' | 'f64';
type Elementary = (...args: Expression[]) => Expression;

const functions: Readonly<Record<string, Elementary>> = {
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sigmoid,
  logSigmoid,
  softplus,
  tanh,
  sin,
  cos,
  tan,
  pow,
  erf,
  erfc,
  gelu,
  'gelu-tanh': geluTanh,
  silu,
  mish,
  sinh,
  cosh,
  asin,
  acos,
  atan,
  atan2,
  asinh,
  acosh,
  atanh,
  cbrt,
  hypot,
};

const host = { sinOfHuge, cosOfHuge, tanOfHuge };

/** How far results may be off, in units in the last place; of the error function and what is made of it 8. */
function limitOf(name: string, dtype: Dtype): number {
  return (tables[name as keyof typeof tables] as { limit?: number }).limit ?? (dtype === 'f32' ? 2.5 : 2);
}

function compiled(name: string, dtype: Dtype): { run: (...args: number[]) => number; operations: number } {
  return withOwnExpressions(() => {
    const of = functions[name]!;
    const buffers = Array.from({ length: of.length }, (_, k): Buffer => ({ name: `x${k}`, type: dtype, size: 1 }));
    const expression = of(...buffers.map((buffer) => load(buffer, constant(0, 'i32'))));
    const evaluate = evaluator(expression);
    const run = (...args: number[]): number => {
      const loads = new Map(buffers.map((buffer, k) => [buffer, args[k]!]));
      return evaluate({ loads, host }) as number;
    };
    return { run, operations: [...primitivesOf(expression).values()].reduce((a, b) => a + b, 0) };
  });
}

const cases = Object.keys(functions).flatMap((name) =>
  (['f32', 'f64'] as const).map((dtype) => [name, dtype] as const),
);

function isHeld(inputs: readonly number[], dtype: Dtype): boolean {
  return dtype === 'f64' || inputs.every((x) => Math.fround(x) === x);
}

/** The largest error, and where: of inputs that the dtype holds. */
function worstOf(
  run: (...args: number[]) => number,
  dtype: Dtype,
  rows: Iterable<readonly [inputs: number[], value: number, rest: number]>,
): { worst: number; at: number[]; points: number } {
  let [worst, at, count] = [0, [] as number[], 0];
  for (const [inputs, value, rest] of rows) {
    if (!isHeld(inputs, dtype)) continue;
    count++;
    const error = errorOf(run(...inputs), value, rest, dtype);
    if (error > worst) [worst, at] = [error, inputs];
  }
  return { worst, at, points: count };
}

function* tableRows(name: string): Generator<readonly [number[], number, number]> {
  const { arity, inputs, results, rests } = read(name);
  for (let k = 0; k < results.length; k++) {
    yield [[...inputs.subarray(k * arity, (k + 1) * arity)], results[k]!, rests[k]!];
  }
}

/** What a table says, worked out for inputs drawn for this run: of those that the dtype holds, `count` from end to end. */
function* drawnRows(
  name: string,
  dtype: Dtype,
  seed: number,
  count: number,
): Generator<readonly [number[], number, number]> {
  const { truth, at } = tables[name as keyof typeof tables];
  const inputs = drawn(`${name} ${seed}`, at)
    .map((x) => [x].flat())
    .filter((point) => isHeld(point, dtype));
  for (let k = 0; k < count; k++) {
    const point = inputs[Math.floor((k * inputs.length) / count)]!;
    const { value, rest } = real.atPrecision(160, () =>
      real.toDouble((truth as (...x: real.Real[]) => real.Real)(...point.map((x) => real.exactly(x)))),
    );
    yield [point, value, rest];
  }
}

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);

describe(`elementary functions as expressions (SEED=${seed})`, () => {
  test.each(cases)('%s in %s is within its bound at all points of its table', (name, dtype) => {
    const { worst, at, points: count } = worstOf(compiled(name, dtype).run, dtype, tableRows(name));
    expect(count).toBeGreaterThan(40);
    expect(worst, `ulp at ${String(at)}`).toBeLessThanOrEqual(limitOf(name, dtype));
  });

  test.each(cases)('%s in %s is within its bound at points drawn anew', (name, dtype) => {
    const { worst, at, points: count } = worstOf(compiled(name, dtype).run, dtype, drawnRows(name, dtype, seed, 100));
    expect(count).toBe(100);
    expect(worst, `ulp at ${String(at)}`).toBeLessThanOrEqual(limitOf(name, dtype));
  });

  test.each(cases)('%s in %s is exact where its value is a special one', (name, dtype) => {
    const { run } = compiled(name, dtype);
    const common = (atPoints as Record<string, number[]>)[name]?.map((result, k) => [points[k]!, result]) ?? [];
    const rows = [...common, ...((elsewhere as Record<string, number[][]>)[name] ?? [])].filter((row) =>
      row.slice(0, -1).every((x) => dtype === 'f64' || Object.is(Math.fround(x), x)),
    );
    if (name !== 'gelu-tanh') expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) {
      const [inputs, expected] = [row.slice(0, -1), inDtype(row.at(-1)!, dtype)];
      const got = run(...inputs);
      const text = `${name}(${inputs.map((x) => (Object.is(x, -0) ? '-0' : x)).join(', ')}) in ${dtype} is`;
      // What has an end of its digits must have them all, and the smallest numbers are themselves
      const isExact = Number.isInteger(expected) || !Number.isFinite(expected) || Math.abs(expected) < 1e-290;
      if (isExact) expect([text, got]).toEqual([text, expected]);
      else expect(errorOf(got, expected, 0, dtype)).toBeLessThan(limitOf(name, dtype) + 0.5);
    }
  });
});

function inDtype(x: number, dtype: Dtype): number {
  return dtype === 'f64' ? x : Math.fround(x);
}

describe(`at any bits of f32 (SEED=${seed})`, () => {
  const view = new DataView(new ArrayBuffer(4));
  const ofBits = (bits: number): number => {
    view.setUint32(0, bits);
    return view.getFloat32(0);
  };

  test.each(Object.keys(functions))('%s is within its bound of what it is in f64', (name) => {
    const [single, double] = [compiled(name, 'f32').run, compiled(name, 'f64').run];
    const arity = functions[name]!.length;
    let state = seed;
    const next = (): number => ofBits((state = (Math.imul(state, 1664525) + 1013904223) >>> 0)); // Numerical Recipes, 7.1
    for (let k = 0; k < 500; k++) {
      const inputs = Array.from({ length: arity }, next);
      const [got, value] = [single(...inputs), double(...inputs)];
      const at = `${String(inputs)}: ${got}, in f64 ${value}`;
      if (Number.isNaN(value)) expect(got, `at ${at}`).toBeNaN();
      else expect(errorOf(got, value, 0, 'f32'), `at ${at}`).toBeLessThanOrEqual(limitOf(name, 'f32'));
    }
  });
});

describe.each(['f32', 'f64'] as const)('in %s', (dtype) => {
  const [lowest, highest, lowestTen, highestTen] = dtype === 'f32' ? [-149, 127, -37, 38] : [-1074, 1023, -307, 308];
  const toType = dtype === 'f32' ? Math.fround : (x: number): number => x;

  test('whole powers of two are exact, and so are their logarithms to base 2', () => {
    const [power, logarithm] = [compiled('exp2', dtype).run, compiled('log2', dtype).run];
    for (let n = lowest; n <= highest; n++) {
      expect(power(n)).toBe(2 ** n);
      expect(logarithm(2 ** n)).toBe(n);
    }
  });

  test('logarithms to base 10 of its whole powers are exact', () => {
    const { run } = compiled('log10', dtype);
    for (let n = lowestTen; n <= highestTen; n++) expect(run(toType(Number(`1e${n}`)))).toBe(n);
  });
});

test('whole powers of whole numbers are exact as long as they are held', () => {
  for (const [dtype, largest] of [
    ['f32', 2 ** 24],
    ['f64', 2 ** 53],
  ] as const) {
    const { run } = compiled('pow', dtype);
    for (let x = 2; x < 200; x++) {
      for (let [y, power] = [1, x]; power <= largest; [y, power] = [y + 1, power * x]) {
        expect([x, y, run(x, y)]).toEqual([x, y, power]);
        expect(run(-x, y)).toBe(y % 2 === 0 ? power : -power);
        if (Number.isInteger(Math.log2(x))) expect(run(x, -y)).toBe(1 / power);
      }
      expect(run(x * x, 0.5)).toBe(x);
    }
  }
});

test.each(['f32', 'f64'] as const)(
  'e to minus a square, which needs less work, has the bits of e to that number in %s',
  (dtype) => {
    withOwnExpressions(() => {
      const x = load({ name: 'x', type: dtype, size: 1 }, constant(0, 'i32'));
      const y = load({ name: 'y', type: dtype, size: 1 }, constant(0, 'i32'));
      const count = (expression: Expression): number =>
        [...primitivesOf(expression).values()].reduce((a, b) => a + b, 0);
      const [square, known, unknown] = [mul(x, x), exp(neg(mul(x, x))), exp(y)];
      expect(count(known)).toBeLessThan(count(unknown));
      const [minus, short, long] = [evaluator(neg(square)), evaluator(known), evaluator(unknown)];
      const at = (buffer: Expression, value: number) => ({ loads: new Map([[(buffer as Load).buffer, value]]), host });
      const toType = dtype === 'f32' ? Math.fround : (value: number): number => value;
      const edges = [0, -0, NaN, Infinity, 1e-30, dtype === 'f32' ? 1e19 : 1e154];
      const inputs = Array.from({ length: 3000 }, (_, k) => k * (dtype === 'f32' ? 0.0035 : 0.0092)); // past the smallest numbers
      for (const value of [...inputs, ...edges].map(toType)) {
        expect(short(at(x, value))).toBe(long(at(y, minus(at(x, value)) as number)));
      }
    });
  },
);

test('sine and cosine of one angle share what reduces it', () => {
  withOwnExpressions(() => {
    const x = load({ name: 'x', type: 'f32', size: 1 }, constant(0, 'i32'));
    const counts = [sin(x), cos(x), add(sin(x), cos(x))].map((expression) =>
      [...primitivesOf(expression).values()].reduce((a, b) => a + b, 0),
    );
    expect(counts[2]! - counts[0]!).toBeLessThan(counts[1]! / 4);
  });
});

test('the hypotenuse is one expression whichever side is named first', () => {
  withOwnExpressions(() => {
    const [x, y] = [0, 1].map((at) => load({ name: 'x', type: 'f32', size: 2 }, constant(at, 'i32')));
    expect(hypot(x!, y!)).toBe(hypot(y!, x!));
  });
});

test('cost and errors of elementary functions are those of the page', async () => {
  const rows = Object.keys(functions).map((name) => {
    const [single, double] = (['f32', 'f64'] as const).map((dtype) => {
      const { run, operations } = compiled(name, dtype);
      return [String(operations), worstOf(run, dtype, tableRows(name)).worst.toFixed(2)] as const;
    });
    return [name, single![0], single![1], double![0], double![1]];
  });
  const head = ['function', 'primitives in f32', 'ulp', 'primitives in f64', 'ulp'];
  const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => row[k]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, k) => cell.padEnd(widths[k]!)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  await expect([line(head), rule, ...rows.map(line), ''].join('\n')).toMatchFileSnapshot('elementary.md');
});
