// Measures how far results are from the truth, in units in the last place of the truth.

import { exact, tables } from './formulas.mjs';
import { compute, read } from './table.mjs';

/**
 * @typedef {{ worst: number, at: number[], points: number }} Measured the largest error, where it is, how many were looked at
 * @typedef {{ name: string, op: string, limits: Record<'f64' | 'f32', number>, measured: Record<'f64' | 'f32', Measured> }} Row
 */

/**
 * Scans each op that has a formula, in f64 at all inputs of its table, and in f32 at those that f32 holds.
 *
 * @param {typeof import('@edgewise/core')} core
 * @returns {Row[]}
 */
export function scan(core) {
  const tabled = Object.entries(tables).map(([name, formula]) => {
    const { limit } = formula;
    return rowOf(core, name, formula, read(name), { f64: limit ?? 2, f32: limit ?? 2.5 });
  });
  const rounded = Object.entries(exact).map(([name, formula]) =>
    rowOf(core, name, formula, compute(name, formula), { f64: 0.5, f32: 0.5 }),
  );
  return [...tabled, ...rounded].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function rowOf(core, name, { op = name, arguments: written = [] }, table, limits) {
  const apply = (...inputs) => core[op](...inputs, ...written);
  return {
    name,
    op,
    limits,
    measured: { f64: measure(core, apply, table, 'f64'), f32: measure(core, apply, table, 'f32') },
  };
}

/** @returns {Measured} */
function measure(core, apply, { arity, inputs, results, rests }, dtype) {
  const input = (k, slot) => inputs[k * arity + slot];
  const slots = Array.from({ length: arity }, (_, slot) => slot);
  const chosen = Array.from(results.keys()).filter(
    (k) => dtype === 'f64' || slots.every((slot) => Math.fround(input(k, slot)) === input(k, slot)),
  );
  const tensors = slots.map((slot) =>
    core.tensor(
      Float64Array.from(chosen, (k) => input(k, slot)),
      { dtype },
    ),
  );
  const got = apply(...tensors).data;
  let worst = 0;
  let at = [];
  chosen.forEach((k, j) => {
    const error = errorOf(got[j], results[k], rests[k], dtype);
    if (!(error > worst)) return;
    worst = error;
    at = slots.map((slot) => input(k, slot));
  });
  return { worst, at, points: chosen.length };
}

const formats = {
  f64: { digits: 53, lowest: -1022, overflow: Infinity },
  f32: { digits: 24, lowest: -126, overflow: 2 ** 128 - 2 ** 103 },
};

/**
 * |got - truth| in last places of the truth, which is `value` and `rest` last places of that in f64. Never NaN, with which
 * every comparison is false: NaN where there is a number, or a number where there is none, is infinitely far off.
 */
export function errorOf(got, value, rest, dtype) {
  if (Number.isNaN(got) || Number.isNaN(value)) return Object.is(got, value) ? 0 : Infinity;
  if (Math.abs(value) >= formats[dtype].overflow) return got === Math.sign(value) * Infinity ? 0 : Infinity;
  const place = lastPlace(value, dtype);
  return Math.abs(overPowerOfTwo(got - value, place) - rest * 2 ** (lastPlace(value, 'f64') - place));
}

/** The last place of a number is 2 to this power. */
function lastPlace(value, dtype) {
  const { digits, lowest } = formats[dtype];
  return Math.max(exponentOf(value), lowest) - digits + 1;
}

/** x / 2^power in two steps, of which neither overflows. */
function overPowerOfTwo(x, power) {
  const first = Math.trunc(power / 2);
  return x * 2 ** -first * 2 ** (first - power);
}

const view = new DataView(new ArrayBuffer(8));
function exponentOf(x) {
  view.setFloat64(0, x);
  return ((view.getUint16(0) >> 4) & 0x7ff) - 1023;
}
