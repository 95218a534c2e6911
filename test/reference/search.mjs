// Looks for the inputs at which the build of core is furthest from the truth, among many more than a table holds, and keeps
// them in hard-points.json, from where the tables take them: `npm run build && node test/reference/search.mjs [names]`.

import { readFileSync, writeFileSync } from 'node:fs';
import * as library from '@edgewise/core';
import { tables } from './formulas.mjs';
import { drawn } from './inputs.mjs';
import * as real from './real.mjs';
import { errorOf } from './scan.mjs';

const rounds = 100;
const kept = 4;

/** Ops by name. */
const core = { ...library };
const file = new URL('hard-points.json', import.meta.url);
const found = JSON.parse(readFileSync(file, 'utf8'));
const asked = process.argv.slice(2);

for (const name of asked.length > 0 ? asked : Object.keys(tables)) {
  const { op = name, arguments: written = [], truth, at } = tables[name];
  const worst = [];
  for (let round = 0; round < rounds; round++) {
    const points = drawn(`${name} ${round}`, at).map((x) => [x].flat());
    const tensors = points[0].map((_, slot) => core.tensor(Float64Array.from(points, (point) => point[slot])));
    const got = core[op](...tensors, ...written).data;
    points.forEach((point, k) => {
      const { value, rest } = real.atPrecision(160, () => real.toDouble(truth(...point.map(real.exactly))));
      const error = errorOf(got[k], value, rest, 'f64');
      if (worst.length === kept && error <= worst.at(-1).error) return;
      if (worst.some(({ point: other }) => String(other) === String(point))) return;
      worst.push({ point, error });
      worst.sort((a, b) => b.error - a.error);
      worst.length = Math.min(worst.length, kept);
    });
  }
  found[name] = worst.map(({ point }) => (point.length === 1 ? point[0] : point));
  console.log(`${name}: ${worst[0].error.toFixed(2)} ulp at ${String(worst[0].point)}`);
}
const sorted = Object.fromEntries(Object.keys(tables).flatMap((name) => (name in found ? [[name, found[name]]] : [])));
writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);
