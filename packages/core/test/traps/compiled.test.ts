/** Traps of programs: what a memory that grows, or a placeholder left over, could make wrong without a word. */
import { expect, test } from 'vitest';
import { type Tensor, compile, hvp, random, tensor } from '../../src/index.ts';
import { arenaMemory } from '../../src/emit/arena.ts';

const drawn = (shape: number[], seed = 1): Tensor => random.normal(random.key(seed), shape, { dtype: 'f64' });

test('a program still gives what it gave after another one has made the memory grow', () => {
  const f = compile((x: Tensor) => x.mul(3).add(1).sum({ axis: 1 }));
  const x = drawn([7, 5]);
  const before = f(x);
  const [kept, bytes] = [before.toArray(), arenaMemory().buffer.byteLength];
  const large = Math.ceil(bytes / 8) + 100_000;
  compile((y: Tensor) => y.mul(2).cumsum())(tensor(new Float64Array(large).map((_, k) => k)));
  expect(arenaMemory().buffer.byteLength).toBeGreaterThan(bytes);
  expect(before.toArray()).toEqual(kept);
  expect(f(x).toArray()).toEqual(kept);
});

test('a Hessian-vector product captures nothing symbolic, and gives what it gives eagerly', () => {
  const f = (x: Tensor): Tensor => x.tanh().square().sum();
  const program = compile((x: Tensor, v: Tensor) => hvp(f, x, v));
  const [x, v] = [drawn([9]), drawn([9], 2)];
  const got = program(x, v);
  for (const { graph } of program.graphs) expect(graph.captures.filter(({ isSymbolic }) => isSymbolic)).toEqual([]);
  got.data.forEach((value, k) => expect(value).toBeCloseTo(hvp(f, x, v).data[k]!, 12));
});

test('numbers from a constant key are constants of the program, as they are of a graph', () => {
  const f = compile((x: Tensor) => x.add(random.uniform(random.key(1), [3])));
  const zero = tensor([0, 0, 0]);
  expect(f(zero).toArray()).toEqual(f(zero).toArray());
  expect(f.explain()).toMatch(/constants 12 bytes/);
});
