// Prints the bytes of arrays that are alive at certain points of a program, as JSON.
// Usage: node --expose-gc measure-memory.mjs <file of core> <name of program>

const [file, name] = process.argv.slice(2);
const core = await import(file);
const size = 16_384;
const x = core.tensor(Float64Array.from({ length: size }, (_, k) => Math.sin(k)));

function alive() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().arrayBuffers;
}

/** Ten values in a row. */
function block(at) {
  for (let k = 0; k < 10; k++) at = at.tanh();
  return at;
}

/** What is held between the forward and the backward pass of twenty blocks, in arrays of the size of x. */
function held(layer) {
  const before = alive();
  const [value, pullback] = core.vjp((at) => {
    for (let k = 0; k < 20; k++) at = layer(at);
    return at.sum();
  }, x);
  const arrays = (alive() - before) / (8 * size);
  return { arrays, gradient: pullback(core.ones([], 'f64')).sum().item(), value: value.item() };
}

/** What is alive at steps of a loop of 1,000, seen by an op in its body, in arrays of the size of x. */
function growth(derivative) {
  const seen = [];
  let calls = 0;
  const look = core.defineOp({
    name: 'look',
    infer: ([at]) => at,
    forward: ([at], _, output) => {
      output.data.set(at.data);
      if (calls++ % 100 === 10) seen.push(alive() / (8 * size));
    },
    pull: [({ cotangent }) => cotangent],
    push: [({ tangent }) => tangent],
  });
  const last = (at) => core.scan((c) => [look(c.mul(at).sin()), undefined], at, undefined, { length: 1000 })[0].sum();
  const result = derivative(last).item();
  return { seen, calls, result };
}

const programs = {
  'twenty blocks': () => held(block),
  'twenty blocks, checkpointed': () => held(core.checkpoint(block)),
  'forward through a loop': () => growth((f) => core.jvp(f, x, core.onesLike(x))[1]),
  'backward through a loop': () => growth((f) => core.grad(f)(x).sum()),
};
console.log(JSON.stringify(programs[name]()));
