/** A system as methods see it, for tests that drive a method without the loop. */
import { inPlace } from '../src/index.ts';
import type { DenseOutput, Derivative, Method, MethodState, System } from '../src/index.ts';
import type { PlainImplicitOptions } from '../src/implicit-options.ts';
import { begin } from '../src/solve.ts';

export function systemFor(
  f: Derivative,
  y0: readonly number[],
  tolerance: { rtol: number; atol: number },
  options: PlainImplicitOptions = {},
): System {
  return begin(inPlace(f), { t: [0, 1], y0: Float64Array.from(y0), method: 'radau5', ...tolerance, ...options }).system;
}

/** What came of steps of one length: the state at the end, and the worst error of the interpolant between steps. */
export interface FixedRun {
  readonly y: Float64Array;
  readonly between: number;
}

/** Takes steps of one length, whatever their error. `before` may meddle with the state. */
export function fixedSteps<State extends MethodState>(
  method: Method<State>,
  system: System,
  [from, to]: readonly [number, number],
  count: number,
  exact: (t: number) => readonly number[],
  before: (state: State, h: number) => void = () => {},
): FixedRun {
  const y0 = Float64Array.from(exact(from));
  const dy = new Float64Array(system.n);
  system.f(from, y0, dy);
  const state = method.init(system, from, y0, dy);
  const h = (to - from) / count;
  const dense: DenseOutput<State> = method.dense;
  const data = new Float64Array(dense.size(system.n));
  const inside = new Float64Array(system.n);
  let between = 0;
  for (let step = 0; step < count; step++) {
    before(state, h);
    method.attempt(system, state, h);
    if (state.trouble !== undefined) throw new Error(`${method.name}: ${state.trouble}`);
    dense.write(state, data, 0);
    const start = state.t;
    method.accept(system, state, from + (step + 1) * h);
    for (const theta of [0.21, 0.5, 0.83]) {
      dense.read(data, 0, theta, h, inside);
      const truth = exact(start + theta * h);
      between = Math.max(between, Math.hypot(...truth.map((value, i) => value - inside[i]!)));
    }
  }
  return { y: state.y.slice(), between };
}
