/**
 * A pyrolysis whose concentrations are as small as 1e-22. Enright, Hull, Lindberg, BIT 15 (1975), E5; Solving ODEs II,
 * IV.10. To 1e10: from there on the first one falls below the tolerance.
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
    dy[2] = a - b - c + d;
    dy[3] = b - d;
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
