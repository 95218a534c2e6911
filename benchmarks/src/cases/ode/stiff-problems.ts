/** The stiff problems that other solvers are measured on, with their Jacobians. */
import type { PlainSolveOptions } from '@edgewise/ode';

export interface StiffProblem {
  readonly name: string;
  readonly f: (t: number, y: Float64Array, dy: Float64Array) => void;
  readonly y0: Float64Array;
  readonly end: number;
  /** atol over rtol. */
  readonly scale: number;
  readonly structure: Pick<PlainSolveOptions<Float64Array>, 'jacobian' | 'sparsity'>;
}

const vanDerPol: StiffProblem = {
  name: 'van-der-pol-1000',
  y0: Float64Array.of(2, 0),
  end: 2000,
  scale: 1e-3,
  f: (_t, y, dy) => {
    dy[0] = y[1]!;
    dy[1] = 1000 * (1 - y[0]! * y[0]!) * y[1]! - y[0]!;
  },
  structure: {
    jacobian: (_t, y, values) => {
      values[0] = 0;
      values[1] = 1;
      values[2] = -2000 * y[0]! * y[1]! - 1;
      values[3] = 1000 * (1 - y[0]! * y[0]!);
    },
  },
};

const robertson: StiffProblem = {
  name: 'robertson',
  y0: Float64Array.of(1, 0, 0),
  end: 1e11,
  scale: 1e-4,
  f: (_t, y, dy) => {
    const a = 0.04 * y[0]!;
    const b = 1e4 * y[1]! * y[2]!;
    const c = 3e7 * y[1]! * y[1]!;
    dy[0] = b - a;
    dy[1] = a - b - c;
    dy[2] = c;
  },
  structure: {
    jacobian: (_t, y, values) => {
      values[0] = -0.04;
      values[1] = 1e4 * y[2]!;
      values[2] = 1e4 * y[1]!;
      values[3] = 0.04;
      values[4] = -1e4 * y[2]! - 6e7 * y[1]!;
      values[5] = -1e4 * y[1]!;
      values[6] = 0;
      values[7] = 6e7 * y[1]!;
      values[8] = 0;
    },
  },
};

const n = 500;
const rate = 251 ** 2 / 50;

/** Two reactants side by side at 250 points: two diagonals on each side. */
const brusselator: StiffProblem = {
  name: 'brusselator',
  y0: Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 + Math.sin((2 * Math.PI * (i / 2 + 1)) / 251) : 3)),
  end: 10,
  scale: 1e-3,
  f: (_t, y, dy) => {
    for (let i = 0; i < n; i += 2) {
      const u = y[i]!;
      const v = y[i + 1]!;
      const uLeft = i === 0 ? 1 : y[i - 2]!;
      const vLeft = i === 0 ? 3 : y[i - 1]!;
      const uRight = i === n - 2 ? 1 : y[i + 2]!;
      const vRight = i === n - 2 ? 3 : y[i + 3]!;
      const uuv = u * u * v;
      dy[i] = 1 + uuv - 4 * u + rate * (uLeft - 2 * u + uRight);
      dy[i + 1] = 3 * u - uuv + rate * (vLeft - 2 * v + vRight);
    }
  },
  structure: {
    sparsity: { kind: 'banded', lower: 2, upper: 2 },
    jacobian: (_t, y, values) => {
      values.fill(0);
      for (let j = 0; j < n; j += 2) {
        const u = y[j]!;
        const v = y[j + 1]!;
        values[2 * n + j] = 2 * u * v - 4 - 2 * rate;
        values[3 * n + j] = 3 - 2 * u * v;
        values[n + j + 1] = u * u;
        values[2 * n + j + 1] = -u * u - 2 * rate;
        for (let k = j; k < j + 2; k++) {
          if (k >= 2) values[k] = rate;
          if (k < n - 2) values[4 * n + k] = rate;
        }
      }
    },
  },
};

export const stiffProblems: readonly StiffProblem[] = [vanDerPol, robertson, brusselator];
