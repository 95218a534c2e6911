// Works out the tables: `node test/reference/write-tables.mjs` for all of them, or with the names of some.

import { mkdirSync } from 'node:fs';
import { tables } from './formulas.mjs';
import { write } from './table.mjs';

mkdirSync(new URL('tables/', import.meta.url), { recursive: true });
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(tables)) {
  console.log(`${name}: ${write(name)} points`);
}
