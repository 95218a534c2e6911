/** Random steps over Variables, called in random order, as programs and op by op: all that can be seen is the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Course, courseText, courses, expectSame, goThrough } from './random-steps.ts';

test('steps that read, assign and differentiate do the same as programs', () => {
  fc.assert(
    fc.property(courses, (course: Course) => expectSame(course, goThrough(course, false), goThrough(course, true))),
    { numRuns: 60 },
  );
  expect.assertions(0);
});

test('and what the interpreter does with their graphs', () => {
  fc.assert(
    fc.property(courses, (course: Course) =>
      expectSame(course, goThrough(course, false), goThrough(course, true, true)),
    ),
    { numRuns: 15 },
  );
  expect.assertions(0);
});

test('a course reads as text', () => {
  const course: Course = {
    programs: [
      [
        [0, 0, 0, 0],
        [3, 0, 1, 1],
        [8, 1, 0, 1],
        [5, 0, 0, 2],
      ],
    ],
    deeds: [
      [3, 0, 0, 0],
      [2, 0, 3, 2],
      [1, 4, 1, 0],
    ],
  };
  expect(courseText(course)).toMatchInlineSnapshot(`
    "p0 = compile((x) => {
      t1 = v0.value
      v0.assign(flip(v1.value))
      t2 = t1.add(x).mul(0.5)
      v0.value.mul(t2).sin().sum().backward()
      t3 = v0.grad.tanh()
      v0.clearGrad()
      return [t1, t2, t3, v4.value, t3]
    })
    p0(x0)
    p0.run(3, x0 [3, 2])
    v4.assign(new numbers)"
  `);
});
