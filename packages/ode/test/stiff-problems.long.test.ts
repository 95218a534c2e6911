/** The table of bdf and radau5 beside SciPy's: ours / theirs. */
import { expect, test } from 'vitest';
import { compare, problemsForImplicit, table } from './stiff-runs.ts';

test.each([
  ['bdf', 'BDF'],
  ['radau5', 'Radau'],
] as const)("%s and SciPy's %s", (method, peer) => {
  const runs = problemsForImplicit.flatMap((problem) => compare(problem, method, peer));
  console.log(`${method} / SciPy ${peer}\n${table(runs)}`);
  expect(runs.every(({ ours }) => ours.status === 'done')).toBe(true);
});
