/** Every method by its name; the list of names there is. */
import type { Method, Switching } from './method.ts';
import { abm } from './methods/abm.ts';
import { auto } from './methods/auto.ts';
import { bdf } from './methods/bdf.ts';
import { bs3 } from './methods/bs3.ts';
import { dop853 } from './methods/dop853.ts';
import { dopri5 } from './methods/dopri5.ts';
import { euler } from './methods/euler.ts';
import { eulerMaruyama } from './methods/euler-maruyama.ts';
import { heun } from './methods/heun.ts';
import { kencarp4 } from './methods/kencarp4.ts';
import { leapfrog } from './methods/leapfrog.ts';
import { midpoint } from './methods/midpoint.ts';
import { milstein } from './methods/milstein.ts';
import { radau5 } from './methods/radau5.ts';
import { rk4 } from './methods/rk4.ts';
import { rkc2 } from './methods/rkc2.ts';
import { rock4 } from './methods/rock4.ts';
import { rodas5p } from './methods/rodas5p.ts';
import { tsit5 } from './methods/tsit5.ts';
import { vern7 } from './methods/vern7.ts';
import { yoshida4 } from './methods/yoshida4.ts';

/** What the option `method` takes. */
export type MethodName =
  | 'euler'
  | 'midpoint'
  | 'heun'
  | 'rk4'
  | 'bs3'
  | 'dopri5'
  | 'tsit5'
  | 'vern7'
  | 'dop853'
  | 'abm'
  | 'bdf'
  | 'radau5'
  | 'rodas5p'
  | 'kencarp4'
  | 'rkc2'
  | 'rock4'
  | 'leapfrog'
  | 'yoshida4'
  | 'eulerMaruyama'
  | 'milstein'
  | 'auto';

/** The methods by their names; each says in its docstring what it is for. */
export const methods: Readonly<Record<Exclude<MethodName, 'auto'>, Method> & Record<'auto', Switching>> = {
  euler,
  midpoint,
  heun,
  rk4,
  bs3,
  dopri5,
  tsit5,
  vern7,
  dop853,
  abm,
  bdf,
  radau5,
  rodas5p,
  kencarp4,
  rkc2,
  rock4,
  leapfrog,
  yoshida4,
  eulerMaruyama,
  milstein,
  auto,
};
