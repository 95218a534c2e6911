/** What a stochastic equation needs beyond f: the noise, and the key of its path. */
import { ArgumentError, Tensor, type TreeLike, random } from '@edgewise/core';
import type { Method, Switching } from './method.ts';
import { BrownianPath } from './noise/brownian-path.ts';
import type { AnyOptions } from './options.ts';
import { type AnyRightHandSide, type Layout, checkGivesNothing, flatDerivative } from './problem.ts';
import type { Derivative, Noise } from './system.ts';

/** Which path a stochastic equation takes: the same key gives the same one, however long the steps. */
export interface PathOptions {
  /** A key, i32 `[2]`. */
  key?: Tensor;
  /** Stands for `random.key(seed)`. */
  seed?: number;
}

/** Noise written with ops. */
export interface NoiseOptions<Y, P> extends PathOptions {
  /** g of dy = f dt + g dW in Itô's sense, of the form of y0: each component has a Wiener process of its own. */
  noise?: (t: Tensor, y: Y, params: P) => TreeLike<Y>;
}

/** Noise on plain numbers. */
export interface PlainNoiseOptions extends PathOptions {
  /** Writes g of dy = f dt + g dW in Itô's sense into its third argument: each component has a Wiener process of its own. */
  noise?: Derivative;
}

/** Noise whatever the form of the state. */
export interface AnyNoiseOptions extends PathOptions {
  noise?: Derivative | ((t: Tensor, y: never, params: never) => unknown);
}

export const noiseOptionNames = ['noise', 'key', 'seed'] as const;

/** @throws ArgumentError `no-noise`, `noise-not-taken`, `no-key` */
export function readNoise(
  { noise, key, seed, t: [from, to], params }: AnyOptions,
  method: Method | Switching,
  layout: Layout,
  plain: boolean,
): Noise | undefined {
  const taken = method.kind !== 'switching' && method.takesNoise === true;
  if (noise === undefined) {
    if (!taken) return undefined;
    throw new ArgumentError({
      code: 'no-noise',
      op: 'solve',
      problem: `${method.name} is for stochastic equations, and there is no noise`,
      expected: 'noise',
      received: noise,
      remedy: "{ method: 'euler' } for an ordinary equation",
    });
  }
  if (!taken) {
    throw new ArgumentError({
      code: 'noise-not-taken',
      op: 'solve',
      problem: `${method.name} takes no noise`,
      received: method.name,
      remedy: "{ method: 'milstein', dt: ... }, or 'eulerMaruyama'",
    });
  }
  if (key === undefined && seed === undefined) {
    throw new ArgumentError({
      code: 'no-key',
      op: 'solve',
      problem: 'noise needs a seed or a key, which says which of all paths it takes',
      expected: ['seed', 'key'],
      received: undefined,
      remedy: '{ noise, seed: 1 }',
    });
  }
  return {
    diffusion: plain
      ? written(noise as Derivative)
      : flatDerivative(noise as AnyRightHandSide, layout, params as never),
    path: new BrownianPath(key ?? random.key(seed!), from, to, layout.n),
  };
}

/** Noise in place, which must not give a list instead of writing it: looked at once. */
function written(noise: Derivative): Derivative {
  let isKnown = false;
  return (t, y, g) => {
    const given: unknown = noise(t, y, g);
    if (isKnown) return;
    isKnown = true;
    checkGivesNothing('noise', given, g, 'noise: (t, y, g) => { g[0] = 0.1 * y[0]; }');
  };
}
