import { ArgumentError, debugLines, defineOp, record, scope, spec, tensor, trace } from '@edgewise/core';
import type { Tensor } from '@edgewise/core';
import { expect, test } from 'vitest';
import { compareRuns, recordWalk } from '../../src/index.ts';
import { perceptronLoss } from './models.ts';

type Float = 'f32' | 'f64';

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
  return 'accepted';
}

/** (1e-9 x + 1) - 1: the sum loses what f32 has no digits for, and the difference shows it. */
function cancelling(dtype: Float): Tensor {
  return record(() =>
    scope('loss', () => scope('small', () => tensor([1, 2], { dtype }).mul(1e-9).add(1)).sub(1)).sum(),
  );
}

test('the first node that disagrees is where the digits are lost, and not where it is felt', () => {
  const comparison = compareRuns(cancelling('f64'), cancelling('f32'));
  expect(comparison.first?.place).toBe('loss/sub');
  expect(comparison.nodes.map(({ place }) => place)).toEqual(['loss/small/mul', 'loss/small/add', 'loss/sub', 'sum']);
  expect(comparison.disagreeing.map(({ place }) => place)).toEqual(['loss/sub', 'sum']);
  expect(String(comparison)).toMatchInlineSnapshot(`
    "2 of 4 nodes disagree; the first is loss/sub, by 1
      first run:  [1e-9, 2e-9]
      second run: [0, 0]"
  `);
});

test('a difference is the largest distance as a share of the largest element of both', () => {
  const run = (numbers: number[]) => record(() => tensor(numbers, { dtype: 'f64' }).mul(1));
  const differenceOf = (a: number[], b: number[]) => compareRuns(run(a), run(b)).nodes[0]?.difference;
  expect(differenceOf([1, -4], [1.5, -5])).toBe(1 / 5);
  expect(differenceOf([3, 0], [3, 0])).toBe(0);
  expect(differenceOf([0, 0], [0, -0])).toBe(0);
  expect(differenceOf([Number.NaN, 1], [Number.NaN, 1])).toBe(0);
  expect(differenceOf([Number.NaN, 1], [2, 1])).toBe(Number.POSITIVE_INFINITY);
  expect(differenceOf([Number.POSITIVE_INFINITY, 1], [1e300, 1])).toBe(Number.POSITIVE_INFINITY);
});

test('equal runs disagree nowhere, and how near they are is said', () => {
  const comparison = compareRuns(cancelling('f64'), cancelling('f64'));
  expect(comparison.first).toBeUndefined();
  expect(String(comparison)).toBe('no node of 4 disagrees; the largest difference is 0');
});

test('the tolerance is 1e-4 where a value is f32, 1e-10 where none is, or as told', () => {
  const run = (dtype: Float, change: number) => record(() => tensor([1 + change], { dtype }).mul(3));
  const isDifferent = (dtype: Float, change: number, tolerance?: number) =>
    compareRuns(run(dtype, 0), run(dtype, change), tolerance === undefined ? {} : { tolerance }).first !== undefined;
  expect([isDifferent('f32', 2e-5), isDifferent('f32', 2e-4)]).toEqual([false, true]);
  expect([isDifferent('f64', 2e-11), isDifferent('f64', 2e-9)]).toEqual([false, true]);
  expect([isDifferent('f64', 2e-9, 1e-6), isDifferent('f64', 2e-5, 1e-6)]).toEqual([false, true]);
});

test('where debugLines was on, the first difference says on which line it was made', () => {
  const end = debugLines();
  try {
    expect(String(compareRuns(cancelling('f64'), cancelling('f32')))).toMatch(
      /\n {2}called at .*compare-runs\.test\.ts:\d+:\d+$/,
    );
  } finally {
    end();
  }
});

test('runs of different graphs are refused, with the first op that differs', () => {
  const [a, b] = [record(() => tensor([1]).exp().sin()), record(() => tensor([1]).exp().cos())];
  expect(refusal(() => compareRuns(a, b))).toBe(
    'compareRuns: the runs are not of one graph: op 1 is sin: f32 [1] in the first and cos: f32 [1] in the second',
  );
  expect(
    refusal(() =>
      compareRuns(
        a,
        record(() => tensor([1]).exp()),
      ),
    ),
  ).toBe('compareRuns: the runs are not of one graph: op 1 is sin: f32 [1] in the first and nothing in the second');
  expect(refusal(() => compareRuns(tensor(1), a))).toMatch(/^compareRuns: the tensor \(f32 \[\]\) has no history/);
  expect(refusal(() => compareRuns(a, a, { tolerance: -1 }))).toBe(
    'compareRuns: tolerance is -1; expected a number of at least 0',
  );
});

test('the second run may be the same ops as one program: rounding apart, they agree at every node', () => {
  const eager = perceptronLoss();
  const comparison = compareRuns(eager, 'compiled');
  expect(comparison.first).toBeUndefined();
  expect(comparison.nodes.map(({ place }) => place)).toEqual(compareRuns(eager, eager).nodes.map(({ place }) => place));
  expect(comparison.nodes.length).toBeGreaterThan(10);
});

test('an op whose lowering says something else than its kernel is found', () => {
  // A kernel that counts its calls gives something else in the program, which calls it again.
  let calls = 0;
  const counting = defineOp<[x: Tensor]>({
    name: 'counting',
    infer: ([x]) => x,
    forward: ([x], _, { data }) => {
      calls++;
      for (let k = 0; k < data.length; k++) data[k] = Number(x.data[k]) + calls;
    },
    pull: [({ cotangent }) => cotangent],
  });
  const comparison = compareRuns(
    record(() => scope('net', () => counting(tensor([1, 2]).exp())).sum()),
    'compiled',
  );
  expect(comparison.first?.place).toBe('net/counting');
  expect(comparison.disagreeing.map(({ place }) => place)).toEqual(['net/counting', 'sum']);
});

test('graphs without numbers are refused: nothing of them could disagree', () => {
  const graph = trace((x: Tensor) => x.mul(2).log(), spec([2]));
  expect(() => compareRuns(graph, graph)).toThrow(
    'compareRuns: the first run is a graph without numbers, so there is nothing to compare\n  try compareRuns(record(() => f(x)), record(() => f(y)))',
  );
});

test('a walk is recorded of a tensor, and of nothing else', () => {
  const graph = trace((x: Tensor) => x.sum(), spec([2]));
  expect(() => recordWalk(graph as never)).toThrow(
    'recordWalk: expected a recorded tensor, received an object\n  try recordWalk(record(() => f(x)))',
  );
});
