// Compiles functions and drops them, and says what is in use now and then. Arguments: the module of core, how many.
import { setTimeout as pause } from 'node:timers/promises';

const [, , module, count] = process.argv;
const { compile, tensor } = await import(module);
const used = [];
let sum = 0;
for (let k = 1; k <= Number(count); k++) {
  const program = compile((x) => x.mul(k).add(1).tanh().sum());
  sum += program(tensor([1, 2, 3, 4, 5])).item();
  if (k % (Number(count) / 10) !== 0) continue;
  // What was collected gives its place in the arena back when the collector says so, in a task of its own.
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc();
    await pause(20);
  }
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  used.push({ heap: heapUsed, outside: external + arrayBuffers });
}
process.stdout.write(JSON.stringify({ used, sum }));
