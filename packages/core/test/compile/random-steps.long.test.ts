/** Many random steps over Variables, called in random order, as programs and op by op: all that can be seen is the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Course, courses, expectSame, goThrough } from './random-steps.ts';

test('steps that read, assign and differentiate do the same as programs', () => {
  fc.assert(
    fc.property(courses, (course: Course) => expectSame(course, goThrough(course, false), goThrough(course, true))),
    { numRuns: 1500 },
  );
  expect.assertions(0);
});

test('and what the interpreter does with their graphs', () => {
  fc.assert(
    fc.property(courses, (course: Course) =>
      expectSame(course, goThrough(course, false), goThrough(course, true, true)),
    ),
    { numRuns: 400 },
  );
  expect.assertions(0);
});
