/** An attempt that cannot be computed says why, and leaves the state as it was. */
import { describe, expect, test } from 'vitest';
import type { Method } from '../src/index.ts';
import { alpha, bdf } from '../src/methods/bdf.ts';
import { kencarp4, kencarp4Tableau } from '../src/methods/kencarp4.ts';
import { radau5, realEigenvalue } from '../src/methods/radau5.ts';
import { rodas5p, rodas5pTableau } from '../src/methods/rodas5p.ts';
import { systemFor } from './system.ts';

const h = 0.5;

/** Each method, and the J for which its matrix shift - J is zero at a step of h. */
const singular: [Method, number][] = [
  [bdf, alpha[1]! / h],
  [radau5, realEigenvalue / h],
  [rodas5p, 1 / (h * rodas5pTableau.gamma)],
  [kencarp4, 1 / (h * kencarp4Tableau.gamma)],
];

/** One attempt from y = 1 with a Jacobian that may have nothing to do with f. */
function attempt(method: Method, slope: number, jacobian: number) {
  const system = systemFor(
    (_t, y, dy) => void (dy[0] = slope * y[0]!),
    [1],
    { rtol: 1e-6, atol: 1e-6 },
    {
      jacobian: (_t, _y, values) => void (values[0] = jacobian),
    },
  );
  const state = method.init(system, 0, Float64Array.of(1), Float64Array.of(slope));
  method.attempt(system, state, h);
  return { state, system };
}

describe.each(singular.map(([method, jacobian]) => ({ name: method.name, method, jacobian })))(
  '$name',
  ({ method, jacobian }) => {
    test('says that its matrix is singular, and solves when it is not', () => {
      const { state, system } = attempt(method, jacobian, jacobian);
      expect(state.trouble).toBe('singular-matrix');
      expect([state.t, ...state.y]).toEqual([0, 1]);
      method.attempt(system, state, h / 64);
      expect(state.trouble).toBeUndefined();
      expect(state.candidate[0]).toBeGreaterThan(1);
    });
  },
);

test.each([bdf, radau5, kencarp4].map((method) => ({ name: method.name, method })))(
  "$name says that Newton's iteration does not converge where the Jacobian has the wrong sign",
  ({ method }) => {
    const { state } = attempt(method as Method, -1000, 1000);
    expect(state.trouble).toBe('newton-stagnated');
    expect([state.t, ...state.y]).toEqual([0, 1]);
  },
);
