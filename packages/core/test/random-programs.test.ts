/** Random programs of 5 to 40 ops against an evaluator that shares nothing with the library. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Tensor, random } from '../src/index.ts';
import { checkGradients } from '../src/testing/index.ts';
import { type Matrix, type Paired, type Step, paired, programText, values } from './slow-evaluator.ts';

const steps = fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 6 }), fc.nat({ max: 6 })), {
  minLength: 5,
  maxLength: 40,
});
const seeds = fc.nat({ max: 10_000 });

function drawn(seed: number): Tensor[] {
  return [0, 1].map((k) => random.uniform(random.key(2 * seed + k), [2, 3], { min: -1.5, max: 1.5, dtype: 'f64' }));
}

const ours =
  (ops: readonly Paired[]) =>
  (op: number, x: Tensor, y: Tensor): Tensor =>
    ops[op % ops.length]!.ours(x, y);

/** Holds every value of a program to the slow one; the error shows the program. */
function compare(list: readonly Step[], seed: number, ops: readonly Paired[]): void {
  const inputs = drawn(seed);
  const fast = values(list, inputs, ours(ops));
  const slow = values(
    list,
    inputs.map((input) => input.toArray() as Matrix),
    (op, x, y) => ops[op % ops.length]!.slow(x, y),
  );
  slow.forEach((matrix, k) => {
    const got = fast[k]!.toArray() as Matrix;
    const shapes = [got, matrix].map((m) => `[${m.length}, ${m[0]!.length}]`);
    const wrong = (what: string): Error =>
      new Error(`v${k} ${what}, in this program with inputs of seed ${seed}:\n${programText(list, ops)}`);
    if (shapes[0] !== shapes[1]) throw wrong(`has shape ${shapes[0]}, expected ${shapes[1]}`);
    matrix.forEach((row, i) =>
      row.forEach((value, j) => {
        const error = Math.abs(got[i]![j]! - value);
        if (!(error <= 1e-9 * (1 + Math.abs(value))))
          throw wrong(`at [${i}, ${j}] is ${got[i]![j]}, expected ${value}`);
      }),
    );
  });
}

test('every value of a random program is that of nested arrays and loops', () => {
  fc.assert(
    fc.property(steps, seeds, (list, seed) => compare(list, seed, paired)),
    { numRuns: 200 },
  );
  expect.assertions(0);
});

test('gradients of random programs of smooth ops agree with differences', () => {
  const smooth = paired.filter((op) => op.smooth === true);
  fc.assert(
    fc.property(steps, seeds, (list, seed) => {
      const last = (...inputs: Tensor[]): Tensor => values(list, inputs, ours(smooth)).at(-1)!;
      try {
        checkGradients(last, drawn(seed), { orders: [1], tolerance: 1e-6, seed, probe: false });
      } catch (error) {
        throw new Error(`inputs of seed ${seed}, in this program:\n${programText(list, smooth)}`, { cause: error });
      }
    }),
    { numRuns: 40 },
  );
  expect.assertions(0);
});

test('a failure prints the seed and the smallest program that fails', () => {
  const faulty = paired.map((op) =>
    op.name === 'running-mean' ? { ...op, ours: (x: Tensor): Tensor => x.cumsum({ axis: 0 }).div(x.shape[1]!) } : op,
  );
  const property = fc.property(steps, seeds, (list, seed) => compare(list, seed, faulty));
  let message = '';
  try {
    fc.assert(property, { seed: 7 });
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    message = `${String(error)}\n${String(cause)}`;
  }
  expect(message).toMatch('seed: 7');
  expect(message).toMatch(/in this program with inputs of seed \d+:\nv0, v1: f64 \[2, 3\]\n/);
  const program = message.slice(message.lastIndexOf('v0, v1')).trim().split('\n');
  expect(program).toHaveLength(6);
  expect(program.filter((line) => line.includes('running-mean'))).not.toEqual([]);
});
