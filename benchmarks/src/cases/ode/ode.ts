import { type Tensor, compile } from '@edgewise/core';
import { type MethodName, inPlace, solve } from '@edgewise/ode';
import { kept, race } from '../../harness.ts';
import { type Case, type Row, raceRow } from '../../report.ts';
import { dormandPrince } from './dormand-prince.ts';

/** Lorenz, [0, 50], as other solvers are measured on it. */
function lorenz(_t: number, y: Float64Array, dy: Float64Array): void {
  dy[0] = 10 * (y[1]! - y[0]!);
  dy[1] = y[0]! * (28 - y[2]!) - y[1]!;
  dy[2] = y[0]! * y[1]! - (8 / 3) * y[2]!;
}

/** The same with ops. */
const lorenzOfOps = (_t: Tensor, { x, y, z }: Record<'x' | 'y' | 'z', Tensor>): Record<'x' | 'y' | 'z', Tensor> => ({
  x: y.sub(x).mul(10),
  y: x.mul(z.neg().add(28)).sub(y),
  z: x.mul(y).sub(z.mul(8 / 3)),
});
const lorenzCompiled = compile(lorenzOfOps);

const [rtol, atol] = [1e-6, 1e-9];

/** @param next gives f for each solve */
function ofOps(next: () => typeof lorenzOfOps): () => unknown {
  const y0 = { x: 1, y: 1, z: 1 };
  return () => (kept.result = solve(next(), { t: [0, 50], y0, method: 'dopri5', rtol, atol, dense: false }));
}

function ours(method: MethodName, dense: boolean): number {
  const solution = solve(inPlace(lorenz), { t: [0, 50], y0: new Float64Array([1, 1, 1]), method, rtol, atol, dense });
  kept.result = solution;
  return solution.stats.evaluations;
}

/** A decay of n components in steps of one length, whose right-hand side costs as little as one can. */
function decay(_t: number, y: Float64Array, dy: Float64Array): void {
  for (let i = 0; i < y.length; i++) dy[i] = -y[i]!;
}

const steps = 100;

function overhead(n: number, dense: boolean): () => unknown {
  const y0 = new Float64Array(n).fill(1);
  const options = {
    t: [0, 1] as const,
    y0,
    method: 'dopri5' as const,
    rtol,
    atol,
    dt: 1 / steps,
    dtMax: 1 / steps,
    dense,
  };
  return () => (kept.result = solve(inPlace(decay), dense ? options : { ...options, saveAt: [1] }));
}

export const ode: Case = {
  question:
    'What do the explicit solvers take on the Lorenz equations, and a step on n components, against Dormand-Prince by hand?',

  run(effort) {
    const byHand = (): unknown => (kept.result = dormandPrince(lorenz, [1, 1, 1], 50, rtol, atol));
    const rows: Row[] = [];
    const bar = { of: 'ratio', atMost: 2 } as const;
    for (const [method, dense] of [
      ['dopri5', false],
      ['tsit5', false],
      ['vern7', false],
      ['dop853', false],
      ['auto', false],
      ['dopri5', true],
      ['auto', true],
    ] as const) {
      const what = `Lorenz, ${method}${dense ? '' : ', steps not kept'}`;
      const result = race({ ours: () => ours(method, dense), byHand }, effort);
      rows.push(raceRow({ what, unit: 'us', bar }, result, (seconds) => seconds * 1e6));
    }
    rows.push(
      raceRow(
        { what: 'Lorenz in ops, compiled, dopri5, steps not kept', unit: 'us', bar: { of: 'ratio', atMost: 3 } },
        race({ ours: ofOps(() => lorenzCompiled), byHand }, effort),
        (seconds) => seconds * 1e6,
      ),
      raceRow(
        {
          what: 'Lorenz in ops, the same f again, dopri5, steps not kept',
          unit: 'us',
          bar: { of: 'ratio', atMost: 3 },
        },
        race({ ours: ofOps(() => lorenzOfOps), byHand }, effort),
        (seconds) => seconds * 1e6,
      ),
      raceRow(
        { what: 'Lorenz in ops, compiled in each solve, dopri5, steps not kept', unit: 'us' },
        race({ ours: ofOps(() => (t, y) => lorenzOfOps(t, y)), byHand }, effort),
        (seconds) => seconds * 1e6,
      ),
    );
    for (const n of effort.quick ? [1] : [1, 10, 100, 1_000, 10_000]) {
      const y0 = new Float64Array(n).fill(1);
      const hand = (): unknown => (kept.result = dormandPrince(decay, y0, 1, rtol, atol, 1 / steps));
      for (const dense of [false, true]) {
        const what = `a step on ${n} components, dopri5${dense ? '' : ', steps not kept'}`;
        const result = race({ ours: overhead(n, dense), byHand: hand }, effort);
        rows.push(raceRow({ what, unit: 'ns/step' }, result, (seconds) => (seconds / steps) * 1e9));
      }
    }
    return {
      rows,
      remarks: [
        'By hand, nothing is kept but the last state. Ours keeps all states, and where steps are kept the interpolant of each.',
        `On Lorenz, by hand ${dormandPrince(lorenz, [1, 1, 1], 50, rtol, atol).steps} steps are taken; evaluations of ours: ${(['dopri5', 'tsit5', 'vern7', 'dop853', 'auto'] as const).map((method) => `${method} ${ours(method, false)}`).join(', ')}.`,
      ],
    };
  },
};
