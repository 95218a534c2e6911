/**
 * A pyrolysis whose concentrations are as small as 1e-22. Enright, Hull, Lindberg, BIT 15 (1975), E5; Solving ODEs II,
 * IV.10. To 1e10: from there on the first one falls below the tolerance.
 *
 * The second concentration is the sum of the last two, to the last of its digits, and both fall by eight orders of
 * magnitude: an early error of 1e-20 between them, as f's own rounding leaves it where the third slope is summed up term
 * by term, is a hundredth of what they are at the end. So the third slope is the difference of the others here. SciPy's
 * numbers are of the sum, `e5SummedUp`.
 */
import { type Problem, referenceOf } from './problem.ts';

const [A, B, C, M] = [7.89e-10, 1.1e7, 1.13e3, 1e6];

export const e5: Problem = {
  name: 'e5',
  t: [0, 1e10],
  y0: [1.76e-3, 0, 0, 0],
  f: (_t, y, dy) => {
    const a = A * y[0]!;
    const b = B * y[0]! * y[2]!;
    const c = M * C * y[1]! * y[2]!;
    const d = C * y[3]!;
    dy[0] = -a - b;
    dy[1] = a - c;
    dy[3] = b - d;
    dy[2] = dy[1] - dy[3];
  },
  jacobian: (_t, y, values) => {
    const b0 = B * y[2]!;
    const b2 = B * y[0]!;
    const c1 = M * C * y[2]!;
    const c2 = M * C * y[1]!;
    values.fill(0);
    values[0] = -A - b0;
    values[2] = -b2;
    values[4] = A;
    values[5] = -c1;
    values[6] = -c2;
    values[8] = A - b0;
    values[9] = -c1;
    values[10] = -b2 - c2;
    values[11] = C;
    values[12] = b0;
    values[14] = b2;
    values[15] = -C;
  },
  atol: () => 1.7e-24,
  reference: referenceOf('e5'),
};

/** The same as SciPy had it: equal up to rounding, which decides over the last concentrations. */
export const e5SummedUp: Problem = {
  ...e5,
  f: (_t, y, dy) => {
    const a = A * y[0]!;
    const b = B * y[0]! * y[2]!;
    const c = M * C * y[1]! * y[2]!;
    const d = C * y[3]!;
    dy[0] = -a - b;
    dy[1] = a - c;
    dy[2] = a - b - c + d;
    dy[3] = b - d;
  },
};
