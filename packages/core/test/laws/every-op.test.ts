import { describe, expect, test } from 'vitest';
import { casesOf, everyOp, isFloating, slotsWithRules } from './every-op.ts';
import { isSmooth, laws } from './laws.ts';

/** Numbers and shapes are drawn anew from each; a failure names its seed. */
const seeds = [1, 2, 3, 4, 5];

test('the laws find the ops by themselves', () => {
  expect(everyOp.length).toBeGreaterThan(60);
  expect(new Set(everyOp.map(([, op]) => op)).size).toBe(everyOp.length);
});

test('most ops say nothing of kinks, and so are held to their third derivatives', () => {
  const differentiable = everyOp.filter(([, op]) =>
    casesOf(op).some(({ inputs, of }) => slotsWithRules(op, inputs).length > 0 && of(...inputs).some(isFloating)),
  );
  const smooth = differentiable.filter(([, op]) => isSmooth(op));
  expect(smooth.length).toBeGreaterThan(0.6 * differentiable.length);
});

describe.each(everyOp)('%s', (_, op) => {
  test.each(laws)('$title', ({ holds }) => {
    for (const seed of seeds) holds(op, seed);
    expect.assertions(0);
  });
});
