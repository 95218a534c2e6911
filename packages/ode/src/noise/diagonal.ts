/** What the methods for dy = f dt + g dW share: a step from the slope, the noise and the increment of W. */
import { linear } from '../dense/linear.ts';
import type { Method, MethodState } from '../method.ts';
import type { System } from '../system.ts';

export interface NoisyState extends MethodState {
  readonly slope: Float64Array;
  readonly noise: Float64Array;
  readonly increment: Float64Array;
  readonly spare: Float64Array;
  readonly secondNoise: Float64Array;
}

/**
 * A method whose steps halve the interval until they are at most `dt` long, so that they end at points of the path.
 *
 * @param move writes the state at the end of the step into `candidate`; slope, noise and increment are filled in
 */
export function noisyMethod(
  name: string,
  order: number,
  move: (system: System, state: NoisyState, h: number) => void,
): Method<NoisyState> {
  return {
    name,
    order,
    takesNoise: true,

    fixedStep: ({ noise }, dt) => {
      const { path } = noise!;
      return Math.abs(path.to - path.from) / 2 ** path.refine(dt);
    },

    init({ n }, t, y, dy) {
      const vector = (): Float64Array => new Float64Array(n);
      return {
        t,
        y: y.slice(),
        h: 0,
        candidate: vector(),
        error: vector(),
        errorNorm: 0,
        trouble: undefined,
        order,
        slope: dy.slice(),
        noise: vector(),
        increment: vector(),
        spare: vector(),
        secondNoise: vector(),
      };
    },

    attempt(system, state, h) {
      const { t, y, noise, increment, spare } = state;
      const { path, diffusion } = system.noise!;
      path.read(t, spare);
      path.read(t + h, increment);
      for (let i = 0; i < increment.length; i++) increment[i] = increment[i]! - spare[i]!;
      diffusion(t, y, noise);
      move(system, state, h);
      state.h = h;
      state.trouble = state.candidate.every(Number.isFinite) ? undefined : 'non-finite';
    },

    accept(system, state, tNext) {
      const { y } = state;
      state.t = tNext;
      state.y = state.candidate;
      state.candidate = y;
      system.f(tNext, state.y, state.slope);
    },

    dense: linear,
  };
}
