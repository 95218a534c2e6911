// Runs one loop and prints what was in use after a collection at 10 % and at 100 % of its steps, as JSON.
// Usage: node --expose-gc --max-old-space-size=64 run-loop.mjs <file of core> <name of loop>

import { loops, remembering } from './loops.mjs';

const [file, name] = process.argv.slice(2);
const core = await import(file);
const { steps, start } = { ...loops, ...remembering }[name];
const { step, result } = start(core);

function inUse() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const first = steps / 10;
for (let k = 0; k < first; k++) step(k);
const early = inUse();
for (let k = first; k < steps; k++) step(k);
const late = inUse();
console.log(JSON.stringify({ steps, early, late, result: result() }));
