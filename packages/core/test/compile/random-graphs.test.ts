/** Random programs of 5 to 200 ops, compiled: values and gradients are the interpreter's, and graphs and kernels are right after every pass. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Tensor, compile, grad, random } from '../../src/index.ts';
import { type Paired, type Step, paired, programText, values } from '../slow-evaluator.ts';

const steps = fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 9 }), fc.nat({ max: 9 })), {
  minLength: 5,
  maxLength: 200,
  size: 'max',
});
const seeds = fc.nat({ max: 10_000 });

function drawn(seed: number, dtype: 'f32' | 'f64'): Tensor[] {
  return [0, 1].map((k) => random.uniform(random.key(2 * seed + k), [2, 3], { min: -1.5, max: 1.5, dtype }));
}

function valuesOf(list: readonly Step[], inputs: readonly Tensor[], ops: readonly Paired[]): Tensor[] {
  return [...values(list, inputs, (op: number, x: Tensor, y: Tensor) => ops[op % ops.length]!.ours(x, y))];
}

/** Throws with the program as text where a number is further off than the sizes of all numbers on its way allow. */
function expectNear(computed: Tensor, expected: Tensor, allowed: number, what: string, text: string): void {
  const [p, q] = [computed.data, expected.data];
  q.forEach((value, k) => {
    if (Object.is(p[k], value) || Math.abs(p[k]! - value) <= allowed) return;
    throw new Error(`${what}: element ${k} is ${p[k]}, expected ${value}, in this program:\n${text}`);
  });
}

function largest(tensors: readonly Tensor[]): number {
  return Math.max(1, ...tensors.flatMap(({ data }) => [...data].map(Math.abs)).filter(Number.isFinite));
}

const smooth = paired.filter((op) => op.smooth === true);

// In f32 a last digit may decide which branch is taken: there, ops without branches
test.each([
  ['f64', 1e-9, paired],
  ['f32', 1e-3, smooth],
] as const)(
  'all values of a random program in %s, and its last one alone',
  { timeout: 120_000 },
  (dtype, tolerance, ops) => {
    let longest = 0;
    fc.assert(
      fc.property(steps, seeds, (list, seed) => {
        longest = Math.max(longest, list.length);
        const inputs = drawn(seed, dtype);
        const expected = valuesOf(list, inputs, ops);
        const allowed = tolerance * largest(expected);
        const text = programText(list, ops);
        const every = compile((...args: Tensor[]) => valuesOf(list, args, ops));
        every(...inputs).forEach((value, k) => expectNear(value, expected[k]!, allowed, `value ${k}`, text));
        // Nothing in between is asked for: all may be fused
        const last = compile((...args: Tensor[]) => valuesOf(list, args, ops).at(-1)!, { verify: true });
        expectNear(last(...inputs), expected.at(-1)!, allowed, 'the last value', text);
      }),
      { numRuns: 25 },
    );
    expect(longest).toBeGreaterThan(100);
  },
);

test('gradients of random programs of smooth ops', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(steps, seeds, (list, seed) => {
      const inputs = drawn(seed, 'f64');
      const loss = (...args: Tensor[]): Tensor => valuesOf(list, args, smooth).at(-1)!.tanh().sum();
      const derivative = grad(loss, { argnums: [0, 1] });
      const expected = derivative(...inputs);
      const text = programText(list, smooth);
      const allowed = 1e-8 * largest([...expected, ...valuesOf(list, inputs, smooth)]);
      const program = compile((...args: Tensor[]) => derivative(...args));
      program(...inputs).forEach((value, k) => expectNear(value, expected[k]!, allowed, `gradient ${k}`, text));
    }),
    { numRuns: 25 },
  );
  expect.assertions(0);
});
