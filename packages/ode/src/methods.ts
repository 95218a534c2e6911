/** Every method by its name; the list of names there is. */
import type { Method } from './method.ts';
import { bs3 } from './methods/bs3.ts';
import { dop853 } from './methods/dop853.ts';
import { dopri5 } from './methods/dopri5.ts';
import { euler } from './methods/euler.ts';
import { heun } from './methods/heun.ts';
import { midpoint } from './methods/midpoint.ts';
import { rk4 } from './methods/rk4.ts';
import { tsit5 } from './methods/tsit5.ts';
import { vern7 } from './methods/vern7.ts';

export type MethodName = 'euler' | 'midpoint' | 'heun' | 'rk4' | 'bs3' | 'dopri5' | 'tsit5' | 'vern7' | 'dop853';

export const methods: Readonly<Record<MethodName, Method>> = {
  euler,
  midpoint,
  heun,
  rk4,
  bs3,
  dopri5,
  tsit5,
  vern7,
  dop853,
};
