import { describe, expect, test } from 'vitest';
import { everyOp } from './every-op.ts';
import { laws } from './laws.ts';

/** Numbers and shapes are drawn anew from each; a failure names its seed. */
const seeds = [1, 2, 3, 4, 5];

test('the laws find the ops by themselves', () => {
  expect(everyOp.length).toBeGreaterThan(60);
  expect(new Set(everyOp.map(([, op]) => op)).size).toBe(everyOp.length);
});

describe.each(everyOp)('%s', (_, op) => {
  test.each(laws)('$title', ({ holds }) => {
    for (const seed of seeds) holds(op, seed);
    expect.assertions(0);
  });
});
