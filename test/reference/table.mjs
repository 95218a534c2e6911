// How a table is stored: three columns as the bytes of their numbers, in base 64. The result is the double nearest to the
// truth; the rest, what is missing from it in units of its last place, adds 24 bits: 77 in all, or 23 digits.

import { readFileSync, writeFileSync } from 'node:fs';
import * as real from './real.mjs';
import { drawn } from './inputs.mjs';
import { tables } from './formulas.mjs';

const folder = new URL('tables/', import.meta.url);

/** Inputs that a search found to be the worst among many. */
const hardPoints = JSON.parse(readFileSync(new URL('hard-points.json', import.meta.url), 'utf8'));

/** The table of a formula, worked out anew: at inputs drawn for it, or at those given. */
export function compute(name, { truth, at }, inputs = inputsOf(name, at)) {
  const found = inputs.map((x) => real.toDouble(truth(...x.map(real.exactly))));
  return {
    arity: inputs[0].length,
    inputs: Float64Array.from(inputs.flat()),
    results: Float64Array.from(found, ({ value }) => value),
    rests: Float32Array.from(found, ({ rest }) => rest),
  };
}

function inputsOf(name, at) {
  return [...drawn(name, at), ...(hardPoints[name] ?? [])].map((x) => [x].flat());
}

export function write(name) {
  const { arity, inputs, results, rests } = compute(name, tables[name]);
  const columns = { arity, inputs: toBase64(inputs), results: toBase64(results), rests: toBase64(rests) };
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(columns, undefined, 2)}\n`);
  return results.length;
}

/**
 * @param {string} name
 * @returns {{ arity: number, inputs: Float64Array, results: Float64Array, rests: Float32Array }}
 */
export function read(name) {
  const { arity, inputs, results, rests } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  return {
    arity,
    inputs: new Float64Array(bytesOf(inputs)),
    results: new Float64Array(bytesOf(results)),
    rests: new Float32Array(bytesOf(rests)),
  };
}

function toBase64({ buffer }) {
  return Buffer.from(buffer).toString('base64');
}

function bytesOf(text) {
  return Uint8Array.from(Buffer.from(text, 'base64')).buffer;
}
